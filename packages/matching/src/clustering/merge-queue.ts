import { type Linkage, meanExcess, meanWeight } from "./linkage.ts";

/** A merge that may be made: the linkage of two clusters as it stood at `version`. */
export type Merge = {
  readonly left: number;
  readonly right: number;
  readonly edge: Edge;
  readonly version: number;
  readonly excess: number;
  readonly weight: number;
  readonly records: number;
};

/** The linkage of two clusters as the solver keeps it; `version` grows with each change, -1 once a side is gone. */
export type Edge = { readonly linkage: Linkage; version: number };

export const mergeOf = (left: number, right: number, edge: Edge, records: number): Merge => ({
  left: Math.min(left, right),
  right: Math.max(left, right),
  edge,
  version: edge.version,
  excess: meanExcess(edge.linkage),
  weight: meanWeight(edge.linkage),
  records,
});

/**
 * Strongest evidence first. Among equals the smaller merge, so that many equal records grow as a balanced tree; then by
 * cluster number, which comes from the content of the records and not from the order they were given in.
 */
export const byEvidence = (a: Merge, b: Merge): number =>
  b.excess - a.excess || b.weight - a.weight || a.records - b.records || a.left - b.left || a.right - b.right;

/** A binary heap of merges, the best on top. */
export class MergeQueue {
  readonly #heap: Merge[] = [];

  push(merge: Merge): void {
    const heap = this.#heap;
    let at = heap.push(merge) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = heap[up];
      if (above === undefined || byEvidence(above, merge) <= 0) break;
      heap[at] = above;
      at = up;
    }
    heap[at] = merge;
  }

  pop(): Merge | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return top;
  }

  #sink(merge: Merge): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      if (child === undefined) break;
      const sibling = heap[below + 1];
      if (sibling !== undefined && byEvidence(sibling, child) < 0) {
        below++;
        child = sibling;
      }
      if (byEvidence(merge, child) <= 0) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = merge;
  }
}
