import { findEmbeddedPostgres, loadConfig } from "@chesil/runtime";
import { type Database, openDatabase } from "@chesil/store";
import { UsageError } from "./terminal.ts";

/** Opens the store that the configuration names: your own server, or the one inside a Chesil that runs here. */
export async function withStore<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const loaded = loadConfig();
  if (!loaded.ok)
    throw new UsageError(
      loaded.problems.map(({ place, setting, text, remedy }) => `${place}: ${setting} ${text}. ${remedy}`).join("\n"),
    );
  const { config } = loaded;
  const url = config.databaseUrl ?? (await findEmbeddedPostgres(config.dataDir))?.url;
  if (!url) throw new UsageError(`No Chesil runs on ${config.dataDir}. Start it first: npm start.`);
  const database = await openDatabase(url, { connectionsMax: 4 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
