import type { ClusteringInput, ClusteringLimits } from "./cluster.ts";

/**
 * The evidence between two clusters: an aggregate over every pair of records across them, whether blocking found the
 * pair or not. It only adds up, so when clusters merge their linkages are added and no pair is scored twice.
 *
 * Decisive is the mean *excess*: how far each pair's weight is above `linkWeightMin`, clipped. Clipping is what makes
 * the mean fair to dirty data: one pair that shares a rare value proves no more than `weightForMax`, and one with two
 * typing errors disproves no more than `weightAgainstMax`. This is average linkage (UPGMA) on clipped log odds.
 */
export type Linkage = {
  pairs: number;
  /** Sum of the clipped excesses, in bits. */
  excess: number;
  /** Sum of the weights themselves, in bits. */
  weight: number;
  /** Pairs that a guard forbids to link without a person. */
  vetoes: number;
  /** Whether a person said of some pair that they are two people. */
  barred: boolean;
  /** The strongest pair: its weight and its two records. */
  bestWeight: number;
  bestLeft: number;
  bestRight: number;
};

/** A weight beyond this says nothing more; it also keeps sums finite. */
const WEIGHT_LIMIT = 1000;

/** A model may answer NaN for a pair it can not compare: that is no ground to link. */
const finiteWeight = (weight: number): number =>
  Number.isNaN(weight) ? -WEIGHT_LIMIT : Math.max(-WEIGHT_LIMIT, Math.min(WEIGHT_LIMIT, weight));

export const meanExcess = (linkage: Linkage): number => linkage.excess / linkage.pairs;
export const meanWeight = (linkage: Linkage): number => linkage.weight / linkage.pairs;

/** Whether the evidence as a whole, and no person or guard against it, says that the two are one. */
export function joins(linkage: Linkage, limits: ClusteringLimits): boolean {
  return linkage.excess >= 0 && !linkage.barred && !isVetoed(linkage, limits);
}

/** As many vetoed pairs as dirty data shows by chance, where a share of vetoes is put up with at all. */
const VETO_NOISE_PAIRS = 4;

/** One veto forbids a pair; among many pairs it may be noise, so what forbids is a share. */
export const isVetoed = (linkage: Linkage, limits: ClusteringLimits): boolean =>
  linkage.vetoes > limits.vetoShareMax * (linkage.pairs + VETO_NOISE_PAIRS);

/** The linkage of nothing yet, to add to. */
export const noLinkage = (): Linkage => ({
  pairs: 0,
  excess: 0,
  weight: 0,
  vetoes: 0,
  barred: false,
  bestWeight: Number.NEGATIVE_INFINITY,
  bestLeft: -1,
  bestRight: -1,
});

/** Adds one pair of records. A vetoed pair counts against the merge as much as a pair can. */
export function addPair(to: Linkage, left: number, right: number, weight: number, evidence: PairEvidence): Linkage {
  const { linkWeightMin, weightAgainstMax, weightForMax } = evidence.limits;
  const bits = finiteWeight(weight);
  const vetoed = evidence.isForbidden(left, right);
  const excess = vetoed ? -weightAgainstMax : Math.max(-weightAgainstMax, Math.min(weightForMax, bits - linkWeightMin));
  to.pairs++;
  to.excess += excess;
  to.weight += bits;
  if (vetoed) to.vetoes++;
  to.barred ||= evidence.isBarred(left, right);
  if (bits > to.bestWeight) {
    to.bestWeight = bits;
    to.bestLeft = left;
    to.bestRight = right;
  }
  return to;
}

/** What two linkages are together: those of two clusters towards a third, once the two have merged. */
export function addLinkage(to: Linkage, other: Linkage): Linkage {
  to.pairs += other.pairs;
  to.excess += other.excess;
  to.weight += other.weight;
  to.vetoes += other.vetoes;
  to.barred ||= other.barred;
  if (other.bestWeight > to.bestWeight) {
    to.bestWeight = other.bestWeight;
    to.bestLeft = other.bestLeft;
    to.bestRight = other.bestRight;
  }
  return to;
}

/** Scores every record of one cluster against every record of the other. */
export function crossLinkage(left: readonly number[], right: readonly number[], evidence: PairEvidence): Linkage {
  const sum = noLinkage();
  for (const i of left) {
    for (const j of right) addPair(sum, i, j, evidence.weightOf(i, j), evidence);
  }
  return sum;
}

/** What is known of a pair of records, asked always in the same direction, and counted. */
export type PairEvidence = {
  readonly limits: ClusteringLimits;
  weightOf(i: number, j: number): number;
  isForbidden(i: number, j: number): boolean;
  isBarred(i: number, j: number): boolean;
  /** How many pairs had to be scored on demand. */
  scored: number;
};

/**
 * Weights are asked from the record that comes first by content: a scorer whose two directions differ in the last
 * digit then still gives one result for any order of input.
 */
export function pairEvidence(
  input: ClusteringInput,
  limits: ClusteringLimits,
  barred: ReadonlyMap<number, ReadonlySet<number>>,
  isForward: (i: number, j: number) => boolean,
): PairEvidence {
  return {
    limits,
    scored: 0,
    weightOf(i, j) {
      this.scored++;
      return isForward(i, j) ? input.weightOf(i, j) : input.weightOf(j, i);
    },
    isForbidden: (i, j) => (isForward(i, j) ? input.isForbidden(i, j) : input.isForbidden(j, i)),
    isBarred: (i, j) => barred.size > 0 && (barred.get(i)?.has(j) ?? false),
  };
}
