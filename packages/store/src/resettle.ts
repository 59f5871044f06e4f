import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";
import { drawIds } from "./journal-ids.ts";

/** The walk by everybody that a model or a survivorship policy begins when it comes into force. */
export type ResettleWalk = {
  /** The journal entry that put it into force: it names the walk. */
  readonly activation: number;
  /** Null: a policy, by which only golden records are computed anew. */
  readonly model: string | null;
};

/** Some of the walk's records, by their ids: what one journal entry decides anew. */
export type ResettleSlice = ResettleWalk & { readonly after: number; readonly upTo: number };

/** The slice in the bytes of its journal entry. */
export const readResettleSlice = (raw: Buffer): ResettleSlice => JSON.parse(raw.toString("utf8")) as ResettleSlice;

export type ResettleNext = {
  readonly walk: ResettleWalk;
  /** The entry that it follows: the activation, or the slice before. */
  readonly follows: number;
  /** The record after which it begins. */
  readonly after: number;
  readonly recordsMax: number;
};

/**
 * Journals the walk's next slice, in the transaction that commits the entry before it: exactly once through any crash. One
 * that the journal has, as in a rebuild, is not journalled again. Records that came under the model are none of the walk's:
 * it ends, however many come.
 */
export async function appendResettleSlice(transaction: Transaction, next: ResettleNext, at: Date): Promise<void> {
  const { walk, follows, after, recordsMax } = next;
  if (await hasLaterSlice(transaction, walk, follows)) return;
  const { rows } = await transaction.query<{ up_to: number | null }>(
    `select max(source_record_id) as up_to from (
       select source_record_id from source_record
       where status = 'active' and (overlaid_by is null or $4) and source_record_id > $1 and created_by < $2
       order by source_record_id limit $3
     ) slice`,
    [after, walk.activation, recordsMax, walk.model === null],
  );
  const upTo = rows[0]?.up_to ?? null;
  if (upTo === null) return;
  const slice: ResettleSlice = { ...walk, after, upTo };
  // Last, for nobody else can journal anything from here to the commit.
  const journalId = await drawIds(transaction, 1);
  await transaction.query(
    `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code,
       trigger_event, version, sender, control_id, message_at, identities)
     values ($1, 'resettle', '', '', $2, convert_to($3, 'UTF8'), sha256(convert_to($3, 'UTF8')), true, '', '', '', '', '',
       $2, '{}')`,
    [journalId, at, JSON.stringify(slice)],
  );
}

/** Each slice is journalled by the one before it: where a later one is, the next one is. */
async function hasLaterSlice(client: Client, { activation, model }: ResettleWalk, follows: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from journal where kind = 'resettle' and journal_id > $1
       and (convert_from(raw, 'UTF8')::jsonb ->> 'activation')::bigint = $2
       and convert_from(raw, 'UTF8')::jsonb ->> 'model' is not distinct from $3
     order by journal_id limit 1`,
    [follows, activation, model],
  );
  return rowCount === 1;
}

/** The ids of the slice's records, in order: those that can be matched, or that speak. */
export async function readSliceIds(client: Client, { model, after, upTo }: ResettleSlice): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>({
    name: "resettle-slice",
    text: `select source_record_id as id from source_record
           where status = 'active' and (overlaid_by is null or $3) and source_record_id > $1 and source_record_id <= $2
           order by source_record_id`,
    values: [after, upTo, model === null],
  });
  return rows.map(({ id }) => id);
}

/** How far the latest walk of a model is: of the records that were there when it came into force, those decided by it. */
export type ResettleProgress = ResettleWalk & {
  readonly model: string;
  readonly settled: number;
  readonly records: number;
};

/** Undefined: no model that came into force had anybody to decide anew. @param consumer the decider's. */
export async function readResettleProgress(client: Client, consumer: string): Promise<ResettleProgress | undefined> {
  const latest = await client.query<{ raw: Buffer; is_passed: boolean }>(
    `select raw, exists (select from log_consumer where consumer = $1 and position >= journal_id) as is_passed
     from journal where kind = 'resettle' and convert_from(raw, 'UTF8')::jsonb ->> 'model' is not null
     order by journal_id desc limit 1`,
    [consumer],
  );
  const [row] = latest.rows;
  if (!row) return undefined;
  const { activation, after, model } = readResettleSlice(row.raw) as ResettleSlice & { model: string };
  const { rows } = await client.query<{ settled: number; records: number }>(
    // A slice that is passed and has none after it was the last.
    `select count(*) filter (where $1 or source_record_id <= $2) as settled, count(*) as records from source_record
     where status = 'active' and overlaid_by is null and created_by < $3`,
    [row.is_passed, after, activation],
  );
  return { activation, model, settled: rows[0]?.settled ?? 0, records: rows[0]?.records ?? 0 };
}
