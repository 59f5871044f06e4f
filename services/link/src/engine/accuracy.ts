import { bestAgreement, blockingRecall, clusterAgreement, clusterSizes, pairCurve } from "@chesil/matching";
import type { Linked } from "./link.ts";

/** How the persons found compare with the true ones, in the names and units that `chesil link --json` prints. */
export type Accuracy = {
  readonly records: number;
  readonly persons: number;
  readonly truePersons: number;
  readonly pairPrecision: number;
  readonly pairRecall: number;
  readonly pairF1: number;
  readonly bCubedPrecision: number;
  readonly bCubedRecall: number;
  readonly bCubedF1: number;
  readonly largestCluster: number;
  /** The share of true pairs that blocking proposed to compare and that weighed enough to be kept. */
  readonly blockingRecall: number;
  /** Of scored pairs alone, before clustering: the best F1 over all thresholds, and where. */
  readonly bestPairF1: number;
  readonly bestPairThreshold: number;
};

/** Records whose true person is not known are left out of every count but `records`. */
export function accuracyOf({ batch, clustering, scored }: Linked): Accuracy {
  const { truth } = batch;
  const { pairwise, bCubed } = clusterAgreement(clustering.clusterOf, truth);
  const best = bestAgreement(pairCurve({ left: scored.left, right: scored.right, score: scored.weight }, truth));
  return {
    records: truth.length,
    persons: clustering.clusters,
    truePersons: new Set(truth.filter((person) => person >= 0)).size,
    pairPrecision: pairwise.precision,
    pairRecall: pairwise.recall,
    pairF1: pairwise.f1,
    bCubedPrecision: bCubed.precision,
    bCubedRecall: bCubed.recall,
    bCubedF1: bCubed.f1,
    largestCluster: clusterSizes(clustering.clusterOf).largest,
    blockingRecall: blockingRecall(scored.left, scored.right, truth),
    bestPairF1: best?.f1 ?? 0,
    bestPairThreshold: best === undefined ? 1 : 1 / (1 + 2 ** -best.threshold),
  };
}
