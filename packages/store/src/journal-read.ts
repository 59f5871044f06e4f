import type { Database, Transaction } from "./database.ts";

/** What resolve needs of a journal entry. */
export type JournalEntry = {
  readonly journalId: number;
  readonly kind: "message" | "command" | "activation" | "resettle";
  readonly feed: string;
  readonly receivedAt: Date;
  readonly raw: Buffer;
  readonly identities: readonly string[];
};

/** The named entries in journal order. */
export async function readJournal(
  database: Database | Transaction,
  journalIds: readonly number[],
): Promise<JournalEntry[]> {
  const client = "pool" in database ? database.pool : database;
  const { rows } = await client.query<{
    journal_id: number;
    kind: "message" | "command" | "activation" | "resettle";
    feed: string;
    received_at: Date;
    raw: Buffer;
    identities: string[];
  }>({
    name: "read-journal",
    text: `select journal_id, kind, feed, received_at, raw, identities from journal
           where journal_id = any($1::bigint[]) order by journal_id`,
    values: [journalIds],
  });
  return rows.map((row) => ({
    journalId: row.journal_id,
    kind: row.kind,
    feed: row.feed,
    receivedAt: row.received_at,
    raw: row.raw,
    identities: row.identities,
  }));
}

export type Backlog = { readonly messages: number; readonly oldestAt: Date | null };

/** Accepted entries that the consumer has not reached. */
export async function readBacklog(database: Database, consumer: string): Promise<Backlog> {
  const { rows } = await database.pool.query<{ messages: number; oldest_at: Date | null }>(
    `select count(*) as messages, min(received_at) as oldest_at from journal
     where accepted and journal_id > coalesce((select position from log_consumer where consumer = $1), 0)`,
    [consumer],
  );
  return { messages: rows[0]?.messages ?? 0, oldestAt: rows[0]?.oldest_at ?? null };
}

/** Whether the consumer has gone past the entry. */
export async function hasPassed(database: Database, consumer: string, journalId: number): Promise<boolean> {
  const { rowCount } = await database.pool.query("select 1 from log_consumer where consumer = $1 and position >= $2", [
    consumer,
    journalId,
  ]);
  return rowCount === 1;
}
