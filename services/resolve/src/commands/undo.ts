import type { Decision, IdentityCommand, LinkRule } from "@chesil/store";
import type { Application } from "../application.ts";
import { setAside } from "../identity/set-aside.ts";
import { giveBack, mergeAgain, type Unmerge } from "../operations/unmerge.ts";
import { isMatched, type WorkingSet } from "../working-set.ts";
import { type Asked, type Judgement, recordsOf, wholly } from "./judgement.ts";
import { pathAgainst, type Refusal, settleDecided } from "./lay-down.ts";
import { describePath, pathOfRules } from "./rule-path.ts";

/** Gives back exactly what a decision had changed: its rules are lifted, and those that it lifted are in force again. */
export function undo(
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
  if (undone.state === "outvoted") return refused("It does not hold: another verdict does. Undo that one.");
  // Whoever took it back would have seen the other verdict, and could give it as one that they came to blindly.
  if (undone.state === "awaiting" && asked.task?.stage === "adjudication")
    return refused("Two verdicts differ, and a third person decides: neither is taken back until then.");
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
    const merge = undone.state === "applied" ? mergeTakenBack(set, undone) : undefined;
    const refusal =
      undone.state === "applied"
        ? doubtAgain(application, { undone, merge, since: asked.unmergedSince }, command.by)
        : undefined;
    if (refusal !== undefined) return refusal;
    const spoken = rules.flatMap((rule) =>
      [rule.sourceRecordId, rule.otherSourceRecordId].flatMap((id) => set.record(id) ?? []),
    );
    for (const id of recordsOf(undone)) askAnew(set, id);
    settleDecided(application, spoken, command.by);
    // Visits go last: they can not be taken back.
    if (merge) giveBack(application, merge);
    return undefined;
  });
  if (judgement.state === "refused") return judgement;
  const withIt = undone.state === "applied" ? agreed.filter((vote) => vote.journalId !== undone.journalId) : [];
  const isAwaited = votes.some((vote) => vote.state === "awaiting" && vote.journalId !== undone.journalId);
  const stage = isAwaited ? ("second" as const) : ("first" as const);
  const tasks = undone.taskId === null ? [] : [{ taskId: undone.taskId, reopen: undone.journalId, stage }];
  const earlier = [...withIt, undone].map((each) => ({ ...each, undoneBy: entry.journalId }));
  return { ...judgement, tasks, earlier };
}

/** Brings back what a verdict about one record, or about two ids of one, had cleared up. */
function doubtAgain(
  application: Application,
  { undone, merge, since }: { undone: Decision; merge: Unmerge | undefined; since: number },
  by: string,
): Refusal {
  const { set } = application;
  if (merge) {
    const { retired, survivor } = merge;
    if (retired.status !== "active" || set.endOf(survivor).status !== "active")
      return "The records were merged or deleted by their sender since: there is nothing to go back to.";
    const path = pathAgainst(set, retired, survivor);
    if (path) return `What was decided since keeps the two apart: ${describePath(path)}. Undo that first.`;
    mergeAgain(application, merge, since);
    return undefined;
  }
  const { overlaidBy } = (undone.evidence ?? {}) as { overlaidBy?: number };
  if (overlaidBy === undefined || undone.verdict === "unsure") return undefined;
  const record = set.record(undone.sourceRecordId ?? -1);
  if (!record || !isMatched(record))
    return "The record was retired, deleted or doubted again since: there is nothing to go back to.";
  setAside(application, { ...record, overlaidBy }, "overlaid", { decidedBy: by });
  return undefined;
}

/** The merge that the verdict took back, as its records stand now. */
function mergeTakenBack(set: WorkingSet, { evidence }: Decision): Unmerge | undefined {
  const { unmerged } = (evidence ?? {}) as { unmerged?: { retired: number; into: number } };
  const [retired, into] = [set.record(unmerged?.retired ?? -1), set.record(unmerged?.into ?? -1)];
  return retired && into ? { retired, survivor: into } : undefined;
}

/** A question about the record that is open again may be answered by now. */
function askAnew(set: WorkingSet, sourceRecordId: number): void {
  if (!set.record(sourceRecordId)) return;
  set.unsettled.add(sourceRecordId);
  set.questions.solved.add(sourceRecordId);
}

export function lift(application: Application, rule: LinkRule | undefined, by: string): Refusal {
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
