import type { FactContent, FactKind } from "@chesil/model";
import type { Client } from "./client.ts";
import type { FactState } from "./fact-read.ts";

/**
 * Facts as FHIR shows them: with whose they are now, the visit and the fact that they belong to, and a version that
 * changes whenever any of that does. What is found has passed no gate yet.
 */
export type VersionedFact = {
  readonly factId: number;
  readonly personId: string;
  readonly sourceRecordId: number;
  readonly authority: string;
  readonly feed: string;
  readonly key: string;
  readonly state: FactState;
  readonly content: FactContent;
  readonly recordedAt: Date;
  /** The journal entry that said the present content. */
  readonly saidBy: number;
  readonly encounterId: number | null;
  /** Of that visit. */
  readonly specialty: string | null;
  readonly relation: { readonly action: "replace" | "addend"; readonly factId: number } | null;
  /** The journal entry that changed the fact last, or whose it is, and when that arrived. */
  readonly updatedBy: number;
  readonly updatedAt: Date | null;
};

/** Which facts; at least the persons or the facts are named, and both conditions hold where both are. */
export type FactsAsked = {
  readonly personIds?: readonly string[] | undefined;
  readonly factIds?: readonly number[] | undefined;
  readonly kinds?: readonly FactKind[] | undefined;
  /** Facts below this id: the order is newest first. */
  readonly before?: number | undefined;
  readonly limit: number;
  /** Also what is held of source records that their sender deleted: as retracted. */
  readonly isWhole?: boolean | undefined;
};

type Row = Omit<VersionedFact, "relation"> & {
  readonly action: "replace" | "addend" | null;
  readonly relatedId: number | null;
};

/** Ids are minted from the journal entry that makes a thing, so many an entry: an id says which entry that was. */
const MINTED_PER_ENTRY_MAX = 250_000;

/**
 * One statement, whatever the number of facts, newest first by their ids. A source record that its sender deleted says
 * nothing any more.
 *
 * The version is the latest of the entries that changed the fact, that gave its source record to the person, and that made
 * the visit and the fact it points at: what is shown never changes under one version.
 */
export async function readVersionedFacts(client: Client, asked: FactsAsked): Promise<VersionedFact[]> {
  const { personIds, factIds, kinds, before, limit, isWhole } = asked;
  if (!personIds && !factIds) throw new Error("Facts are read of persons or by their ids.");
  if (personIds?.length === 0 || factIds?.length === 0) return [];
  const { rows } = await client.query<Row>({
    // One text a name: a prepared statement is known by it.
    name: `versioned-facts${personIds ? "-of-persons" : ""}${factIds ? "-by-id" : ""}${isWhole ? "-whole" : ""}`,
    text: `with asked as materialized (
             select f.*, s.person_id, s.authority, s.feed, s.status = 'deleted' as is_gone
             from source_record s join fact f on f.source_record_id = s.source_record_id
             where ${isWhole ? "true" : "s.status <> 'deleted'"} and ${personIds ? "s.person_id = any($1::uuid[])" : "$1::uuid[] is null"}
               and ${factIds ? "f.fact_id = any($2::bigint[])" : "$2::bigint[] is null"}
               and ($3::text[] is null or f.kind = any($3::text[])) and ($4::bigint is null or f.fact_id < $4)
             -- Sorted, not read along the index of all ids: a person has few of these.
             order by -f.fact_id limit $5
           ), linked as materialized (
             select record.source_record_id, last.journal_id
             from (select distinct source_record_id from asked) record cross join lateral (
               select e.journal_id from identity_event e where e.source_record_id = record.source_record_id
               order by e.event_id desc limit 1
             ) last
           ), versioned as (
             select a.*, e.encounter_id, e.specialty, r.fact_id as related_id,
               greatest(a.updated_by, l.journal_id, e.encounter_id / ${MINTED_PER_ENTRY_MAX}, r.created_by) as version
             from asked a left join linked l on l.source_record_id = a.source_record_id
             left join encounter e on e.source_record_id = a.source_record_id and e.visit_number = a.visit_number
               and e.retired_into is null
             left join fact r on r.source_record_id = a.source_record_id and r.kind = a.kind and r.fact_key = a.relates_to
           )
           select v.fact_id as "factId", v.person_id as "personId", v.source_record_id as "sourceRecordId", v.authority, v.feed,
             v.fact_key as key, case when v.is_gone then 'retracted' else v.state end as state, v.content, v.recorded_at as "recordedAt", v.journal_id as "saidBy", v.encounter_id as "encounterId", v.specialty,
             v.relation as action, v.related_id as "relatedId", v.version as "updatedBy", j.received_at as "updatedAt"
           from versioned v left join journal j on j.journal_id = v.version
           order by v.fact_id desc`,
    values: [personIds ?? null, factIds ?? null, kinds ?? null, before ?? null, limit],
  });
  return rows.map(({ action, relatedId, ...fact }) => ({
    ...fact,
    relation: action !== null && relatedId !== null ? { action, factId: relatedId } : null,
  }));
}
