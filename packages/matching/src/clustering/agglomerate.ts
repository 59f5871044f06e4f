import {
  addLinkage,
  addPair,
  crossLinkage,
  joins,
  type Linkage,
  meanWeight,
  noLinkage,
  type PairEvidence,
} from "./linkage.ts";
import { type Edge, type Merge, MergeQueue, mergeOf } from "./merge-queue.ts";

/** Part of the input that no edge strong enough leaves. Its units are in the order of their content. */
export type Component = {
  /** What is one from the start: mostly one record, more where a person linked them. Record numbers. */
  readonly units: readonly (readonly number[])[];
  /** The edges between different units, as records of the input. */
  readonly edges: readonly ComponentEdge[];
};
export type ComponentEdge = {
  readonly leftUnit: number;
  readonly rightUnit: number;
  readonly left: number;
  readonly right: number;
  readonly weight: number;
};

/** Two clusters that fit and were not merged: by their strongest pair of records. */
export type Parked = {
  readonly left: number;
  readonly right: number;
  readonly weight: number;
  readonly why: "fits-two" | "too-large";
};
type Solution = { readonly clusters: readonly FoundCluster[]; readonly parked: readonly Parked[] };
/** Record numbers. */
export type FoundCluster = readonly number[];

/**
 * Agglomerative clustering of one component, in order of descending evidence. The best merge is made, its linkages
 * to all neighbours are completed (pairs that blocking never found are scored now), and so on until no evidence as a
 * whole is left that joins two clusters. A merge that is not clear (see `hasRival`) is parked, and looked at again
 * after the others: a later merge may have settled it.
 *
 * Cost: O(e log e) queue steps for e edges, and each pair of records in neighbouring clusters scored once.
 */
export function agglomerate(component: Component, evidence: PairEvidence): Solution {
  const state = new Agglomeration(component, evidence);
  for (;;) {
    const { merged, parked } = state.mergeAll();
    if (!merged || parked.length === 0) return { clusters: state.living(), parked: parked.map(parkedOf) };
    state.retry(parked);
  }
}

class Agglomeration {
  readonly #clusters: (FoundCluster | undefined)[];
  readonly #neighbours: readonly Map<number, Edge>[];
  readonly #queue = new MergeQueue();
  readonly #evidence: PairEvidence;

  constructor(component: Component, evidence: PairEvidence) {
    this.#evidence = evidence;
    this.#clusters = [...component.units];
    this.#neighbours = neighboursOf(component, evidence);
    for (const [left, edges] of this.#neighbours.entries()) {
      for (const [right, edge] of edges) if (left < right) this.#propose(left, right, edge);
    }
  }

  living(): FoundCluster[] {
    return this.#clusters.filter((cluster) => cluster !== undefined);
  }

  /** Makes every merge that is clear, best first; what is left parked still stands. */
  mergeAll(): { merged: boolean; parked: ParkedMerge[] } {
    const parked: ParkedMerge[] = [];
    let merged = false;
    for (let merge = this.#queue.pop(); merge; merge = this.#queue.pop()) {
      if (!isCurrent(merge)) continue;
      const why = this.#objectionTo(merge);
      if (why) parked.push({ merge, why });
      else {
        this.#unite(merge);
        merged = true;
      }
    }
    return { merged, parked: parked.filter(({ merge }) => isCurrent(merge)) };
  }

  retry(parked: readonly ParkedMerge[]): void {
    for (const { merge } of parked) this.#queue.push(merge);
  }

  #propose(left: number, right: number, edge: Edge): void {
    if (!joins(edge.linkage, this.#evidence.limits)) return;
    this.#queue.push(mergeOf(left, right, edge, this.#recordsOf(left).length + this.#recordsOf(right).length));
  }

  #recordsOf(cluster: number): readonly number[] {
    return this.#clusters[cluster] ?? [];
  }

  #edgesOf(cluster: number): Map<number, Edge> {
    return this.#neighbours[cluster] ?? new Map<number, Edge>();
  }

  #objectionTo(merge: Merge): Parked["why"] | undefined {
    if (merge.records > this.#evidence.limits.clusterRecordsMax) return "too-large";
    return this.#hasRival(merge.left, merge.right, merge) || this.#hasRival(merge.right, merge.left, merge)
      ? "fits-two"
      : undefined;
  }

  /**
   * The leader margin. `cluster` is about to join `best`. Is there another cluster that it fits about equally well,
   * and which the two together would then shut out? Then whichever it joins may be wrong.
   */
  #hasRival(cluster: number, best: number, { weight }: Merge): boolean {
    const { limits } = this.#evidence;
    for (const [rival, { linkage }] of this.#edgesOf(cluster)) {
      if (rival === best || weight - meanWeight(linkage) >= limits.marginWeightMin) continue;
      if (!joins(linkage, limits)) continue;
      const together = addLinkage({ ...linkage }, this.#edgeBetween(best, rival).linkage);
      if (!joins(together, limits)) return true;
    }
    return false;
  }

  /** The edge of two clusters, scored now where blocking found none. */
  #edgeBetween(left: number, right: number): Edge {
    const known = this.#edgesOf(left).get(right);
    if (known) return known;
    const linkage = crossLinkage(this.#recordsOf(left), this.#recordsOf(right), this.#evidence);
    const edge: Edge = { linkage, version: 0 };
    this.#edgesOf(left).set(right, edge);
    this.#edgesOf(right).set(left, edge);
    return edge;
  }

  #unite({ left, right, edge: inner }: Merge): void {
    const [kept, gone] = this.#edgesOf(left).size >= this.#edgesOf(right).size ? [left, right] : [right, left];
    inner.version = GONE;
    this.#edgesOf(kept).delete(gone);
    this.#edgesOf(gone).delete(kept);
    for (const rest of this.#edgesOf(gone).keys()) this.#edgeBetween(kept, rest);
    for (const rest of this.#edgesOf(kept).keys()) {
      const edge = this.#edgeBetween(kept, rest);
      const other = this.#edgeBetween(gone, rest);
      addLinkage(edge.linkage, other.linkage);
      edge.version++;
      other.version = GONE;
      this.#edgesOf(rest).delete(gone);
    }
    this.#clusters[kept] = [...this.#recordsOf(kept), ...this.#recordsOf(gone)];
    this.#clusters[gone] = undefined;
    this.#edgesOf(gone).clear();
    for (const [rest, edge] of this.#edgesOf(kept)) this.#propose(kept, rest, edge);
  }
}

const GONE = -1;
type ParkedMerge = { readonly merge: Merge; readonly why: Parked["why"] };

const isCurrent = (merge: Merge): boolean => merge.edge.version === merge.version;
const parkedOf = ({ merge: { edge, weight }, why }: ParkedMerge): Parked => ({
  left: edge.linkage.bestLeft,
  right: edge.linkage.bestRight,
  weight,
  why,
});

/** Each unit's edges by its neighbours. A pair of records given twice counts once, with its first weight. */
function neighboursOf({ units, edges }: Component, evidence: PairEvidence): Map<number, Edge>[] {
  const neighbours = units.map(() => new Map<number, Edge>());
  for (const { leftUnit, rightUnit, left, right, weight } of edges) {
    if (neighbours[leftUnit]?.has(rightUnit)) continue;
    const [a, b] = [units[leftUnit] ?? [], units[rightUnit] ?? []];
    const linkage: Linkage =
      a.length === 1 && b.length === 1
        ? addPair(noLinkage(), left, right, weight, evidence)
        : crossLinkage(a, b, evidence);
    const edge: Edge = { linkage, version: 0 };
    neighbours[leftUnit]?.set(rightUnit, edge);
    neighbours[rightUnit]?.set(leftUnit, edge);
  }
  return neighbours;
}
