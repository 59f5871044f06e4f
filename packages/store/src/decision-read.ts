import type { Client } from "./client.ts";
import type { IdentityCommand, MessageCommand } from "./command.ts";
import { DECISION_COLUMNS, type Decision, type DecisionState } from "./decision.ts";

/** Every given condition holds; `from` counts in, `to` does not. */
export type DecisionFilter = {
  readonly decidedBy?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly taskId?: number | undefined;
  readonly state?: DecisionState | undefined;
};

/** Decisions, the newest first, older than the entry `before` where it is given. */
export async function searchDecisions(
  client: Client,
  filter: DecisionFilter,
  page: { readonly before: number | null; readonly limit: number },
): Promise<Decision[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = ["true"];
  if (filter.decidedBy !== undefined) conditions.push(`decided_by = ${bind(filter.decidedBy)}`);
  if (filter.from !== undefined) conditions.push(`decided_at >= ${bind(filter.from)}`);
  if (filter.to !== undefined) conditions.push(`decided_at < ${bind(filter.to)}`);
  if (filter.taskId !== undefined) conditions.push(`task_id = ${bind(filter.taskId)}`);
  if (filter.state !== undefined) conditions.push(`state = ${bind(filter.state)}`);
  if (page.before !== null) conditions.push(`journal_id < ${bind(page.before)}`);
  const { rows } = await client.query<Decision>(
    `select ${DECISION_COLUMNS} from decision where ${conditions.join(" and ")} order by journal_id desc limit ${bind(page.limit)}`,
    values,
  );
  return rows;
}

/** What was decided about two records, under whichever question or none, newest first. */
export async function readDecisionsOfPair(
  client: Client,
  one: number,
  other: number,
  limit: number,
): Promise<Decision[]> {
  const { rows } = await client.query<Decision>(
    `select ${DECISION_COLUMNS} from decision
     where (source_record_id = $1 and other_source_record_id = $2) or (source_record_id = $2 and other_source_record_id = $1)
     order by journal_id desc limit $3`,
    [one, other, limit],
  );
  return rows;
}

/** Who gave a verdict on each of the questions that still counts: neither refused nor taken back. */
export async function readDeciders(client: Client, taskIds: readonly number[]): Promise<Map<number, Set<string>>> {
  const found = new Map<number, Set<string>>();
  if (taskIds.length === 0) return found;
  const { rows } = await client.query<{ task_id: number; decided_by: string }>(
    `select distinct task_id, decided_by from decision
     where task_id = any($1::bigint[]) and command = 'decide' and state <> 'refused' and undone_by is null`,
    [taskIds],
  );
  for (const row of rows) found.set(row.task_id, (found.get(row.task_id) ?? new Set()).add(row.decided_by));
  return found;
}

/** Which questions wait for a second reviewer: of those the first verdict is not shown yet. */
export async function readBlindTasks(client: Client, taskIds: readonly number[]): Promise<Set<number>> {
  if (taskIds.length === 0) return new Set();
  const { rows } = await client.query<{ task_id: number }>(
    "select task_id from review_task where task_id = any($1::bigint[]) and state = 'open' and stage = 'second'",
    [taskIds],
  );
  return new Set(rows.map((row) => row.task_id));
}

/** A command about identities as it was journalled, carried out or not yet; undefined when the entry is none. */
export async function readIdentityCommand(
  client: Client,
  journalId: number,
): Promise<{ readonly command: IdentityCommand; readonly at: Date } | undefined> {
  const { rows } = await client.query<{ command: IdentityCommand | MessageCommand; at: Date }>(
    `select convert_from(raw, 'UTF8')::jsonb as command, received_at as at from journal where journal_id = $1 and kind = 'command'`,
    [journalId],
  );
  const [row] = rows;
  return row && ["decide", "move", "undo", "lift", "assign"].includes(row.command.command)
    ? { command: row.command as IdentityCommand, at: row.at }
    : undefined;
}
