import type { Prepared } from "./prepare.ts";

/**
 * What must never be linked without a person looking, however high the weight: the patterns in which two people look
 * like one. Twins share all but the given name, father and son all but the birth date, a household its address,
 * telephone and family name; and one NHS number on two people is the commonest overlay.
 */

export const VETOES = {
  "different-nhs-numbers": "Each side has its own valid NHS number.",
  "birth-date-missing": "No birth date agrees, because a side states none, only part of one, or a default.",
  "birth-date-differs": "The birth dates differ.",
  "parent-and-child": "Same names, different birth dates: may be a parent and a child.",
  household: "Neither the given names nor the birth dates agree: may share a home, not an identity.",
  "given-name-missing": "A given name is missing or only an initial, so twins can not be told apart.",
  twins: "Same family name and birth date, different given names: may be twins.",
  "names-differ": "Neither given nor family name agrees.",
} as const;
export type Veto = keyof typeof VETOES;

/** The levels the guards read. */
export type GuardedLevels = {
  readonly nhsNumber: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly birthDate: string;
  readonly sex: string;
};

/** What the guards say of one pair, were it to come out at these levels. */
export type PairGuards = (levels: GuardedLevels) => Veto | undefined;

const FAMILY_AGREES: ReadonlySet<string> = new Set(["exact", "swapped", "close", "part"]);
const GIVEN_AGREES: ReadonlySet<string> = new Set(["exact", "swapped", "nickname", "close", "part"]);
/** A given name that is neither plainly the same nor plainly another: enough only beside a traced NHS number. */
const GIVEN_UNSURE: ReadonlySet<string> = new Set(["middle-differs", "part", "initial", "similar", "missing"]);
/** Two first of Januaries are not in it: whole communities have that birthday for want of their own. */
const DATE_EQUAL: ReadonlySet<string> = new Set(["exact"]);
const DATE_NEAR: ReadonlySet<string> = new Set(["exact-default", "day-month-swap", "slip"]);
const DATE_UNKNOWN: ReadonlySet<string> = new Set(["missing", "partial", "exact-default"]);

/** Whether both sides state the same valid NHS number. */
export const nhsNumbersEqual = (level: string): boolean => level === "equal" || level === "equal-verified";
/** Whether two records state one valid NHS number. */
export const nhsNumbersAreOne = ({ nhsNumber: one }: Numbered, { nhsNumber: other }: Numbered): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.digits === other.digits &&
  one.trust !== "invalid" &&
  other.trust !== "invalid";
type Numbered = Pick<Prepared, "nhsNumber">;
export const nhsNumbersDiffer = (level: string): boolean => level === "different" || level === "different-verified";

/** The first guard that forbids an automatic link, of those in force; or undefined. */
export function vetoOf(levels: GuardedLevels, guards: readonly Veto[]): Veto | undefined {
  if (guards.length === 0) return undefined;
  for (const veto of [numberVeto(levels), birthDateVeto(levels), givenNameVeto(levels)])
    if (veto !== undefined && guards.includes(veto)) return veto;
  return undefined;
}

const numberVeto = ({ nhsNumber }: GuardedLevels): Veto | undefined =>
  nhsNumbersDiffer(nhsNumber) ? "different-nhs-numbers" : undefined;

/** A birth date agrees when it is equal, or one slip away or a default under agreeing names. Nothing links without that. */
function birthDateVeto({ nhsNumber, familyName, givenName, birthDate }: GuardedLevels): Veto | undefined {
  const namesAgree = FAMILY_AGREES.has(familyName) && GIVEN_AGREES.has(givenName);
  if (DATE_EQUAL.has(birthDate) || (DATE_NEAR.has(birthDate) && namesAgree)) return undefined;
  if (DATE_UNKNOWN.has(birthDate)) return "birth-date-missing";
  if (namesAgree) return "parent-and-child";
  return givenName === "else" && !nhsNumbersEqual(nhsNumber) ? "household" : "birth-date-differs";
}

function givenNameVeto({ nhsNumber, familyName, givenName, sex }: GuardedLevels): Veto | undefined {
  // Paul and Paula, Daniel and Daniela: a letter between them is no slip where the sex differs too.
  if (sex === "else" && givenName !== "exact" && givenName !== "swapped" && nhsNumber !== "equal-verified")
    return "twins";
  if (givenName === "else") return FAMILY_AGREES.has(familyName) ? "twins" : "names-differ";
  if (!GIVEN_UNSURE.has(givenName) || nhsNumber === "equal-verified") return undefined;
  return givenName === "missing" || givenName === "initial" ? "given-name-missing" : "twins";
}

/**
 * Two people beyond doubt, not even worth a question: a household collision; or two different NHS numbers together
 * with another given name or birth date; or another birth date where the names do not agree either.
 */
export function areTwoPeople(veto: Veto | undefined, { nhsNumber, givenName, birthDate }: GuardedLevels): boolean {
  if (veto === "household") return true;
  if (veto === "birth-date-differs") return birthDate === "else" && !nhsNumbersEqual(nhsNumber);
  return veto === "different-nhs-numbers" && (givenName === "else" || birthDate === "else");
}
