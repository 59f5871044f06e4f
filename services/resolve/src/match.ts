import { compare, type Decision, decide, type Evidence, type MatchingModel } from "@chesil/matching";
import type { StoredRecord } from "@chesil/store";
import type { WorkingSet } from "./working-set.ts";

/** One record of a person that the arriving record may be. */
export type Candidate = { readonly personId: string; readonly evidence: Evidence; readonly record: StoredRecord };

/**
 * Whose record is this? Every person with a record that shares a blocking key is compared, all their records included,
 * because a record that shares no key may still carry what forbids the link. Nobody is, of whom a person or a sender
 * said that it is somebody else.
 */
export function whoseRecord(
  set: WorkingSet,
  record: StoredRecord,
  model: MatchingModel,
): { decision: Decision; candidates: readonly Candidate[] } {
  const began = performance.now();
  const prepared = set.prepared(record);
  const persons = new Set(set.candidatesOf(record).map((candidate) => candidate.personId));
  persons.delete(record.personId);
  for (const personId of strangersTo(set, record)) persons.delete(personId);
  const candidates: Candidate[] = [];
  for (const personId of persons) {
    const seen = new Set<string>();
    for (const other of set.recordsOf(personId)) {
      const fingerprint = set.fingerprint(other);
      if (other.status !== "active" || seen.has(fingerprint)) continue;
      seen.add(fingerprint);
      candidates.push({ personId, evidence: compare(prepared, set.prepared(other), model), record: other });
    }
  }
  const decision = decide(candidates, model);
  set.matched.push({ ms: performance.now() - began, candidates: candidates.length, decision: decision.kind });
  return { decision, candidates };
}

/** The persons with a record that is known not to be of this record's patient. */
function strangersTo(set: WorkingSet, record: StoredRecord): string[] {
  const own = set.record(record.sourceRecordId) ? set.aliasesOf(record) : [];
  return own.flatMap(({ sourceRecordId }) =>
    set.rules.of(sourceRecordId).flatMap((rule) => {
      const otherId = rule.sourceRecordId === sourceRecordId ? rule.otherSourceRecordId : rule.sourceRecordId;
      const other = rule.kind === "different" ? set.record(otherId) : undefined;
      return other ? [other.personId] : [];
    }),
  );
}

/** The decision as it is kept (law 7): what was decided, on what evidence, by which model, and who came second. */
export type DecisionEvidence = {
  readonly kind: Decision["kind"] | "merge";
  readonly modelVersion: string;
  readonly weight: number | null;
  readonly probability: number | null;
  readonly prior: number | null;
  readonly levels: Evidence["levels"];
  readonly veto: string | null;
  readonly why: string | null;
  readonly runnerUp: { readonly personId: string; readonly weight: number } | null;
};

export function evidenceOf(
  decision: Decision | { kind: "merge" },
  about: Evidence | undefined,
  model: MatchingModel,
): DecisionEvidence {
  const runnerUp = decision.kind === "link" ? decision.runnerUp : undefined;
  return {
    kind: decision.kind,
    modelVersion: model.version,
    weight: about?.weight ?? null,
    probability: about?.probability ?? null,
    prior: about?.prior ?? null,
    levels: about?.levels ?? [],
    veto: about?.veto ?? null,
    why: decision.kind === "review" ? decision.why : null,
    runnerUp: runnerUp ? { personId: runnerUp.personId, weight: runnerUp.evidence.weight } : null,
  };
}
