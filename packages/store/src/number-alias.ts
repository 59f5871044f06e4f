import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";
import { column } from "./unnest.ts";

/** A visit or account number of a source record, and where its later messages go. */
export type NumberAlias = {
  readonly sourceRecordId: number;
  readonly kind: "account" | "visit";
  readonly number: string;
  readonly intoSourceRecordId: number;
  readonly intoNumber: string;
  readonly journalId: number;
  /** The journal entry that moved it back: the number lives here again. */
  readonly liftedBy: number | null;
};

/** The aliases of the numbers under the source records, and of those that they lead to, however long the chain. */
export async function readNumberAliases(
  client: Client,
  sourceRecordIds: readonly number[],
  numbers: readonly string[],
): Promise<NumberAlias[]> {
  if (sourceRecordIds.length === 0 || numbers.length === 0) return [];
  const { rows } = await client.query<NumberAlias>({
    name: "number-aliases",
    text: `with recursive chain as (
             select * from number_alias where source_record_id = any($1::bigint[]) and number = any($2::text[])
             union
             select a.* from chain c join number_alias a on a.source_record_id = c.into_source_record_id and a.kind = c.kind
               and a.number = c.into_number
           )
           select source_record_id as "sourceRecordId", kind, number, into_source_record_id as "intoSourceRecordId",
             into_number as "intoNumber", journal_id as "journalId", lifted_by as "liftedBy" from chain`,
    values: [sourceRecordIds, numbers],
  });
  return rows;
}

export async function writeNumberAliases(transaction: Transaction, rows: readonly NumberAlias[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `insert into number_alias (source_record_id, kind, number, into_source_record_id, into_number, journal_id, lifted_by)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[])
     on conflict (source_record_id, kind, number) do update set into_source_record_id = excluded.into_source_record_id,
       into_number = excluded.into_number, journal_id = excluded.journal_id, lifted_by = excluded.lifted_by`,
    [
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.kind),
      column(rows, (row) => row.number),
      column(rows, (row) => row.intoSourceRecordId),
      column(rows, (row) => row.intoNumber),
      column(rows, (row) => row.journalId),
      column(rows, (row) => row.liftedBy),
    ],
  );
}
