import type { Decision, IdentityCommand, StoredRecord, TaskState } from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import { giveBack, mergeBetween, unmerge } from "../operations/unmerge.ts";
import { withKeys } from "../place-record.ts";
import { isMatched } from "../working-set.ts";
import { type Asked, type Judgement, wholly } from "./judgement.ts";
import { layDownDifferent, layDownSame, type Refusal, settleDecided } from "./lay-down.ts";

type Decide = Extract<IdentityCommand, { command: "decide" }>;

/** A verdict on a task may wait for a second reviewer's, and of two that differ a third person's counts. */
export function judgeVerdict(application: Application, command: Decide, asked: Asked): Judgement {
  const { entry } = application;
  const { task } = asked;
  const votes = asked.votes.filter((vote) => vote.state === "awaiting");
  const refused = (detail: string): Judgement => ({ state: "refused", detail });
  if (command.taskId !== null && !task) return refused("There is no such task.");
  if (task && task.state !== "open") return refused("The task is closed: what it asked was answered meanwhile.");
  if (votes.some((vote) => vote.decidedBy === command.by))
    return refused("Another person is asked: this one has decided about the task before.");
  // It asks about a value, not about two patients: whatever is said of it lays down nothing.
  if (task?.kind === "data-quality")
    return { state: "applied", tasks: [{ taskId: task.taskId, closedBy: entry.journalId }] };
  const stage = task?.stage ?? "first";
  const awaiting = (next: TaskState["stage"]): Judgement => ({
    state: "awaiting",
    tasks: task ? [{ taskId: task.taskId, stage: next, assignee: null }] : [],
  });
  if (stage === "first" && task && command.isSecondNeeded) return awaiting("second");
  if (stage === "second" && votes.some((vote) => vote.verdict !== command.verdict)) return awaiting("adjudication");
  const judgement = wholly(application, () => applyVerdict(application, command, asked.mates));
  if (judgement.state === "refused") return judgement;
  const earlier = votes.map(
    (vote): Decision => ({ ...vote, state: vote.verdict === command.verdict ? "applied" : "outvoted" }),
  );
  return { ...judgement, earlier, tasks: task ? [{ taskId: task.taskId, closedBy: entry.journalId }] : [] };
}

function applyVerdict(application: Application, command: Decide, mates: readonly number[]): Refusal {
  const { set } = application;
  const { one: oneId, other: otherId, verdict, by } = command;
  const [first, second] = [set.record(oneId), set.record(otherId)];
  if (!first || !second) return "There is no such record.";
  const [one, other] = [set.endOf(first), set.endOf(second)];
  if (one === other && first !== second && verdict === "different")
    return takeBackMerge(application, [first, second], by);
  if (one.status === "deleted" || other.status === "deleted") return "One of the records was deleted by its sender.";
  if (one === other) return judgeOverlay(application, one, command, mates);
  if (verdict === "unsure") return undefined;
  const refusal = verdict === "same" ? layDownSame(application, one, other) : layDownDifferent(application, one, other);
  if (refusal === undefined) settleDecided(application, [one, other], by);
  return refusal;
}

/** Two ids of one record are two patients after all: the sender that merged them was wrong. */
function takeBackMerge(
  application: Application,
  [one, other]: readonly [StoredRecord, StoredRecord],
  by: string,
): Refusal {
  const { set, entry } = application;
  const merge = mergeBetween(set, one, other);
  if (!merge) return "Both ids were merged into a third: say which of the two is not that patient.";
  unmerge(application, merge, { decidedBy: "human", kept: { decidedBy: by, decision: entry.journalId } });
  const [left, right] = [one, other].map((each) => set.endOf(set.record(each.sourceRecordId) ?? each));
  if (!left || !right) return "There is no such record.";
  const refusal = layDownDifferent(application, left, right);
  if (refusal !== undefined) return refusal;
  settleDecided(application, [left, right], by);
  giveBack(application, merge);
  return undefined;
}

/**
 * A record whose words became somebody else's. Either it is one patient all the same, or its id stands for another patient
 * now: then it goes by its new words, and never back to whom it was one with before.
 */
function judgeOverlay(
  application: Application,
  record: StoredRecord,
  { one, other, verdict, by }: Decide,
  mates: readonly number[],
): Refusal {
  const { set, entry } = application;
  if (one !== other) return "The two ids are of one record: a sender merged them.";
  if ((record.overlaidBy ?? null) === null)
    return "Nothing is doubted about the record. Of a message that is held, say it by replaying or skipping the message.";
  if (verdict === "unsure") return undefined;
  const { overlaidBy: _, ...cleared } = record;
  set.put(withKeys(set, cleared), entry.journalId);
  noteAssertion(application, cleared, "cleared", { decidedBy: by, decision: entry.journalId, verdict });
  for (const id of verdict === "different" ? mates : []) {
    const mate = set.record(id);
    const end = mate && set.endOf(mate);
    if (!end || !isMatched(end) || end.sourceRecordId === record.sourceRecordId) continue;
    const refusal = layDownDifferent(application, cleared, end);
    if (refusal !== undefined) return refusal;
  }
  settleDecided(application, [cleared], by);
  return undefined;
}
