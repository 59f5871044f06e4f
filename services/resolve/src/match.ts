import { compare, type Decision, decide, type Evidence, type MatchingModel } from "@chesil/matching";
import type { StoredRecord } from "@chesil/store";
import type { WorkingSet } from "./working-set.ts";

/** What a review screen needs to explain a decision (law 7): it is stored as it stands. */
export type DecisionEvidence = {
  readonly kind: Decision["kind"];
  readonly modelVersion: string;
  readonly weight: number | null;
  readonly probability: number | null;
  readonly levels: Evidence["levels"];
  readonly veto: string | null;
  readonly why: string | null;
  readonly runnerUp: { readonly personId: string; readonly weight: number } | null;
};

/** A person that may be the record's, with the record of theirs that is most like it. */
export type Candidate = { readonly personId: string; readonly evidence: Evidence; readonly record: StoredRecord };

/**
 * Whose record is this? Every person with a record that shares a blocking key is compared, record by record, all their
 * records included: the best record speaks for the person, and a veto from any of them stands.
 */
export function whoseRecord(
  set: WorkingSet,
  record: StoredRecord,
  model: MatchingModel,
): { decision: Decision; candidates: Candidate[] } {
  const prepared = set.prepared(record);
  const persons = new Set(set.candidatesOf(record).map((candidate) => candidate.personId));
  persons.delete(record.personId);
  const candidates: Candidate[] = [];
  for (const personId of persons) {
    let best: Candidate | undefined;
    let veto: Evidence["veto"];
    for (const other of set.recordsOf(personId)) {
      if (other.status !== "active") continue;
      const evidence = compare(prepared, set.prepared(other), model);
      veto ??= evidence.veto;
      if (!best || evidence.weight > best.evidence.weight) best = { personId, evidence, record: other };
    }
    if (best) candidates.push(veto && !best.evidence.veto ? { ...best, evidence: { ...best.evidence, veto } } : best);
  }
  return { decision: decide(candidates, model), candidates };
}

/** The decision as it is kept. `about` is the candidate the evidence speaks of. */
export function evidenceOf(decision: Decision, about: Evidence | undefined, model: MatchingModel): DecisionEvidence {
  const runnerUp = decision.kind === "link" ? decision.runnerUp : undefined;
  return {
    kind: decision.kind,
    modelVersion: model.version,
    weight: about?.weight ?? null,
    probability: about?.probability ?? null,
    levels: about?.levels ?? [],
    veto: about?.veto ?? null,
    why: decision.kind === "review" ? decision.why : null,
    runnerUp: runnerUp ? { personId: runnerUp.personId, weight: runnerUp.evidence.weight } : null,
  };
}
