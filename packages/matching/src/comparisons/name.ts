import type { Prepared } from "../prepare.ts";
import { jaroWinkler, mayBeSimilar } from "../similarity.ts";
import { anyValue, bestRank, COUNTED_ELSEWHERE, type Comparison, MISSING } from "./comparison.ts";
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
  /** The value of a list of one. */
  readonly onlyFamily: PreparedFamilyName | undefined;
  readonly onlyGiven: PreparedGivenName | undefined;
};

const families = anyValue<PreparedFamilyName>({
  name: "familyName",
  rank: (a, b) => lastRanked(a, b).family,
  levels: FAMILY_NAME_LEVELS,
  of: (record) => record.families,
  rankOf: rankFamilyNames,
  textOf: ({ raw }) => raw,
  termOf: ({ text }) => text,
});
const givens = anyValue<PreparedGivenName>({
  name: "givenName",
  rank: (a, b) => lastRanked(a, b).given,
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
  shown: (a, b) => swappedNames(a, b)?.family ?? families.shown(a, b),
  frequency(a, b, rank, frequencyOf) {
    return rank === FAMILY_NAME_RANK.swapped ? 1 : (families.frequency?.(a, b, rank, frequencyOf) ?? 1);
  },
};

/** The given name, all of them: first name first, then middle names. */
export const givenNameComparison: Comparison = {
  ...givens,
  shown: (a, b) => swappedNames(a, b)?.given ?? givens.shown(a, b),
};

/** The pair whose names were ranked last: the two comparisons ask of each pair one after the other. */
const last: { a?: PreparedNames; b?: PreparedNames; family: number; given: number } = {
  family: MISSING,
  given: MISSING,
};

function lastRanked(a: PreparedNames, b: PreparedNames): { readonly family: number; readonly given: number } {
  if (last.a === a && last.b === b) return last;
  const family =
    a.onlyFamily && b.onlyFamily
      ? rankFamilyNames(a.onlyFamily, b.onlyFamily)
      : bestRank(a.families, b.families, rankFamilyNames);
  const given =
    a.onlyGiven && b.onlyGiven
      ? rankGivenNames(a.onlyGiven, b.onlyGiven)
      : bestRank(a.givens, b.givens, rankGivenNames);
  const swapped = isWeakFamily(family) && isWeakGiven(given) && areSwapped(a, b);
  last.a = a;
  last.b = b;
  last.family = swapped ? FAMILY_NAME_RANK.swapped : family;
  last.given = swapped ? COUNTED_ELSEWHERE : given;
  return last;
}

const isWeakFamily = (rank: number) => rank >= FAMILY_NAME_RANK.part;
const isWeakGiven = (rank: number) => rank >= GIVEN_NAME_RANK.part;

function areSwapped(a: PreparedNames, b: PreparedNames): boolean {
  // Seldom does any name stand in another's place, and these were just read.
  if (!anyStands(a, b) || !anyStands(b, a)) return false;
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

function anyStands({ families, onlyFamily }: PreparedNames, { givens, onlyGiven }: PreparedNames): boolean {
  if (onlyFamily && onlyGiven) return stands(onlyFamily, onlyGiven);
  for (const family of families) for (const given of givens) if (stands(family, given)) return true;
  return false;
}

/** Whether the family name of one stands where the other has its given name, a slip of the hand aside. */
function stands(family: PreparedFamilyName | undefined, given: PreparedGivenName | undefined): boolean {
  if (!family || !given) return false;
  if (!mayBeSimilar(family.letters, family.length, given.letters, given.length))
    return given.hasMiddle && given.textLetters === family.letters && family.text === given.text;
  return family.text === given.text || jaroWinkler(family.text, given.first) >= CLOSE_SIMILARITY_MIN;
}
