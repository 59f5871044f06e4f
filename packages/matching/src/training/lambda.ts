import { sigmoid } from "./parameters.ts";

/** The share of matches that strict rules find, where nobody knows better: Splink's guide takes 0.7 to 0.8. */
const RULES_RECALL = 0.8;

/**
 * Lambda, the share of all pairs that match, from rules so strict that what they find is almost surely one person
 * (names and birth date equal, say). Being wrong by a factor of two costs one bit of every weight; expectation-
 * maximisation on blocked pairs alone is wrong by a factor of ten and more (Splink, issue 462).
 * @param found how many pairs at least one of the rules finds.
 * @param recall which share of all matches they are thought to find.
 * @returns above 0 and below 1, whatever the counts.
 */
export function lambdaFromRules({ found, pairs, recall = RULES_RECALL }: RulesFound): number {
  const all = Math.max(0, pairs);
  const matches = Math.min(all, Math.max(0, found) / Math.max(recall, 0.01));
  return (matches + 0.5) / (all + 1);
}

export type RulesFound = { readonly found: number; readonly pairs: number; readonly recall?: number };

/** How many matches were found by exactly these passes: bit n is set for the pass in place n. */
export type MatchesFound = { readonly passes: number; readonly matches: number };

/**
 * How many matches no pass found, judged by how many were found once and how many more than once, as animals are
 * counted by catching them again. Two passes: Chapman 1951. More: Chao's estimate (1987), which allows for matches that
 * are hard to find by any pass. Both are too low where what one pass misses another misses too. One pass can not tell.
 */
export function matchesMissed(found: readonly MatchesFound[], passes: number): number | undefined {
  if (passes < 2) return undefined;
  if (passes === 2) {
    const by = (mask: number) => found.reduce((sum, { passes, matches }) => sum + (passes === mask ? matches : 0), 0);
    return (by(0b01) * by(0b10)) / (by(0b11) + 1);
  }
  const times = (count: number) =>
    found.reduce((sum, { passes, matches }) => sum + (bitsIn(passes) === count ? matches : 0), 0);
  const once = times(1);
  return (((passes - 1) / passes) * (once * Math.max(0, once - 1))) / (2 * (times(2) + 1));
}

function bitsIn(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/** The prior weight of a pair, in bits, and back. */
export const priorWeightOf = (lambda: number): number => Math.log2(lambda / (1 - lambda));
export const probabilityOf = (weightBits: number): number => sigmoid(weightBits * Math.LN2);
