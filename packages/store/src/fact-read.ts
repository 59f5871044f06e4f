import type { DocumentPart, FactContent, FactKind, FactOf, Observation } from "@chesil/model";
import type { Client } from "./client.ts";
import { column } from "./unnest.ts";

/** When a message spoke, and which one it was. */
export type FactMoment = { readonly recordedAt: string; readonly journalId: number };

export type FactState = "current" | "superseded" | "retracted" | "withdrawn";

/** A fact as the store keeps it. */
export type StoredFact = {
  readonly factId: number;
  readonly sourceRecordId: number;
  readonly kind: FactKind;
  readonly key: string;
  readonly state: FactState;
  readonly visitNumber: string | null;
  readonly content: FactContent;
  /** Who said the present content. */
  readonly said: FactMoment;
  /** Who said the parts of a document; null where it is none, or none were sent yet. */
  readonly parts: FactMoment | null;
  readonly retracted: FactMoment | null;
  /** The fact of the same kind that this one replaces or adds to. */
  readonly relation: (FactMoment & { readonly action: "replace" | "addend"; readonly to: string }) | null;
  readonly createdBy: number;
  readonly updatedBy: number;
};

/**
 * A result as it is stored: messages correct it observation by observation. `said` is who said an observation's status,
 * and `valueSaid` its value. Absent, that is who said the fact's content, and who said the status.
 */
export type StoredResult = Omit<FactOf<"result">, "observations" | "documents"> & {
  observations: (Observation & { said?: FactMoment; valueSaid?: FactMoment })[];
  /** Places in the message that said them. */
  documents?: (DocumentPart & { said?: FactMoment })[] | undefined;
  /** Who said the order of the first `count` findings. Absent: of all, who said the content. */
  arranged?: { count: number; said: FactMoment };
};

/** What every fact may have been told by another message than the one that said its content. */
export type StoredContent = FactContent & {
  /** Specialties of its visit that other messages told. */
  readonly otherSpecialties?: readonly string[];
};

/** A document as it is stored: how closely it is kept may have been said by another message than the content. */
export type StoredDocument = FactOf<"document"> & {
  /** Who said it. Absent, that is who said the content. */
  readonly confidentialitySaid?: FactMoment;
  /** The key of the document that this one is kept like: of it itself nothing was said. */
  readonly confidentialityOf?: string;
};

/** The latest whole list of a kind that a source gave; of the patient, not of one visit, where `visitNumber` is "". */
export type StoredFactSnapshot = {
  readonly sourceRecordId: number;
  readonly kind: FactKind;
  readonly visitNumber: string;
  readonly said: FactMoment;
  readonly keys: readonly string[];
};

/** Where a fact stands: unique among all facts. */
export type FactPlace = { readonly sourceRecordId: number; readonly kind: FactKind; readonly key: string };
/** All facts of a kind. */
export type FactList = { readonly sourceRecordId: number; readonly kind: FactKind };
/** All facts of a visit. */
export type FactVisit = { readonly sourceRecordId: number; readonly visitNumber: string };

type FactRow = {
  fact_id: number;
  source_record_id: number;
  kind: FactKind;
  fact_key: string;
  state: FactState;
  visit_number: string | null;
  content: FactContent;
  recorded_at: Date;
  journal_id: number;
  parts_at: Date | null;
  parts_by: number | null;
  retracted_at: Date | null;
  retracted_by: number | null;
  relation: "replace" | "addend" | null;
  relates_to: string | null;
  related_at: Date | null;
  related_by: number | null;
  created_by: number;
  updated_by: number;
};

const momentOf = (at: Date, journalId: number): FactMoment => ({ recordedAt: at.toISOString(), journalId });

const factOf = (row: FactRow): StoredFact => ({
  factId: row.fact_id,
  sourceRecordId: row.source_record_id,
  kind: row.kind,
  key: row.fact_key,
  state: row.state,
  visitNumber: row.visit_number,
  content: row.content,
  said: momentOf(row.recorded_at, row.journal_id),
  parts: row.parts_at && momentOf(row.parts_at, row.parts_by ?? 0),
  retracted: row.retracted_at && momentOf(row.retracted_at, row.retracted_by ?? 0),
  relation:
    row.relation && row.relates_to !== null && row.related_at
      ? { action: row.relation, to: row.relates_to, ...momentOf(row.related_at, row.related_by ?? 0) }
      : null,
  createdBy: row.created_by,
  updatedBy: row.updated_by,
});

/**
 * The facts that stand at the places, those that relate to what stands there, the facts of the lists that are not
 * withdrawn, and the facts of the visits.
 */
export async function readFacts(
  client: Client,
  asked: { places: readonly FactPlace[]; lists: readonly FactList[]; visits: readonly FactVisit[] },
): Promise<StoredFact[]> {
  const { places, lists, visits } = asked;
  if (places.length + lists.length + visits.length === 0) return [];
  const { rows } = await client.query<FactRow>({
    name: "facts",
    text: `with place as (select * from unnest($1::bigint[], $2::text[], $3::text[]) as p (record, kind, key))
           select f.* from place p join fact f on f.source_record_id = p.record and f.kind = p.kind and f.fact_key = p.key
           union all
           select f.* from place p join fact f on f.source_record_id = p.record and f.kind = p.kind and f.relates_to = p.key
           union all
           select f.* from unnest($4::bigint[], $5::text[]) as l (record, kind)
           join fact f on f.source_record_id = l.record and f.kind = l.kind and f.state <> 'withdrawn'
           union all
           select f.* from unnest($6::bigint[], $7::text[]) as v (record, visit)
           join fact f on f.source_record_id = v.record and f.visit_number = v.visit`,
    values: [
      column(places, (place) => place.sourceRecordId),
      column(places, (place) => place.kind),
      column(places, (place) => place.key),
      column(lists, (list) => list.sourceRecordId),
      column(lists, (list) => list.kind),
      column(visits, (visit) => visit.sourceRecordId),
      column(visits, (visit) => visit.visitNumber),
    ],
  });
  return rows.map(factOf);
}

/** Every fact of the source records, in whatever state. */
export async function readFactsOfRecords(client: Client, sourceRecordIds: readonly number[]): Promise<StoredFact[]> {
  const { rows } = await client.query<FactRow>(
    "select * from fact where source_record_id = any($1::bigint[]) order by fact_id",
    [sourceRecordIds],
  );
  return rows.map(factOf);
}

/** What any source record has of the documents with these keys. */
export async function readDocumentsByKey(client: Client, keys: readonly string[]): Promise<StoredFact[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<FactRow>({
    name: "documents-by-key",
    text: "select * from fact where kind = 'document' and fact_key = any($1::text[]) order by fact_id",
    values: [keys],
  });
  return rows.map(factOf);
}

/** The snapshots of the kinds, and all those of the source records of the visits. */
export async function readFactSnapshots(
  client: Client,
  asked: { lists: readonly FactList[]; visits: readonly FactVisit[] },
): Promise<StoredFactSnapshot[]> {
  const { lists, visits } = asked;
  if (lists.length + visits.length === 0) return [];
  const { rows } = await client.query<{
    source_record_id: number;
    kind: FactKind;
    visit_number: string;
    recorded_at: Date;
    journal_id: number;
    fact_keys: string[];
  }>({
    name: "fact-snapshots",
    text: `select s.* from unnest($1::bigint[], $2::text[]) as l (record, kind)
           join fact_snapshot s on s.source_record_id = l.record and s.kind = l.kind
           union all
           select * from fact_snapshot where source_record_id = any($3::bigint[])`,
    values: [
      column(lists, (list) => list.sourceRecordId),
      column(lists, (list) => list.kind),
      column(visits, (visit) => visit.sourceRecordId),
    ],
  });
  return rows.map((row) => ({
    sourceRecordId: row.source_record_id,
    kind: row.kind,
    visitNumber: row.visit_number,
    said: momentOf(row.recorded_at, row.journal_id),
    keys: row.fact_keys,
  }));
}

/** A fact as people look at it. `earlier`: messages whose words are kept beside it; not the one that spoke last. */
export type ListedFact = StoredFact & { readonly earlier: number };

/** Where a list of facts goes on. */
export type FactListPlace = { readonly recordedAt: Date; readonly factId: number };

/** The facts of the source records, of each kind at most `limit`, the last recorded first. */
export async function readNewestFacts(
  client: Client,
  sourceRecordIds: readonly number[],
  asked: { kinds: readonly FactKind[]; limit: number; after: FactListPlace | null; hidden?: readonly number[] },
): Promise<ListedFact[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<FactRow & { earlier: number }>({
    name: "newest-facts",
    text: `select f.*, (select count(*) from fact_version v where v.fact_id = f.fact_id and v.journal_id <> f.journal_id) as earlier
           from unnest($2::text[]) with ordinality as k (kind, place)
           cross join lateral (
             select * from fact where source_record_id = any($1::bigint[]) and fact.kind = k.kind
               and ($3::timestamptz is null or (recorded_at, fact_id) < ($3, $4)) and fact_id <> all($6::bigint[])
             order by recorded_at desc, fact_id desc limit $5
           ) f order by k.place, f.recorded_at desc, f.fact_id desc`,
    values: [
      sourceRecordIds,
      asked.kinds,
      asked.after?.recordedAt ?? null,
      asked.after?.factId ?? null,
      asked.limit,
      asked.hidden ?? [],
    ],
  });
  return rows.map((row) => ({ ...factOf(row), earlier: row.earlier }));
}

/** How many facts the source records have, by kind and state; those that may not be shown are not counted. */
export async function countFacts(
  client: Client,
  sourceRecordIds: readonly number[],
  hidden: readonly number[] = [],
): Promise<{ kind: FactKind; state: FactState; count: number }[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<{ kind: FactKind; state: FactState; count: number }>({
    name: "count-facts",
    text: "select kind, state, count(*) as count from fact where source_record_id = any($1::bigint[]) and fact_id <> all($2::bigint[]) group by kind, state",
    values: [sourceRecordIds, hidden],
  });
  return rows;
}
