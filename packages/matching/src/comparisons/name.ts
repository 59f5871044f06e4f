import { jaroWinkler, mayBeSimilar } from "../similarity.ts";
import {
  CLOSE_SIMILARITY_MIN,
  compareFamilyName,
  type FAMILY_NAME_LEVELS,
  type PreparedFamilyName,
} from "./family-name.ts";
import { compareGivenName, type PreparedGivenName } from "./given-name.ts";
import { type FrequencyOf, outcome } from "./outcome.ts";

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

export type NameOutcomes = {
  readonly family: ReturnType<typeof compareFamilyName>;
  readonly given: ReturnType<typeof compareGivenName>;
};

const WEAK_FAMILY: ReadonlySet<string> = new Set<(typeof FAMILY_NAME_LEVELS)[number]>(["part", "similar", "else"]);
const WEAK_GIVEN: ReadonlySet<string> = new Set(["part", "initial", "similar", "else"]);

/**
 * Family and given name, over all present and former names of both sides. Only where both disagree is it asked
 * whether the two were written in each other's place; the family name then carries the evidence of both.
 */
export function compareNames(
  a: PreparedNames,
  b: PreparedNames,
  frequencyOf: { readonly family: FrequencyOf; readonly given: FrequencyOf },
): NameOutcomes {
  const family = compareFamilyName(a.families, b.families, frequencyOf.family);
  const given = compareGivenName(a.givens, b.givens, frequencyOf.given);
  if (!WEAK_FAMILY.has(family.level) || !WEAK_GIVEN.has(given.level)) return { family, given };
  for (const left of a.names) {
    for (const right of b.names) {
      if (!stands(left.family, right.given) || !stands(right.family, left.given)) continue;
      return {
        family: outcome("swapped", left.family?.raw, right.family?.raw, family.frequency),
        given: outcome("swapped", left.given?.raw, right.given?.raw),
      };
    }
  }
  return { family, given };
}

/** Whether the family name of one stands where the other has its given name, a slip of the hand aside. */
function stands(family: PreparedFamilyName | undefined, given: PreparedGivenName | undefined): boolean {
  if (!family || !given) return false;
  if (family.text === given.first || family.text === given.text) return true;
  if (!mayBeSimilar(family.text, family.letters, given.first, given.letters)) return false;
  return jaroWinkler(family.text, given.first) >= CLOSE_SIMILARITY_MIN;
}
