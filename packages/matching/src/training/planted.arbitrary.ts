import type { LevelShares } from "./parameters.ts";
import { PatternCounter, type PatternCounts } from "./patterns.ts";

/** Pairs drawn from known parameters, for properties: what training should find again. */

/** A small seeded stream of numbers from 0 up to 1, for tests alone. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A level by its share; -1 with probability `missing`. */
export function drawRank(shares: readonly number[], random: () => number, missing = 0): number {
  if (random() < missing) return -1;
  let left = random();
  for (const [rank, share] of shares.entries()) {
    left -= share;
    if (left < 0) return rank;
  }
  return shares.length - 1;
}

export type Planted = { readonly m: LevelShares; readonly u: LevelShares };

export const levelCountsOf = ({ m }: Planted): number[] => m.map((levels) => levels.length);

/** Patterns of `matches` matches and `others` other pairs. */
export function plantedCounts(
  planted: Planted,
  pairs: { readonly matches: number; readonly others: number; readonly missing?: number },
  random: () => number,
): PatternCounts {
  const counter = new PatternCounter(levelCountsOf(planted));
  for (const [shares, count] of [
    [planted.m, pairs.matches],
    [planted.u, pairs.others],
  ] as const)
    for (let pair = 0; pair < count; pair++)
      counter.add(shares.map((levels) => drawRank(levels, random, pairs.missing)));
  return counter.counts();
}

/** Names, a birth date, a postcode, a sex and a telephone: weights as they are met. */
export const FIELDS = ["family", "given", "birth", "postcode", "sex", "phone"].map((name, index) => ({
  name,
  levels: ["exact", "close", "part", "else"].slice(0, [3, 3, 4, 4, 2, 2][index]).with(-1, "else"),
}));

export const PLANTED: Planted = {
  m: [
    [0.85, 0.1, 0.05],
    [0.8, 0.12, 0.08],
    [0.9, 0.05, 0.03, 0.02],
    [0.6, 0.1, 0.1, 0.2],
    [0.98, 0.02],
    [0.7, 0.3],
  ],
  u: [
    [0.004, 0.006, 0.99],
    [0.01, 0.02, 0.97],
    [0.0005, 0.002, 0.04, 0.9575],
    [0.001, 0.004, 0.05, 0.945],
    [0.5, 0.5],
    [0.0005, 0.9995],
  ],
};

/** The greatest difference between two sets of shares. */
export const farthest = (a: LevelShares, b: LevelShares): number =>
  Math.max(
    ...a.flatMap((row, index) => row.map((share, level) => Math.abs(share - (b[index]?.[level] ?? Number.NaN)))),
  );

export const isProper = (shares: LevelShares): boolean =>
  shares.every(
    (row) =>
      Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) < 1e-9 &&
      (row.length === 1 || row.every((share) => share > 0 && share < 1)),
  );
