import { compare } from "@chesil/matching";
import {
  type Client,
  type Database,
  type Decision,
  type IdentityCommand,
  type JournalEntry,
  readDecisions,
  readDecisionsOfTask,
  readFormerMates,
  readIdentityEventsOfMessages,
  readLinkRule,
  readLinkRulesOf,
  readTaskState,
  writeDecisions,
  writeTaskChanges,
} from "@chesil/store";
import type { Application } from "../application.ts";
import { type Effects, writesOf } from "../apply-batch.ts";
import { MissingFactsError } from "../fact-set.ts";
import { evidenceOf } from "../identity/evidence.ts";
import { type Knowledge, loadRecords, nothingFurther } from "../load-working-set.ts";
import { Mint } from "../mint.ts";
import { mergeBetween } from "../operations/unmerge.ts";
import { MissingMessagesError } from "../rehear/heard-messages.ts";
import { MissingRecordsError } from "../working-set.ts";
import { type Asked, type Judgement, recordsOf, wholly } from "./judgement.ts";
import { move } from "./move.ts";
import { lift, undo } from "./undo.ts";
import { judgeVerdict } from "./verdict.ts";

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
  const further = { ...nothingFurther(), records: new Set(recordsNamed(asked)) };
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const set = await loadRecords(database, further.records, context, further);
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
      const { now, survivorship } = context;
      const write = await writesOf(database, set, { decidedBy: entry.journalId, now, survivorship });
      return {
        set,
        write: async (transaction) => {
          await writeTaskChanges(transaction, judgement.tasks ?? [], entry.receivedAt);
          await Promise.all(write(transaction));
          await writeDecisions(transaction, [...(judgement.earlier ?? []), decision]);
        },
      };
    } catch (error) {
      if (error instanceof MissingRecordsError) for (const id of error.sourceRecordIds) further.records.add(id);
      else if (error instanceof MissingMessagesError) for (const each of error.identities) further.identities.add(each);
      else if (error instanceof MissingFactsError) further.facts.push(error.needs);
      else throw error;
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
    unmergedSince: undone ? await readUnmergedSince(pool, undone.journalId) : 0,
    mates:
      command.command === "decide" && command.one === command.other ? await readFormerMates(pool, command.one) : [],
    rules: undone ? await readLinkRulesOf(pool, undone.journalId) : lifted ? [lifted] : [],
  };
}

async function readUnmergedSince(client: Client, journalId: number): Promise<number> {
  const events = await readIdentityEventsOfMessages(client, [journalId]);
  const unmerged = events.find(({ kind }) => kind === "unmerged");
  return (unmerged?.evidence as { since?: number } | null | undefined)?.since ?? 0;
}

function recordsNamed({ command, rules, undone, mates }: Asked): number[] {
  const ruled = rules.flatMap((rule) => [rule.sourceRecordId, rule.otherSourceRecordId]);
  if (command.command === "decide") return [command.one, command.other, ...mates];
  if (command.command === "move") return [...command.sourceRecordIds, ...(command.to === null ? [] : [command.to])];
  const { unmerged } = (undone?.evidence ?? {}) as { unmerged?: { retired: number; into: number } };
  return [...ruled, ...(undone ? recordsOf(undone) : []), ...(unmerged ? [unmerged.into] : [])];
}

/** How the pair looked to who decided: what labels are made of. Of one record, what had made it doubtful. */
function evidenceThen({ set, model }: Application, command: IdentityCommand): unknown {
  if (command.command !== "decide") return null;
  const [one, other] = [set.record(command.one), set.record(command.other)];
  if (one && one === other) return (one.overlaidBy ?? null) === null ? null : { overlaidBy: one.overlaidBy };
  if (!one || !other) return null;
  const merge = command.verdict === "different" ? mergeBetween(set, one, other) : undefined;
  // Nothing can be learnt of what one of them heard for both.
  if (merge) return { unmerged: { retired: merge.retired.sourceRecordId, into: merge.retired.retiredInto } };
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
