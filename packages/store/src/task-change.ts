import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";
import type { ReviewTaskKind, TaskStage } from "./review-write.ts";

/** Where a question stands. */
export type TaskState = {
  readonly taskId: number;
  readonly kind: ReviewTaskKind;
  readonly state: "open" | "closed";
  readonly stage: TaskStage;
  readonly assignee: string | null;
};

export async function readTaskState(client: Client, taskId: number): Promise<TaskState | undefined> {
  const { rows } = await client.query<TaskState>(
    `select task_id as "taskId", kind, state, stage, assignee from review_task where task_id = $1`,
    [taskId],
  );
  return rows[0];
}

/** What a person's command does to a question; what is left out stays. */
export type TaskChange = {
  readonly taskId: number;
  readonly stage?: TaskStage;
  readonly assignee?: string | null;
  /** It is decided, by this entry. */
  readonly closedBy?: number;
  /** It is open again, as far as this entry had closed it. */
  readonly reopen?: number;
};

export async function writeTaskChanges(
  transaction: Transaction,
  changes: readonly TaskChange[],
  at: Date,
): Promise<void> {
  for (const { taskId, stage, assignee, closedBy, reopen } of changes) {
    if (assignee !== undefined)
      await transaction.query("update review_task set assignee = $2 where task_id = $1 and state = 'open'", [
        taskId,
        assignee,
      ]);
    if (stage !== undefined)
      await transaction.query("update review_task set stage = $2 where task_id = $1", [taskId, stage]);
    if (closedBy !== undefined)
      await transaction.query(
        `update review_task set state = 'closed', settled = null, closed_by = $2, closed_at = $3 where task_id = $1 and state = 'open'`,
        [taskId, closedBy, at],
      );
    if (reopen !== undefined)
      // One of its kind about the pair may have been asked since: that one stands.
      await transaction.query(
        `update review_task t set state = 'open', closed_by = null, closed_at = null
         where task_id = $1 and state = 'closed' and closed_by = $2 and not exists (
           select from review_task o where o.kind = t.kind and o.task_id <> t.task_id and (o.state = 'open' or o.settled is not null)
             and least(o.source_record_id, o.other_source_record_id) = least(t.source_record_id, t.other_source_record_id)
             and greatest(o.source_record_id, o.other_source_record_id) = greatest(t.source_record_id, t.other_source_record_id)
         )`,
        [taskId, reopen],
      );
  }
}
