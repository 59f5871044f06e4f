import { compare } from "@chesil/matching";
import {
  type Database,
  type Decision,
  type IdentityCommand,
  type JournalEntry,
  type LinkRule,
  readDecisions,
  readDecisionsOfTask,
  readLinkRule,
  readLinkRulesOf,
  readTaskState,
  type StoredRecord,
  type TaskChange,
  type TaskState,
  writeDecisions,
  writeTaskChanges,
} from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import { type Effects, writesOf } from "../apply-batch.ts";
import { evidenceOf } from "../identity/evidence.ts";
import { setAside } from "../identity/set-aside.ts";
import { settleLinks } from "../identity/settle-links.ts";
import { type Knowledge, loadRecords } from "../load-working-set.ts";
import { Mint } from "../mint.ts";
import { idsOf } from "../operations/assertion.ts";
import { withKeys } from "../place-record.ts";
import { isMatched, MissingRecordsError, type WorkingSet } from "../working-set.ts";
import { layDownDifferent, layDownSame, pathAgainst, type Refusal, settleDecided } from "./lay-down.ts";
import { describePath, pathOfRules } from "./rule-path.ts";

/** A command with what was stored about what it speaks of. */
type Asked = {
  readonly command: IdentityCommand;
  readonly task: TaskState | undefined;
  /** What reviewers said of the task and nobody took back, the first first. */
  readonly votes: readonly Decision[];
  /** The decision that is undone, with the rules that it laid down and lifted. */
  readonly undone: Decision | undefined;
  readonly rules: readonly LinkRule[];
};

/** What a command came to. */
type Judgement = {
  readonly state: Decision["state"];
  readonly detail?: string;
  /** Earlier decisions that became something else by it. */
  readonly earlier?: readonly Decision[];
  readonly tasks?: readonly TaskChange[];
};

const ROUNDS_MAX = 50;

/**
 * Decides a person's command about identities: lays down or lifts rules and settles what hangs on them, whole or not at
 * all, and says what became of it. A person's word outranks every sender's; against other persons' words, as far as rules
 * chain, it is refused with the way they chain (law 6).
 */
export async function decideCommand(
  database: Database,
  { entry, command }: { entry: JournalEntry; command: IdentityCommand },
  context: Knowledge & { now: () => Date },
): Promise<Effects> {
  const asked = await readAsked(database, command);
  const further = new Set(recordsNamed(asked));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const set = await loadRecords(database, further, context);
    const application: Application = {
      set,
      entry,
      moment: { recordedAt: entry.receivedAt.toISOString(), journalId: entry.journalId },
      occurredAt: undefined,
      mint: new Mint(entry.journalId),
      model: context.model,
      warnings: [],
      onOverlay: "take",
    };
    try {
      const evidence = evidenceThen(application, command);
      const judgement = judge(application, asked);
      const decision = decisionOf(entry, command, judgement, evidence);
      const write = await writesOf(database, set, { decidedBy: entry.journalId, now: context.now });
      return {
        set,
        write: async (transaction) => {
          await writeTaskChanges(transaction, judgement.tasks ?? [], entry.receivedAt);
          await Promise.all(write(transaction));
          await writeDecisions(transaction, [...(judgement.earlier ?? []), decision]);
        },
      };
    } catch (error) {
      if (!(error instanceof MissingRecordsError)) throw error;
      for (const id of error.sourceRecordIds) further.add(id);
    }
  }
  throw new Error("A command kept asking for more than was loaded.");
}

/** A command that can not be carried out at all. */
export const refusedDecision = (entry: JournalEntry, command: IdentityCommand, detail: string): Decision =>
  decisionOf(entry, command, { state: "refused", detail }, null);

async function readAsked({ pool }: Database, command: IdentityCommand): Promise<Asked> {
  const [undone] = command.command === "undo" ? await readDecisions(pool, [command.journalId]) : [];
  const taskId = command.command === "decide" ? command.taskId : (undone?.taskId ?? null);
  const lifted = command.command === "lift" ? await readLinkRule(pool, command.ruleId) : undefined;
  const votes = taskId === null ? [] : await readDecisionsOfTask(pool, taskId);
  return {
    command,
    task: taskId === null ? undefined : await readTaskState(pool, taskId),
    votes: votes.filter((vote) => vote.undoneBy === null && vote.state !== "refused"),
    undone,
    rules: undone ? await readLinkRulesOf(pool, undone.journalId) : lifted ? [lifted] : [],
  };
}

function recordsNamed({ command, rules, undone }: Asked): number[] {
  const ruled = rules.flatMap((rule) => [rule.sourceRecordId, rule.otherSourceRecordId]);
  if (command.command === "decide") return [command.one, command.other];
  if (command.command === "move") return [...command.sourceRecordIds, ...(command.to === null ? [] : [command.to])];
  return [...ruled, ...(undone ? recordsOf(undone) : [])];
}

const recordsOf = ({ sourceRecordId, otherSourceRecordId }: Decision): number[] =>
  [sourceRecordId, otherSourceRecordId].filter((id) => id !== null);

/** How the pair looked to who decided: what labels are made of. Of one record, what had made it doubtful. */
function evidenceThen({ set, model }: Application, command: IdentityCommand): unknown {
  if (command.command !== "decide") return null;
  const [one, other] = [set.record(command.one), set.record(command.other)];
  if (one && one === other) return (one.overlaidBy ?? null) === null ? null : { overlaidBy: one.overlaidBy };
  if (!one || !other) return null;
  return evidenceOf("assertion", compare(set.prepared(one), set.prepared(other), model), model);
}

function decisionOf(entry: JournalEntry, command: IdentityCommand, judgement: Judgement, evidence: unknown): Decision {
  const pair = command.command === "decide" ? command : undefined;
  const move = command.command === "move" ? command : undefined;
  return {
    journalId: entry.journalId,
    command: command.command,
    taskId: pair?.taskId ?? null,
    verdict: pair?.verdict ?? null,
    sourceRecordId: pair?.one ?? move?.sourceRecordIds[0] ?? null,
    otherSourceRecordId: pair?.other ?? move?.to ?? null,
    moved: move?.sourceRecordIds ?? null,
    decidedBy: command.by,
    decidedAt: entry.receivedAt,
    reason: command.reason,
    state: judgement.state,
    detail: judgement.detail ?? null,
    evidence,
    undoneBy: null,
  };
}

function judge(application: Application, asked: Asked): Judgement {
  const { command } = asked;
  switch (command.command) {
    case "assign":
      return { state: "applied", tasks: command.taskIds.map((taskId) => ({ taskId, assignee: command.to })) };
    case "decide":
      return judgeVerdict(application, command, asked);
    case "move":
      return wholly(application, () => move(application, command));
    case "undo":
      return undo(application, command, asked);
    case "lift":
      return wholly(application, () => lift(application, asked.rules[0], command.by));
  }
}

/** All of it or, where it is refused, nothing. */
function wholly({ set }: Application, carryOut: () => Refusal): Judgement {
  const takeBack = set.savepoint();
  const refusal = carryOut();
  if (refusal === undefined) return { state: "applied" };
  takeBack();
  return { state: "refused", detail: refusal };
}

type Decide = Extract<IdentityCommand, { command: "decide" }>;

/** A verdict on a task may wait for a second reviewer's, and of two that differ a third person's counts. */
function judgeVerdict(application: Application, command: Decide, { task, votes: said }: Asked): Judgement {
  const { entry } = application;
  const votes = said.filter((vote) => vote.state === "awaiting");
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
  const judgement = wholly(application, () => applyVerdict(application, command));
  if (judgement.state === "refused") return judgement;
  const earlier = votes.map(
    (vote): Decision => ({ ...vote, state: vote.verdict === command.verdict ? "applied" : "outvoted" }),
  );
  return { ...judgement, earlier, tasks: task ? [{ taskId: task.taskId, closedBy: entry.journalId }] : [] };
}

function applyVerdict(application: Application, command: Decide): Refusal {
  const { set } = application;
  const { one: oneId, other: otherId, verdict, by } = command;
  const [first, second] = [set.record(oneId), set.record(otherId)];
  if (!first || !second) return "There is no such record.";
  const [one, other] = [set.endOf(first), set.endOf(second)];
  if (one.status === "deleted" || other.status === "deleted") return "One of the records was deleted by its sender.";
  if (verdict === "unsure") return undefined;
  if (one.sourceRecordId === other.sourceRecordId) return judgeOverlay(application, one, command);
  const refusal = verdict === "same" ? layDownSame(application, one, other) : layDownDifferent(application, one, other);
  if (refusal === undefined) settleDecided(application, [one, other], by);
  return refusal;
}

/** A record whose words became somebody else's: it is one patient all the same, or it stays apart. */
function judgeOverlay(application: Application, record: StoredRecord, command: Decide): Refusal {
  const { set, entry } = application;
  const { one, other, verdict, taskId, by } = command;
  if (one !== other) return "The two ids are of one record: a sender merged them.";
  const isOverlaid = (record.overlaidBy ?? null) !== null;
  if (!isOverlaid && taskId === null) return "Nothing is doubted about the record.";
  // Nothing was taken of a message that is held: whether it is, is told by replaying or skipping it.
  if (verdict === "different" || !isOverlaid) return undefined;
  const { overlaidBy: _, ...cleared } = record;
  set.put(withKeys(set, cleared), entry.journalId);
  noteAssertion(application, cleared, "cleared", { decidedBy: by, decision: entry.journalId });
  settleLinks(application);
  return undefined;
}

type Move = Extract<IdentityCommand, { command: "move" }>;

/** Records leave their person, together: whom they leave they are never linked with again. */
function move(application: Application, { sourceRecordIds, to, by }: Move): Refusal {
  const { set } = application;
  const moved = [...new Set(sourceRecordIds)].flatMap((id) => set.record(id) ?? []);
  const target = to === null ? undefined : set.record(to);
  if (moved.length === 0 || moved.length < new Set(sourceRecordIds).size || (to !== null && !target))
    return "There is no such record.";
  if (moved.some((record) => !isMatched(record)) || (target && !isMatched(target)))
    return "Only active records move: a retired id goes with its survivor.";
  const [personId] = moved.map((record) => record.personId);
  if (moved.some((record) => record.personId !== personId)) return "The records are not of one person.";
  if (target && target.personId === personId) return "The records are with that person already.";
  const left = set
    .recordsOf(personId ?? "")
    .filter((record) => isMatched(record) && !idsOf(moved).has(record.sourceRecordId));
  if (!target && left.length === 0) return "These are all the records that the person has: nobody would be left.";
  for (const record of moved)
    for (const other of left) {
      const refusal = layDownDifferent(application, record, other);
      if (refusal !== undefined) return refusal;
    }
  const together = [...moved, ...(target ? [target] : [])];
  for (const [index, record] of together.slice(1).entries()) {
    const refusal = layDownSame(application, together[index] as StoredRecord, record);
    if (refusal !== undefined) return refusal;
  }
  settleDecided(application, moved, by);
  return undefined;
}

/** Gives back exactly what a decision had changed: its rules are lifted, and those that it lifted are in force again. */
function undo(
  application: Application,
  command: Extract<IdentityCommand, { command: "undo" }>,
  asked: Asked,
): Judgement {
  const { set, entry } = application;
  const { undone, rules, votes } = asked;
  const refused = (detail: string): Judgement => ({ state: "refused", detail });
  if (!undone || undone.command === "assign" || undone.command === "undo")
    return refused("There is no such decision to undo.");
  if (undone.undoneBy !== null) return refused("It was undone before.");
  if (undone.state === "refused") return refused("It was refused: there is nothing to undo.");
  const agreed = votes.filter((vote) => vote.verdict === undone.verdict && vote.state === "applied");
  const last = agreed.at(-1);
  if (last && undone.state === "applied" && last.journalId > undone.journalId)
    return refused(`Another reviewer agreed: it is undone with decision ${last.journalId}.`);
  const judgement = wholly(application, () => {
    const laid = rules.filter((rule) => rule.journalId === undone.journalId && rule.liftedBy === null);
    for (const rule of laid) set.liftRule(rule, entry.journalId);
    for (const rule of rules) {
      if (rule.liftedBy !== undone.journalId) continue;
      const refusal = canHold(set, rule);
      if (refusal !== undefined) return refusal;
      set.putRule({ ...rule, liftedBy: null });
    }
    const record =
      undone.sourceRecordId === undone.otherSourceRecordId ? set.record(undone.sourceRecordId ?? -1) : undefined;
    const { overlaidBy } = (undone.evidence ?? {}) as { overlaidBy?: number };
    if (record && undone.verdict === "same" && overlaidBy !== undefined && isMatched(record))
      setAside(application, { ...record, overlaidBy }, "overlaid", { decidedBy: command.by });
    const spoken = rules.flatMap((rule) =>
      [rule.sourceRecordId, rule.otherSourceRecordId].flatMap((id) => set.record(id) ?? []),
    );
    for (const id of recordsOf(undone)) askAnew(set, id);
    settleDecided(application, spoken, command.by);
    return undefined;
  });
  if (judgement.state === "refused") return judgement;
  const withIt = undone.state === "applied" ? agreed.filter((vote) => vote.journalId !== undone.journalId) : [];
  const tasks =
    undone.taskId === null ? [] : [{ taskId: undone.taskId, reopen: undone.journalId, stage: "first" as const }];
  const earlier = [...withIt, undone].map((each) => ({ ...each, undoneBy: entry.journalId }));
  return { ...judgement, tasks, earlier };
}

/** A question about the record that is open again may be answered by now. */
function askAnew(set: WorkingSet, sourceRecordId: number): void {
  if (!set.record(sourceRecordId)) return;
  set.unsettled.add(sourceRecordId);
  set.questions.solved.add(sourceRecordId);
}

function lift(application: Application, rule: LinkRule | undefined, by: string): Refusal {
  const { set, entry } = application;
  if (!rule || rule.liftedBy !== null) return "There is no such rule in force.";
  set.liftRule(rule, entry.journalId);
  settleDecided(
    application,
    [rule.sourceRecordId, rule.otherSourceRecordId].flatMap((id) => set.record(id) ?? []),
    by,
  );
  return undefined;
}

/** Whether what was lifted can be in force again beside what was decided since. */
function canHold(set: WorkingSet, rule: LinkRule): Refusal {
  const [one, other] = [set.record(rule.sourceRecordId), set.record(rule.otherSourceRecordId)];
  if (!one || !other) return "There is no such record.";
  const path = rule.kind === "same" ? pathAgainst(set, one, other) : pathOfRules(set, one, other);
  return path && `What was decided since says the opposite: ${describePath(path)}. Undo that first.`;
}
