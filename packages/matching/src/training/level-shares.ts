import type { LevelShares } from "./parameters.ts";

/** By comparison and level, how many matches and how many other pairs came out at it; expected counts or labelled ones. */
export type LevelCounts = { readonly matches: LevelShares; readonly others: LevelShares };
export type MAndU = { readonly m: number[][]; readonly u: number[][] };

/** By comparison and level, the weight in bits to be taken for a level that hardly occurs: another model's, say. */
export type PriorWeights = LevelShares;

/** A level of fewer expected matches than this, both seen and due, says too little of its own weight. */
const INFORMED_MATCHES_MIN = 3;
/**
 * How far, in nats, a weight is taken to lie from that of its neighbours: a log-normal prior on the Bayes factor. Wide:
 * three matches outweigh it, and none at all leave the neighbours' weight.
 */
const WEIGHT_DEVIATION = 3;
/** As if one other pair more had been seen, spread over the levels, so that no u is 0. */
const PRIOR_PAIRS = 1;

/**
 * m and u from counts. u is the plain share. m is u times the Bayes factor that fits the counts best, given that it
 * should not lie far from that of the neighbouring levels (or from `prior`): for levels that occur this is the plain
 * share, and a level that never occurs gets no weight out of nothing, as it would where 0 is divided by nearly 0.
 * No share is 0 or 1 where a comparison has two levels or more, and both sum to 1, whatever the counts.
 */
export function levelSharesOf({ matches, others }: LevelCounts, prior?: PriorWeights): MAndU {
  const rows = matches.map((row, index) => sharesOf(row, others[index] ?? [], prior?.[index]));
  return { m: rows.map(({ m }) => m), u: rows.map(({ u }) => u) };
}

function sharesOf(matches: readonly number[], others: readonly number[], prior: readonly number[] | undefined) {
  const levels = matches.length;
  const othersTotal = others.reduce((sum, count) => sum + count, PRIOR_PAIRS);
  const u = matches.map((_, level) => ((others[level] ?? 0) + PRIOR_PAIRS / levels) / othersTotal);
  const total = matches.reduce((sum, count) => sum + count, 0);
  const due = u.map((share) => share * total);
  const own = matches.map((count, level) => {
    const byChance = due[level] ?? 0;
    return Math.max(count, byChance) < INFORMED_MATCHES_MIN ? undefined : Math.log((count + 0.5) / byChance);
  });
  const factors = matches.map((count, level) => {
    const near = prior?.[level] === undefined ? between(own, level) : prior[level] * Math.LN2;
    return factorOf(count, due[level] ?? 0, own[level] ?? near);
  });
  const m = factors.map((factor, level) => (u[level] ?? 0) * Math.exp(factor));
  const sum = m.reduce((all, share) => all + share, 0);
  return { m: m.map((share) => share / sum), u };
}

/**
 * ln of the Bayes factor of a level at which `count` matches came out where `due` would by chance: the mode of a Poisson
 * likelihood with a normal prior about `expected`. Found by bisection, since the slope falls throughout.
 */
function factorOf(count: number, due: number, expected: number): number {
  const slope = (factor: number) =>
    count - due * Math.exp(factor) - (factor - expected) / (WEIGHT_DEVIATION * WEIGHT_DEVIATION);
  let [low, high] = [-100, 100];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** By place between the nearest levels that speak for themselves, in proportion; beyond the last of them, as that one. */
function between(own: readonly (number | undefined)[], level: number): number {
  const before = own.findLastIndex((factor, place) => place <= level && factor !== undefined);
  const after = own.findIndex((factor, place) => place >= level && factor !== undefined);
  const [left, right] = [own[before], own[after]];
  if (left === undefined) return right ?? 0;
  if (right === undefined || before === after) return left;
  return left + ((right - left) * (level - before)) / (after - before);
}
