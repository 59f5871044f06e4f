import type { Client } from "./client.ts";
import { HIDDEN_RECORDS } from "./hidden-records.ts";
import type { ReviewTaskKind, TaskStage } from "./review-write.ts";
import { kindColumns, kindTable, overdueSql, prioritySql, type ServiceLevels } from "./task-priority.ts";

/** How the machine found a question answered; null while it is open, and where a person decided it. */
export type TaskSettled = "joined" | "parted" | "ruled" | "deleted" | "overtaken";

/** A question about two source records, with the persons they belong to now. */
export type StoredReviewTask = {
  readonly taskId: number;
  readonly kind: ReviewTaskKind;
  readonly state: "open" | "closed";
  readonly stage: TaskStage;
  readonly assignee: string | null;
  readonly sourceRecordId: number;
  readonly otherSourceRecordId: number;
  readonly personId: string;
  readonly otherPersonId: string;
  readonly weight: number | null;
  readonly why: string;
  readonly evidence: unknown;
  readonly openedAt: Date;
  /** The journal entry that asked last. */
  readonly askedBy: number;
  readonly settled: TaskSettled | null;
  readonly closedBy: number | null;
  readonly closedAt: Date | null;
};

/** `sort`: of open tasks the priority turned round, of closed ones the time of closing turned round. */
export type ReviewTaskPlace = { readonly sort: number; readonly openedAt: Date; readonly taskId: number };
export type ListedReviewTask = StoredReviewTask & { readonly sort: number };

/** Every given condition holds. */
export type ReviewTaskFilter = {
  readonly state: "open" | "closed";
  readonly kinds?: readonly ReviewTaskKind[] | undefined;
  readonly stage?: TaskStage | undefined;
  readonly why?: string | undefined;
  /** null: nobody's. */
  readonly assignee?: string | null | undefined;
  readonly overdue?: boolean | undefined;
  readonly priorityMin?: number | undefined;
  /** Whether it is about somebody who is opted out. */
  readonly optedOut?: boolean | undefined;
};

const TASK_COLUMNS = `t.task_id as "taskId", t.kind, t.state, t.stage, t.assignee, t.source_record_id as "sourceRecordId",
  t.other_source_record_id as "otherSourceRecordId", s.person_id as "personId", other.person_id as "otherPersonId", t.weight, t.why,
  t.evidence, t.opened_at as "openedAt", t.asked_by as "askedBy", t.settled, t.closed_by as "closedBy", t.closed_at as "closedAt"`;

const TASK_SOURCE = `review_task t join source_record s on s.source_record_id = t.source_record_id
  join source_record other on other.source_record_id = t.other_source_record_id`;

/** Of a task `t`, beside `HIDDEN_RECORDS`. */
const IS_HIDDEN = `(t.source_record_id in (select source_record_id from hidden)
  or t.other_source_record_id in (select source_record_id from hidden))`;

/** Open tasks, the most urgent first and then the oldest; closed ones, the last closed first. After a place where given. */
export async function readReviewTasks(
  client: Client,
  filter: ReviewTaskFilter,
  order: { readonly levels: ServiceLevels; readonly now: Date },
  page: { readonly after: ReviewTaskPlace | null; readonly limit: number },
): Promise<ListedReviewTask[]> {
  // What priority and lateness are made of is read only where one is asked for: closed tasks are found by their index.
  const isByKind = filter.state === "open" || filter.overdue !== undefined || filter.priorityMin !== undefined;
  const values: unknown[] = isByKind ? [...kindColumns(order.levels), order.now] : [];
  const now = "$5::timestamptz";
  const source = isByKind ? `review_task t join ${kindTable(1)} on k.kind = t.kind` : "review_task t";
  const bind = (value: unknown) => `$${values.push(value)}`;
  const sort =
    filter.state === "open"
      ? `-${prioritySql(now)}`
      : "-coalesce(extract(epoch from t.closed_at at time zone 'UTC')::float8, 0)";
  const conditions = [`t.state = ${bind(filter.state)}`];
  if (filter.kinds !== undefined) conditions.push(`t.kind = any(${bind(filter.kinds)}::text[])`);
  if (filter.stage !== undefined) conditions.push(`t.stage = ${bind(filter.stage)}`);
  if (filter.why !== undefined) conditions.push(`t.why = ${bind(filter.why)}`);
  if (filter.assignee === null) conditions.push("t.assignee is null");
  else if (filter.assignee !== undefined) conditions.push(`t.assignee = ${bind(filter.assignee)}`);
  if (filter.overdue !== undefined) conditions.push(`${overdueSql(now)} = ${bind(filter.overdue)}::boolean`);
  if (filter.priorityMin !== undefined) conditions.push(`${prioritySql(now)} >= ${bind(filter.priorityMin)}::float8`);
  if (filter.optedOut !== undefined) conditions.push(filter.optedOut ? IS_HIDDEN : `not ${IS_HIDDEN}`);
  const { after } = page;
  const afterwards = after
    ? `where (sort, opened_at, task_id) > (${bind(after.sort)}::float8, ${bind(after.openedAt)}::timestamptz, ${bind(after.taskId)}::bigint)`
    : "";
  const { rows } = await client.query<ListedReviewTask>(
    `with ${filter.optedOut === undefined ? "" : `recursive ${HIDDEN_RECORDS},`} placed as (
       select t.task_id, t.opened_at, ${sort} as sort from ${source}
       where ${conditions.join(" and ")}
     ), shown as (
       select * from placed ${afterwards} order by sort, opened_at, task_id limit ${bind(page.limit)}
     )
     select ${TASK_COLUMNS}, shown.sort from shown join ${TASK_SOURCE.replace("review_task t", "review_task t using (task_id)")}
     order by shown.sort, t.opened_at, t.task_id`,
    values,
  );
  return rows;
}

/** The tasks of the ids that there are, by id. */
export async function readReviewTasksById(client: Client, taskIds: readonly number[]): Promise<StoredReviewTask[]> {
  if (taskIds.length === 0) return [];
  const { rows } = await client.query<StoredReviewTask>(
    `select ${TASK_COLUMNS} from ${TASK_SOURCE} where t.task_id = any($1::bigint[]) order by t.task_id`,
    [taskIds],
  );
  return rows;
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

export type ReviewTaskCount = {
  readonly kind: ReviewTaskKind;
  readonly open: number;
  readonly overdue: number;
  readonly closed: number;
};

/**
 * How many tasks of each kind stand in each state, those about anybody who is opted out only where told so. Kinds without any
 * are missing.
 */
export async function countReviewTasks(
  client: Client,
  levels: ServiceLevels,
  now: Date,
  { withOptedOut }: { readonly withOptedOut: boolean },
): Promise<ReviewTaskCount[]> {
  const { rows } = await client.query<ReviewTaskCount>(
    `with recursive ${HIDDEN_RECORDS}
     select t.kind, count(*) filter (where t.state = 'open') as open,
       count(*) filter (where t.state = 'open' and ${overdueSql("$5::timestamptz")}) as overdue,
       count(*) filter (where t.state = 'closed') as closed
     from review_task t join ${kindTable(1)} on k.kind = t.kind
     where $6 or not ${IS_HIDDEN}
     group by t.kind order by t.kind`,
    [...kindColumns(levels), now, withOptedOut],
  );
  return rows;
}

/** How many open tasks each of the users has; who has none is missing. */
export async function countAssigned(client: Client, usernames: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await client.query<{ assignee: string; tasks: number }>(
    "select assignee, count(*) as tasks from review_task where state = 'open' and assignee = any($1::text[]) group by assignee",
    [usernames],
  );
  return new Map(rows.map((row) => [row.assignee, row.tasks]));
}

/** The last messages that spoke of each source record: their journal ids, newest first. */
export async function readMessagesOfRecords(
  client: Client,
  sourceRecordIds: readonly number[],
  limitEach: number,
): Promise<Map<number, number[]>> {
  if (sourceRecordIds.length === 0) return new Map();
  const { rows } = await client.query<{ source_record_id: number; ids: number[] }>(
    `select asked.id as source_record_id, array(
       select journal_id from outcome o where o.source_record_id = asked.id order by journal_id desc limit $2
     )::float8[] as ids
     from unnest($1::bigint[]) as asked (id)`,
    [sourceRecordIds, limitEach],
  );
  return new Map(rows.map((row) => [row.source_record_id, row.ids]));
}
