import { numberedFromZero, sizes } from "./contingency.ts";

export type ClusterSizes = {
  readonly clusters: number;
  /** Records of the largest cluster; 0 where there is no record. */
  readonly largest: number;
  /** How many clusters there are of each size that occurs, the smallest first. */
  readonly histogram: readonly { readonly size: number; readonly clusters: number }[];
};

/** Cluster sizes over all records, whether their truth is known or not. */
export function clusterSizes(clusters: Int32Array): ClusterSizes {
  const ofSize = new Map<number, number>();
  const numbered = numberedFromZero(clusters);
  for (const size of sizes(numbered)) ofSize.set(size, (ofSize.get(size) ?? 0) + 1);
  const histogram = [...ofSize].sort(([a], [b]) => a - b).map(([size, count]) => ({ size, clusters: count }));
  return { clusters: numbered.count, largest: histogram.at(-1)?.size ?? 0, histogram };
}
