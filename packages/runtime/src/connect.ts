import { type EventLog, postgresLog } from "@chesil/log";
import { type Database, migrate, openDatabase, type Transaction } from "@chesil/store";
import type { Config } from "./config.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import type { LogEvent } from "./telemetry-events.ts";

export type Connections = {
  readonly database: Database;
  readonly log: EventLog<Transaction>;
  /** Settles when the embedded server ended without being asked to. Never, with a server of your own. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
};

/**
 * The one place that picks adapters. PostgreSQL: the server inside unless `databaseUrl` names another. Event log: the
 * journal on that database; a Kafka adapter will be picked here by `kafka.brokers`.
 *
 * The database is migrated when this resolves. @throws whatever made it unusable; nothing is left running then.
 */
export async function connect(config: Config, onEvent: (event: LogEvent) => void): Promise<Connections> {
  const began = performance.now();
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  try {
    onEvent({
      event: "database-started",
      embedded: embedded !== undefined,
      ms: Math.round(performance.now() - began),
      ...(embedded ? { pid: embedded.pid } : {}),
    });
    const database = await openDatabase(embedded?.url ?? config.databaseUrl ?? "", {
      onError: (code) => onEvent({ event: "database-unreachable", error: { name: "Error", code } }),
    });
    try {
      for (const name of await migrate(database))
        onEvent({ event: "migration-applied", number: Number(name.slice(0, 4)) });
    } catch (error) {
      await database.close();
      throw error;
    }
    return {
      database,
      log: postgresLog(database.pool),
      ended: endedOf(embedded),
      close: () => closeAll(database, embedded),
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function endedOf(embedded: EmbeddedPostgres | undefined): Promise<unknown> {
  if (!embedded) return new Promise(() => {});
  return embedded.exited.then((exit) => {
    if (!exit.asked) throw new Error("The database ended by itself.");
    return new Promise(() => {});
  });
}

/** Idle clients must be gone before their server is: they would take its end for a fault. */
async function closeAll(database: Database, embedded: EmbeddedPostgres | undefined): Promise<void> {
  await database.close();
  await embedded?.stop();
}
