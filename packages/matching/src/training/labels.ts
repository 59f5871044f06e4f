import { type LevelCounts, levelSharesOf, type MAndU, type PriorWeights } from "./level-shares.ts";
import { levelTotals, type PatternCounts } from "./patterns.ts";

/** Patterns of pairs that a person judged. A decision may count for more than one pair where pairs were picked unevenly. */
export type LabelledPatterns = { readonly matches: PatternCounts; readonly others: PatternCounts };

/**
 * m and u from clerical decisions, smoothed as `levelSharesOf` says. The pairs a data manager is shown are the hard
 * ones, so that those judged different agree far oftener than strangers do: give `random`, and u comes from it. Only
 * where the labelled pairs are themselves a random sample should it be left out.
 * @throws RangeError where the patterns are of different comparisons.
 */
export function sharesFromLabels(
  { matches, others }: LabelledPatterns,
  { random, prior }: { readonly random?: PatternCounts; readonly prior?: PriorWeights } = {},
): MAndU {
  const strangers = random ?? others;
  if (matches.levelCounts.join() !== strangers.levelCounts.join())
    throw new RangeError("The labelled patterns are of different comparisons.");
  const counts: LevelCounts = { matches: levelTotals(matches), others: levelTotals(strangers) };
  return levelSharesOf(counts, prior);
}
