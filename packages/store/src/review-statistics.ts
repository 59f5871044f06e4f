import type { Client } from "./client.ts";
import type { Verdict } from "./command.ts";
import { HIDDEN_RECORDS } from "./hidden-records.ts";
import type { TaskSettled } from "./review-read.ts";

/** Half open: `from` counts in, `to` does not. */
export type Period = { readonly from: Date; readonly to: Date };

export type ReviewerCount = {
  readonly username: string;
  readonly decisions: number;
  /** Verdicts that were carried out or outvoted: one that waits for a second reviewer is told by nobody. */
  readonly same: number;
  readonly different: number;
  readonly unsure: number;
  readonly moves: number;
  readonly awaiting: number;
  readonly outvoted: number;
  readonly refused: number;
  readonly undone: number;
  /** From the opening of the task to the decision; null where no task was decided. */
  readonly medianSeconds: number | null;
};

/** Of a task or a decision `d`. */
const VISIBLE = `not exists (select from hidden h where h.source_record_id = d.source_record_id)
       and not exists (select from hidden h where h.source_record_id = d.other_source_record_id)`;

/** Of a move `d`: nor is any other record that it moved hidden by now. */
const MOVED_VISIBLE = `not exists (
         select from unnest(d.moved) as m (id) where m.id in (select source_record_id from hidden))`;

/** What each user decided in the period, by username, and of all of them the median. Nothing about who is opted out. */
export async function readReviewerCounts(
  client: Client,
  { from, to }: Period,
): Promise<{ readonly users: ReviewerCount[]; readonly medianSeconds: number | null }> {
  const { rows } = await client.query<Omit<ReviewerCount, "username"> & { username: string | null }>(
    `with recursive ${HIDDEN_RECORDS}, counted as (
       select d.*, extract(epoch from d.decided_at - t.opened_at)::float8 as seconds
       from decision d left join review_task t on t.task_id = d.task_id
       where d.command in ('decide', 'move') and d.decided_at >= $1 and d.decided_at < $2 and ${VISIBLE}
         and ${MOVED_VISIBLE}
     )
     select decided_by as username, count(*) as decisions,
       count(*) filter (where verdict = 'same' and state in ('applied', 'outvoted')) as same,
       count(*) filter (where verdict = 'different' and state in ('applied', 'outvoted')) as different,
       count(*) filter (where verdict = 'unsure' and state in ('applied', 'outvoted')) as unsure,
       count(*) filter (where command = 'move') as moves,
       count(*) filter (where state = 'awaiting') as awaiting,
       count(*) filter (where state = 'outvoted') as outvoted,
       count(*) filter (where state = 'refused') as refused,
       count(*) filter (where undone_by is not null) as undone,
       percentile_cont(0.5) within group (order by seconds) filter (where command = 'decide' and state <> 'refused')
         as "medianSeconds"
     from counted group by grouping sets ((decided_by), ()) order by decided_by`,
    [from, to],
  );
  const users = rows.flatMap(({ username, ...row }) => (username === null ? [] : [{ username, ...row }]));
  return { users, medianSeconds: rows.find((row) => row.username === null)?.medianSeconds ?? null };
}

/**
 * The two verdicts of every question that was decided twice, the second given in the period: both reviewers judged before
 * they could see the other's. Those taken back count for nothing.
 */
export async function readBlindPairs(client: Client, { from, to }: Period): Promise<(readonly [Verdict, Verdict])[]> {
  const { rows } = await client.query<{ one: Verdict; other: Verdict }>(
    `with recursive ${HIDDEN_RECORDS}, numbered as (
       select d.journal_id, d.task_id, d.verdict, d.decided_by, d.decided_at,
         row_number() over (partition by d.task_id order by d.journal_id) as place
       from decision d
       where d.command = 'decide' and d.task_id is not null and d.state <> 'refused' and d.undone_by is null and ${VISIBLE}
     )
     select one.verdict as one, other.verdict as other
     from numbered one join numbered other on other.task_id = one.task_id and other.place = 2
     join journal j on j.journal_id = one.journal_id
     where one.place = 1 and one.decided_by <> other.decided_by and other.decided_at >= $1 and other.decided_at < $2
       and convert_from(j.raw, 'UTF8')::jsonb @> '{"isSecondNeeded": true}'`,
    [from, to],
  );
  return rows.map(({ one, other }) => [one, other]);
}

/** How many tasks were closed in the period, by what closed them; `decided`: a person. */
export async function countClosings(
  client: Client,
  { from, to }: Period,
): Promise<Partial<Record<TaskSettled | "decided", number>>> {
  const { rows } = await client.query<{ closing: TaskSettled | "decided"; tasks: number }>(
    `with recursive ${HIDDEN_RECORDS}
     select coalesce(d.settled, 'decided') as closing, count(*) as tasks
     from review_task d where d.state = 'closed' and d.closed_at >= $1 and d.closed_at < $2 and ${VISIBLE}
     group by 1`,
    [from, to],
  );
  return Object.fromEntries(rows.map((row) => [row.closing, row.tasks]));
}
