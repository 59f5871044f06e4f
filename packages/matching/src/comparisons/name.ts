import type { Prepared } from "../prepare.ts";
import { jaroWinkler, mayBeSimilar } from "../similarity.ts";
import { anyValue, bestRank, COUNTED_ELSEWHERE, type Comparison } from "./comparison.ts";
import {
  CLOSE_SIMILARITY_MIN,
  FAMILY_NAME_LEVELS,
  FAMILY_NAME_RANK,
  type PreparedFamilyName,
  rankFamilyNames,
} from "./family-name.ts";
import { GIVEN_NAME_LEVELS, GIVEN_NAME_RANK, type PreparedGivenName, rankGivenNames } from "./given-name.ts";

/** One name of a record, present or former, as the swap test needs it: both halves of the same name. */
export type PreparedName = {
  readonly family: PreparedFamilyName | undefined;
  readonly given: PreparedGivenName | undefined;
};

export type PreparedNames = {
  readonly names: readonly PreparedName[];
  /** The distinct family names and given names among them. */
  readonly families: readonly PreparedFamilyName[];
  readonly givens: readonly PreparedGivenName[];
};

const families = anyValue<PreparedFamilyName>({
  name: "familyName",
  levels: FAMILY_NAME_LEVELS,
  of: (record) => record.families,
  rankOf: rankFamilyNames,
  textOf: ({ raw }) => raw,
  termOf: ({ text }) => text,
});
const givens = anyValue<PreparedGivenName>({
  name: "givenName",
  levels: GIVEN_NAME_LEVELS,
  of: (record) => record.givens,
  rankOf: rankGivenNames,
  textOf: ({ raw }) => raw,
  termOf: ({ first }) => first,
});

/**
 * The family name, over all present and former names of both sides. Only where both names disagree is it asked whether
 * the two were written in each other's place; the family name then carries the evidence of both.
 */
export const familyNameComparison: Comparison = {
  ...families,
  rank(a, b) {
    const rank = bestRank(a.families, b.families, rankFamilyNames);
    return isWeakFamily(rank) && isWeakGiven(bestRank(a.givens, b.givens, rankGivenNames)) && areSwapped(a, b)
      ? FAMILY_NAME_RANK.swapped
      : rank;
  },
  shown: (a, b) => swappedNames(a, b)?.family ?? families.shown(a, b),
  frequency(a, b, rank, frequencyOf) {
    return rank === FAMILY_NAME_RANK.swapped ? 1 : (families.frequency?.(a, b, rank, frequencyOf) ?? 1);
  },
};

/** The given name, all of them: first name first, then middle names. */
export const givenNameComparison: Comparison = {
  ...givens,
  rank(a, b) {
    const rank = bestRank(a.givens, b.givens, rankGivenNames);
    return isWeakGiven(rank) && isWeakFamily(bestRank(a.families, b.families, rankFamilyNames)) && areSwapped(a, b)
      ? COUNTED_ELSEWHERE
      : rank;
  },
  shown: (a, b) => swappedNames(a, b)?.given ?? givens.shown(a, b),
};

const isWeakFamily = (rank: number) => rank >= FAMILY_NAME_RANK.part;
const isWeakGiven = (rank: number) => rank >= GIVEN_NAME_RANK.part;

function areSwapped(a: PreparedNames, b: PreparedNames): boolean {
  for (const left of a.names)
    for (const right of b.names) if (stands(left.family, right.given) && stands(right.family, left.given)) return true;
  return false;
}

function swappedNames(a: Prepared, b: Prepared) {
  if (familyNameComparison.rank(a, b) !== FAMILY_NAME_RANK.swapped) return undefined;
  for (const left of a.names)
    for (const right of b.names)
      if (stands(left.family, right.given) && stands(right.family, left.given))
        return {
          family: { left: left.family?.raw, right: right.family?.raw },
          given: { left: left.given?.raw, right: right.given?.raw },
        };
  return undefined;
}

/** Whether the family name of one stands where the other has its given name, a slip of the hand aside. */
function stands(family: PreparedFamilyName | undefined, given: PreparedGivenName | undefined): boolean {
  if (!family || !given) return false;
  if (family.text === given.first || family.text === given.text) return true;
  if (!mayBeSimilar(family.text, family.letters, given.first, given.letters)) return false;
  return jaroWinkler(family.text, given.first) >= CLOSE_SIMILARITY_MIN;
}
