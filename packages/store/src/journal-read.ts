import type { Database, Transaction } from "./database.ts";

/** What resolve needs of a journal entry. */
export type JournalEntry = {
  readonly journalId: number;
  readonly kind: "message" | "command" | "activation" | "resettle";
  readonly feed: string;
  readonly receivedAt: Date;
  readonly raw: Buffer;
  readonly identities: readonly string[];
  /** MSH-9.1; `CDA` of a document. */
  readonly messageCode: string;
  /** MSH-9.2; of a row of an extract whether it is there or gone. */
  readonly triggerEvent: string;
  /** MSH-12; of a row of an extract its file's character set. */
  readonly version: string;
  readonly controlId: string;
  /** MSH-7; of a row when the extract was made. */
  readonly messageAt: Date;
};

/** The bytes of an entry are in an archive only (`retention.ts`). */
export class ArchivedEntryError extends Error {
  override name = "ArchivedEntryError";
  constructor(journalId: number, archive: string) {
    super(`The bytes of journal entry ${journalId} are archived. Bring them back: chesil import journal ${archive}`);
  }
}

/** The folder of the archive that has the bytes of the row `j` of the journal, as SQL; null where the journal has them. */
export const ARCHIVE_OF_ROW = `case when j.raw = '' and j.sha256 <> sha256(j.raw) then coalesce((
  select archive from journal_partition p where j.journal_id >= p.first_id and j.journal_id < p.next_id), 'FOLDER') end`;

/** The named entries in journal order. @throws ArchivedEntryError when the bytes of one have left the journal. */
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
    message_code: string;
    trigger_event: string;
    version: string;
    control_id: string;
    message_at: Date;
    archive: string | null;
  }>({
    name: "read-journal",
    text: `select journal_id, kind, feed, received_at, raw, identities, message_code, trigger_event, version, control_id, message_at,
             ${ARCHIVE_OF_ROW} as archive
           from journal j
           where journal_id = any($1::bigint[]) order by journal_id`,
    values: [journalIds],
  });
  for (const row of rows) if (row.archive !== null) throw new ArchivedEntryError(row.journal_id, row.archive);
  return rows.map((row) => ({
    journalId: row.journal_id,
    kind: row.kind,
    feed: row.feed,
    receivedAt: row.received_at,
    raw: row.raw,
    identities: row.identities,
    messageCode: row.message_code,
    triggerEvent: row.trigger_event,
    version: row.version,
    controlId: row.control_id,
    messageAt: row.message_at,
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
