import { compare, type Evidence, type MatchingModel } from "@chesil/matching";
import type { IdentityEventWrite, StoredRecord } from "@chesil/store";
import { type Application, identityEvent, openTask } from "../application.ts";
import { homePersonOf } from "../mint.ts";
import { isMatched, MissingRecordsError, type WorkingSet } from "../working-set.ts";
import { RECORDS_PER_KEY_MAX } from "./candidates.ts";
import { type Component, componentOf, type Surroundings } from "./component.ts";
import { evidenceOf } from "./evidence.ts";
import { questionsOf } from "./raise-questions.ts";
import { matesOf, type Solution, solveComponent } from "./solve-component.ts";

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
  for (const cluster of solution.clusters) settleCluster(application, cluster, { component, solution, cause });
  for (const { value, record, other } of set.wornValues.splice(0)) askWhatItIs(application, value, record, other);
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
  return [...withdrawn].flatMap((words) =>
    candidates.near(NOBODY, words).flatMap(({ id, weight }) => (weight >= model.thresholds.linkWeightMin ? id : [])),
  );
}

/** No record has this id. */
const NOBODY = -1;

const surroundingsOf = (set: WorkingSet): Surroundings => ({
  prepared: (id) => set.candidates.prepared(id),
  neighboursOf: (id, prepared) => set.candidates.near(id, prepared),
  tiedTo(id) {
    const record = set.record(id);
    if (!record || !isMatched(record)) return [];
    const ruled = set.aliasesOf(record).flatMap((alias) =>
      set.rules.of(alias.sourceRecordId).flatMap((rule) => {
        const other = set.record(
          rule.sourceRecordId === alias.sourceRecordId ? rule.otherSourceRecordId : rule.sourceRecordId,
        );
        return rule.kind === "same" && other ? set.endOf(other) : [];
      }),
    );
    return [...matesOf(set, record), ...ruled.filter(isMatched)].map(({ sourceRecordId }) => sourceRecordId);
  },
});

type Settling = { readonly component: Component; readonly solution: Solution; readonly cause: Cause | undefined };

/** Gives a cluster its person: the one that is named after its oldest record. */
function settleCluster(application: Application, cluster: readonly StoredRecord[], settling: Settling): void {
  const { set, entry } = application;
  const personId = homePersonOf(cluster[0]?.sourceRecordId ?? -1);
  for (const record of cluster) {
    const isNew = set.newcomers.delete(record.sourceRecordId);
    if (record.personId === personId && !isNew) continue;
    const moved = { ...record, personId };
    const aliases = set.aliasesOf(record).filter((alias) => alias.sourceRecordId !== record.sourceRecordId);
    const why = reasonOf(application, moved, cluster, settling);
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

/** Why the record is where it is: on whose word, on what evidence, and who comes second (law 7). */
function reasonOf(
  application: Application,
  record: StoredRecord,
  cluster: readonly StoredRecord[],
  { component, cause }: Settling,
): { decidedBy: IdentityEventWrite["decidedBy"]; evidence: Evidence | undefined; kept: unknown } {
  const { set, model } = application;
  const { sourceRecordId } = record;
  if (cause?.records.has(sourceRecordId)) return { decidedBy: cause.decidedBy, evidence: undefined, kept: cause.kept };
  const ids = new Set(cluster.map((each) => each.sourceRecordId));
  const others = component.edges
    .filter(({ left, right }) => left === sourceRecordId && !ids.has(right))
    .sort((a, b) => b.weight - a.weight || a.right - b.right)
    .flatMap(({ right, weight }) => ({ other: set.record(right), weight }));
  const [second] = others;
  const evidences = cluster
    .filter((each) => each.sourceRecordId !== sourceRecordId)
    .map((each) => evidenceBetween(application, record, each));
  const best = evidences.reduce<Evidence | undefined>(
    (one, each) => (one && one.weight >= each.weight ? one : each),
    undefined,
  );
  const runnerUp = second?.other ? { personId: second.other.personId, weight: second.weight } : null;
  if (best) return { decidedBy: "model", evidence: best, kept: { ...evidenceOf("link", best, model), runnerUp } };
  const closest = second?.other ? evidenceBetween(application, record, second.other) : undefined;
  return { decidedBy: "new", evidence: closest, kept: evidenceOf("new", closest, model) };
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
    why: `More than ${RECORDS_PER_KEY_MAX} records share one value: ${value}. It no longer says who they are.`,
    evidence: { value },
    journalId: entry.journalId,
    at: entry.receivedAt,
  });
}
