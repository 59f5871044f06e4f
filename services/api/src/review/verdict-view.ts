import { type Gate, maySeeOptedOut, type Viewer } from "@chesil/access";
import {
  type Client,
  type Decision,
  readBlindTasks,
  readDecisions,
  readIdentityCommand,
  readLinkRule,
  readRecordsById,
  type StoredRecord,
} from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import { decisionOf, decisionView } from "../decision.ts";
import type { Deps } from "../deps.ts";

const recordView = z.object({
  sourceRecordId: z.string(),
  authority: z.string(),
  localId: z.string(),
  /** Whose it is now. */
  personId: z.string(),
});

/** What somebody decided, and what became of it. */
export const verdictView = z.object({
  decisionId: z.string(),
  command: z.enum(["decide", "move", "undo", "lift", "assign"]),
  taskId: z.string().nullable(),
  verdict: z.enum(["same", "different", "unsure"]).nullable(),
  /** The two records that a verdict is about; of a move, one that moved and one of where it went. */
  records: z.array(recordView),
  moved: z.array(recordView),
  /** What an undo takes back, and the rule that was lifted. */
  target: z.string().nullable(),
  decidedBy: z.string(),
  decidedAt: z.iso.datetime(),
  reason: z.string().nullable(),
  /** `pending`: journalled, and not carried out yet. */
  state: z.enum(["pending", "applied", "refused", "awaiting", "outvoted"]),
  detail: z.string().nullable(),
  undoneBy: z.string().nullable(),
  evidence: decisionView.nullable(),
  /** It is the first verdict of two, and the second is not given yet: what was decided and why is not told. */
  withheld: z.boolean(),
  /** It is about somebody who opted out of sharing: the privacy officer's alone. */
  optedOut: z.boolean(),
});
export type VerdictView = z.infer<typeof verdictView>;

/** A decision whose command may not have been carried out yet. */
export type JournalledDecision = Omit<Decision, "state"> & { readonly state: Decision["state"] | "pending" };

/** A decision by its command's entry, carried out or not; undefined when the entry is no command about identities. */
export async function readJournalled(client: Client, journalId: number): Promise<JournalledDecision | undefined> {
  const [decision] = await readDecisions(client, [journalId]);
  if (decision) return decision;
  const journalled = await readIdentityCommand(client, journalId);
  if (!journalled) return undefined;
  const { command, at } = journalled;
  const isVerdict = command.command === "decide";
  const isMove = command.command === "move";
  return {
    journalId,
    command: command.command,
    taskId: isVerdict ? command.taskId : null,
    verdict: isVerdict ? command.verdict : null,
    sourceRecordId: isVerdict ? command.one : isMove ? (command.sourceRecordIds[0] ?? null) : null,
    otherSourceRecordId: isVerdict ? command.other : isMove ? command.to : null,
    moved: isMove ? command.sourceRecordIds : null,
    decidedBy: command.by,
    decidedAt: at,
    reason: command.reason,
    state: "pending",
    detail: null,
    evidence: null,
    undoneBy: null,
  };
}

/** Those of the decisions that this viewer may be shown, for filling a page; on record they are when they are viewed. */
export async function showableDecisions<D extends JournalledDecision>(
  { database, gate }: Pick<Deps, "database" | "gate">,
  viewer: Viewer,
  decisions: readonly D[],
): Promise<D[]> {
  if (maySeeOptedOut(viewer)) return [...decisions];
  const { targets, records } = await readAtOnce(database, (client) => readConcerned(client, decisions));
  const concerned = personsOf([...records.values()]);
  // Whoever asks for their own record is told of it, however closely it is kept.
  const visible = await (viewer.purpose === "subject-access"
    ? gate.withoutOptedOut(concerned)
    : gate.reviewable(concerned));
  return decisions.filter(({ journalId }) => areAllOf(visible, targets.get(journalId), records));
}

/**
 * The decisions that this viewer may be shown: those about nobody who is opted out, but for a privacy officer at work on
 * questions of identity; and of one that is still blind for them, only that there is one.
 */
export async function viewDecisions(
  { database, gate }: Deps,
  viewer: Viewer,
  decisions: readonly JournalledDecision[],
  action: string,
): Promise<VerdictView[]> {
  if (decisions.length === 0) return [];
  const { targets, records, blind } = await readAtOnce(database, async (client) => ({
    ...(await readConcerned(client, decisions)),
    blind: await readBlindTasks(
      client,
      decisions.flatMap(({ taskId }) => taskId ?? []),
    ),
  }));
  const { shown, optedOut } = await permittedPersons(gate, viewer, personsOf([...records.values()]), action);
  return decisions.flatMap((decision) => {
    const target = targets.get(decision.journalId);
    if (!target || !areAllOf(shown, target, records)) return [];
    const isBlind =
      decision.command === "decide" &&
      decision.decidedBy !== viewer.username &&
      (decision.state === "pending" || (decision.taskId !== null && blind.has(decision.taskId)));
    const isOptedOut = target.records.some((id) => optedOut.has(records.get(id)?.personId ?? ""));
    return [{ ...viewOf(decision, target, records, isBlind), optedOut: isOptedOut }];
  });
}

/** What the decisions speak of, each by its entry, with the records as they are now. */
async function readConcerned(
  client: Client,
  decisions: readonly JournalledDecision[],
): Promise<{ readonly targets: ReadonlyMap<number, Target>; readonly records: ReadonlyMap<number, StoredRecord> }> {
  const targets = new Map<number, Target>();
  for (const decision of decisions) targets.set(decision.journalId, await targetOf(client, decision));
  const ids = [...targets.values()].flatMap((target) => target.records);
  const records = await readRecordsById(client, [...new Set(ids)]);
  return { targets, records: new Map(records.map((record) => [record.sourceRecordId, record])) };
}

const areAllOf = (
  persons: ReadonlySet<string>,
  target: Target | undefined,
  records: ReadonlyMap<number, StoredRecord>,
): boolean => target?.records.every((id) => persons.has(records.get(id)?.personId ?? "")) ?? false;

/** The gate is asked for so many at once; a move may name records of as many persons. */
const ASKED_AT_ONCE = 1_000;

async function permittedPersons(
  gate: Gate,
  viewer: Viewer,
  personIds: readonly string[],
  action: string,
): Promise<{ readonly shown: ReadonlySet<string>; readonly optedOut: ReadonlySet<string> }> {
  const [shown, optedOut] = [new Set<string>(), new Set<string>()];
  for (let start = 0; start === 0 || start < personIds.length; start += ASKED_AT_ONCE) {
    const answer = await gate.persons(viewer, personIds.slice(start, start + ASKED_AT_ONCE), action);
    if (!answer.allowed) continue;
    // A verdict's evidence is made of values: it is shown where all of them may be.
    for (const personId of answer.personIds) if (!answer.viewOf(personId).isPartial) shown.add(personId);
    for (const personId of answer.optedOut) optedOut.add(personId);
  }
  return { shown, optedOut };
}

const personsOf = (records: readonly StoredRecord[]) => [...new Set(records.map((record) => record.personId))];

/** The records that a decision speaks of: its own, else those of what it takes back or lifts. */
type Target = { readonly id: string | null; readonly records: readonly number[] };

async function targetOf(client: Client, decision: JournalledDecision): Promise<Target> {
  const records = recordsOf(decision);
  if (decision.command !== "undo" && decision.command !== "lift") return { id: null, records };
  const journalled = await readIdentityCommand(client, decision.journalId);
  if (journalled?.command.command === "undo") {
    const undone = await readJournalled(client, journalled.command.journalId);
    const theirs = undone ? (await targetOf(client, undone)).records : [];
    return { id: String(journalled.command.journalId), records: [...records, ...theirs] };
  }
  if (journalled?.command.command === "lift") {
    const rule = await readLinkRule(client, journalled.command.ruleId);
    const theirs = rule ? [rule.sourceRecordId, rule.otherSourceRecordId] : [];
    return { id: String(journalled.command.ruleId), records: [...records, ...theirs] };
  }
  return { id: null, records };
}

/** The records that a decision itself names, each once. */
function recordsOf({ sourceRecordId, otherSourceRecordId, moved }: JournalledDecision): number[] {
  return [...new Set([sourceRecordId, otherSourceRecordId, ...(moved ?? [])].flatMap((id) => id ?? []))];
}

function viewOf(
  decision: JournalledDecision,
  target: Target,
  records: ReadonlyMap<number, StoredRecord>,
  isBlind: boolean,
): Omit<VerdictView, "optedOut"> {
  const told = (ids: readonly (number | null)[]) =>
    ids.flatMap((id) => {
      const record = id === null ? undefined : records.get(id);
      if (!record) return [];
      const { sourceRecordId, authority, localId, personId } = record;
      return [{ sourceRecordId: String(sourceRecordId), authority, localId, personId }];
    });
  const { taskId, undoneBy } = decision;
  return {
    decisionId: String(decision.journalId),
    command: decision.command,
    taskId: taskId === null ? null : String(taskId),
    verdict: isBlind ? null : decision.verdict,
    records: told([...new Set([decision.sourceRecordId, decision.otherSourceRecordId])]),
    moved: told(decision.moved ?? []),
    target: target.id,
    decidedBy: decision.decidedBy,
    decidedAt: decision.decidedAt.toISOString(),
    reason: isBlind ? null : decision.reason,
    state: decision.state,
    detail: isBlind ? null : decision.detail,
    undoneBy: undoneBy === null ? null : String(undoneBy),
    evidence: isBlind
      ? null
      : decisionOf(decision.evidence, decision.decidedBy, { shown: new Set(), mayShowOther: true }),
    withheld: isBlind,
  };
}
