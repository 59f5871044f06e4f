import type { Database } from "./database.ts";

/**
 * Counts for the live page and the metrics that no transaction keeps. On a large store some take a moment: ask seldom.
 *
 * They are totals of the region, those who opted out among them: who waits for a privacy officer must be alarmed about too.
 * Nothing can narrow them, by patient, feed or hour, so a difference says that there is somebody, and never who: no more than
 * the page of a message that is withheld.
 */
export type StoreCounts = {
  readonly persons: number;
  readonly sourceRecords: number;
  readonly parkedIdentities: number;
  /** Since when the longest held identity, or a message in parts whose rest never came, has waited. */
  readonly oldestParkedAt: Date | null;
  readonly reviewTasks: readonly { kind: string; state: string; tasks: number }[];
  readonly oldestOpenTaskAt: Date | null;
};

export async function readCounts(database: Database): Promise<StoreCounts> {
  const [counts, tasks] = await Promise.all([
    database.pool.query<{
      persons: number;
      records: number;
      parked: number;
      parkedAt: Date | null;
      oldest: Date | null;
    }>(
      `select (select count(*) from person where status = 'active') as persons,
              (select count(*) from source_record) as records,
              (select count(*) from parked_identity) as parked,
              least((select min(since) from parked_identity),
                (select received_at from journal where journal_id = (select min(journal_id) from outcome
                   where outcome = 'parked' and reason = 'awaiting-continuation' and outcome <> 'applied'))) as "parkedAt",
              (select min(opened_at) from review_task where state = 'open') as oldest`,
    ),
    database.pool.query<{ kind: string; state: string; tasks: number }>(
      "select kind, state, count(*) as tasks from review_task group by kind, state",
    ),
  ]);
  const row = counts.rows[0];
  return {
    persons: row?.persons ?? 0,
    sourceRecords: row?.records ?? 0,
    parkedIdentities: row?.parked ?? 0,
    oldestParkedAt: row?.parkedAt ?? null,
    reviewTasks: tasks.rows,
    oldestOpenTaskAt: row?.oldest ?? null,
  };
}
