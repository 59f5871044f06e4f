import type { Client } from "./client.ts";
import { json } from "./unnest.ts";

/** A span of the journal, both ends in it. */
export type JournalSpan = { readonly first: number; readonly last: number };

/** The entries received from `from` until `to`, which does not count in; undefined: none were. */
export async function readJournalSpan(client: Client, from: Date, to: Date): Promise<JournalSpan | undefined> {
  const { rows } = await client.query<{ first: number | null; last: number | null }>(
    // Offset: else the first would be sought from the journal's beginning, as the smallest id of all that match.
    `select min(journal_id) as first, max(journal_id) as last
     from (select journal_id from journal where received_at >= $1 and received_at < $2 offset 0) as entry`,
    [from, to],
  );
  const [row] = rows;
  return row && row.first !== null && row.last !== null ? { first: row.first, last: row.last } : undefined;
}

/** How often the links that a model decided stood at each level of each comparison. `missing`: a side says nothing. */
export async function countLinkLevels(
  client: Client,
  { first, last }: JournalSpan,
  version: string,
): Promise<{ readonly comparison: string; readonly level: string; readonly links: number }[]> {
  const { rows } = await client.query<{ comparison: string; level: string; links: number }>(
    `select level->>'comparison' as comparison, level->>'level' as level, count(*) as links
     from identity_event e cross join lateral jsonb_array_elements(e.evidence->'levels') as level
     where e.journal_id between $1 and $2 and e.decided_by = 'model' and e.evidence->>'kind' = 'link'
       and e.evidence->>'modelVersion' = $3
     group by 1, 2 order by 1, 2`,
    [first, last, version],
  );
  return rows;
}

/** Of the records that were new, how many were linked to somebody by the model and how many were nobody known. */
export async function countNewcomers(
  client: Client,
  { first, last }: JournalSpan,
): Promise<{ readonly linked: number; readonly alone: number }> {
  const { rows } = await client.query<{ linked: number; alone: number }>(
    `select count(*) filter (where decided_by = 'model') as linked, count(*) filter (where decided_by = 'new') as alone
     from identity_event where journal_id between $1 and $2 and kind in ('created', 'linked') and from_person_id is null`,
    [first, last],
  );
  return rows[0] ?? { linked: 0, alone: 0 };
}

/** How many questions matching asked for the first time. */
export async function countQuestionsAsked(client: Client, from: Date, to: Date): Promise<number> {
  const { rows } = await client.query<{ tasks: number }>(
    `select count(*) as tasks from review_task
     where state in ('open', 'closed') and opened_at >= $1 and opened_at < $2
       and kind in ('possible-match', 'number-conflict', 'fits-two')`,
    [from, to],
  );
  return rows[0]?.tasks ?? 0;
}

/** The ids of records that were new, a sample of at most `limit` that is the same every time. */
export async function readNewcomers(client: Client, { first, last }: JournalSpan, limit: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select source_record_id as id from identity_event
     where journal_id between $1 and $2 and kind in ('created', 'linked') and from_person_id is null
     group by source_record_id order by hashint8extended(source_record_id, 0), source_record_id limit $3`,
    [first, last, limit],
  );
  return rows.map(({ id }) => id);
}

/** How many of the persons with whom anything happened have how many active records by now. */
export async function countClusterSizes(
  client: Client,
  { first, last }: JournalSpan,
): Promise<{ readonly size: number; readonly persons: number }[]> {
  const { rows } = await client.query<{ size: number; persons: number }>(
    `with touched as (
       select distinct person_id from identity_event where journal_id between $1 and $2
     ), sized as (
       select s.person_id, count(*) as size from source_record s join touched using (person_id)
       where s.status = 'active' and s.overlaid_by is null group by s.person_id
     )
     select size, count(*) as persons from sized group by size order by size`,
    [first, last],
  );
  return rows;
}

/** A day's figures under a model, as JSON that the store does not look into. */
export type DriftDay = {
  /** `2026-03-14`, UTC. */
  readonly day: string;
  readonly version: string;
  readonly figures: unknown;
  readonly measuredAt: Date;
};

/** Writes a day; measured again it is replaced. */
export async function writeDriftDay(client: Client, day: DriftDay): Promise<void> {
  await client.query(
    `insert into drift_day (day, version, figures, measured_at) values ($1, $2, $3, $4)
     on conflict (day, version) do update set figures = excluded.figures, measured_at = excluded.measured_at`,
    [day.day, day.version, json(day.figures), day.measuredAt],
  );
}

/** The days measured under a model, first to last. */
export async function readDriftDays(client: Client, version: string): Promise<DriftDay[]> {
  const { rows } = await client.query<DriftDay>(
    `select to_char(day, 'YYYY-MM-DD') as day, version, figures, measured_at as "measuredAt" from drift_day
     where version = $1 order by day`,
    [version],
  );
  return rows;
}
