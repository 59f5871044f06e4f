import { applyConstraints } from "./constraints.ts";
import { pairEvidence } from "./linkage.ts";
import { contentOrder } from "./order.ts";
import { type Noticed, type Proposal, proposalsOf } from "./proposals.ts";
import { solveComponents } from "./solve.ts";
import { type UnionFind, unionFind } from "./union-find.ts";

/**
 * Records into persons. Clusters are not connected components: one false edge would chain two persons, and the next a
 * third. Two clusters merge when the evidence between *all* their records, on the whole, says that they are one (see
 * `Linkage`); what fits two clusters that do not fit each other is proposed to a person and not merged.
 */

/** Records are numbered from 0 to `records` - 1. Weights are match weights in bits: log2 odds, prior included. */
export type ClusteringInput = {
  readonly records: number;
  /**
   * The pairs that blocking found, in any order and direction, as parallel arrays: edge k is between records `left[k]`
   * and `right[k]` and weighs `weight[k]`. Those below `reviewWeightMin` may be left out.
   */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weight: Float64Array;
  /** The match weight of a pair that blocking never found. Must agree with `weight` where it did. */
  readonly weightOf: (i: number, j: number) => number;
  /** Whether a guard forbids to link the two without a person: twins, different NHS numbers, and so on. */
  readonly isForbidden: (i: number, j: number) => boolean;
  /**
   * A key of the record's content, best its identifier: ties are broken by it, so that the order of input decides
   * nothing. Records of one key must be alike in everything.
   */
  readonly orderOf: (i: number) => number | string;
  /** Pairs that a person said are one, or are two. They hold whatever the weights and guards say. */
  readonly mustLink?: readonly RecordPair[];
  readonly cannotLink?: readonly RecordPair[];
};
export type RecordPair = readonly [number, number];

export type ClusteringLimits = {
  /** Two records alone are one person from this match weight; clusters, where the mean over all pairs reaches it. */
  readonly linkWeightMin: number;
  /** A pair of clusters is proposed to a person from this mean weight. */
  readonly reviewWeightMin: number;
  /** By how many bits the best cluster must lead another that fits as well, unless the two fit each other. */
  readonly marginWeightMin: number;
  /** The share of pairs between two clusters that a guard may forbid: 0, the default, for none at all. */
  readonly vetoShareMax: number;
  /** How many bits below `linkWeightMin` one pair can count against a merge, and above it for one. */
  readonly weightAgainstMax: number;
  readonly weightForMax: number;
  /** No cluster grows beyond this: so many records are a placeholder, not a person. */
  readonly clusterRecordsMax: number;
  /** Components with more units are solved in steps, the strongest edges first. */
  readonly componentUnitsMax: number;
  /** No more proposals than this; the weakest are left out, and counted. */
  readonly proposalsMax: number;
};

/**
 * What clustering uses unless told otherwise. Clips from 3 and 6 to 10 and 20 bits moved F1 on historical figures by
 * less than .006; the higher weigh a single disagreement more and merge less.
 */
export const CLUSTERING_DEFAULTS = {
  vetoShareMax: 0,
  weightAgainstMax: 5,
  weightForMax: 10,
  clusterRecordsMax: 500,
  componentUnitsMax: 20_000,
  proposalsMax: 100_000,
} as const;

/** The thresholds of a matching model are enough; the other limits have defaults. */
export type ClusteringPolicy = Pick<ClusteringLimits, "linkWeightMin" | "reviewWeightMin" | "marginWeightMin"> &
  Partial<ClusteringLimits>;

export type Clustering = {
  /** The cluster of each record, numbered from 0 in the order of their first records. */
  readonly clusterOf: Int32Array;
  readonly clusters: number;
  /** What a person should look at, strongest evidence first. */
  readonly proposals: readonly Proposal[];
  readonly stats: ClusteringStats;
};

export type ClusteringStats = {
  /** Records of the largest cluster, and of the largest component over edges at link weight. */
  readonly clusterRecordsMax: number;
  readonly componentRecordsMax: number;
  /** Edges that are none: to itself, outside the records, or without a finite weight. */
  readonly edgesIgnored: number;
  /** Pairs scored on demand. */
  readonly pairsScored: number;
  /** Edges at link weight that were never weighed, because their component stayed above `componentUnitsMax`. */
  readonly edgesUnsolved: number;
  /** Proposals, or edges that might have become one, beyond `proposalsMax`. */
  readonly proposalsLeftOut: number;
};

/**
 * Clusters records. Never throws: edges that are none are left out and counted.
 *
 * First the records are split into components over edges at link weight, which no merge can cross; then each is
 * solved alone (`agglomerate`, `refine`), so that time grows with the components and memory with the largest one;
 * last, what came close is proposed. The result does not depend on the order of records, edges or constraints.
 */
export function clusterRecords(input: ClusteringInput, policy: ClusteringPolicy): Clustering {
  const limits: ClusteringLimits = { ...CLUSTERING_DEFAULTS, ...policy };
  const order = contentOrder(input.orderOf);
  const groups = unionFind(input.records);
  const { barred, contradictions } = applyConstraints(input, groups, order);
  const edges = edgesFrom(input, limits.reviewWeightMin);
  const strong = edges.asked.filter((edge) => (input.weight[edge] ?? 0) >= limits.linkWeightMin);

  const solved = solveComponents({ input, limits, groups, barred, order, strong });
  const numbered = numberClusters(input.records, groups);
  const noticed: Noticed[] = [
    ...contradictions.map(([left, right]): Noticed => ({ left, right, why: "contradiction" })),
    ...solved.parked,
  ];
  // Proposals score clusters in content order themselves: every pair comes forward.
  const evidence = pairEvidence(input, limits, barred, () => true);
  const { proposals, leftOut } = proposalsOf(input, { ...numbered, noticed, edges: edges.asked }, evidence, order);
  return {
    clusterOf: numbered.clusterOf,
    clusters: numbered.clusters,
    proposals,
    stats: {
      clusterRecordsMax: numbered.clusterRecordsMax,
      componentRecordsMax: solved.componentRecordsMax,
      edgesIgnored: edges.ignored,
      pairsScored: solved.scored + evidence.scored,
      edgesUnsolved: solved.edgesUnsolved,
      proposalsLeftOut: leftOut,
    },
  };
}

/** The edges worth looking at, and how many are not edges at all. */
function edgesFrom(input: ClusteringInput, weightMin: number): { asked: Int32Array; ignored: number } {
  const { records, left, right, weight } = input;
  const asked = new Int32Array(weight.length);
  let kept = 0;
  let ignored = 0;
  for (let edge = 0; edge < weight.length; edge++) {
    const [i, j, bits] = [left[edge] ?? -1, right[edge] ?? -1, weight[edge] ?? Number.NaN];
    if (i < 0 || j < 0 || i >= records || j >= records || i === j || Number.isNaN(bits)) ignored++;
    else if (bits >= weightMin) asked[kept++] = edge;
  }
  return { asked: asked.slice(0, kept), ignored };
}

function numberClusters(records: number, groups: UnionFind) {
  const clusterOf = new Int32Array(records);
  const numberOf = new Int32Array(records).fill(-1);
  const sizes = new Int32Array(records);
  let clusters = 0;
  let clusterRecordsMax = 0;
  for (let record = 0; record < records; record++) {
    const root = groups.find(record);
    if (numberOf[root] === -1) numberOf[root] = clusters++;
    const cluster = numberOf[root] ?? 0;
    clusterOf[record] = cluster;
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    clusterRecordsMax = Math.max(clusterRecordsMax, sizes[cluster] ?? 0);
  }
  return { clusterOf, clusters, clusterRecordsMax };
}
