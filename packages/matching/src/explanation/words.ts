import type { ReviewReason } from "../decide.ts";

/** What a comparison is called, and how it and its values are spoken of. */
const NAMES: Readonly<Record<string, { readonly one: string; readonly many: string }>> = {
  nhsNumber: { one: "NHS number", many: "NHS numbers" },
  familyName: { one: "family name", many: "family names" },
  givenName: { one: "given name", many: "given names" },
  birthDate: { one: "date of birth", many: "dates of birth" },
  sex: { one: "sex", many: "sexes" },
  postcode: { one: "postcode", many: "postcodes" },
  address: { one: "address", many: "addresses" },
  city: { one: "town", many: "towns" },
  phone: { one: "telephone number", many: "telephone numbers" },
  email: { one: "e-mail address", many: "e-mail addresses" },
  practice: { one: "GP practice", many: "GP practices" },
};

/** A declared column is called by its name. */
export function nameOf(comparison: string): { readonly one: string; readonly many: string } {
  const plain = comparison.replaceAll("_", " ");
  return NAMES[comparison] ?? { one: plain, many: `${plain} values` };
}

/** Levels at which both say the same. */
const SAME = new Set(["equal", "equal-verified", "exact", "exact-default", "exact-foreign"]);
/** Levels at which the two plainly differ. */
const DIFFERENT = new Set(["else", "different", "different-verified"]);

export type Finding = "same" | "near" | "different" | "silent";

export function findingOf(level: string, comparison: string): Finding {
  if (level === "missing" || (level === "swapped" && comparison === "givenName")) return "silent";
  return SAME.has(level) ? "same" : DIFFERENT.has(level) ? "different" : "near";
}

/** How two values at a level in between stand to each other. */
const NEAR: Readonly<Record<string, string>> = {
  "nhsNumber near-miss": "an NHS number that is one slip off",
  "familyName swapped": "family and given name in each other's place",
  "givenName nickname": "two forms of one given name",
  "givenName middle-differs": "first names that agree, with other middle names",
  "givenName part": "a first name that is the other's middle name",
  "givenName initial": "an initial that fits",
  "birthDate partial": "a date of birth that agrees as far as it is known",
  "birthDate day-month-swap": "day and month of birth exchanged",
  "birthDate slip": "dates of birth one slip apart",
  "birthDate decade-slip": "dates of birth a decade or a century apart",
  "birthDate two-parts": "dates of birth that differ in one part",
  "postcode slip": "postcodes one slip apart",
  "postcode sector": "neighbouring postcodes",
  "postcode outcode": "postcodes of one district",
  "postcode area": "postcodes of one area",
  "address street": "another number in the same street",
};

export function nearPhrase(comparison: string, level: string): string {
  const said = NEAR[`${comparison} ${level}`];
  if (said) return said;
  const { many } = nameOf(comparison);
  if (level === "close") return `nearly the same ${nameOf(comparison).one}`;
  return level === "part" ? `${many} that share a part` : `similar ${many}`;
}

/** Why a person must look, as a clause. */
export const REASONS: Readonly<Record<ReviewReason, string>> = {
  "different-nhs-numbers": "each has an NHS number of its own",
  "birth-date-missing": "no full date of birth agrees",
  "birth-date-differs": "the dates of birth differ",
  "parent-and-child": "the names agree and the dates of birth do not, as with a parent and a child",
  household: "neither given name nor date of birth agrees, as in one household",
  "given-name-missing": "a given name is missing or only an initial, so twins could not be told apart",
  twins: "the given names differ as twins' do",
  "names-differ": "neither the family nor the given name agrees",
  "weight-below-link": "that is not enough to link them unasked",
  "two-persons": "another person fits nearly as well",
  "nhs-number-of-another-person": "another person has the same NHS number",
};

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
