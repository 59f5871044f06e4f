import type { Decision } from "../api/types.ts";
import { formatPartialDate } from "../text/dates.ts";
import { formatNhsNumber } from "../text/nhs-number.ts";
import { formatProbability, formatWeight } from "../text/numbers.ts";
import { words } from "../text/words.ts";

/** Decisions in words. A code that is not known here is spelled out, so that a new one is readable at once. */

/** Why a link is forbidden whatever the weight, and the other reasons to leave a question to a person. */
const REASONS: Record<string, string> = {
  "different-nhs-numbers": "Each has its own valid NHS number, and the two differ.",
  "birth-date-missing": "No date of birth agrees, because one is missing or only partly known.",
  "birth-date-differs": "The dates of birth differ.",
  "parent-and-child": "The names are the same and the dates of birth differ: they may be parent and child.",
  household: "Neither the given names nor the dates of birth agree: they may only share a home.",
  "given-name-missing": "A given name is missing or only an initial, so twins cannot be told apart.",
  twins: "They share a family name and a date of birth but not a given name: they may be twins.",
  "names-differ": "Neither the given name nor the family name agrees.",
  "weight-below-link": "The evidence is too strong to ignore and too weak to link on its own.",
  "two-persons": "The record fits two different people about equally well.",
  "nhs-number-of-another-person": "One NHS number stands on two people.",
};

/** The reason as a sentence; what is a sentence already stays. */
export function reasonInWords(reason: string): string {
  return REASONS[reason] ?? (reason.includes(" ") ? reason : `${words(reason)}.`);
}

const LEVELS: Record<string, string> = {
  missing: "Missing",
  else: "Different",
  exact: "Same",
  equal: "Same",
  "nhsNumber equal": "Same, not verified",
  "equal-verified": "Same, both verified",
  "near-miss": "One slip away, one not valid",
  "different-verified": "Different, both verified",
  swapped: "Family and given name swapped",
  close: "One slip away",
  similar: "Similar",
  part: "One part in common",
  nickname: "Short form or spelling",
  "middle-differs": "Same, other middle name",
  initial: "Initial agrees",
  "exact-default": "Same, 1 January",
  partial: "Same as far as stated",
  "day-month-swap": "Day and month swapped",
  slip: "One slip away",
  "decade-slip": "Decade or century differs",
  "two-parts": "Two of three parts agree",
  "exact-foreign": "Same, not a UK postcode",
  sector: "Same sector",
  outcode: "Same district",
  area: "Same area",
  street: "Same street",
};

/** What a comparison found. The same code may mean more in one comparison than in another. */
export function levelInWords(comparison: string, level: string): string {
  return LEVELS[`${comparison} ${level}`] ?? LEVELS[level] ?? words(level);
}

/** A compared value as the screens print it. */
export function valueInWords(comparison: string, value: string): string {
  if (comparison === "nhsNumber") return value.split(", ").map(formatNhsNumber).join(", ");
  if (comparison === "birthDate") return value.split(", ").map(formatPartialDate).join(", ");
  return comparison === "sex" ? words(value) : value;
}

const DECIDERS: Record<string, string> = {
  model: "the matching model",
  identifier: "an identifier already known",
  sender: "the sender",
  human: "a data manager",
  new: "the first message of a new record",
};

export function deciderInWords(by: string): string {
  return DECIDERS[by] ?? by;
}

const KINDS: Record<string, string> = {
  link: "Linked to an existing person",
  review: "Left for a person to decide",
  new: "Taken as a new person",
  merge: "Said to be one person",
};

/** The decision in one sentence: what, by whom, with what certainty. */
export function decisionSentence(decision: Decision): string {
  const { kind, by, weight, probability } = decision;
  const odds = probability === null ? "" : ` (probability ${formatProbability(probability)})`;
  const certainty = weight === null ? "" : `, with a match weight of ${formatWeight(weight)}${odds}`;
  return `${KINDS[kind] ?? words(kind)} by ${deciderInWords(by)}${certainty}.`;
}

/** How clear the choice was: the distance to the second best person. */
export function marginSentence(decision: Decision): string | undefined {
  if (!decision.runnerUp || decision.weight === null) return undefined;
  const margin = decision.weight - decision.runnerUp.weight;
  const distance = formatWeight(Math.abs(margin)).replace("+", "");
  return `The next best person weighs ${formatWeight(decision.runnerUp.weight)}, ${distance} ${margin >= 0 ? "less" : "more"}.`;
}
