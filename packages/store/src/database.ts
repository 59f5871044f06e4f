import { Pool, type PoolClient, types } from "pg";

/** A connection inside a transaction. */
export type Transaction = PoolClient;

export type Database = {
  readonly pool: Pool;
  /** Runs `work` between BEGIN and COMMIT; rolls back and rethrows when it throws. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export class UnsafeDatabaseError extends Error {
  override name = "UnsafeDatabaseError";
}

const INT8 = 20;

/** Journal ids and counts stay far below 2^53; a larger one means a broken database, so it throws. */
function int8(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError("A 64-bit column holds a number above 2^53.");
  return number;
}

/**
 * Opens the database and refuses one that would make an acknowledgement a lie (law 1).
 * Each session sets `synchronous_commit=on` itself, whatever the server's default.
 *
 * @throws UnsafeDatabaseError when the server runs with `fsync=off` or `full_page_writes=off`.
 */
export async function openDatabase(
  url: string,
  options: { connectionsMax?: number; onError?: (code: string) => void } = {},
): Promise<Database> {
  return open(url, { ...options, settings: "-c synchronous_commit=on" });
}

/**
 * The same, seen by whoever writes a copy of tables in a schema of its own, which is looked in first. Nothing is acknowledged
 * by what is written there, and all of it can be made again from the journal: no commit waits for the disk, and a crash of
 * the server loses the last of them together with the position that they moved.
 */
export function openAside({ pool }: Database, schema: string): Promise<Database> {
  return open(pool.options.connectionString ?? "", {
    settings: `-c synchronous_commit=off -c search_path=${schema},public`,
  });
}

async function open(
  url: string,
  options: { settings: string; connectionsMax?: number; onError?: (code: string) => void },
): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: options.connectionsMax ?? 16,
    options: `${options.settings} -c timezone=UTC`,
    application_name: "chesil",
    // Statements of a transaction that do not need each other's answers go out together: one wait instead of several.
    pipeline: true,
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8 ? int8 : types.getTypeParser(oid, format as "text"),
    } as never,
  });
  let isClosing = false;
  // An idle client whose server went away emits an error; unhandled, it would end the process.
  pool.on("error", (error) => {
    if (!isClosing) options.onError?.((error as { code?: string }).code ?? error.name);
  });
  try {
    await refuseUnsafe(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    pool,
    transaction: (work) => inTransaction(pool, work),
    close: () => {
      isClosing = true;
      return pool.end();
    },
  };
}

async function refuseUnsafe(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('fsync', 'full_page_writes')",
  );
  const off = rows.filter((row) => row.setting !== "on").map((row) => row.name);
  if (off.length > 0) {
    throw new UnsafeDatabaseError(
      `The database runs with ${off.map((name) => `${name}=off`).join(" and ")}: a commit may be lost after a power cut, ` +
        "so no message could be acknowledged truthfully. Turn it on in postgresql.conf and restart the server.",
    );
  }
}

async function inTransaction<T>(pool: Pool, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A server that goes away between two statements is told here and nowhere else; unheard, it would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    // Not waited for by itself: it goes out with the first statement, ahead of it.
    const begun = client.query("begin");
    begun.catch(() => {});
    const result = await work(client);
    await begun;
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
