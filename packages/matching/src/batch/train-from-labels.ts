import { blocksOf } from "../blocking/blocks.ts";
import { chooseRules } from "../blocking/choose-rules.ts";
import { RuleKeys } from "../blocking/rule-keys.ts";
import { comparisonsOf, isSoundCalibration, type MatchingModel } from "../model.ts";
import { withOwnVersion } from "../model-version.ts";
import { scorerOf } from "../scorer.ts";
import { isotonicCalibration, type LabelledWeight, type PlattScaling, plattScaling } from "../training/calibration.ts";
import { sharesFromLabels } from "../training/labels.ts";
import { PatternCounter } from "../training/patterns.ts";
import { type ChosenThresholds, thresholdsFromScores } from "../training/thresholds.ts";
import { assembleModel } from "./assemble-model.ts";
import { type BatchData, comparisonsInUse } from "./batch-data.ts";
import { scorePairs } from "./score-pairs.ts";
import { rankerOf, type TrainModelOptions, trainModel } from "./train-model.ts";

/** A pair that a person judged, by the places of its records. */
export type LabelledPair = { readonly left: number; readonly right: number; readonly isMatch: boolean };

export type TrainedFromLabels = {
  readonly model: MatchingModel;
  readonly thresholds: ChosenThresholds;
  /** Why the model should be trusted less. */
  readonly warnings: readonly string[];
};

/** Fewer labels of either kind bend neither the probabilities nor the threshold. */
const LABELS_MIN = 50;
/** Pairs that are scored to see how many the threshold would link. */
const SCORED_PAIRS_MAX = 2_000_000;
const BLOCK_RECORDS_MAX = 300;
const KEEP_WEIGHT_MIN = -20;

/**
 * A model from pairs that people judged: m from the matches among them. What strangers are like, and how many pairs match
 * at all, no judged pair can tell, as those that people are shown are never a sample of all: u and lambda come from the
 * unsupervised training. Labels also teach what a weight is worth: the share of matches at each weight, which holds
 * however unevenly the weights were sampled. By it the threshold is chosen, over all pairs that blocking proposes.
 */
export function trainFromLabels(
  data: BatchData,
  labels: readonly LabelledPair[],
  options: TrainModelOptions & { readonly precisionMin: number },
): TrainedFromLabels {
  const { records } = data;
  const { model: unsupervised, trained } = trainModel(data, options);
  const parameters = { lambda: unsupervised.lambda, u: trained.parameters.u, m: matchesLike(data, labels) };
  const source = `Trained by Chesil on ${labels.length} pairs that people judged, among ${records.length} records, seed ${options.seed}.`;
  const model = assembleModel(data, { ...options, source, parameters, matches: trained.matches });
  const weighed = weightsOf(data, labels, model);
  const learnt = calibrationFrom(weighed);
  const scored = { weights: candidateWeights(data, model), matches: trained.matches };
  const targets = { precisionMin: options.precisionMin };
  const byModel = thresholdsFromScores(scored, targets);
  const byLabels = learnt.ok
    ? thresholdsFromScores({ ...scored, calibration: isotonicCalibration(weighed) }, targets)
    : byModel;
  // The stricter of the two: labels show few of the strangers that there are, and the model takes fields for independent.
  const thresholds = byModel.linkWeightMin > byLabels.linkWeightMin ? byModel : byLabels;
  const { linkWeightMin, reviewWeightMin } = thresholds;
  return {
    model: withOwnVersion({
      ...model,
      thresholds: { ...model.thresholds, linkWeightMin, reviewWeightMin },
      ...(learnt.ok ? { calibration: learnt.scaling } : {}),
    }),
    thresholds,
    warnings: learnt.ok ? [] : [learnt.warning],
  };
}

type Learnt = { readonly ok: true; readonly scaling: PlattScaling } | { readonly ok: false; readonly warning: string };

/** What the labels say a weight is worth, where they are enough and do not say that it is worth nothing. */
function calibrationFrom(weighed: readonly LabelledWeight[]): Learnt {
  const matches = weighed.filter(({ isMatch }) => isMatch).length;
  const unbent = "the probabilities and the threshold are those of the weights themselves";
  if (Math.min(matches, weighed.length - matches) < LABELS_MIN)
    return { ok: false, warning: `Fewer than ${LABELS_MIN} pairs are labelled a match, or no match: ${unbent}.` };
  const scaling = plattScaling(weighed);
  return isSoundCalibration(scaling)
    ? { ok: true, scaling }
    : {
        ok: false,
        warning: `By the labels a heavier pair is no likelier a match; see whether they are turned round, or the columns wrong. They are not heeded: ${unbent}.`,
      };
}

/** m by comparison, from the matches among the labels. */
function matchesLike({ records, extras }: BatchData, labels: readonly LabelledPair[]): number[][] {
  const inUse = comparisonsInUse({ records, extras });
  const comparisons = comparisonsOf({ comparisons: inUse.map((each) => ({ ...each, levels: [] })) });
  const levelCounts = comparisons.map(({ levels }) => levels.length);
  const rank = rankerOf(records, comparisons);
  const [matches, others] = [new PatternCounter(levelCounts), new PatternCounter(levelCounts)];
  for (const { left, right, isMatch } of labels) (isMatch ? matches : others).add(rank(left, right));
  return sharesFromLabels({ matches: matches.counts(), others: others.counts() }).m;
}

function weightsOf({ records }: BatchData, labels: readonly LabelledPair[], model: MatchingModel): LabelledWeight[] {
  const scorer = scorerOf(model);
  return labels.flatMap(({ left, right, isMatch }) => {
    const [a, b] = [records[left], records[right]];
    return a && b ? [{ weight: scorer.weigh(a, b), isMatch }] : [];
  });
}

/** The weights of the pairs that blocking proposes; of a large set, of some. */
function candidateWeights({ records, extras }: BatchData, model: MatchingModel): Float64Array {
  const names = extras.map(({ name }) => name);
  const ruleKeys = new RuleKeys(records, names);
  const { chosen } = chooseRules(records, names, { pairsMax: SCORED_PAIRS_MAX });
  const blocks = chosen.map(({ rule }) => blocksOf(ruleKeys, rule, BLOCK_RECORDS_MAX));
  return scorePairs(records, blocks, model, { share: { from: 0, step: 1 }, keepWeightMin: KEEP_WEIGHT_MIN }).weight;
}
