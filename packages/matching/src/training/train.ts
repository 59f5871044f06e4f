import type { Comparison } from "../comparisons/comparison.ts";
import { type EmResult, expectationMaximisation } from "./expectation-maximisation.ts";
import { type TrainingWarning, warningsOf } from "./identifiability.ts";
import { type MatchesFound, matchesMissed } from "./lambda.ts";
import { type LevelCounts, levelSharesOf, type PriorWeights } from "./level-shares.ts";
import { expectedMatches, type LevelShares, type Parameters } from "./parameters.ts";
import { levelTotals, mergePatternCounts, type PatternCounts, pairsIn } from "./patterns.ts";

/** One blocking rule that candidates for training were found by. */
export type TrainingPass = {
  readonly rule: string;
  /**
   * By comparison: false where the rule fixes the field, or one that hangs upon it (the sex upon an equal given name, the
   * address upon an equal postcode). It is then estimated by the other passes.
   */
  readonly estimated: readonly boolean[];
};

/** The pairs that exactly these passes found: bit n of `passes` is set for the pass in place n. */
export type FoundPairs = { readonly passes: number; readonly counts: PatternCounts };

export type TrainingInput = {
  readonly comparisons: readonly Pick<Comparison, "name" | "levels">[];
  /** Pairs drawn at random from all (`sampleUPairs`), from which u comes. */
  readonly random: PatternCounts;
  /**
   * Those among the random pairs that a guard says are two people (a household, two traced NHS numbers), which are then
   * in neither `random` nor `found`: what people of one home share, weights that take fields for independent can not
   * tell from a match.
   */
  readonly randomOthers?: PatternCounts | undefined;
  /** At least two, so that each field is estimated where it is not blocked on. Up to 30. */
  readonly passes: readonly TrainingPass[];
  readonly found: readonly FoundPairs[];
  /** How many pairs there are in all. */
  readonly pairs: number;
  /** From strict rules: `lambdaFromRules`. */
  readonly lambda: number;
  /** The weights to be taken for levels that hardly occur, from a model made elsewhere; else those of their neighbours. */
  readonly prior?: PriorWeights | undefined;
};

export type Trained = {
  readonly parameters: Parameters;
  /** By pass, how its run went. */
  readonly passes: readonly PassReport[];
  /** Matches expected in all, and among them those that no pass found. */
  readonly matches: number;
  readonly matchesMissed: number;
  readonly warnings: readonly TrainingWarning[];
};

export type PassReport = Pick<EmResult, "converged" | "iterations" | "matches"> & {
  readonly rule: string;
  readonly pairs: number;
  /** What this pass alone says of m; for what it does not estimate, the values it began with. */
  readonly m: LevelShares;
};

const ROUNDS_MAX = 20;
/** The rounds end once lambda moves by less than this share of itself, a hundredth of a bit. */
const LAMBDA_CHANGE_MAX = 0.007;
/** The m that every run begins with: most matches agree wholly. */
const START_AGREEMENT = 0.9;

/**
 * Parameters from the data alone, without a single label. u is held to what random pairs show, less the matches among
 * them; m comes from expectation-maximisation over each pass by itself, with the share of matches in the pass free;
 * the passes are added up, each weighing as much as the matches it found (a field that every pass blocks on is judged by
 * the matches among random pairs); and lambda is counted among random pairs, or is what the passes found and are judged
 * to have missed. Each rests on the others, so they take turns until nothing moves.
 */
export function trainUnsupervised(input: TrainingInput): Trained {
  const { comparisons, random, passes, pairs, prior } = input;
  const levelCounts = comparisons.map(({ levels }) => levels.length);
  const found = mergedByPasses(input.found, levelCounts);
  const knownOthers = input.randomOthers && levelTotals(input.randomOthers);
  const countsOfPasses = passes.map((_, place) =>
    mergePatternCounts(
      levelCounts,
      found.filter((part) => part.passes & (1 << place)).map(({ counts }) => counts),
    ),
  );
  const isEstimated = (index: number) => passes.some(({ estimated }) => estimated[index] !== false);
  const start = levelCounts.map(startShares);
  let levels: LevelCounts = { matches: levelCounts.map(zeros), others: added(levelTotals(random), knownOthers) };
  let parameters: Parameters = { lambda: input.lambda, ...levelSharesOf(levels, prior), m: start };
  let runs: readonly EmResult[] = [];
  let matchesFound = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    runs = passes.map(({ estimated }, place) =>
      runPass(countsOfPasses[place] as PatternCounts, { ...parameters, m: start }, input.lambda * pairs, estimated),
    );
    const ofPasses = addedUp(runs, passes, levels.matches);
    const current = { ...parameters, ...levelSharesOf({ ...levels, matches: ofPasses }, prior) };
    const sampled = expectationMaximisation(random, { start: current, free: ONLY_U });
    levels = {
      matches: ofPasses.map((counts, index) =>
        isEstimated(index) ? counts : (sampled.matchesByLevel[index] ?? counts),
      ),
      others: added(sampled.othersByLevel, knownOthers),
    };
    const shares = levelSharesOf(levels, prior);
    const before = parameters.lambda;
    ({ parameters, matchesFound } = withLambda({ lambda: before, ...shares }, { ...input, found }));
    if (Math.abs(parameters.lambda / before - 1) < LAMBDA_CHANGE_MAX && round > 0) break;
  }
  const reports = runs.map(({ converged, iterations, matches, parameters: { m } }, place) => {
    const counts = countsOfPasses[place] as PatternCounts;
    return { rule: passes[place]?.rule ?? "", pairs: pairsIn(counts), converged, iterations, matches, m };
  });
  const matches = parameters.lambda * pairs;
  return {
    parameters,
    passes: reports,
    matches,
    matchesMissed: Math.max(0, matches - matchesFound),
    warnings: warningsOf({ ...input, parameters, levels, reports }),
  };
}

/** One part for every set of passes, in their order, so that the order in which they were given is nothing. */
function mergedByPasses(found: readonly FoundPairs[], levelCounts: readonly number[]): FoundPairs[] {
  const byPasses = Map.groupBy(found, ({ passes }) => passes);
  return [...byPasses]
    .sort(([a], [b]) => a - b)
    .map(([passes, parts]) => ({
      passes,
      counts: mergePatternCounts(
        levelCounts,
        parts.map(({ counts }) => counts),
      ),
    }));
}

const added = (counts: LevelShares, more: LevelShares | undefined): LevelShares =>
  more ? counts.map((row, index) => row.map((count, level) => count + (more[index]?.[level] ?? 0))) : counts;

const zeros = (levels: number): number[] => new Array<number>(levels).fill(0);
const startShares = (levels: number): number[] =>
  Array.from({ length: levels }, (_, level) =>
    levels === 1 ? 1 : level === 0 ? START_AGREEMENT : (1 - START_AGREEMENT) / (levels - 1),
  );

/** A pass is taken to find all matches at first, but never to hold fewer strangers than this; the run finds the share. */
const STRANGERS_MIN = 0.1;

function runPass(counts: PatternCounts, start: Parameters, matches: number, counted: readonly boolean[]): EmResult {
  const lambda = Math.min(1 - STRANGERS_MIN, (matches + 1) / (pairsIn(counts) + 2));
  return expectationMaximisation(counts, {
    start: { ...start, lambda },
    free: { lambda: true, m: true, u: false },
    counted,
  });
}

/** By comparison and level, the expected matches of all passes that estimate the comparison; as before where none does. */
function addedUp(runs: readonly EmResult[], passes: readonly TrainingPass[], before: LevelShares): LevelShares {
  return before.map((row, index) => {
    const counted = runs.filter((_, place) => passes[place]?.estimated[index] !== false);
    if (counted.length === 0) return row;
    return row.map((_, level) => counted.reduce((sum, run) => sum + (run.matchesByLevel[index]?.[level] ?? 0), 0));
  });
}

/** Among random pairs only u is free: the matches among them, most of those that agree in a small set, are taken off. */
const ONLY_U = { lambda: false, m: false, u: true };

/** Random pairs that hold fewer matches than this say too little of how many there are. */
const SAMPLED_MATCHES_MIN = 100;

/**
 * How many pairs match, with m and u as they stand: counted among random pairs where these hold enough of them, as no
 * rule stands between; else what the passes found and are judged to have missed; else what the rules said.
 */
function withLambda(
  parameters: Parameters,
  { random, randomOthers, found, passes, pairs, lambda: ofRules }: TrainingInput,
) {
  const byPasses: MatchesFound[] = found.map((part) => ({
    passes: part.passes,
    matches: expectedMatches(part.counts, parameters),
  }));
  const matchesFound = byPasses.reduce((all, { matches }) => all + matches, 0);
  const free = { lambda: true, m: false, u: false };
  const sampled = expectationMaximisation(random, { start: parameters, free });
  const drawn = pairsIn(random) + (randomOthers ? pairsIn(randomOthers) : 0);
  const missed = matchesMissed(byPasses, passes.length);
  let matches = ofRules * pairs;
  if (sampled.matches >= SAMPLED_MATCHES_MIN) matches = (sampled.matches / drawn) * pairs;
  else if (missed !== undefined) matches = matchesFound + missed;
  matches = Math.min(pairs, Math.max(matches, matchesFound));
  return { parameters: { ...parameters, lambda: (matches + 0.5) / (pairs + 1) }, matchesFound };
}
