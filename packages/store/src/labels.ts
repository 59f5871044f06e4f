import type { Client } from "./client.ts";
import type { ReviewTaskKind } from "./review-write.ts";

/** What people decided of two records, as it holds: a label that models are trained and judged by. */
export type DecidedPair = {
  /** The command's own entry. */
  readonly journalId: number;
  readonly sourceRecordId: number;
  readonly otherSourceRecordId: number;
  readonly isSame: boolean;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  /** What was asked; null where nothing was, and they were decided all the same. */
  readonly kind: ReviewTaskKind | null;
};

/**
 * Every pair that people decided, in journal order, each once: by the latest verdict that was carried out and not undone,
 * so that two blind verdicts on one pair are one label, and none where the latest is `unsure`. An overlay, which is one
 * record judged against itself, is no pair.
 */
export async function readDecidedPairs(client: Client): Promise<DecidedPair[]> {
  const { rows } = await client.query<DecidedPair>(
    `with latest as (
       select distinct on (least(source_record_id, other_source_record_id), greatest(source_record_id, other_source_record_id)) *
       from decision
       where command = 'decide' and state = 'applied' and undone_by is null and source_record_id <> other_source_record_id
       order by least(source_record_id, other_source_record_id), greatest(source_record_id, other_source_record_id),
         journal_id desc
     )
     select l.journal_id as "journalId", l.source_record_id as "sourceRecordId",
       l.other_source_record_id as "otherSourceRecordId", l.verdict = 'same' as "isSame", l.decided_by as "decidedBy",
       l.decided_at as "decidedAt", t.kind
     from latest l left join review_task t on t.task_id = l.task_id
     where l.verdict in ('same', 'different') order by l.journal_id`,
  );
  return rows;
}

/** How many pairs matching ever asked people about, whatever became of the questions. */
export async function countAskedPairs(client: Client): Promise<number> {
  const { rows } = await client.query<{ pairs: number }>(
    `select count(distinct (least(source_record_id, other_source_record_id), greatest(source_record_id, other_source_record_id)))
       as pairs
     from review_task where kind in ('possible-match', 'number-conflict', 'fits-two')`,
  );
  return rows[0]?.pairs ?? 0;
}

/**
 * Pairs of records that the model linked and nobody was asked about: of each person of several records its two oldest, so
 * that a person of many counts no more than one of two; at most `limit`, the same for the same store and `seed`.
 */
export async function readUnaskedLinks(
  client: Client,
  { limit, seed }: { readonly limit: number; readonly seed: number },
): Promise<{ readonly pairs: readonly (readonly [number, number])[]; readonly links: number }> {
  const { rows } = await client.query<{ one: number; other: number; links: number }>(
    `with person_of_several as (
       select person_id, (array_agg(source_record_id order by source_record_id))[1:2]::bigint[] as two
       from source_record where status = 'active' and overlaid_by is null
       group by person_id having count(*) > 1
     ), unasked as (
       select two[1] as one, two[2] as other from person_of_several
       where not exists (
         select from decision d where d.source_record_id = any(two) and d.other_source_record_id = any(two)
       ) and not exists (
         select from link_rule r where r.lifted_by is null and (r.source_record_id = any(two) or r.other_source_record_id = any(two))
       )
     )
     select one, other, count(*) over () as links from unasked
     order by hashint8extended(one, $2), one limit $1`,
    [limit, seed],
  );
  return { pairs: rows.map(({ one, other }) => [one, other]), links: rows[0]?.links ?? 0 };
}
