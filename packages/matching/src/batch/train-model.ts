import { type Blocks, blocksOf, countPairs, visitPairsByRule } from "../blocking/blocks.ts";
import { trainingRules } from "../blocking/choose-rules.ts";
import { fixedComparisons } from "../blocking/key-parts.ts";
import { RuleKeys } from "../blocking/rule-keys.ts";
import type { Comparison } from "../comparisons/comparison.ts";
import { comparisonsOf, defaultModel, type MatchingModel } from "../model.ts";
import { withOwnVersion } from "../model-version.ts";
import type { Prepared } from "../prepare.ts";
import { lambdaFromRules } from "../training/lambda.ts";
import { PatternCounter, type PatternCounts } from "../training/patterns.ts";
import { pairsOf, sampleUPairs } from "../training/sampling.ts";
import { type FoundPairs, type Trained, type TrainingPass, trainUnsupervised } from "../training/train.ts";
import { assembleModel } from "./assemble-model.ts";
import { type BatchData, comparisonsInUse } from "./batch-data.ts";
import { isAstray, isOwn, withPublishedShares } from "./published-shares.ts";

export type TrainModelOptions = {
  /** What the model is to be called; a hash of what it says is added, and both stand in every decision made by it. */
  readonly version: string;
  readonly seed: number;
};

export type TrainedModel = { readonly model: MatchingModel; readonly trained: Trained };

/** Pairs drawn at random for u, and pairs that the passes may look at for m. More moves no weight by a hundredth. */
const RANDOM_PAIRS_MAX = 1_000_000;
const PASS_PAIRS_MAX = 3_000_000;
/** As many passes as one pattern of bits tells apart; of a large set fewer do, as each sees enough. */
const PASSES_MAX = 30;
const PASSES_OF_MANY_MAX = 12;
const MANY_RECORDS = 200_000;
/** A rule that finds fewer pairs teaches nothing. */
const PASS_PAIRS_MIN = 100;
/** Strangers of one place meet under larger blocks. */
const BLOCK_RECORDS_MAX = 100;

/**
 * A model from the data alone: u from random pairs, m from the pairs that strict blocking rules find, the rarity of
 * values from the values. The same for the same records, in the same order, and seed.
 */
export function trainModel(data: BatchData, options: TrainModelOptions): TrainedModel {
  const { records } = data;
  const inUse = comparisonsInUse(data);
  const comparisons = comparisonsOf({ comparisons: inUse.map((each) => ({ ...each, levels: [] })) });
  const rank = rankerOf(records, comparisons);
  const passes = passesOver(data);
  const pairs = pairsOf(records.length);
  const { found, strict, strictAndOwn } = pairsFound(passes, records, comparisons, rank);
  const lambdaOfRules = lambdaFromRules({ found: strict, pairs });
  const random = randomPatterns(records.length, comparisons, rank, options.seed);
  const learnt = trainUnsupervised({
    comparisons,
    random,
    passes: passes.map((blocks) => passOf(blocks, comparisons)),
    found,
    pairs,
    lambda: lambdaOfRules,
  });
  const isLearnt = !isAstray(comparisons, learnt.parameters);
  const trained = isLearnt
    ? learnt
    : withPublishedShares(learnt, { comparisons, random, found, pairs, strict: strictAndOwn });
  const source = `Trained by Chesil on ${records.length} records without labels, seed ${options.seed}${isLearnt ? "" : OF_TOO_FEW}.`;
  const model = assembleModel(data, { ...trained, version: options.version, source });
  const sound = isLearnt ? withSoundLambda(model, lambdaOfRules) : withPublishedThresholds(model);
  return { model: withOwnVersion(sound), trained };
}

const OF_TOO_FEW = `, in which too few matches were found to learn from: m is that of ${defaultModel.version}`;

/** In clean data rules as strict as ours find more than a third of all matches. */
const LAMBDA_OF_RULES_MAX = 3;

/** Where the guards stand, the data is clean, and whatever the training took for matches beyond this is families. */
function withSoundLambda(model: MatchingModel, lambdaOfRules: number): MatchingModel {
  if (!model.guards.includes("twins")) return model;
  return { ...model, lambda: Math.min(model.lambda, lambdaOfRules * LAMBDA_OF_RULES_MAX) };
}

/** Weights that were not learnt from these records ask for as much as they do in the model that they are of. */
function withPublishedThresholds(model: MatchingModel): MatchingModel {
  const { note: _, ...thresholds } = defaultModel.thresholds;
  return { ...model, thresholds };
}

/** The strictest rules, for they find the fewest strangers. */
function passesOver({ records, extras }: BatchData): Blocks[] {
  const names = extras.map(({ name }) => name);
  const ruleKeys = new RuleKeys(records, names);
  // Counted first and built when chosen: the blocks of all rules at once would fill the memory.
  const rules = trainingRules(names)
    .filter((rule) => rule.every((part) => ruleKeys.of([part]).count > 1))
    .map((rule) => ({ rule, pairs: countPairs(ruleKeys.of(rule)) }))
    .sort((a, b) => a.pairs - b.pairs);
  const useful = rules.filter(({ pairs }) => pairs >= PASS_PAIRS_MIN);
  return chosenPasses(useful.length > 1 ? useful : rules, records.length).map(({ rule }) =>
    blocksOf(ruleKeys, rule, BLOCK_RECORDS_MAX),
  );
}

function chosenPasses<Rule extends { readonly pairs: number }>(
  rules: readonly Rule[],
  records: number,
): readonly Rule[] {
  if (records <= MANY_RECORDS) return rules.slice(0, PASSES_MAX);
  // Of many records the rules that find most, short of finding more pairs than there are records: a rule upon a field
  // that few state sees too few people to tell how many matches there are.
  const strict = rules.filter(({ pairs }) => pairs <= records);
  return (strict.length > 1 ? strict : rules).slice(-PASSES_OF_MANY_MAX);
}

/** The ranks of a pair by its places, overwritten by the next. */
type Ranker = (left: number, right: number) => Int8Array;

export function rankerOf(records: readonly Prepared[], comparisons: readonly Comparison[]): Ranker {
  const ranks = new Int8Array(comparisons.length);
  return (left, right) => {
    const [a, b] = [records[left] as Prepared, records[right] as Prepared];
    for (let index = 0; index < ranks.length; index++) ranks[index] = (comparisons[index] as Comparison).rank(a, b);
    return ranks;
  };
}

function randomPatterns(
  records: number,
  comparisons: readonly Comparison[],
  rank: Ranker,
  seed: number,
): PatternCounts {
  const counter = new PatternCounter(comparisons.map(({ levels }) => levels.length));
  const { left, right } = sampleUPairs(records, RANDOM_PAIRS_MAX, seed);
  for (let at = 0; at < left.length; at++) counter.add(rank(left[at] as number, right[at] as number));
  return counter.counts();
}

/** So many comparisons wholly agreeing is almost surely one person, for a first guess of how many pairs match. */
const STRICT_AGREEMENTS = 4;

/** The pairs that the passes find, by which passes; of a large set, those of every so-manieth record, counted for all. */
function pairsFound(
  blocks: readonly Blocks[],
  records: readonly Prepared[],
  comparisons: readonly Comparison[],
  rank: Ranker,
): { found: FoundPairs[]; strict: number; strictAndOwn: number } {
  const levelCounts = comparisons.map(({ levels }) => levels.length);
  const step = Math.max(1, Math.ceil(blocks.reduce((sum, { pairs }) => sum + pairs, 0) / PASS_PAIRS_MAX));
  const byPasses = new Map<number, PatternCounter>();
  const own = comparisons.flatMap((comparison, index) => (isOwn(comparison) ? [index] : []));
  let [strict, strictAndOwn] = [0, 0];
  visitPairsByRule(blocks, records.length, { from: 0, step }, (left, right, passes) => {
    const ranks = rank(left, right);
    let counter = byPasses.get(passes);
    if (!counter) {
      counter = new PatternCounter(levelCounts);
      byPasses.set(passes, counter);
    }
    counter.add(ranks, step);
    let agreements = 0;
    for (let index = 0; index < ranks.length; index++) if (ranks[index] === 0) agreements++;
    if (agreements < Math.min(STRICT_AGREEMENTS, ranks.length)) return;
    strict += step;
    if (own.every((index) => ranks[index] === 0)) strictAndOwn += step;
  });
  const found = [...byPasses]
    .sort(([a], [b]) => a - b)
    .map(([passes, counter]) => ({ passes, counts: counter.counts() }));
  return { found, strict, strictAndOwn };
}

function passOf({ rule }: Blocks, comparisons: readonly Comparison[]): TrainingPass {
  const fixed = new Set(rule.flatMap(fixedComparisons));
  return { rule: rule.join(" + "), estimated: comparisons.map(({ name }) => !fixed.has(name)) };
}
