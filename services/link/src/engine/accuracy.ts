import {
  bestAgreement,
  blockingRecall,
  clusterAgreement,
  clusterSizes,
  type LabelledPair,
  type Prepared,
  pairCurve,
  scorerOf,
} from "@chesil/matching";
import { Fates } from "./fates.ts";
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

/** How what was done agrees with pairs that people judged, in the names that `chesil evaluate --json` prints. */
export type LabelAccuracy = {
  readonly pairs: number;
  readonly matches: number;
  /** Of the matches and of the others, how many ended in one person, and how many a person is asked. */
  readonly matchesLinked: number;
  readonly matchesAsked: number;
  readonly othersLinked: number;
  readonly othersAsked: number;
  /** Of the judged pairs alone: those that people are shown are the hard ones, never a sample of all. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
};

export function labelAccuracyOf(linked: Linked, labels: readonly LabelledPair[]): LabelAccuracy {
  const [fates, scorer] = [new Fates(linked), scorerOf(linked.model)];
  const { records } = linked.batch;
  const judged = labels.map(({ left, right, isMatch }) => {
    const weight = scorer.weigh(records[left] as Prepared, records[right] as Prepared);
    return { isMatch, decision: fates.of(left, right, weight).decision };
  });
  const count = (isMatch: boolean, decision: "linked" | "review") =>
    judged.filter((pair) => pair.isMatch === isMatch && pair.decision === decision).length;
  const matches = labels.filter(({ isMatch }) => isMatch).length;
  const [matchesLinked, othersLinked] = [count(true, "linked"), count(false, "linked")];
  const linkedPairs = matchesLinked + othersLinked;
  return {
    pairs: labels.length,
    matches,
    matchesLinked,
    matchesAsked: count(true, "review"),
    othersLinked,
    othersAsked: count(false, "review"),
    precision: linkedPairs === 0 ? 1 : matchesLinked / linkedPairs,
    recall: matches === 0 ? 1 : matchesLinked / matches,
    f1: linkedPairs + matches === 0 ? 1 : (2 * matchesLinked) / (linkedPairs + matches),
  };
}
