import { Cells, type LevelShares, logit, type Parameters, sigmoid, softplus } from "./parameters.ts";
import type { PatternCounts } from "./patterns.ts";

/** What a run may change; the rest is held as it was given. */
export type Free = { readonly lambda: boolean; readonly m: boolean; readonly u: boolean };

export type EmPlan = {
  readonly start: Parameters;
  readonly free: Free;
  /** By comparison: false where the blocking rule fixes the field. It is then no evidence and keeps its values. */
  readonly counted?: readonly boolean[] | undefined;
  /** The run ends once no free parameter moves by more. */
  readonly changeMax?: number;
  readonly iterationsMax?: number;
};

export type EmResult = {
  readonly parameters: Parameters;
  readonly converged: boolean;
  readonly iterations: number;
  /** After each iteration ln of the likelihood, with the prior of what is free: it never falls. */
  readonly logLikelihoods: readonly number[];
  /** How many pairs are matches, and by comparison and level how many matches, and how many others, came out at it. */
  readonly matches: number;
  readonly matchesByLevel: LevelShares;
  readonly othersByLevel: LevelShares;
};

/**
 * The prior of every distribution that is free: as if this many pairs more had been seen, spread evenly over its levels
 * (a Dirichlet prior; for lambda over match and not). No probability is then 0 or 1, and a set of any size outweighs it.
 */
const PRIOR_PAIRS = 1;
const CHANGE_MAX = 1e-5;
const ITERATIONS_MAX = 1000;

/**
 * Fits what is free by expectation-maximisation (Dempster, Laird and Rubin 1977; for record linkage Winkler 1988): each
 * pattern's pairs are taken for matches as far as the parameters of the last iteration say so. What is missing is no
 * evidence: it counts neither for nor against, and in no level's share. Levels need no order here.
 */
export function expectationMaximisation(counts: PatternCounts, plan: EmPlan): EmResult {
  const { start, free, counted = [], changeMax = CHANGE_MAX, iterationsMax = ITERATIONS_MAX } = plan;
  const cells = new Cells(counts, counted);
  let { lambda } = start;
  let m = cells.flat(start.m);
  let u = cells.flat(start.u);
  const logLikelihoods: number[] = [];
  for (let iteration = 1; ; iteration++) {
    const step = expectation(counts, cells, { lambda, m, u });
    logLikelihoods.push(step.logLikelihood + logPrior({ lambda, m, u }, free, counts.levelCounts));
    const nextM = free.m ? shares(step.matchesByLevel, m, counts.levelCounts, counted) : m;
    const nextU = free.u ? shares(step.othersByLevel, u, counts.levelCounts, counted) : u;
    const nextLambda = free.lambda ? (step.matches + PRIOR_PAIRS / 2) / (step.pairs + PRIOR_PAIRS) : lambda;
    const change = Math.max(largestChange(m, nextM), largestChange(u, nextU), Math.abs(lambda - nextLambda));
    [lambda, m, u] = [nextLambda, nextM, nextU];
    if (change > changeMax && iteration < iterationsMax) continue;
    const { levelCounts } = counts;
    return {
      parameters: { lambda, m: cells.nested(m, levelCounts), u: cells.nested(u, levelCounts) },
      converged: change <= changeMax,
      iterations: iteration,
      logLikelihoods,
      matches: step.matches,
      matchesByLevel: cells.nested(step.matchesByLevel, levelCounts),
      othersByLevel: cells.nested(step.othersByLevel, levelCounts),
    };
  }
}

type Flat = { readonly lambda: number; readonly m: Float64Array; readonly u: Float64Array };

/** How many pairs of each level are expected to match, and ln of the likelihood of what was seen. */
function expectation({ counts }: PatternCounts, cells: Cells, { lambda, m, u }: Flat) {
  const logU = u.map(Math.log);
  const weights = m.map((share, level) => Math.log(share) - (logU[level] as number));
  const prior = logit(lambda);
  const logOther = Math.log1p(-lambda);
  const matchesByLevel = new Float64Array(cells.levels);
  const othersByLevel = new Float64Array(cells.levels);
  let [pairs, matches, logLikelihood] = [0, 0, 0];
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const count = counts[pattern] as number;
    const logOdds = prior + cells.sum(pattern, weights);
    const matching = count * sigmoid(logOdds);
    pairs += count;
    matches += matching;
    logLikelihood += count * (logOther + cells.sum(pattern, logU) + softplus(logOdds));
    cells.add(pattern, matchesByLevel, matching);
    cells.add(pattern, othersByLevel, count - matching);
  }
  return { pairs, matches, logLikelihood, matchesByLevel, othersByLevel };
}

/** Counts by level as shares, with the prior; a comparison that is left out keeps what it had. */
function shares(
  byLevel: Float64Array,
  before: Float64Array,
  levelCounts: readonly number[],
  counted: readonly boolean[],
): Float64Array {
  const result = Float64Array.from(before);
  let start = 0;
  for (const [index, levels] of levelCounts.entries()) {
    if (counted[index] !== false) {
      const total = byLevel.subarray(start, start + levels).reduce((sum, count) => sum + count, PRIOR_PAIRS);
      for (let level = start; level < start + levels; level++)
        result[level] = ((byLevel[level] as number) + PRIOR_PAIRS / levels) / total;
    }
    start += levels;
  }
  return result;
}

function logPrior({ lambda, m, u }: Flat, free: Free, levelCounts: readonly number[]): number {
  let sum = free.lambda ? (PRIOR_PAIRS / 2) * (Math.log(lambda) + Math.log1p(-lambda)) : 0;
  let start = 0;
  for (const levels of levelCounts) {
    for (let level = start; level < start + levels; level++) {
      if (free.m) sum += (PRIOR_PAIRS / levels) * Math.log(m[level] as number);
      if (free.u) sum += (PRIOR_PAIRS / levels) * Math.log(u[level] as number);
    }
    start += levels;
  }
  return sum;
}

const largestChange = (before: Float64Array, after: Float64Array): number =>
  before.reduce((most, value, level) => Math.max(most, Math.abs(value - (after[level] as number))), 0);
