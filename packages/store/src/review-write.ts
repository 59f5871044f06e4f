import type { Transaction } from "./database.ts";
import { column, jsonColumn } from "./unnest.ts";

/**
 * `possible-match`: too like each other to let be, and not enough to link. `number-conflict`: one NHS number on two people,
 * or two on one. `fits-two`: a record that may be either of two persons. `merge-conflict`, `link-conflict`: a sender said of
 * two persons that they are one, it can not be believed, and nothing moved. `link-check`: they are one person, and there is
 * a reason to look whether they should be. `possible-overlay`: a record's words became somebody else's; both sides are that
 * record. `data-quality`: a value that too many records share to say anything.
 */
export type ReviewTaskKind =
  | "possible-match"
  | "number-conflict"
  | "fits-two"
  | "merge-conflict"
  | "link-conflict"
  | "link-check"
  | "possible-overlay"
  | "data-quality";

/** Whose turn it is: anybody's, a second reviewer's, or a third's who settles what two disagree about. */
export type TaskStage = "first" | "second" | "adjudication";

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

/** Of a question's evidence, what the records say and not what a model makes of it. */
const saidBy = (
  evidence: string,
) => `(${evidence} - array['modelVersion', 'weight', 'probability', 'prior', 'runnerUp', 'records', 'levels'])
  || jsonb_build_object('levels', (
    select jsonb_agg(level - 'weight' order by place) from jsonb_array_elements(${evidence} -> 'levels') with ordinality as l (level, place)
  ))`;

/**
 * Asks questions: a pair of records has one of a kind, until a person closes it. Asked again it keeps its id and age, and
 * takes the words of the latest where they say anything new. Whether it is open, `settleReviewTasks` says.
 */
export async function writeReviewTasks(transaction: Transaction, rows: readonly ReviewTaskWrite[]): Promise<void> {
  if (rows.length === 0) return;
  // One statement can not write a row twice: the first gives the id and the age, the last the words.
  const pairs = [...Map.groupBy(rows, pairOf).values()].map((asked) => {
    const [first, last] = [asked[0], asked.at(-1)] as [ReviewTaskWrite, ReviewTaskWrite];
    const words = asked.map(wordsOf);
    const since = asked[words.findLastIndex((each) => each !== words.at(-1)) + 1] as ReviewTaskWrite;
    return { first, last, since, isReworded: since !== first };
  });
  await transaction.query(
    `insert into review_task (task_id, kind, state, source_record_id, other_source_record_id, weight, why, evidence, opened_by,
       opened_at, asked_by)
     select id, kind, 'open', record, other, weight, why, evidence, opened_by, opened_at, asked_by
     from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::real[], $6::text[], $7::jsonb[], $8::bigint[],
       $9::timestamptz[], $10::bigint[])
     as r (id, kind, record, other, weight, why, evidence, opened_by, opened_at, asked_by)
     -- What a person has closed is asked again only where the records say something new: by another model it weighs something
     -- else, and is the same question.
     where not exists (
       select from review_task t where t.kind = r.kind and t.state = 'closed' and t.settled is null
         and ${saidBy("t.evidence")} = ${saidBy("r.evidence")}
         and least(t.source_record_id, t.other_source_record_id) = least(r.record, r.other)
         and greatest(t.source_record_id, t.other_source_record_id) = greatest(r.record, r.other)
     )
     -- One that stands in these words is asked each time its component is solved: a conflict would lock and log its row.
     and (r.id = any($11::bigint[]) or not exists (
       select from review_task t where t.kind = r.kind and (t.state = 'open' or t.settled is not null)
         and t.evidence = r.evidence and t.why = r.why
         and least(t.source_record_id, t.other_source_record_id) = least(r.record, r.other)
         and greatest(t.source_record_id, t.other_source_record_id) = greatest(r.record, r.other)
     ))
     on conflict (kind, least(source_record_id, other_source_record_id), greatest(source_record_id, other_source_record_id))
       where state = 'open' or settled is not null
     do update set source_record_id = excluded.source_record_id, other_source_record_id = excluded.other_source_record_id,
       weight = excluded.weight, why = excluded.why, evidence = excluded.evidence, asked_by = excluded.asked_by
     where review_task.evidence is distinct from excluded.evidence or review_task.why is distinct from excluded.why
       or excluded.task_id = any($11::bigint[])`,
    [
      column(pairs, ({ first }) => first.taskId),
      column(pairs, ({ last }) => last.kind),
      column(pairs, ({ last }) => last.sourceRecordId),
      column(pairs, ({ last }) => last.otherSourceRecordId),
      column(pairs, ({ last }) => last.weight),
      column(pairs, ({ last }) => last.why),
      jsonColumn(pairs, ({ last }) => last.evidence),
      column(pairs, ({ first }) => first.journalId),
      column(pairs, ({ first }) => first.at),
      column(pairs, ({ since }) => since.journalId),
      pairs.flatMap(({ first, isReworded }) => (isReworded ? first.taskId : [])),
    ],
  );
}

const pairOf = ({ kind, sourceRecordId: one, otherSourceRecordId: other }: ReviewTaskWrite): string =>
  `${kind} ${Math.min(one, other)} ${Math.max(one, other)}`;

const wordsOf = ({ why, evidence }: ReviewTaskWrite): string => JSON.stringify([why, evidence]);

/** Kinds that the solution of a component raises; the others were asked once, by a message. */
const RAISED_KINDS = ["possible-match", "number-conflict", "fits-two"] satisfies ReviewTaskKind[];

export type Settling = {
  /** Those whose records moved, were ruled about or asked about; of others nothing can have changed. */
  readonly personIds: readonly string[];
  /** Source records whose component was solved anew: what is asked of them was said all over again. */
  readonly solved: readonly number[];
  /** What those solutions ask. */
  readonly raised: readonly { readonly kind: ReviewTaskKind; readonly one: number; readonly other: number }[];
  /** The entry that is noted as closing what is answered. */
  readonly journalId: number;
  readonly at: Date;
};

/**
 * Closes the questions about the persons' records that are answered now, and opens those that no longer are, by what the
 * same transaction wrote. Answered is a question:
 *
 * - `deleted`: a side was deleted since it was asked;
 * - `joined`: both sides are one person (`link-check`, which asks whether they should be: `parted`, they are two);
 * - `ruled`: a rule says that the two persons are two. A conflict may be *with* a rule, so that one laid down before it
 *   was asked is no answer. A `link-check` is answered by a person's rule only: that these two are one;
 * - `overtaken`: the solution of their component no longer asks it.
 *
 * A function of what is stored, not of the way there: how a batch is cut makes no difference. What a person closed stays.
 */
export async function settleReviewTasks(transaction: Transaction, settling: Settling): Promise<void> {
  const { personIds, solved, raised, journalId, at } = settling;
  if (personIds.length === 0 && solved.length === 0) return;
  await transaction.query({
    name: "settle-review-tasks",
    // Materialized: else each column that is set would ask all of it again.
    text: `with raised as (
             select * from unnest($5::text[], $6::bigint[], $7::bigint[]) as r (kind, least_id, greatest_id)
           ), asked as materialized (
             select t.task_id from source_record s join review_task t on t.source_record_id = s.source_record_id
             where s.person_id = any($1::uuid[])
             union
             select t.task_id from source_record s join review_task t on t.other_source_record_id = s.source_record_id
             where s.person_id = any($1::uuid[])
             union
             select task_id from review_task where source_record_id = any($4::bigint[])
             union
             select task_id from review_task where other_source_record_id = any($4::bigint[])
           ), answered as materialized (
             select t.*, t.kind = any($8::text[]) as is_raised_kind,
               exists (
                 select from raised r where r.kind = t.kind and r.least_id = least(t.source_record_id, t.other_source_record_id)
                   and r.greatest_id = greatest(t.source_record_id, t.other_source_record_id)
               ) as is_raised,
               t.source_record_id = any($4::bigint[]) or t.other_source_record_id = any($4::bigint[]) as is_solved,
               case
                 when exists (
                   select from identity_event e where e.source_record_id in (t.source_record_id, t.other_source_record_id)
                     and e.kind = 'deleted' and e.journal_id >= t.asked_by
                 ) then 'deleted'
                 when t.kind <> 'link-check' and t.source_record_id <> t.other_source_record_id
                   and one.person_id = other.person_id then 'joined'
                 when t.kind = 'link-check' and one.person_id <> other.person_id then 'parted'
                 when t.kind <> 'link-check' and exists (
                   select from (values (one.person_id, other.person_id), (other.person_id, one.person_id)) as pair (this, that)
                   join source_record s on s.person_id = pair.this
                   join link_rule r on r.source_record_id = s.source_record_id and r.lifted_by is null and r.kind = 'different'
                   join source_record o on o.source_record_id = r.other_source_record_id and o.person_id = pair.that
                   where t.kind = any($8::text[]) or r.journal_id >= t.asked_by
                 ) then 'ruled'
                 when t.kind = 'link-check' and exists (
                   select from (values (t.source_record_id, t.other_source_record_id),
                     (t.other_source_record_id, t.source_record_id)) as pair (this, that)
                   join link_rule r on r.source_record_id = pair.this and r.other_source_record_id = pair.that
                   where r.lifted_by is null and r.kind = 'same' and r.decided_by = 'human' and r.journal_id >= t.asked_by
                 ) then 'ruled'
               end as answer
             from asked join review_task t using (task_id)
             join source_record one on one.source_record_id = t.source_record_id
             join source_record other on other.source_record_id = t.other_source_record_id
             where t.state = 'open' or t.settled is not null
           ), now as materialized (
             select task_id, case
                 when not is_raised_kind then answer
                 when is_raised then null
                 when answer is not null then answer
                 when is_solved or settled is not null then 'overtaken'
               end as settled
             from answered
           )
           update review_task task
           set state = case when now.settled is null then 'open' else 'closed' end, settled = now.settled,
             closed_by = case when now.settled is not null then $2::bigint end,
             closed_at = case when now.settled is not null then $3::timestamptz end
           from now where now.task_id = task.task_id and now.settled is distinct from task.settled`,
    values: [
      personIds,
      journalId,
      at,
      solved,
      raised.map(({ kind }) => kind),
      raised.map(({ one, other }) => Math.min(one, other)),
      raised.map(({ one, other }) => Math.max(one, other)),
      RAISED_KINDS,
    ],
  });
}
