import {
  type Clustering,
  clusterRecords,
  GuardsOnFile,
  type MatchingModel,
  type Prepared,
  scorerOf,
  type Verdict,
} from "@chesil/matching";
import type { StoredRecord } from "@chesil/store";
import { isMatched, type WorkingSet } from "../working-set.ts";
import type { Component } from "./component.ts";

/** A component with all that bears on it, its records numbered as clustering wants them. */
export type Problem = {
  readonly records: readonly StoredRecord[];
  readonly placeOf: ReadonlyMap<number, number>;
  /** Pairs of places that a rule says are two patients. */
  readonly cannotLink: readonly (readonly [number, number])[];
  weightOf(i: number, j: number): number;
  /** What guards say of the pair; of one that can not be matched, that they are two. */
  judge(i: number, j: number): Verdict;
  preparedAt(place: number): Prepared | undefined;
};

export type Solution = {
  readonly problem: Problem;
  readonly clustering: Clustering;
  /** The members by person, each person's records by age. */
  readonly clusters: readonly (readonly StoredRecord[])[];
};

/**
 * Decides who is one person among a component's members, as `chesil link` decides it in a batch: by all pairs of their
 * records, under the guards, and bound by the rules that people and senders laid down. Ties are broken by the records'
 * own ids, so that the order they came in is nothing (law 9). Bystanders stay with the person they have.
 */
export function solveComponent(component: Component, set: WorkingSet, model: MatchingModel): Solution {
  const { members, edges } = component;
  const persons = [...component.bystanders].map((id) => matesOf(set, recordAt(set, id)));
  const records = [...new Set([...[...members].map((id) => recordAt(set, id)), ...persons.flat()])];
  const placeOf = new Map(records.map((record, place) => [record.sourceRecordId, place]));
  const problem = problemOf(set, records, placeOf, model);
  const clustering = clusterRecords(
    {
      records: records.length,
      left: Int32Array.from(edges, ({ left }) => placeOf.get(left) ?? -1),
      right: Int32Array.from(edges, ({ right }) => placeOf.get(right) ?? -1),
      weight: Float64Array.from(edges, ({ weight }) => weight),
      weightOf: problem.weightOf,
      isForbidden: (i, j) => problem.judge(i, j).veto !== undefined,
      orderOf: (place) => orderOf(records[place] as StoredRecord),
      mustLink: [...rulesBetween(set, records, placeOf, "same"), ...persons.flatMap((mates) => chain(mates, placeOf))],
      cannotLink: problem.cannotLink,
    },
    model.thresholds,
  );
  const decided = records.filter(({ sourceRecordId }) => members.has(sourceRecordId));
  const clusters = Map.groupBy(decided, (record) => clustering.clusterOf[placeOf.get(record.sourceRecordId) ?? -1]);
  const byAge = (a: StoredRecord, b: StoredRecord) => a.sourceRecordId - b.sourceRecordId;
  return { problem, clustering, clusters: [...clusters.values()].map((cluster) => cluster.sort(byAge)) };
}

/** The record's own id: the same whatever order records came in. */
export const orderOf = ({ authority, localId }: StoredRecord): string => `${authority}|${localId}`;

/** The records of the record's person that can be matched, itself among them. */
export const matesOf = (set: WorkingSet, record: StoredRecord): StoredRecord[] =>
  set.recordsOf(record.personId).filter(isMatched);

const recordAt = (set: WorkingSet, id: number): StoredRecord => {
  const record = set.record(id);
  if (!record) throw new Error("A record of a component was not loaded.");
  return record;
};

function problemOf(
  set: WorkingSet,
  records: readonly StoredRecord[],
  placeOf: ReadonlyMap<number, number>,
  model: MatchingModel,
): Problem {
  const scorer = scorerOf(model);
  // Records that say the same share what was prepared of them; guards tell records apart.
  const own = new Map<number, Prepared | undefined>();
  const preparedOf = (id: number): Prepared | undefined => {
    const shared = own.has(id) ? undefined : set.candidates.prepared(id);
    if (!own.has(id)) own.set(id, shared && { ...shared });
    return own.get(id);
  };
  const prepared = records.map((record) => (isMatched(record) ? preparedOf(record.sourceRecordId) : undefined));
  const onFile = (each: Prepared) => {
    const ids = set.candidates.namesakesOf(each);
    return ids && [...ids].flatMap((id) => preparedOf(id) ?? []);
  };
  const guards = new GuardsOnFile(onFile, scorer);
  return {
    records,
    placeOf,
    cannotLink: rulesBetween(set, records, placeOf, "different"),
    preparedAt: (place) => prepared[place],
    weightOf(i, j) {
      const [a, b] = [prepared[i], prepared[j]];
      return a && b ? scorer.weigh(a, b) : Number.NaN;
    },
    judge(i, j) {
      const [a, b] = [prepared[i], prepared[j]];
      return a && b ? guards.judge(a, b) : { veto: undefined, areTwo: true };
    },
  };
}

/** The rules in force among the records, as places; one about a retired record is about its survivor. */
function rulesBetween(
  set: WorkingSet,
  records: readonly StoredRecord[],
  placeOf: ReadonlyMap<number, number>,
  kind: "same" | "different",
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  const placeAt = (id: number) => {
    const record = set.record(id);
    return record && placeOf.get(set.endOf(record).sourceRecordId);
  };
  for (const record of records.filter(isMatched)) {
    for (const alias of set.aliasesOf(record)) {
      for (const rule of set.rules.of(alias.sourceRecordId)) {
        const [i, j] = [placeAt(rule.sourceRecordId), placeAt(rule.otherSourceRecordId)];
        if (rule.kind === kind && i !== undefined && j !== undefined && i !== j) pairs.push([i, j]);
      }
    }
  }
  return pairs;
}

/** A person whose links are not decided here is one, whatever. */
function chain(mates: readonly StoredRecord[], placeOf: ReadonlyMap<number, number>): (readonly [number, number])[] {
  const places = mates.flatMap(({ sourceRecordId }) => placeOf.get(sourceRecordId) ?? []);
  return places.slice(1).map((place, before) => [places[before] as number, place] as const);
}
