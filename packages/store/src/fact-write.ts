import type { FactContent } from "@chesil/model";
import type { Transaction } from "./database.ts";
import type { FactMoment, StoredFact, StoredFactSnapshot } from "./fact-read.ts";
import { column, jsonColumn } from "./unnest.ts";

/** What a message said of a fact, where the fact does not show it just so. */
export type FactVersionWrite = {
  readonly factId: number;
  readonly said: FactMoment;
  readonly content: FactContent;
  /** The message that carried the parts of a document. */
  readonly partsBy: number | null;
};

/** Writes new, changed and moved facts. */
export async function writeFacts(transaction: Transaction, rows: readonly StoredFact[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-facts",
    text: `insert into fact (fact_id, source_record_id, kind, fact_key, state, visit_number, content, recorded_at, journal_id, parts_at,
             parts_by, retracted_at, retracted_by, relation, relates_to, related_at, related_by, created_by, updated_by)
           select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
             $8::timestamptz[], $9::bigint[], $10::timestamptz[], $11::bigint[], $12::timestamptz[], $13::bigint[], $14::text[],
             $15::text[], $16::timestamptz[], $17::bigint[], $18::bigint[], $19::bigint[])
           on conflict (fact_id) do update set source_record_id = excluded.source_record_id, fact_key = excluded.fact_key,
             state = excluded.state, visit_number = excluded.visit_number, content = excluded.content,
             recorded_at = excluded.recorded_at, journal_id = excluded.journal_id, parts_at = excluded.parts_at,
             parts_by = excluded.parts_by, retracted_at = excluded.retracted_at, retracted_by = excluded.retracted_by,
             relation = excluded.relation, relates_to = excluded.relates_to, related_at = excluded.related_at,
             related_by = excluded.related_by, created_by = excluded.created_by, updated_by = excluded.updated_by`,
    values: [
      column(rows, (row) => row.factId),
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.kind),
      column(rows, (row) => row.key),
      column(rows, (row) => row.state),
      column(rows, (row) => row.visitNumber),
      jsonColumn(rows, (row) => row.content),
      column(rows, (row) => row.said.recordedAt),
      column(rows, (row) => row.said.journalId),
      column(rows, (row) => row.parts?.recordedAt ?? null),
      column(rows, (row) => row.parts?.journalId ?? null),
      column(rows, (row) => row.retracted?.recordedAt ?? null),
      column(rows, (row) => row.retracted?.journalId ?? null),
      column(rows, (row) => row.relation?.action ?? null),
      column(rows, (row) => row.relation?.to ?? null),
      column(rows, (row) => row.relation?.recordedAt ?? null),
      column(rows, (row) => row.relation?.journalId ?? null),
      column(rows, (row) => row.createdBy),
      column(rows, (row) => row.updatedBy),
    ],
  });
}

/** Keeps what messages said beside the facts. The same again changes nothing; read anew, a message is as it was read last. */
export async function writeFactVersions(transaction: Transaction, rows: readonly FactVersionWrite[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-fact-versions",
    text: `insert into fact_version (fact_id, journal_id, recorded_at, content, parts_by)
           select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::jsonb[], $5::bigint[])
           on conflict (fact_id, journal_id) do update set recorded_at = excluded.recorded_at, content = excluded.content,
             parts_by = excluded.parts_by
           where (fact_version.recorded_at, fact_version.content, fact_version.parts_by)
             is distinct from (excluded.recorded_at, excluded.content, excluded.parts_by)`,
    values: [
      column(rows, (row) => row.factId),
      column(rows, (row) => row.said.journalId),
      column(rows, (row) => row.said.recordedAt),
      jsonColumn(rows, (row) => row.content),
      column(rows, (row) => row.partsBy),
    ],
  });
}

/** Writes the latest whole lists. */
export async function writeFactSnapshots(transaction: Transaction, rows: readonly StoredFactSnapshot[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-fact-snapshots",
    text: `insert into fact_snapshot (source_record_id, kind, visit_number, recorded_at, journal_id, fact_keys)
           select * from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::jsonb[])
           on conflict (source_record_id, kind, visit_number) do update set recorded_at = excluded.recorded_at,
             journal_id = excluded.journal_id, fact_keys = excluded.fact_keys`,
    values: [
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.kind),
      column(rows, (row) => row.visitNumber),
      column(rows, (row) => row.said.recordedAt),
      column(rows, (row) => row.said.journalId),
      jsonColumn(rows, (row) => row.keys),
    ],
  });
}

/** Takes away facts that became part of another one, which was moved to their place; their versions go with them. */
export async function joinFacts(
  transaction: Transaction,
  rows: readonly { readonly factId: number; readonly into: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `with joined as (select * from unnest($1::bigint[], $2::bigint[]) as j (fact_id, into_id)),
          gone as (delete from fact using joined where fact.fact_id = joined.fact_id),
          moved as (delete from fact_version v using joined where v.fact_id = joined.fact_id
                    returning joined.into_id, v.journal_id, v.recorded_at, v.content, v.parts_by)
     insert into fact_version (fact_id, journal_id, recorded_at, content, parts_by) select * from moved
     on conflict (fact_id, journal_id) do nothing`,
    [column(rows, (row) => row.factId), column(rows, (row) => row.into)],
  );
}
