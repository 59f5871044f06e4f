import type { Transaction } from "./database.ts";
import { column, json } from "./unnest.ts";

/**
 * `merge-conflict`, `link-conflict`: a sender said of two persons that they are one, it can not be believed, and nothing
 * moved. `link-check`: they are one person, and what a sender said is a reason to look whether they should be.
 */
export type ReviewTaskKind = "possible-match" | "merge-conflict" | "link-conflict" | "link-check";

export type ReviewTaskWrite = {
  readonly taskId: number;
  readonly kind: ReviewTaskKind;
  readonly sourceRecordId: number;
  readonly otherSourceRecordId: number;
  readonly weight: number | null;
  readonly why: string;
  readonly evidence: unknown;
  readonly journalId: number;
  readonly at: Date;
};

/**
 * Asks questions: a pair of records has one of a kind, until a person closes it. Asked again it keeps its id and age, and
 * takes the words of the latest. Whether it is open, `settleReviewTasks` says.
 */
export async function writeReviewTasks(transaction: Transaction, rows: readonly ReviewTaskWrite[]): Promise<void> {
  if (rows.length === 0) return;
  const pairOf = ({ kind, sourceRecordId: one, otherSourceRecordId: other }: ReviewTaskWrite) =>
    `${kind} ${Math.min(one, other)} ${Math.max(one, other)}`;
  // One statement can not write a row twice.
  const first = new Map(rows.toReversed().map((row) => [pairOf(row), row]));
  const last = [...new Map(rows.map((row) => [pairOf(row), row])).values()];
  const firstOf = (row: ReviewTaskWrite) => first.get(pairOf(row)) ?? row;
  await transaction.query(
    `insert into review_task (task_id, kind, state, source_record_id, other_source_record_id, weight, why, evidence, opened_by,
       opened_at, asked_by)
     select id, kind, 'open', record, other, weight, why, evidence, opened_by, opened_at, asked_by
     from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::real[], $6::text[], $7::jsonb[], $8::bigint[],
       $9::timestamptz[], $10::bigint[])
     as r (id, kind, record, other, weight, why, evidence, opened_by, opened_at, asked_by)
     on conflict (kind, least(source_record_id, other_source_record_id), greatest(source_record_id, other_source_record_id))
       where state = 'open' or settled is not null
     do update set source_record_id = excluded.source_record_id, other_source_record_id = excluded.other_source_record_id,
       weight = excluded.weight, why = excluded.why, evidence = excluded.evidence, asked_by = excluded.asked_by`,
    [
      column(last, (row) => firstOf(row).taskId),
      column(last, (row) => row.kind),
      column(last, (row) => row.sourceRecordId),
      column(last, (row) => row.otherSourceRecordId),
      column(last, (row) => row.weight),
      column(last, (row) => row.why),
      column(last, (row) => json(row.evidence)),
      column(last, (row) => firstOf(row).journalId),
      column(last, (row) => firstOf(row).at),
      column(last, (row) => row.journalId),
    ],
  );
}

/**
 * Closes the questions about the persons' records that are answered now, and opens those that no longer are, by what the
 * same transaction wrote. Answered is a question:
 *
 * - `deleted`: a side was deleted since it was asked;
 * - `joined`: both sides are one person (`link-check`, which asks whether they should be: `parted`, they are two);
 * - `ruled`: a rule says that the two persons are two. A conflict may be *with* a rule, so that one laid down before it
 *   was asked is no answer. A `link-check` is answered by a person's rule only: that these two are one.
 *
 * A function of what is stored, not of the way there: how a batch is cut makes no difference. What a person closed stays.
 *
 * @param personIds those whose records moved, were ruled about or asked about; of others nothing can have changed.
 * @param journalId the entry that is noted as closing them.
 */
export async function settleReviewTasks(
  transaction: Transaction,
  personIds: readonly string[],
  journalId: number,
  at: Date,
): Promise<void> {
  if (personIds.length === 0) return;
  await transaction.query({
    name: "settle-review-tasks",
    // Materialized: else each column that is set would ask all of it again.
    text: `with now as materialized (
             select t.task_id, case
                 when exists (
                   select from identity_event e where e.source_record_id in (t.source_record_id, t.other_source_record_id)
                     and e.kind = 'deleted' and e.journal_id >= t.asked_by
                 ) then 'deleted'
                 when t.kind <> 'link-check' and one.person_id = other.person_id then 'joined'
                 when t.kind = 'link-check' and one.person_id <> other.person_id then 'parted'
                 when t.kind <> 'link-check' and exists (
                   select from (values (one.person_id, other.person_id), (other.person_id, one.person_id)) as pair (this, that)
                   join source_record s on s.person_id = pair.this
                   join link_rule r on r.source_record_id = s.source_record_id and r.lifted_by is null and r.kind = 'different'
                   join source_record o on o.source_record_id = r.other_source_record_id and o.person_id = pair.that
                   where t.kind = 'possible-match' or r.journal_id >= t.asked_by
                 ) then 'ruled'
                 when t.kind = 'link-check' and exists (
                   select from (values (t.source_record_id, t.other_source_record_id),
                     (t.other_source_record_id, t.source_record_id)) as pair (this, that)
                   join link_rule r on r.source_record_id = pair.this and r.other_source_record_id = pair.that
                   where r.lifted_by is null and r.kind = 'same' and r.decided_by = 'human' and r.journal_id >= t.asked_by
                 ) then 'ruled'
               end as settled
             from review_task t
             join source_record one on one.source_record_id = t.source_record_id
             join source_record other on other.source_record_id = t.other_source_record_id
             where (t.state = 'open' or t.settled is not null) and t.task_id in (
               select a.task_id from source_record s join review_task a on a.source_record_id = s.source_record_id
               where s.person_id = any($1::uuid[])
               union all
               select b.task_id from source_record s join review_task b on b.other_source_record_id = s.source_record_id
               where s.person_id = any($1::uuid[])
             )
           )
           update review_task task
           set state = case when now.settled is null then 'open' else 'closed' end, settled = now.settled,
             closed_by = case when now.settled is not null then $2::bigint end,
             closed_at = case when now.settled is not null then $3::timestamptz end
           from now where now.task_id = task.task_id and now.settled is distinct from task.settled`,
    values: [personIds, journalId, at],
  });
}
