import { randomBytes } from "node:crypto";
import { type Database, migrate, openDatabase } from "@chesil/store";
import { Client } from "pg";
import { inject } from "vitest";

/** An empty, migrated database of its own on the run's real server; dropped by `close`. */
export async function freshDatabase(): Promise<Database & { url: string }> {
  const server = inject("postgresUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase(url.href);
  await migrate(database);
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
