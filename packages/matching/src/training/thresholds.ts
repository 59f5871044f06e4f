import type { Calibration, LabelledWeight } from "./calibration.ts";
import { priorWeightOf, probabilityOf } from "./lambda.ts";

/** Match weights of candidate pairs, in bits; each pair once. */
export type ScoredPairs = {
  readonly weights: Float64Array;
  /** The probability at a weight; without one the weight is taken at its word. */
  readonly calibration?: Calibration;
  /** How many matches there are in all, so that those never compared count as missed. */
  readonly matches?: number;
};

export type ThresholdTargets = {
  /** The least expected precision of all pairs linked. */
  readonly precisionMin: number;
  /** No pair is linked that is less probable, however sure the others are. At least one half. */
  readonly linkProbabilityMin?: number;
  /** Nobody is asked about a pair less probable. */
  readonly reviewProbabilityMin?: number;
  /** No more pairs are asked about; the most probable come first. */
  readonly reviewPairsMax?: number;
};

export type ChosenThresholds = {
  readonly linkWeightMin: number;
  readonly reviewWeightMin: number;
  readonly linked: number;
  readonly reviewed: number;
  /** By the probabilities alone, of pairs before clustering; as true as these are. */
  readonly expectedPrecision: number;
  readonly expectedRecall: number;
};

const REVIEW_PROBABILITY_MIN = 0.1;
/** A step in weight that nobody would notice. */
const STEP_BITS = 0.01;

/**
 * Thresholds without a single label: pairs are linked from the lowest weight at which, by their own probabilities, those
 * linked are as precise as wanted. Never above the weight at which a pair alone is. Weights that are not numbers are
 * left out. A model that takes fields for independent is too sure of itself: see that the guards stand.
 */
export function thresholdsFromScores(scored: ScoredPairs, targets: ThresholdTargets): ChosenThresholds {
  const { calibration = probabilityOf } = scored;
  const {
    precisionMin,
    reviewProbabilityMin = REVIEW_PROBABILITY_MIN,
    reviewPairsMax = Number.POSITIVE_INFINITY,
  } = targets;
  const linkProbabilityMin = Math.max(0.5, targets.linkProbabilityMin ?? 0.5);
  const cuts = cutsOf(scored.weights, calibration);
  const linkAt = cuts.findLastIndex(
    ({ matches, pairs, probability }) => matches / pairs >= precisionMin && probability >= linkProbabilityMin,
  );
  const link = cuts[linkAt] ?? {
    weight: Math.max(weightAt(Math.max(precisionMin, linkProbabilityMin)), (cuts[0]?.weight ?? -Infinity) + STEP_BITS),
    pairs: 0,
    matches: 0,
  };
  const review = cuts.findLast(
    ({ pairs, probability }, place) =>
      place > linkAt && probability >= reviewProbabilityMin && pairs - link.pairs <= reviewPairsMax,
  );
  const nextBelow = cuts[linkAt + 1]?.weight ?? Number.NEGATIVE_INFINITY;
  const matchesInAll = Math.max(scored.matches ?? 0, cuts.at(-1)?.matches ?? 0);
  return {
    linkWeightMin: link.weight,
    reviewWeightMin: review?.weight ?? emptyBand(link.weight, nextBelow, weightAt(reviewProbabilityMin)),
    linked: link.pairs,
    reviewed: review ? review.pairs - link.pairs : 0,
    expectedPrecision: link.pairs === 0 ? 1 : link.matches / link.pairs,
    expectedRecall: matchesInAll === 0 ? 1 : link.matches / matchesInAll,
  };
}

/** Where nobody is to be asked of these pairs: below the link threshold, as a model wants it, and above the next pair. */
function emptyBand(link: number, nextBelow: number, wanted: number): number {
  const lower = Math.min(wanted, link - STEP_BITS);
  return lower > nextBelow ? lower : (nextBelow + link) / 2;
}

const weightAt = (probability: number): number => priorWeightOf(Math.min(1 - 1e-12, Math.max(1e-12, probability)));

/** Taking every pair down to this weight: how many pairs and how many matches among them. */
type Cut = { readonly weight: number; readonly probability: number; readonly pairs: number; readonly matches: number };

/** One cut for every weight that occurs, the highest first. */
function cutsOf(weights: Float64Array, probabilityAt: Calibration): Cut[] {
  const sorted = weights.filter((weight) => !Number.isNaN(weight)).sort();
  const cuts: Cut[] = [];
  let [pairs, matches] = [0, 0];
  for (let place = sorted.length - 1; place >= 0; place--) {
    const weight = sorted[place] as number;
    const probability = probabilityAt(weight);
    pairs++;
    matches += probability;
    if (sorted[place - 1] !== weight) cuts.push({ weight, probability, pairs, matches });
  }
  return cuts;
}

export type LabelledThreshold =
  | {
      readonly ok: true;
      readonly weightMin: number;
      /** Of the labelled pairs from there up: their precision, the least it may be in truth, and the share of matches. */
      readonly precision: number;
      readonly precisionBound: number;
      readonly recall: number;
      readonly labels: number;
    }
  | { readonly ok: false; readonly reason: string };

/** The normal deviate of a one-sided confidence of 95 %. */
const ONE_SIDED_95 = 1.6449;

/**
 * The lowest weight from which the labels show the wanted precision: not as it came out among them but at the lower end
 * of Wilson's interval (1927), so that few labels ask for a higher weight. The labels must be drawn alike from all
 * pairs above; those of a review queue alone are not. `deviate` sets the confidence, one-sided.
 */
export function thresholdFromLabels(
  labels: readonly LabelledWeight[],
  precisionMin: number,
  deviate = ONE_SIDED_95,
): LabelledThreshold {
  const known = labels.filter(({ weight, count = 1 }) => !Number.isNaN(weight) && count > 0);
  const sorted = known.toSorted((a, b) => b.weight - a.weight);
  const matchesInAll = sorted.reduce((sum, { isMatch, count = 1 }) => sum + (isMatch ? count : 0), 0);
  let [pairs, matches] = [0, 0];
  let chosen: LabelledThreshold | undefined;
  for (const [place, { weight, isMatch, count = 1 }] of sorted.entries()) {
    pairs += count;
    if (isMatch) matches += count;
    if (sorted[place + 1]?.weight === weight) continue;
    const precisionBound = wilsonLowerBound(matches, pairs, deviate);
    if (precisionBound < precisionMin) continue;
    const [precision, recall] = [matches / pairs, matches / matchesInAll];
    chosen = { ok: true, weightMin: weight, precision, precisionBound, recall, labels: pairs };
  }
  if (chosen) return chosen;
  const needed = Math.ceil((deviate * deviate * precisionMin) / Math.max(1e-12, 1 - precisionMin));
  return {
    ok: false,
    reason: `No weight reaches a precision of ${precisionMin} with confidence: that takes at least ${needed} labelled matches without an error, and ${matchesInAll} matches are labelled.`,
  };
}

/** The least share that `successes` of `trials` leaves plausible (Wilson 1927); 0 without trials. */
export function wilsonLowerBound(successes: number, trials: number, deviate = ONE_SIDED_95): number {
  if (!(trials > 0)) return 0;
  const share = successes / trials;
  const square = (deviate * deviate) / trials;
  const spread = deviate * Math.sqrt((share * (1 - share) + square / 4) / trials);
  return Math.max(0, (share + square / 2 - spread) / (1 + square));
}
