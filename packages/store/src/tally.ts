import type { Outcome } from "@chesil/model";
import type { Database, Transaction } from "./database.ts";

export type TallyName = "received" | Outcome;

/** Messages by feed and name, as changed by one transaction. */
export class TallyChange {
  readonly #byKey = new Map<string, { feed: string; name: TallyName; messages: number }>();

  add(feed: string, name: TallyName, messages = 1): void {
    const key = `${name}|${feed}`;
    const known = this.#byKey.get(key);
    if (known) known.messages += messages;
    else this.#byKey.set(key, { feed, name, messages });
  }

  /** Appends the changes; nobody waits for anybody. */
  async write(transaction: Transaction): Promise<void> {
    const changes = [...this.#byKey.values()];
    if (changes.length === 0) return;
    await transaction.query("insert into tally select * from unnest($1::text[], $2::text[], $3::bigint[])", [
      changes.map((each) => each.feed),
      changes.map((each) => each.name),
      changes.map((each) => each.messages),
    ]);
  }
}

/**
 * Makes one row of all that was appended for each feed and name. What others append or fold meanwhile is left to them:
 * a row is only counted by the one that deletes it.
 */
export async function foldTally(database: Database): Promise<void> {
  await database.pool.query(
    `with folded as (delete from tally returning feed, name, messages)
     insert into tally select feed, name, sum(messages) from folded group by feed, name`,
  );
}

/** All counts, by feed. A name that never occurred is missing. */
export async function readTally(database: Database): Promise<Map<string, Partial<Record<TallyName, number>>>> {
  const { rows } = await database.pool.query<{ feed: string; name: TallyName; messages: number }>(
    "select feed, name, sum(messages)::bigint as messages from tally group by feed, name",
  );
  const feeds = new Map<string, Partial<Record<TallyName, number>>>();
  for (const row of rows) feeds.set(row.feed, { ...feeds.get(row.feed), [row.name]: row.messages });
  return feeds;
}
