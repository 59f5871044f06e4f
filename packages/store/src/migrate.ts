import { readdirSync, readFileSync } from "node:fs";
import type { Database } from "./database.ts";

const FOLDER = new URL("../migrations/", import.meta.url);

/** Any number; two processes that migrate at once meet at it. */
const ADVISORY_LOCK = 4_317_226;

export type Migration = { readonly number: number; readonly name: string; readonly sql: string };

export class NewerDatabaseError extends Error {
  override name = "NewerDatabaseError";
}

/** The numbered migrations that ship with this version, in order. */
export function migrations(): Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, sql: readFileSync(new URL(name, FOLDER), "utf8") }));
}

/**
 * Brings the database to this version: numbered, forward only, each in its own transaction, one process at a time.
 *
 * @returns the names of the migrations that ran.
 * @throws NewerDatabaseError when a later version of Chesil has used the database already.
 */
export async function migrate(database: Database): Promise<string[]> {
  await database.pool.query(
    "create table if not exists migration (number integer primary key, name text not null, at timestamptz not null default now())",
  );
  const known = migrations();
  const ran: string[] = [];
  for (const migration of known) {
    await database.transaction(async (transaction) => {
      await transaction.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
      const { rows } = await transaction.query<{ number: number }>(
        "select coalesce(max(number), 0) as number from migration",
      );
      const at = rows[0]?.number ?? 0;
      const newest = known.at(-1)?.number ?? 0;
      if (at > newest) {
        throw new NewerDatabaseError(
          `The database is at migration ${at}, this version of Chesil ends at ${newest}. Start the newer version.`,
        );
      }
      if (migration.number <= at) return;
      await transaction.query(migration.sql);
      await transaction.query("insert into migration (number, name) values ($1, $2)", [
        migration.number,
        migration.name,
      ]);
      ran.push(migration.name);
    });
  }
  return ran;
}
