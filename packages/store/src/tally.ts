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

  /** In one order, so that two transactions never wait for each other in a circle. */
  async write(transaction: Transaction): Promise<void> {
    const changes = [...this.#byKey.entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, change]) => change);
    if (changes.length === 0) return;
    await transaction.query(
      `insert into tally (feed, name, messages)
       select * from unnest($1::text[], $2::text[], $3::bigint[])
       on conflict (feed, name) do update set messages = tally.messages + excluded.messages`,
      [changes.map((each) => each.feed), changes.map((each) => each.name), changes.map((each) => each.messages)],
    );
  }
}

/** All counts, by feed. A name that never occurred is missing. */
export async function readTally(database: Database): Promise<Map<string, Partial<Record<TallyName, number>>>> {
  const { rows } = await database.pool.query<{ feed: string; name: TallyName; messages: number }>(
    "select feed, name, messages from tally",
  );
  const feeds = new Map<string, Partial<Record<TallyName, number>>>();
  for (const row of rows) feeds.set(row.feed, { ...feeds.get(row.feed), [row.name]: row.messages });
  return feeds;
}
