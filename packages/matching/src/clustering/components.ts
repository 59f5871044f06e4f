import { type UnionFind, unionFind } from "./union-find.ts";

/** The edges of the input, or some of them, by their places in its arrays. */
type Edges = { readonly left: Int32Array; readonly right: Int32Array; readonly weight: Float64Array };

/** Connected components of two records and more: component k holds `records[recordStart[k]]` and on, likewise edges. */
export type Components = {
  readonly count: number;
  readonly recordStart: Int32Array;
  readonly records: Int32Array;
  readonly edgeStart: Int32Array;
  readonly edges: Int32Array;
};

/**
 * The connected components that `chosen` edges make of `groups` (records already one). Typed arrays and two counting
 * sorts: linear in records and edges, 20 bytes a record and 4 an edge.
 */
export function componentsOf(records: number, groups: UnionFind, edges: Edges, chosen: Int32Array): Components {
  const reach = reachOf(records, groups, edges, chosen);
  const componentOf = new Int32Array(records).fill(-1);
  const hasEdge = new Uint8Array(records);
  for (const edge of chosen) hasEdge[reach.find(edges.left[edge] ?? 0)] = 1;
  let count = 0;
  for (let record = 0; record < records; record++) {
    const root = reach.find(record);
    if (hasEdge[root] === 0) continue;
    if (componentOf[root] === -1) componentOf[root] = count++;
    componentOf[record] = componentOf[root] ?? -1;
  }
  const everyRecord = Int32Array.from({ length: records }, (_, record) => record);
  const byRecord = countingSort(everyRecord, count, (record) => componentOf[record] ?? -1);
  const byEdge = countingSort(chosen, count, (edge) => componentOf[edges.left[edge] ?? 0] ?? -1);
  return {
    count,
    recordStart: byRecord.start,
    records: byRecord.items,
    edgeStart: byEdge.start,
    edges: byEdge.items,
  };
}

function reachOf(records: number, groups: UnionFind, edges: Edges, chosen: Int32Array): UnionFind {
  const reach = unionFind(records);
  for (let record = 0; record < records; record++) reach.union(record, groups.find(record));
  for (const edge of chosen) reach.union(edges.left[edge] ?? 0, edges.right[edge] ?? 0);
  return reach;
}

/** Items by the bin they belong to, keeping their order within it; those of bin -1 are left out. */
function countingSort(items: Int32Array, bins: number, binOf: (item: number) => number) {
  const start = new Int32Array(bins + 1);
  for (const item of items) {
    const bin = binOf(item);
    if (bin >= 0) start[bin + 1] = (start[bin + 1] ?? 0) + 1;
  }
  for (let bin = 0; bin < bins; bin++) start[bin + 1] = (start[bin + 1] ?? 0) + (start[bin] ?? 0);
  const next = start.slice();
  const sorted = new Int32Array(start[bins] ?? 0);
  for (const item of items) {
    const bin = binOf(item);
    if (bin < 0) continue;
    const at = next[bin] ?? 0;
    sorted[at] = item;
    next[bin] = at + 1;
  }
  return { start, items: sorted };
}
