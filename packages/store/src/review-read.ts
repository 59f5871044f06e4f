import type { Client } from "./client.ts";
import type { ReviewTaskKind } from "./review-write.ts";

/** A question about two source records, with the persons they belong to now. */
export type StoredReviewTask = {
  readonly taskId: number;
  readonly kind: ReviewTaskKind;
  readonly state: "open" | "closed";
  readonly sourceRecordId: number;
  readonly otherSourceRecordId: number;
  readonly personId: string;
  readonly otherPersonId: string;
  readonly weight: number | null;
  readonly why: string;
  readonly evidence: unknown;
  readonly openedAt: Date;
};

export type ReviewTaskPlace = { readonly openedAt: Date; readonly taskId: number };

const TASK_COLUMNS = `t.task_id as "taskId", t.kind, t.state, t.source_record_id as "sourceRecordId",
  t.other_source_record_id as "otherSourceRecordId", s.person_id as "personId", other.person_id as "otherPersonId", t.weight, t.why,
  t.evidence, t.opened_at as "openedAt"`;

const TASK_SOURCE = `review_task t join source_record s on s.source_record_id = t.source_record_id
  join source_record other on other.source_record_id = t.other_source_record_id`;

/** Tasks in one state, the longest waiting first, after a place where it is given. */
export async function readReviewTasks(
  client: Client,
  state: "open" | "closed",
  page: { after: ReviewTaskPlace | null; limit: number },
): Promise<StoredReviewTask[]> {
  const { rows } = await client.query<StoredReviewTask>(
    `select ${TASK_COLUMNS} from ${TASK_SOURCE}
     where t.state = $1 and ($2::timestamptz is null or (t.opened_at, t.task_id) > ($2, $3::bigint))
     order by t.opened_at, t.task_id limit $4`,
    [state, page.after?.openedAt ?? null, page.after?.taskId ?? null, page.limit],
  );
  return rows;
}

export async function readReviewTask(client: Client, taskId: number): Promise<StoredReviewTask | undefined> {
  const { rows } = await client.query<StoredReviewTask>(
    `select ${TASK_COLUMNS} from ${TASK_SOURCE} where t.task_id = $1`,
    [taskId],
  );
  return rows[0];
}

/** Open tasks about any of the source records, the longest waiting first. */
export async function readOpenTasksOfRecords(
  client: Client,
  sourceRecordIds: readonly number[],
  limit: number,
): Promise<StoredReviewTask[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<StoredReviewTask>(
    `select ${TASK_COLUMNS} from ${TASK_SOURCE}
     where t.state = 'open' and (t.source_record_id = any($1::bigint[]) or t.other_source_record_id = any($1::bigint[]))
     order by t.opened_at, t.task_id limit $2`,
    [sourceRecordIds, limit],
  );
  return rows;
}

/**
 * How many tasks stand in each state, leaving out those about a person who is opted out: a count that included them
 * would say that they exist.
 */
export async function countReviewTasks(client: Client): Promise<{ open: number; closed: number }> {
  const { rows } = await client.query<{ open: number; closed: number }>(
    `with recursive up as (
       select person_id from consent where opted_out
       union
       select p.replaced_by from up u join person p on p.person_id = u.person_id where p.replaced_by is not null
     ), family as (
       select person_id from up
       union
       select p.person_id from family f join person p on p.replaced_by = f.person_id
     ), hidden as materialized (
       select s.source_record_id from family f join source_record s on s.person_id = f.person_id
     )
     select count(*) filter (where state = 'open') as open, count(*) filter (where state = 'closed') as closed
     from review_task t
     where not exists (select from hidden h where h.source_record_id = t.source_record_id)
       and not exists (select from hidden h where h.source_record_id = t.other_source_record_id)`,
  );
  return rows[0] ?? { open: 0, closed: 0 };
}
