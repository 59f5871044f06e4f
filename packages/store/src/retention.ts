import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "./client.ts";
import { appendCommandsWithin, type RetentionCommand, readCommand } from "./command.ts";
import type { Database, Transaction } from "./database.ts";
import { readAside } from "./rebuild.ts";

/** A range of the journal, made by `open_journal_partitions` (migration 0023) ahead of the ids. */
export type JournalPartition = {
  readonly firstId: number;
  /** One past the last id. */
  readonly nextId: number;
  readonly tableName: string;
  readonly archivedAt: Date | null;
  /** The folder of the archive, as it was named then. */
  readonly archive: string | null;
  /** Entries whose bytes are in the archive only. */
  readonly entriesArchived: number;
  readonly bytesArchived: number;
};

const PARTITION = `first_id as "firstId", next_id as "nextId", table_name as "tableName", archived_at as "archivedAt", archive,
  entries_archived as "entriesArchived", bytes_archived as "bytesArchived"`;

/** All ranges, the oldest first. */
export async function readPartitions(client: Client): Promise<JournalPartition[]> {
  const { rows } = await client.query<JournalPartition>(`select ${PARTITION} from journal_partition order by first_id`);
  return rows;
}

/** Ranges of which the journal has not all bytes: whatever needs the whole journal must ask for them first. */
export const readArchivedPartitions = async (client: Client): Promise<JournalPartition[]> =>
  (await readPartitions(client)).filter(({ entriesArchived }) => entriesArchived > 0);

/** When the newest of a range was received; null where it has none. */
export async function readNewestReceived(client: Client, partition: JournalPartition): Promise<Date | null> {
  const { rows } = await client.query<{ at: Date | null }>(`select max(received_at) as at from ${nameOf(partition)}`);
  return rows[0]?.at ?? null;
}

/** What the journal says was archived and brought back, first to last. */
export async function readRetention(
  client: Client,
): Promise<{ readonly journalId: number; readonly command: RetentionCommand }[]> {
  const { rows } = await client.query<{ journal_id: number; raw: Buffer }>(
    `select journal_id, raw from journal where kind = 'command' and trigger_event in ('archive', 'bring-back')
     order by journal_id`,
  );
  return rows.map(({ journal_id: journalId, raw }) => ({ journalId, command: readCommand(raw) as RetentionCommand }));
}

/** Why a range can not leave yet, as counts; all 0: everything in it is settled, and everybody has been by. */
export type Unsettled = {
  /**
   * Ids that are not drawn yet, or a consumer of the log that has not come to the end of the range, or to a command by which
   * something of it was judged again: whoever forwards messages needs their bytes there.
   */
  readonly isInUse: boolean;
  readonly quarantined: number;
  readonly parked: number;
  readonly withoutOutcome: number;
};

export async function readUnsettled(client: Client, { firstId, nextId }: JournalPartition): Promise<Unsettled> {
  const { rows } = await client.query<Unsettled>(
    `select (select last_value from journal_id_seq) < $2::bigint
         or exists (select from log_consumer where position < (select coalesce(max(journal_id), 0) from journal
           where accepted and journal_id >= $1 and journal_id < $2))
         or exists (select from outcome where decided_by <> journal_id and journal_id >= $1 and journal_id < $2
           and decided_by > (select min(position) from log_consumer)) as "isInUse",
       (select count(*) from outcome where outcome = 'quarantined' and journal_id >= $1 and journal_id < $2) as quarantined,
       (select count(*) from outcome where outcome = 'parked' and journal_id >= $1 and journal_id < $2) as parked,
       (select count(*) from journal j left join outcome o using (journal_id)
         where j.kind = 'message' and o.journal_id is null and j.journal_id >= $1 and j.journal_id < $2) as "withoutOutcome"`,
    [firstId, nextId],
  );
  if (!rows[0]) throw new Error("A count came without a row.");
  return rows[0];
}

/**
 * Entries of a range, whole, one JSON each as PostgreSQL writes a row: numbers of 64 bits and times lose nothing by it, and
 * `restoreEntries` takes them back. In order; the next ones follow the last id.
 */
export async function readEntriesAsJson(
  client: Client,
  partition: JournalPartition,
  { after, entriesMax, bytesMax }: { readonly after: number; readonly entriesMax: number; readonly bytesMax: number },
): Promise<{ journalId: number; line: string }[]> {
  const { rows } = await client.query<{ journalId: number; line: string }>(
    `select journal_id as "journalId", row_to_json(j)::text as line from (
       select *, sum(octet_length(raw)) over (order by journal_id) - octet_length(raw) as bytes_before from (
         select * from ${nameOf(partition)} where journal_id > $1 order by journal_id limit $2
       ) few
     ) sized join ${nameOf(partition)} j using (journal_id) where bytes_before < $3 order by journal_id`,
    [after, entriesMax, bytesMax],
  );
  return rows;
}

/** Rows that are not as their sha-256 says, which no archive may be made of. */
export async function countDamaged(client: Client, partition: JournalPartition): Promise<number> {
  const { rows } = await client.query<{ damaged: number }>(
    `select count(*) as damaged from ${nameOf(partition)} where sha256 <> sha256(raw)`,
  );
  return rows[0]?.damaged ?? 0;
}

/** Messages that hold the bytes of documents that can be read. */
const OF_DOCUMENTS = `
  select coalesce(parts_by, journal_id) from fact where kind = 'document'
  union select parts_by from fact where parts_by is not null
  union select parts_by from fact_version where parts_by is not null
  union select coalesce((part #>> '{said,journalId}')::bigint, f.journal_id)
    from fact f cross join lateral jsonb_array_elements(f.content -> 'documents') as part
    where f.kind = 'result' and jsonb_typeof(f.content -> 'documents') = 'array'`;

/**
 * What of a range stays as it is: all that is no message, for it is little and says how the rest was read and decided; what
 * holds a document that is shown, its earlier parts included; the rows that an extract is compared with.
 */
const STAYS = `j.kind <> 'message' or j.journal_id in (
  with shown as (${OF_DOCUMENTS})
  select * from shown
  union select o.journal_id from outcome whole join outcome o using (source_record_id, decided_by)
    where whole.journal_id in (select * from shown) and o.journal_id < whole.journal_id
  union select journal_id from load_row union select unnest(stated_by) from load_row)`;

/**
 * Takes the bytes of a range's messages out of the journal. Their rows stay, with everything by which they are found, so that
 * a resend is still known and gets its answer again; only `raw` is empty. The rows are copied while everybody works, and the
 * tables change places at once: nothing is deleted row by row, and the disk is given back.
 *
 * The bytes leave in the transaction that journals that they do, when the decider has decided all that came before. So what a
 * decision can not hear any more is a function of the journal (law 8), and not of when a disk was plugged in: made anew with
 * every archive at hand, the store comes out the same. To keep what a decision may still need is no way out: a merge of today
 * may be taken back tomorrow, and needs what was said ten years ago.
 *
 * @param leaving.decider the consumer that decides.
 * @returns how many entries left their bytes.
 * @throws NotDecidedError
 */
export async function releasePartition(
  database: Database,
  partition: JournalPartition,
  leaving: {
    readonly archive: string;
    readonly decider: string;
    readonly by: string;
    readonly reason: string;
    readonly at: Date;
  },
): Promise<number> {
  const table = nameOf(partition);
  const thin = `${table}_thin`;
  const left = await database.transaction(async (transaction) => {
    // Of a run that was killed.
    await transaction.query(`drop table if exists ${thin}`);
    await transaction.query(`create table ${thin} (like journal including all)`);
    const columns = await readColumns(transaction);
    const values = columns.map((column) => (column === "raw" ? `case when ${STAYS} then raw else '' end` : column));
    await transaction.query(`insert into ${thin} (${columns.join()}) select ${values.join()} from ${table} j`);
    const { rows } = await transaction.query<{ entries: number; bytes: number }>(
      `select count(*) as entries, coalesce(sum(octet_length(old.raw)), 0)::bigint as bytes
       from ${thin} t join ${table} old using (journal_id) where t.raw = '' and old.raw <> ''`,
    );
    return rows[0] ?? { entries: 0, bytes: 0 };
  });
  const { firstId, nextId } = partition;
  const { archive, decider, by, reason, at } = leaving;
  await database.transaction(async (transaction) => {
    // Known to hold, so that nobody waits while it is looked for.
    await transaction.query(
      `alter table ${thin} add constraint within_range check (journal_id >= ${firstId} and journal_id < ${nextId})`,
    );
    await transaction.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
    const command = { command: "archive", firstId, nextId, archive, by, reason } as const;
    const [entry = 0] = await appendCommandsWithin(transaction, [command], at);
    // From here on nobody else journals anything.
    await waitForDecider(transaction, decider, entry);
    await changePlaces(transaction, partition, thin);
    await transaction.query(
      `update journal_partition set archived_at = $2, archive = $3, entries_archived = $4, bytes_archived = $5
       where first_id = $1`,
      [firstId, at, archive, left.entries, left.bytes],
    );
  });
  return left.entries;
}

async function readColumns(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'journal'::regclass and attnum > 0 and not attisdropped
     order by attnum`,
  );
  return rows.map(({ name }) => name);
}

/** Who appends waits for this, and this for who reads and decides: no longer than a sender waits for an answer. */
const LOCK_WAIT_MS = 2_000;
const DECIDED_LOOK_MS = 20;

/** Not all is decided that came before: what was archived there and then some decision might have heard. */
export class NotDecidedError extends Error {
  override name = "NotDecidedError";
}

/**
 * What archived another range needs not be passed: by that nothing is decided.
 * @throws NotDecidedError when the decider has not come to the entry in time, or a store stands aside, which hears all.
 */
async function waitForDecider(transaction: Transaction, decider: string, entry: number): Promise<void> {
  if ((await readAside(transaction)) !== "none")
    throw new NotDecidedError("a rebuild goes on, or was left: end it, or chesil rebuild --drop");
  for (let waitedMs = 0; ; waitedMs += DECIDED_LOOK_MS) {
    const { rowCount } = await transaction.query(
      `select from log_consumer where consumer = $1
         and position >= (select coalesce(max(journal_id), 0) from journal where accepted and journal_id < $2
           and not (kind = 'command' and trigger_event = 'archive'))`,
      [decider, entry],
    );
    if (rowCount === 1) return;
    if (waitedMs >= LOCK_WAIT_MS)
      throw new NotDecidedError("Chesil has not decided all that is in the journal: let it, and run this again");
    await sleep(DECIDED_LOOK_MS);
  }
}

async function changePlaces(transaction: Transaction, partition: JournalPartition, thin: string): Promise<void> {
  const { firstId, nextId } = partition;
  const table = nameOf(partition);
  await transaction.query(`alter table journal detach partition ${table}`);
  await transaction.query(`drop table ${table}`);
  await transaction.query(`alter table ${thin} rename to ${table}`);
  await transaction.query(`alter table journal attach partition ${table} for values from (${firstId}) to (${nextId})`);
  await transaction.query(`alter table ${table} drop constraint within_range`);
}

/** Entries of an archive that are not those of the journal. */
export class ForeignEntriesError extends Error {
  override name = "ForeignEntriesError";
}

/**
 * Gives entries their bytes again, from the lines of an archive. Each must be the entry that the journal has, and its bytes
 * those that its sha-256 was made of.
 *
 * @returns how many had none.
 * @throws ForeignEntriesError when one is not; nothing is changed then.
 */
export function restoreEntries(database: Database, lines: readonly string[]): Promise<number> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ known: number; restored: number }>(
      `with given as (
         select g.journal_id, g.raw, g.sha256 from unnest($1::text[]) as line, jsonb_populate_record(null::journal, line::jsonb) g
       ), known as (
         select g.journal_id, g.raw from given g join journal j using (journal_id)
         where j.sha256 = g.sha256 and sha256(g.raw) = g.sha256
       ), restored as (
         update journal j set raw = k.raw from known k where j.journal_id = k.journal_id and j.raw = '' and k.raw <> ''
         returning j.journal_id
       )
       select (select count(*) from known) as known, (select count(*) from restored) as restored`,
      [lines],
    );
    if (rows[0]?.known !== lines.length)
      throw new ForeignEntriesError("An entry of the archive is not the one that this journal has under its number.");
    return rows[0].restored;
  });
}

/**
 * Notes that the journal has a range's bytes again, all of them, and journals it: from then on what waited for them is decided.
 * @returns false when some are still missing.
 */
export function notePartitionRestored(
  database: Database,
  { firstId, nextId }: JournalPartition,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ isArchived: boolean; isWhole: boolean }>(
      `select archived_at is not null as "isArchived", not exists (
         select from journal j where j.journal_id >= p.first_id and j.journal_id < p.next_id and j.raw = ''
           and sha256(j.raw) <> j.sha256) as "isWhole"
       from journal_partition p where first_id = $1 for update`,
      [firstId],
    );
    const { isArchived = false, isWhole = false } = rows[0] ?? {};
    if (!isWhole || !isArchived) return isWhole;
    await transaction.query(
      `update journal_partition set archived_at = null, archive = null, entries_archived = 0, bytes_archived = 0
       where first_id = $1`,
      [firstId],
    );
    await appendCommandsWithin(transaction, [{ command: "bring-back", firstId, nextId, by, reason }], at);
    return true;
  });
}

/** Of the ledger, never of a person. */
const nameOf = ({ tableName }: JournalPartition) => {
  if (!/^journal_\d+$/.test(tableName)) throw new Error("A partition has a name that was not given by a migration.");
  return tableName;
};
