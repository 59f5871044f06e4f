import { type MatchingModel, probabilityOf } from "../model.ts";
import { isotonicCalibration } from "../training/calibration.ts";
import { BIN_BITS, type PairBin } from "./pair-bins.ts";

/** A pair that people judged, as a model weighs it. */
export type JudgedWeight = {
  readonly weight: number;
  readonly isSame: boolean;
  /** A guard says that a person must look. */
  readonly isHeld: boolean;
};

/** The probability that a pair of that weight is one person. */
export type ProbabilityAt = (weight: number, isHeld: boolean) => number;

/** Fewer labels of either kind bend no probability. */
const LABELS_MIN = 20;

/**
 * What weights are worth by the model and by what people decided. Labels count where they lie: between the lightest and the
 * heaviest of them each stands for the pairs of its weight, however unevenly people were asked; beyond them, where nobody
 * is asked, the model speaks. Pairs that guards hold are judged apart from the others.
 */
export function probabilityByLabels(model: MatchingModel, labels: readonly JudgedWeight[]): ProbabilityAt {
  const byLabels = [false, true].map((isHeld) => {
    const own = labels.filter((label) => label.isHeld === isHeld && Number.isFinite(label.weight));
    const same = own.filter(({ isSame }) => isSame).length;
    if (Math.min(same, own.length - same) < LABELS_MIN) return undefined;
    const weights = own.map(({ weight }) => weight);
    const calibration = isotonicCalibration(own.map(({ weight, isSame }) => ({ weight, isMatch: isSame })));
    return { from: Math.min(...weights), to: Math.max(...weights), calibration };
  });
  return (weight, isHeld) => {
    const known = byLabels[isHeld ? 1 : 0];
    return known && weight >= known.from && weight <= known.to
      ? known.calibration(weight)
      : probabilityOf(weight, model);
  };
}

/** What thresholds come to, over pairs: clusters, margins and persons are not in it. */
export type Simulated = {
  readonly linkWeightMin: number;
  readonly reviewWeightMin: number;
  /** Pairs linked. */
  readonly links: number;
  /** Pairs that a person is asked about: between the two weights, and heavier ones that a guard holds. */
  readonly questions: number;
  /** Of the pairs linked, those that are one person; 1 where none is linked. */
  readonly precision: number;
  /** Of the pairs that share a key and are one person, those linked, and those linked or asked about. */
  readonly recall: number;
  readonly recallWithReview: number;
};

/** Reads the outcome of thresholds off the weights of pairs, with the probability that pairs of a weight are one person. */
export function simulateThresholds(
  bins: readonly PairBin[],
  { linkWeightMin, reviewWeightMin }: Pick<MatchingModel["thresholds"], "linkWeightMin" | "reviewWeightMin">,
  probabilityAt: ProbabilityAt,
): Simulated {
  let [links, questions, matches, matchesLinked, matchesAsked] = [0, 0, 0, 0, 0];
  for (const { bits, free, held } of bins) {
    const middle = bits + BIN_BITS / 2;
    const [same, sameHeld] = [free * probabilityAt(middle, false), held * probabilityAt(middle, true)];
    matches += same + sameHeld;
    if (middle >= linkWeightMin) {
      links += free;
      matchesLinked += same;
    } else if (middle >= reviewWeightMin) {
      questions += free;
      matchesAsked += same;
    }
    if (middle >= Math.min(linkWeightMin, reviewWeightMin)) {
      questions += held;
      matchesAsked += sameHeld;
    }
  }
  return {
    linkWeightMin,
    reviewWeightMin,
    links,
    questions,
    precision: links === 0 ? 1 : matchesLinked / links,
    recall: matches === 0 ? 1 : matchesLinked / matches,
    recallWithReview: matches === 0 ? 1 : (matchesLinked + matchesAsked) / matches,
  };
}

/** Every link weight with every review weight below it, in their order. */
export function thresholdGrid(
  links: readonly number[],
  reviews: readonly number[],
): { readonly linkWeightMin: number; readonly reviewWeightMin: number }[] {
  return links.flatMap((linkWeightMin) =>
    reviews
      .filter((reviewWeightMin) => reviewWeightMin < linkWeightMin)
      .map((reviewWeightMin) => ({ linkWeightMin, reviewWeightMin })),
  );
}
