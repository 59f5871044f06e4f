import type { Client } from "./client.ts";

/**
 * How far the order of receipt and the order of journal ids may differ. A frame is stamped when it arrives and
 * numbered when its batch commits, seconds later at the worst.
 */
const DISORDER_MS_MAX = 5 * 60_000;

/**
 * The journal ids between which everything received from `from` to `to` lies; null where there is no bound.
 *
 * Time is nearly sorted by journal id, so a search by halves on the primary key finds the place in some 25 look-ups.
 * The BRIN index would read and sort a whole day for one page of it.
 */
export async function journalBounds(
  client: Client,
  from: Date | undefined,
  to: Date | undefined,
): Promise<{ from: number | null; to: number | null }> {
  return {
    from: from ? await firstReceivedAfter(client, from.getTime() - DISORDER_MS_MAX) : null,
    to: to ? await firstReceivedAfter(client, to.getTime() + DISORDER_MS_MAX) : null,
  };
}

/** The lowest id at which the journal has passed the time, or one above its last. */
async function firstReceivedAfter(client: Client, atMs: number): Promise<number> {
  const { rows } = await client.query<{ low: number | null; high: number | null }>(
    "select min(journal_id) as low, max(journal_id) as high from journal",
  );
  let low = rows[0]?.low ?? 1;
  let high = (rows[0]?.high ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const next = await entryFrom(client, middle);
    if (!next || next.journalId >= high) {
      high = middle;
    } else if (next.receivedAtMs > atMs) {
      high = middle;
    } else {
      low = next.journalId + 1;
    }
  }
  return low;
}

/** The entry with the id or, ids having gaps, the one that follows. */
async function entryFrom(
  client: Client,
  journalId: number,
): Promise<{ journalId: number; receivedAtMs: number } | undefined> {
  const { rows } = await client.query<{ journal_id: number; received_at: Date }>({
    name: "next-journal-entry",
    text: "select journal_id, received_at from journal where journal_id >= $1 order by journal_id limit 1",
    values: [journalId],
  });
  const row = rows[0];
  return row && { journalId: row.journal_id, receivedAtMs: row.received_at.getTime() };
}
