import { pairAgreement } from "../evaluation/agreement.ts";
import { type MatchingModel, probabilityOf } from "../model.ts";
import type { JudgedWeight } from "./simulate-thresholds.ts";

/** How a model does with pairs that people judged. Of those pairs alone: people are asked about the hard ones. */
export type LabelJudgement = {
  readonly pairs: number;
  readonly same: number;
  readonly sameLinked: number;
  readonly sameAsked: number;
  readonly differentLinked: number;
  readonly differentAsked: number;
  /** Of the judged pairs that are linked, those judged the same; 1 where none is linked. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Whether pairs are as likely one person as the model says; steps without a pair are left out. */
  readonly calibration: readonly CalibrationStep[];
};

export type CalibrationStep = {
  /** The model's probability, from here on up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly pairs: number;
  /** The mean of the model's probabilities, and what people found. */
  readonly expected: number;
  readonly found: number;
};

const STEPS = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];

/** Each pair by its own weight and guards, as if the two were alone: clusters and margins are not in it. */
export function judgeByLabels(model: MatchingModel, labels: readonly JudgedWeight[]): LabelJudgement {
  const { linkWeightMin, reviewWeightMin } = model.thresholds;
  const isLinked = ({ weight, isHeld }: JudgedWeight) => !isHeld && weight >= linkWeightMin;
  const isAsked = (label: JudgedWeight) => !isLinked(label) && label.weight >= reviewWeightMin;
  const count = (isSame: boolean, is: (label: JudgedWeight) => boolean) =>
    labels.filter((label) => label.isSame === isSame && is(label)).length;
  const same = count(true, () => true);
  const [sameLinked, differentLinked] = [count(true, isLinked), count(false, isLinked)];
  const { precision, recall, f1 } = pairAgreement(sameLinked + differentLinked, same, sameLinked);
  return {
    ...{ pairs: labels.length, same, sameLinked, differentLinked },
    sameAsked: count(true, isAsked),
    differentAsked: count(false, isAsked),
    ...{ precision, recall, f1 },
    calibration: calibrationOf(model, labels),
  };
}

function calibrationOf(model: MatchingModel, labels: readonly JudgedWeight[]): CalibrationStep[] {
  const judged = labels.map(({ weight, isSame }) => ({ probability: probabilityOf(weight, model), isSame }));
  return STEPS.slice(0, -1).flatMap((from, at) => {
    const to = STEPS[at + 1] ?? 1;
    const own = judged.filter(({ probability }) => probability >= from && (probability < to || to === 1));
    if (own.length === 0) return [];
    const expected = own.reduce((sum, { probability }) => sum + probability, 0) / own.length;
    const found = own.filter(({ isSame }) => isSame).length / own.length;
    return [{ from, to, pairs: own.length, expected, found }];
  });
}
