import type { Comparison } from "../comparisons/comparison.ts";
import { defaultModel } from "../model.ts";
import { lambdaFromRules } from "../training/lambda.ts";
import { levelSharesOf } from "../training/level-shares.ts";
import { type LevelShares, matchProbabilities, type Parameters } from "../training/parameters.ts";
import { levelTotals, mergePatternCounts, type PatternCounts } from "../training/patterns.ts";
import type { Trained } from "../training/train.ts";

/**
 * A register in which nearly everybody stands once holds too few matches to learn m from. What differs most from random
 * pairs is then something else, people of one town or of one name, and the training takes those for matches.
 */

type Compared = readonly Pick<Comparison, "name" | "levels">[];

/** What is a person's own, and no household's. Most records of one person agree upon it in the dirtiest data. */
const OWN: ReadonlySet<string> = new Set(["givenName", "birthDate"]);
const OWN_DIFFERS_MAX = 0.5;

/** Whether what was taken for matches are no persons: more than half of them differ in given name or birth date. */
export const isAstray = (comparisons: Compared, { m }: Parameters): boolean =>
  comparisons.some(({ name }, index) => OWN.has(name) && (m[index]?.at(-1) ?? 0) > OWN_DIFFERS_MAX);

/** By comparison, whether records that agree upon all of them are one person's and not a household's. */
export const isOwn = ({ name }: Pick<Comparison, "name">): boolean => OWN.has(name);

type Seen = {
  readonly comparisons: Compared;
  /** Pairs drawn at random, and those that the passes found. */
  readonly random: PatternCounts;
  readonly found: readonly { readonly counts: PatternCounts }[];
  readonly pairs: number;
  /** Pairs that agree in enough, and in all that is a person's own. */
  readonly strict: number;
};

/**
 * The parameters that need no matches to learn from: m from published error rates, as in the default model; u from random
 * pairs; lambda from strict rules. Of a declared column nothing is published: its m is what the likely matches show.
 */
export function withPublishedShares(trained: Trained, seen: Seen): Trained {
  const { comparisons, random, found, pairs, strict } = seen;
  const levelCounts = comparisons.map(({ levels }) => levels.length);
  const others = levelTotals(random);
  const { u } = levelSharesOf({ matches: levelCounts.map(zeros), others });
  const published = comparisons.map(({ name }) => defaultModel.comparisons.find((each) => each.name === name));
  const lambda = lambdaFromRules({ found: strict, pairs });
  const known = { lambda, u, m: u.map((shares, index) => published[index]?.levels.map(({ m }) => m) ?? shares) };
  const counts = mergePatternCounts(
    levelCounts,
    found.map((part) => part.counts),
  );
  const shown = levelSharesOf({ matches: likelyMatches(counts, known), others }).m;
  const m = known.m.map((shares, index) => (published[index] === undefined ? (shown[index] ?? shares) : shares));
  return {
    ...trained,
    parameters: { lambda, u, m },
    matches: lambda * pairs,
    matchesMissed: Math.max(0, lambda * pairs - strict),
    warnings: [
      {
        kind: "no-matches-found",
        message: "Too few matches to learn from: m is that of the default model, by published error rates.",
      },
    ],
  };
}

const zeros = (levels: number): number[] => new Array<number>(levels).fill(0);

/** By comparison and level, how many matches the pairs are likely to hold. */
function likelyMatches(counts: PatternCounts, parameters: Parameters): LevelShares {
  const probabilities = matchProbabilities(counts, parameters);
  return levelTotals({ ...counts, counts: counts.counts.map((count, at) => count * (probabilities[at] ?? 0)) });
}
