import { findEmbeddedPostgres } from "@chesil/runtime";
import { type Database, openDatabase } from "@chesil/store";
import { givenConfig } from "./config-access.ts";
import { UsageError } from "./terminal.ts";

/** Opens the store that the configuration names: your own server, or the one inside a Chesil that runs here. */
export async function withStore<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const config = givenConfig();
  const url = config.databaseUrl ?? (await findEmbeddedPostgres(config.dataDir))?.url;
  if (!url) throw new UsageError(`No Chesil runs on ${config.dataDir}. Start it first: npm start.`);
  const database = await openDatabase(url, { connectionsMax: 4 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
