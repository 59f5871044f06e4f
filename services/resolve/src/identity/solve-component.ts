import {
  type Clustering,
  clusterRecords,
  GuardsOnFile,
  type MatchingModel,
  type Prepared,
  scorerOf,
  type Verdict,
} from "@chesil/matching";
import type { LinkRule, StoredRecord } from "@chesil/store";
import { isMatched, type WorkingSet } from "../working-set.ts";
import type { Component } from "./component.ts";
import { type Followers, orderOf, representativesOf } from "./representatives.ts";
import { rulesAbout } from "./rules-about.ts";
import type { Wording } from "./wording.ts";

/** What is weighed of a component, with all that bears on it, its records numbered as clustering wants them. */
export type Problem = {
  readonly records: readonly StoredRecord[];
  /** Of each wording, in order. */
  readonly placesOf: ReadonlyMap<Wording, readonly number[]>;
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
  /** Of each cluster that was weighed, by its number in the clustering, bystanders' persons among them. */
  readonly oldestOf: ReadonlyMap<number, StoredRecord>;
};

/**
 * Decides who is one person among a component's members, as `chesil link` decides it in a batch: by all pairs of their
 * records, under the guards, and bound by the rules that people and senders laid down. Ties are broken by the records'
 * own ids, so that the order they came in is nothing (law 9). Bystanders stay with the person they have. Of many equal
 * records some are weighed for all (`representativesOf`): the others go where those go, if they stay together, and
 * alone where they do not.
 */
export function solveComponent(component: Component, set: WorkingSet, model: MatchingModel): Solution {
  const members = [...component.members].map((id) => recordAt(set, id));
  const persons = [...new Set([...component.bystanders].map((id) => recordAt(set, id).personId))]
    .map((person) => set.recordsOf(person).filter(isMatched))
    .filter((mates) => mates.length > 0);
  const rules = rulesAbout(set, [...members, ...persons.flat()]);
  const wordingOf = ({ sourceRecordId }: StoredRecord) => set.candidates.wordingOf(sourceRecordId);
  const { weighed, followers } = representativesOf(members, wordingOf, rules);
  // The oldest stands for its person's name.
  const bystanders = persons.map((mates) => [
    ...new Set([...mates.slice(0, 1), ...representativesOf(mates, wordingOf, rules).weighed]),
  ]);
  const records = [...new Set([...weighed, ...bystanders.flat()])];
  const placeOf = new Map(records.map((record, place) => [record.sourceRecordId, place]));
  const placesRuled = (kind: LinkRule["kind"]) =>
    rules.pairs.flatMap((pair) => {
      const [i, j] = [placeOf.get(pair.one), placeOf.get(pair.other)];
      return pair.kind === kind && i !== undefined && j !== undefined && i !== j ? [[i, j] as const] : [];
    });
  const units = Map.groupBy(weighed, ({ sourceRecordId }) => rules.unitOf(sourceRecordId));
  units.delete(undefined);
  // Rules tie them through records that may not be weighed.
  const tied = [...placesRuled("same"), ...[...units.values()].flatMap((unit) => chain(unit, placeOf))];
  const problem = problemOf(set, records, placesRuled("different"), model);
  const clustering = clusterRecords(
    {
      records: records.length,
      ...edgesOf(component, problem),
      weightOf: problem.weightOf,
      isForbidden: (i, j) => problem.judge(i, j).veto !== undefined,
      orderOf: (place) => orderOf(records[place] as StoredRecord),
      mustLink: [...tied, ...bystanders.flatMap((mates) => chain(mates, placeOf))],
      cannotLink: problem.cannotLink,
    },
    model.thresholds,
  );
  const clusterOf = clustersOf(clustering, placeOf, followers);
  const clusters = Map.groupBy(members, ({ sourceRecordId }) => clusterOf.get(sourceRecordId));
  return {
    problem,
    clustering,
    clusters: [...clusters.values()].map((cluster) => cluster.sort((a, b) => a.sourceRecordId - b.sourceRecordId)),
    oldestOf: oldestOf([...members, ...bystanders.flat()], clusterOf),
  };
}

/** The cluster of each record by its id: followers have their leaders', if that is one, else each its own. */
function clustersOf(
  { clusterOf: found, clusters }: Clustering,
  placeOf: ReadonlyMap<number, number>,
  followers: readonly Followers[],
): ReadonlyMap<number, number> {
  const clusterOf = new Map([...placeOf].map(([id, place]) => [id, found[place] ?? -1]));
  let alone = clusters;
  for (const { records, leaders } of followers) {
    const theirs = new Set(leaders.map(({ sourceRecordId }) => clusterOf.get(sourceRecordId) ?? -1));
    const [only = -1] = theirs;
    for (const { sourceRecordId } of records) clusterOf.set(sourceRecordId, theirs.size === 1 ? only : alone++);
  }
  return clusterOf;
}

function oldestOf(
  records: readonly StoredRecord[],
  clusterOf: ReadonlyMap<number, number>,
): ReadonlyMap<number, StoredRecord> {
  const oldest = new Map<number, StoredRecord>();
  for (const record of records) {
    const cluster = clusterOf.get(record.sourceRecordId) ?? -1;
    const known = oldest.get(cluster);
    if (!known || record.sourceRecordId < known.sourceRecordId) oldest.set(cluster, record);
  }
  return oldest;
}

/** The edges between records, from those between wordings. */
function edgesOf({ members, edges }: Component, { records, placesOf }: Problem) {
  const [left, right, weights]: [number[], number[], number[]] = [[], [], []];
  const isMember = (place: number) => members.has(records[place]?.sourceRecordId ?? -1);
  for (const edge of edges) {
    const [ones, others] = [placesOf.get(edge.left) ?? [], placesOf.get(edge.right) ?? []];
    for (const [at, i] of ones.entries()) {
      for (const j of edge.left === edge.right ? others.slice(at + 1) : others) {
        if (!isMember(i) && !isMember(j)) continue;
        left.push(i);
        right.push(j);
        weights.push(edge.weight);
      }
    }
  }
  return { left: Int32Array.from(left), right: Int32Array.from(right), weight: Float64Array.from(weights) };
}

const recordAt = (set: WorkingSet, id: number): StoredRecord => {
  const record = set.record(id);
  if (!record) throw new Error("A record of a component was not loaded.");
  return record;
};

function problemOf(
  set: WorkingSet,
  records: readonly StoredRecord[],
  cannotLink: Problem["cannotLink"],
  model: MatchingModel,
): Problem {
  const scorer = scorerOf(model);
  const wordings = records.map((record) =>
    isMatched(record) ? set.candidates.wordingOf(record.sourceRecordId) : undefined,
  );
  const guards = new GuardsOnFile(namesakesIn(set), scorer);
  const weigh = perPair((a, b) => scorer.weigh(a, b));
  const judge = perPair((a, b) => guards.judge(a, b));
  const placesOf = new Map<Wording, number[]>();
  for (const [place, wording] of wordings.entries()) {
    if (!wording) continue;
    const known = placesOf.get(wording);
    if (known) known.push(place);
    else placesOf.set(wording, [place]);
  }
  return {
    records,
    placesOf,
    cannotLink,
    preparedAt: (place) => wordings[place]?.prepared,
    weightOf(i, j) {
      const [a, b] = [wordings[i], wordings[j]];
      return a && b ? weigh(a.prepared, b.prepared) : Number.NaN;
    },
    judge(i, j) {
      const [a, b] = [wordings[i], wordings[j]];
      return a && b ? judge(a.prepared, b.prepared) : { veto: undefined, areTwo: true };
    },
  };
}

/**
 * Who else is on file, for guards: they look for others by what they say, and tell them apart as objects. Of equal records
 * a second one says that there is another; a third says nothing more.
 */
function namesakesIn(set: WorkingSet): (of: Prepared) => readonly Prepared[] | undefined {
  const found = new Map<Prepared, readonly Prepared[] | undefined>();
  const second = new Map<Wording, Prepared>();
  const objectsOf = (wording: Wording): Prepared[] => {
    if (wording.ids.size < 2) return [wording.prepared];
    const other = second.get(wording) ?? { ...wording.prepared };
    second.set(wording, other);
    return [wording.prepared, other];
  };
  return (of) => {
    if (found.has(of)) return found.get(of);
    const wordings = set.candidates.namesakesOf(of);
    const namesakes = wordings && [...wordings].flatMap(objectsOf);
    found.set(of, namesakes);
    return namesakes;
  };
}

/** Asked once of each pair of wordings, however many records say them. */
function perPair<Answer>(of: (a: Prepared, b: Prepared) => Answer): (a: Prepared, b: Prepared) => Answer {
  const answers = new Map<Prepared, Map<Prepared, Answer>>();
  return (a, b) => {
    const known = answers.get(a) ?? new Map<Prepared, Answer>();
    answers.set(a, known);
    const answer = known.get(b) ?? of(a, b);
    known.set(b, answer);
    return answer;
  };
}

/** Records that are one, whatever: those of a person that is not decided here, or that rules tie. */
function chain(mates: readonly StoredRecord[], placeOf: ReadonlyMap<number, number>): (readonly [number, number])[] {
  const places = mates.flatMap(({ sourceRecordId }) => placeOf.get(sourceRecordId) ?? []);
  return places.slice(1).map((place, before) => [places[before] as number, place] as const);
}
