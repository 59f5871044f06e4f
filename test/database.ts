import { randomBytes } from "node:crypto";
import { type Database, migrate, openDatabase } from "@chesil/store";
import { Client } from "pg";
import { inject } from "vitest";
import { templateName } from "./migrated-template.ts";
import { MUTANTS } from "./mutants.ts";

/** A mutant of a migration is in no template. */
const isMigrationChanged = MUTANTS.some(
  ({ name, file }) => name === process.env.CHESIL_MUTANT && file.endsWith(".sql"),
);

/** An empty, migrated database of its own on the run's real server; dropped by `close`. */
export async function freshDatabase(): Promise<Database & { url: string }> {
  const server = inject("postgresUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  // Copied by way of the log: copying files would have all databases of the server written out first.
  const copied = isMigrationChanged ? "" : ` template ${templateName()} strategy wal_log`;
  await admin.query(`create database ${name}${copied}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase(url.href);
  if (isMigrationChanged) await migrate(database);
  return {
    ...database,
    url: url.href,
    close: async () => {
      await database.close();
      const dropper = new Client({ connectionString: server });
      await dropper.connect();
      await dropper.query(`drop database ${name} with (force)`);
      await dropper.end();
    },
  };
}
