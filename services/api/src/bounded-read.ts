import type { Client, Database } from "@chesil/store";

/** Longest statement of a read. A search that needs more is told to narrow itself. */
const STATEMENT_MS_MAX = 5_000;

/**
 * Reads at one moment of the store, read-only, no statement longer than five seconds (then Problem 503).
 * The work runs on one connection of the pool and must not ask for a second: under load that would be a deadlock.
 */
export function readAtOnce<T>(database: Database, work: (client: Client) => Promise<T>): Promise<T> {
  return database.transaction(async (transaction) => {
    // Not waited for by itself: it goes out ahead of the first question, whose answer says whether it held.
    const set = transaction.query(
      `set transaction isolation level repeatable read, read only; set local statement_timeout = ${STATEMENT_MS_MAX}`,
    );
    set.catch(() => {});
    const result = await work(transaction);
    await set;
    return result;
  });
}
