export { type BatchData, comparisonsInUse, type ExtraColumn } from "./batch/batch-data.ts";
export { BatchPreparer } from "./batch/batch-preparer.ts";
export { GuardsInContext, GuardsOnFile, type Verdict } from "./batch/guards-in-context.ts";
export { HISTOGRAM_BITS_MIN, mergedScores, type Scored, type Share, scorePairs } from "./batch/score-pairs.ts";
export { type LabelledPair, type TrainedFromLabels, trainFromLabels } from "./batch/train-from-labels.ts";
export { trainModel } from "./batch/train-model.ts";
export { type Blocks, blocksOf } from "./blocking/blocks.ts";
export { chooseRules, type PredictedRule } from "./blocking/choose-rules.ts";
export { PART_NAMES as BLOCKING_PARTS } from "./blocking/key-parts.ts";
export { blockingKeys, keyInWords } from "./blocking/live-keys.ts";
export { type BlockingRule, RuleKeys } from "./blocking/rule-keys.ts";
export { type Clustering, clusterRecords } from "./clustering/cluster.ts";
export { COMPARISON_NAMES } from "./comparisons/built-in.ts";
export { type Candidate, type Decision, decide, type ReviewReason } from "./decide.ts";
export { type Drift, driftFrom, driftFromTraining, worstDrift } from "./drift/drift.ts";
export {
  candidateSteps,
  clusterSteps,
  type DriftFigures,
  type DriftRates,
  missingFields,
  ratesOf,
  sumOfFigures,
} from "./drift/figures.ts";
export { judgeByLabels, type LabelJudgement } from "./drift/judge-labels.ts";
export { type PairBin, PairBins } from "./drift/pair-bins.ts";
export {
  type JudgedWeight,
  probabilityByLabels,
  type Simulated,
  simulateThresholds,
  thresholdGrid,
} from "./drift/simulate-thresholds.ts";
export { blockingRecall, clusterAgreement } from "./evaluation/agreement.ts";
export { clusterSizes } from "./evaluation/cluster-sizes.ts";
export { agreementAt, bestAgreement, pairCurve } from "./evaluation/pair-curve.ts";
export { wrongLinkKinds, wrongPairsWithin } from "./evaluation/wrong-links.ts";
export type { Change } from "./explanation/counterfactual.ts";
export { type ExplainedComparison, type Explanation, explain, type Obstacle } from "./explanation/explain.ts";
export type { Outcome } from "./explanation/outcome.ts";
export { findingOf, nameOf, REASONS } from "./explanation/words.ts";
export { fold, words } from "./fold.ts";
export { nhsNumbersAreOne, VETOES, type Veto } from "./guards.ts";
export { LiveIndex, type LiveIndexMemory, type LiveIndexOptions, liveKeys } from "./live/live-index.ts";
export { LIVE_VERSION } from "./live/live-version.ts";
export { namesakeKeys } from "./live/namesake-keys.ts";
export {
  defaultModel,
  type MatchingModel,
  matchingModelJsonSchema,
  probabilityOf,
  type ReadModelResult,
  readModel,
  weightAt,
} from "./model.ts";
export { type Prepared, prepare } from "./prepare.ts";
export { type MatchDemographics, type MatchRecord, matchRecordOf } from "./record.ts";
export { compare, type Evidence, guardedLevels, type LevelEvidence } from "./score.ts";
export { scorerOf } from "./scorer.ts";
export { editDistance, jaroWinkler } from "./similarity.ts";
export { type FromSplinkOptions, type FromSplinkResult, fromSplinkSettings } from "./splink/from-splink.ts";
export { type SplinkRow, type SplinkTermFrequencies, splinkRow, splinkTermFrequencies } from "./splink/splink-row.ts";
export { type ToSplinkOptions, type ToSplinkResult, toSplinkSettings } from "./splink/to-splink.ts";
export type { Trained } from "./training/train.ts";
