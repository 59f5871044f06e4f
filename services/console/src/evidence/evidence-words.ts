import type { Decision } from "../api/types.ts";
import { formatProbability, formatWeight } from "../text/numbers.ts";
import { words } from "../text/words.ts";

/** Decisions in words. */

const VETOES: Record<string, string> = {
  "different-nhs-numbers":
    "Both sides have a valid NHS number and the two differ. However alike the rest is, they are never linked automatically.",
  twins:
    "They share a surname, a date of birth and a postcode but not a given name. They may be twins, so they are never linked automatically.",
  "same-name-other-birth-date":
    "They share a name but not a date of birth. They may be parent and child, so they are never linked automatically.",
  "nhs-number-without-birth-date":
    "The NHS number agrees but no date of birth does. An NHS number alone never links two records.",
};

/** Why a link was forbidden or held back, whatever the weight. */
export function vetoInWords(veto: string): string {
  return VETOES[veto] ?? `A safety rule applies: ${words(veto).toLowerCase()}.`;
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

const KINDS: Record<Decision["kind"], string> = {
  link: "Linked to an existing person",
  review: "Left for a person to decide",
  new: "Taken as a new person",
};

/** The decision in one sentence: what, by whom, with what certainty. */
export function decisionSentence(decision: Decision): string {
  const certainty =
    decision.weight === null
      ? ""
      : `, with a match weight of ${formatWeight(decision.weight)}${
          decision.probability === null ? "" : ` (probability ${formatProbability(decision.probability)})`
        }`;
  return `${KINDS[decision.kind]} by ${deciderInWords(decision.by)}${certainty}.`;
}

/** How clear the choice was: the distance to the second best person. */
export function marginSentence(decision: Decision): string | undefined {
  if (!decision.runnerUp || decision.weight === null) return undefined;
  const margin = decision.weight - decision.runnerUp.weight;
  return `The next best person weighs ${formatWeight(decision.runnerUp.weight)}, ${formatWeight(Math.abs(margin)).replace(/^\+/, "")} ${margin >= 0 ? "less" : "more"}.`;
}
