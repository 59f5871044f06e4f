import { compare, type Evidence, type MatchingModel } from "@chesil/matching";
import type { IdentityEventWrite, StoredRecord } from "@chesil/store";
import { type Application, identityEvent, openTask } from "../application.ts";
import { homePersonOf } from "../mint.ts";
import { isMatched, MissingRecordsError, type WorkingSet } from "../working-set.ts";
import { RECORDS_PER_KEY_MAX } from "./candidates.ts";
import { COMPONENT_RECORDS_MAX, componentOf, type Surroundings } from "./component.ts";
import { evidenceOf } from "./evidence.ts";
import { questionsOf } from "./raise-questions.ts";
import { reasonsIn } from "./reason.ts";
import { solveComponent } from "./solve-component.ts";

/** By whose word records are where they are, where it is not the model's. */
export type Cause = {
  readonly decidedBy: "sender" | "human";
  /** The records that were spoken of; others that move with them do so by the model. */
  readonly records: ReadonlySet<number>;
  /** Kept with the move. */
  readonly kept: unknown;
};

/**
 * Decides anew what hangs on what changed: whose each record is, and what is asked of a data manager. Links are a pure
 * function of the records, the rules and the model, so it does not matter what was there before, or in what order it came:
 * only what comes out differently is a dated event (laws 6, 7 and 9).
 *
 * @throws MissingRecordsError where a decision hangs on what was not loaded.
 */
export function settleLinks(application: Application, cause?: Cause): void {
  const { set, model } = application;
  if (set.unsettled.size === 0) return;
  const began = performance.now();
  const { compared } = set.candidates;
  const component = componentOf(seedsOf(set, model), surroundingsOf(set), model);
  const missing = [...component.members, ...component.bystanders].filter((id) => !set.record(id));
  if (missing.length > 0) throw new MissingRecordsError(missing);
  const solution = solveComponent(component, set, model);
  const raised = questionsOf(solution, component);
  // Of words that are no longer matched nothing is asked: the record was retired, deleted or set aside.
  const silent = [...set.unsettled].filter((id) => !isMatched(set.record(id) as StoredRecord));
  set.unsettled.clear();
  set.withdrawn.clear();
  const isNewcomer = solution.clusters.some((cluster) =>
    cluster.some((record) => set.newcomers.has(record.sourceRecordId)),
  );
  const reasonsOf = reasonsIn(component, set, model);
  for (const cluster of solution.clusters) settleCluster(application, cluster, reasonsOf, cause);
  for (const { value, record, other } of set.wornValues.splice(0)) askWhatItIs(application, value, record, other);
  for (const oldest of component.cutAt) askWhoTheyAre(application, oldest);
  for (const { kind, one, other, closest, why } of raised) {
    const evidence = evidenceBetween(application, ...closest);
    const records = closest.map(({ sourceRecordId }) => sourceRecordId);
    openTask(application, kind, one, { record: other, evidence }, why, {
      ...evidenceOf("review", evidence, model),
      why,
      records,
    });
  }
  set.questions.solve(
    [...component.members, ...silent],
    raised.map(({ kind, one, other }) => ({ kind, one: one.sourceRecordId, other: other.sourceRecordId })),
  );
  const decision = raised.length > 0 ? "review" : isNewcomer && component.members.size === 1 ? "new" : "link";
  set.matched.push({ ms: performance.now() - began, candidates: set.candidates.compared - compared, decision });
}

/** The records to begin with: one that was retired speaks through its survivor, one that was set aside not at all. */
function seedsOf(set: WorkingSet, model: MatchingModel): Set<number> {
  const missing: number[] = [];
  const seeds = new Set<number>();
  for (const id of [...set.unsettled, ...formerlyLinked(set, model)]) {
    const record = set.record(id);
    const end = record && set.endOf(record);
    if (!end) missing.push(id);
    else if (isMatched(end)) seeds.add(end.sourceRecordId);
  }
  if (missing.length > 0) throw new MissingRecordsError(missing);
  return seeds;
}

/** Who hung on words that are gone: without them a rival may be none, and what was in doubt be clear. */
function formerlyLinked({ candidates, withdrawn }: WorkingSet, model: MatchingModel): number[] {
  return [...withdrawn].flatMap(({ facts, prepared }) =>
    candidates
      .near(candidates.wording(facts, prepared))
      .flatMap(({ wording, weight }) => (weight >= model.thresholds.linkWeightMin ? [...wording.ids] : [])),
  );
}

function surroundingsOf(set: WorkingSet): Surroundings {
  const named = new Set<string>();
  return {
    ...set.candidates.surroundings(),
    *tiedTo(id) {
      const record = set.record(id);
      if (!record || !isMatched(record)) return;
      if (!named.has(record.personId)) yield* idsOf(set.recordsOf(record.personId).filter(isMatched));
      named.add(record.personId);
      for (const alias of set.aliasesOf(record)) yield* idsOf(tiedByRule(set, alias));
    },
  };
}

const tiedByRule = (set: WorkingSet, { sourceRecordId }: StoredRecord): StoredRecord[] =>
  set.rules.of(sourceRecordId).flatMap((rule) => {
    const other = set.record(rule.sourceRecordId === sourceRecordId ? rule.otherSourceRecordId : rule.sourceRecordId);
    const end = rule.kind === "same" && other ? set.endOf(other) : undefined;
    return end && isMatched(end) ? end : [];
  });

const idsOf = (records: readonly StoredRecord[]): number[] => records.map(({ sourceRecordId }) => sourceRecordId);

/** Gives a cluster its person: the one that is named after its oldest record. */
function settleCluster(
  application: Application,
  cluster: readonly StoredRecord[],
  reasonsOf: ReturnType<typeof reasonsIn>,
  cause: Cause | undefined,
): void {
  const { set, entry } = application;
  const personId = homePersonOf(cluster[0]?.sourceRecordId ?? -1);
  const moving = cluster.filter((each) => each.personId !== personId || set.newcomers.has(each.sourceRecordId));
  if (moving.length === 0) return;
  const reasonOf = reasonsOf(cluster);
  // Who leads to each, before any of them moves.
  const aliasesOf = new Map(moving.map((record) => [record, set.aliasesOf(record).filter((each) => each !== record)]));
  for (const [record, aliases] of aliasesOf) {
    const isNew = set.newcomers.delete(record.sourceRecordId);
    const moved = { ...record, personId };
    const why = cause?.records.has(record.sourceRecordId)
      ? { decidedBy: cause.decidedBy, evidence: undefined, kept: cause.kept }
      : reasonOf(record);
    const from = isNew ? null : record.personId;
    const note = (each: StoredRecord, kind: IdentityEventWrite["kind"]) =>
      set.identityEvents.push(identityEvent(application, each, kind, why.decidedBy, { fromPersonId: from, ...why }));
    set.put(moved, entry.journalId);
    note(moved, kindOf(isNew, moved, cluster));
    for (const alias of aliases) {
      const along = { ...alias, personId };
      set.put(along, entry.journalId);
      note(along, kindOf(false, moved, cluster));
    }
  }
}

/** `unlinked`: to the person that is named after the record, as if nobody had ever linked it. */
function kindOf(isNew: boolean, record: StoredRecord, cluster: readonly StoredRecord[]): IdentityEventWrite["kind"] {
  const isOwn = cluster[0]?.sourceRecordId === record.sourceRecordId;
  if (isNew) return isOwn ? "created" : "linked";
  return isOwn ? "unlinked" : "moved";
}

const evidenceBetween = ({ set, model }: Application, one: StoredRecord, other: StoredRecord): Evidence =>
  compare(preparedOf(set, one), preparedOf(set, other), model);

/** One that can be matched was prepared before it was compared. */
const preparedOf = (set: WorkingSet, record: StoredRecord) =>
  set.candidates.prepared(record.sourceRecordId) ?? set.prepared(record);

/** A value that so many records share is a placeholder, or a place where many live: somebody should know. */
function askWhatItIs({ set, entry, mint }: Application, value: string, record: number, other: number): void {
  set.reviewTasks.push({
    taskId: mint.number(),
    kind: "data-quality",
    sourceRecordId: record,
    otherSourceRecordId: other,
    weight: null,
    why: `More than ${RECORDS_PER_KEY_MAX} different records share one value: ${value}. It no longer says who they are.`,
    evidence: { value },
    journalId: entry.journalId,
    at: entry.receivedAt,
  });
}

/** One question, however many messages come to the same end: of the oldest record alone, and in the same words. */
function askWhoTheyAre({ set, entry, mint }: Application, oldest: number): void {
  set.reviewTasks.push({
    taskId: mint.number(),
    kind: "data-quality",
    sourceRecordId: oldest,
    otherSourceRecordId: oldest,
    weight: null,
    why: `More than ${COMPONENT_RECORDS_MAX} different records hang together, each like the next: no patient is so many. The rest are not linked with them.`,
    evidence: { recordsMax: COMPONENT_RECORDS_MAX },
    journalId: entry.journalId,
    at: entry.receivedAt,
  });
}
