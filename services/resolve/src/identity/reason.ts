import { compare, type Evidence, type MatchingModel, scorerOf } from "@chesil/matching";
import type { IdentityEventWrite, StoredRecord } from "@chesil/store";
import type { WorkingSet } from "../working-set.ts";
import type { Component } from "./component.ts";
import { evidenceOf } from "./evidence.ts";
import type { Wording } from "./wording.ts";

export type Reason = {
  readonly decidedBy: IdentityEventWrite["decidedBy"];
  readonly evidence: Evidence | undefined;
  /** As it is kept with the event. */
  readonly kept: unknown;
};

type RunnerUp = { readonly id: number; readonly weight: number };

/**
 * Why the model puts a record where it is: on what evidence, and who comes second (law 7). Whatever equal records there are
 * in a cluster, they have one reason.
 */
export function reasonsIn(
  component: Component,
  set: WorkingSet,
  model: MatchingModel,
): (cluster: readonly StoredRecord[]) => (record: StoredRecord) => Reason {
  const edgesOf = Map.groupBy(component.edges, ({ left }) => left);
  const wordingOf = ({ sourceRecordId }: StoredRecord) => set.candidates.wordingOf(sourceRecordId);
  const isHere = (id: number) => component.members.has(id) || component.bystanders.has(id);

  /** Whoever is most like it among those that are not one with it. */
  function runnerUpOf(wording: Wording, ids: ReadonlySet<number>): RunnerUp | undefined {
    return edgesOf
      .get(wording)
      ?.flatMap(({ right, weight }) => {
        const others = [...right.ids].filter((id) => !ids.has(id) && isHere(id));
        return others.length > 0 ? { id: others.reduce((a, b) => Math.min(a, b)), weight } : [];
      })
      .reduce<RunnerUp | undefined>((one, each) => (one && !isBefore(each, one) ? one : each), undefined);
  }

  return (cluster) => {
    const ids = new Set(cluster.map(({ sourceRecordId }) => sourceRecordId));
    const saidBy = Map.groupBy(cluster, wordingOf);
    const reasons = new Map<Wording, Reason>();
    const decide = (wording: Wording): Reason => {
      const others = [...saidBy].flatMap(([other, records]) =>
        other && (other !== wording || records.length > 1) ? other : [],
      );
      const best = closestTo(wording, others, model);
      const second = runnerUpOf(wording, ids);
      const rival = second && set.record(second.id);
      const evidenceOn = (other: Wording | undefined) => other && compare(wording.prepared, other.prepared, model);
      if (!best) {
        const evidence = evidenceOn(rival && wordingOf(rival));
        return { decidedBy: "new", evidence, kept: evidenceOf("new", evidence, model) };
      }
      const evidence = evidenceOn(best);
      const runnerUp = second && rival ? { personId: rival.personId, weight: second.weight } : null;
      return { decidedBy: "model", evidence, kept: { ...evidenceOf("link", evidence, model), runnerUp } };
    };
    return (record) => {
      const wording = wordingOf(record);
      if (!wording) return { decidedBy: "new", evidence: undefined, kept: evidenceOf("new", undefined, model) };
      const reason = reasons.get(wording) ?? decide(wording);
      reasons.set(wording, reason);
      return reason;
    };
  };
}

const isBefore = (one: RunnerUp, other: RunnerUp): boolean =>
  one.weight > other.weight || (one.weight === other.weight && one.id < other.id);

/** The one that most speaks for, of several the first. */
function closestTo(wording: Wording, others: readonly Wording[], model: MatchingModel): Wording | undefined {
  const scorer = scorerOf(model);
  let best: { readonly other: Wording; readonly weight: number } | undefined;
  for (const other of others) {
    const weight = scorer.weigh(wording.prepared, other.prepared);
    if (!best || weight > best.weight) best = { other, weight };
  }
  return best?.other;
}
