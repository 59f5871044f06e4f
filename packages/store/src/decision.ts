import type { Client } from "./client.ts";
import type { IdentityCommand, Verdict } from "./command.ts";
import type { Transaction } from "./database.ts";
import { column, jsonColumn } from "./unnest.ts";

/**
 * `applied`: it holds. `awaiting`: a second reviewer is asked first. `outvoted`: an adjudicator decided otherwise.
 * `refused`: it can not hold, `detail` says why.
 */
export type DecisionState = "applied" | "refused" | "awaiting" | "outvoted";

/** What a person decided, and what became of it. */
export type Decision = {
  /** The command's own entry. */
  readonly journalId: number;
  readonly command: IdentityCommand["command"];
  readonly taskId: number | null;
  readonly verdict: Verdict | null;
  readonly sourceRecordId: number | null;
  readonly otherSourceRecordId: number | null;
  readonly moved: readonly number[] | null;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly reason: string;
  readonly state: DecisionState;
  readonly detail: string | null;
  /** The pair as it was compared then. */
  readonly evidence: unknown;
  readonly undoneBy: number | null;
};

/** The columns of a `Decision`, of the table by its own name. An array of bigint would be read as texts. */
export const DECISION_COLUMNS = `journal_id as "journalId", command, task_id as "taskId", verdict, source_record_id as "sourceRecordId",
  other_source_record_id as "otherSourceRecordId", moved::float8[] as moved, decided_by as "decidedBy", decided_at as "decidedAt", reason, state, detail,
  evidence, undone_by as "undoneBy"`;

/** The decisions of the given commands, in journal order. */
export async function readDecisions(client: Client, journalIds: readonly number[]): Promise<Decision[]> {
  if (journalIds.length === 0) return [];
  const { rows } = await client.query<Decision>(
    `select ${DECISION_COLUMNS} from decision where journal_id = any($1::bigint[]) order by journal_id`,
    [journalIds],
  );
  return rows;
}

/** What was decided about a question, in journal order. */
export async function readDecisionsOfTask(client: Client, taskId: number): Promise<Decision[]> {
  const { rows } = await client.query<Decision>(
    `select ${DECISION_COLUMNS} from decision where task_id = $1 order by journal_id`,
    [taskId],
  );
  return rows;
}

/** Writes decisions; of one that stands, what became of it changes. */
export async function writeDecisions(transaction: Transaction, rows: readonly Decision[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `insert into decision (journal_id, command, task_id, verdict, source_record_id, other_source_record_id, moved, decided_by,
       decided_at, reason, state, detail, evidence, undone_by)
     select journal_id, command, task_id, verdict, source_record_id, other_source_record_id, moved::bigint[], decided_by,
       decided_at, reason, state, detail, evidence, undone_by
     from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
       $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::jsonb[], $14::bigint[])
     as r (journal_id, command, task_id, verdict, source_record_id, other_source_record_id, moved, decided_by, decided_at, reason,
       state, detail, evidence, undone_by)
     on conflict (journal_id) do update set state = excluded.state, detail = excluded.detail, undone_by = excluded.undone_by`,
    [
      column(rows, (row) => row.journalId),
      column(rows, (row) => row.command),
      column(rows, (row) => row.taskId),
      column(rows, (row) => row.verdict),
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.otherSourceRecordId),
      column(rows, (row) => row.moved && `{${row.moved.join(",")}}`),
      column(rows, (row) => row.decidedBy),
      column(rows, (row) => row.decidedAt),
      column(rows, (row) => row.reason),
      column(rows, (row) => row.state),
      column(rows, (row) => row.detail),
      jsonColumn(rows, (row) => row.evidence),
      column(rows, (row) => row.undoneBy),
    ],
  );
}
