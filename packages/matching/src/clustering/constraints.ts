import type { ClusteringInput, RecordPair } from "./cluster.ts";
import type { ContentOrder } from "./order.ts";
import type { UnionFind } from "./union-find.ts";

/** What people decided, as the solver needs it. */
type Constraints = {
  /** For each record, those that a person said are somebody else. Both directions. */
  readonly barred: ReadonlyMap<number, ReadonlySet<number>>;
  /** Must-links that can not hold beside the cannot-links: a person must settle which decision was wrong. */
  readonly contradictions: readonly RecordPair[];
};

/**
 * Joins in `groups` what people said is one. Where that would bring together what people said are two, the "two"
 * stands: records apart by mistake harm less than records of two persons in one.
 */
export function applyConstraints(input: ClusteringInput, groups: UnionFind, order: ContentOrder): Constraints {
  const isRecord = (record: number): boolean => Number.isInteger(record) && record >= 0 && record < input.records;
  const barred = new Map<number, Set<number>>();
  for (const [i, j] of input.cannotLink ?? []) {
    if (!isRecord(i) || !isRecord(j) || i === j) continue;
    setOf(barred, i).add(j);
    setOf(barred, j).add(i);
  }
  const contradictions: RecordPair[] = [];
  const members = new Map<number, readonly number[]>();
  for (const [i, j] of inOrder(
    (input.mustLink ?? []).filter(([a, b]) => isRecord(a) && isRecord(b)),
    order,
  )) {
    const left = members.get(groups.find(i)) ?? [i];
    const right = members.get(groups.find(j)) ?? [j];
    if (groups.find(i) === groups.find(j)) continue;
    if (left.some((a) => right.some((b) => barred.get(a)?.has(b)))) contradictions.push([i, j]);
    else {
      groups.union(i, j);
      members.set(groups.find(i), [...left, ...right]);
    }
  }
  return { barred, contradictions };
}

function setOf(sets: Map<number, Set<number>>, record: number): Set<number> {
  const known = sets.get(record) ?? new Set<number>();
  sets.set(record, known);
  return known;
}

/** By content: which of several contradicting decisions is left out must not hang on the order they are given in. */
function inOrder(pairs: readonly RecordPair[], order: ContentOrder): RecordPair[] {
  const place = new Map(order.sort(new Set(pairs.flat())).map((record, at) => [record, at]));
  const placeOf = (record: number): number => place.get(record) ?? 0;
  return pairs
    .map(([i, j]): RecordPair => (placeOf(i) <= placeOf(j) ? [i, j] : [j, i]))
    .sort((a, b) => placeOf(a[0]) - placeOf(b[0]) || placeOf(a[1]) - placeOf(b[1]));
}
