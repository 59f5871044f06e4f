import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { migrate, openDatabase } from "@chesil/store";
import { Client } from "pg";

/** Any number; two runs on one server that make the template at once meet at it. */
const ADVISORY_LOCK = 4_317_999;
const MIGRATIONS = new URL("../packages/store/migrations/", import.meta.url);

/** What a migrated database is copied from: a copy costs a fifth of migrating anew. One for each state of the migrations. */
export function templateName(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(MIGRATIONS).sort()) hash.update(name).update(readFileSync(new URL(name, MIGRATIONS)));
  return `chesil_template_${hash.digest("hex").slice(0, 16)}`;
}

/** Makes the template where the server has none. */
export async function makeTemplate(server: string): Promise<void> {
  const name = templateName();
  const admin = new Client({ connectionString: server });
  await admin.connect();
  try {
    await admin.query("select pg_advisory_lock($1)", [ADVISORY_LOCK]);
    const { rowCount } = await admin.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 1) return;
    // It takes its name when it is whole: nothing is copied from a half of it.
    const unfinished = `${name}_unfinished`;
    await admin.query(`drop database if exists ${unfinished} with (force)`);
    await admin.query(`create database ${unfinished}`);
    const url = new URL(server);
    url.pathname = `/${unfinished}`;
    const database = await openDatabase(url.href);
    await migrate(database);
    await database.close();
    await admin.query(`alter database ${unfinished} rename to ${name}`);
  } finally {
    await admin.end();
  }
}
