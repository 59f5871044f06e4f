import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";
import { column } from "./unnest.ts";

/** That two source records are of one patient, or of two, until it is lifted. */
export type LinkRule = {
  readonly ruleId: number;
  readonly kind: "same" | "different";
  readonly sourceRecordId: number;
  readonly otherSourceRecordId: number;
  readonly decidedBy: "sender" | "human";
  readonly journalId: number;
  readonly at: Date;
  readonly liftedBy: number | null;
};

/** The rules that bind any of the source records, from either side. */
export async function readLinkRules(client: Client, sourceRecordIds: readonly number[]): Promise<LinkRule[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<LinkRule>({
    name: "link-rules",
    text: `select rule_id as "ruleId", kind, source_record_id as "sourceRecordId", other_source_record_id as "otherSourceRecordId",
             decided_by as "decidedBy", journal_id as "journalId", at, lifted_by as "liftedBy"
           from link_rule where lifted_by is null
             and (source_record_id = any($1::bigint[]) or other_source_record_id = any($1::bigint[]))
           order by rule_id`,
    values: [sourceRecordIds],
  });
  return rows;
}

/** The rules that a journal entry laid down, and those that it lifted. */
export async function readLinkRulesOf(client: Client, journalId: number): Promise<LinkRule[]> {
  const { rows } = await client.query<LinkRule>(
    `select rule_id as "ruleId", kind, source_record_id as "sourceRecordId", other_source_record_id as "otherSourceRecordId",
       decided_by as "decidedBy", journal_id as "journalId", at, lifted_by as "liftedBy"
     from link_rule where journal_id = $1 or lifted_by = $1 order by rule_id`,
    [journalId],
  );
  return rows;
}

/** Writes rules; of one that stands only whether it was lifted changes. */
export async function writeLinkRules(transaction: Transaction, rows: readonly LinkRule[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `insert into link_rule (rule_id, kind, source_record_id, other_source_record_id, decided_by, journal_id, at, lifted_by)
     select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::timestamptz[],
       $8::bigint[])
     on conflict (rule_id) do update set lifted_by = excluded.lifted_by`,
    [
      column(rows, (row) => row.ruleId),
      column(rows, (row) => row.kind),
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.otherSourceRecordId),
      column(rows, (row) => row.decidedBy),
      column(rows, (row) => row.journalId),
      column(rows, (row) => row.at),
      column(rows, (row) => row.liftedBy),
    ],
  );
}
