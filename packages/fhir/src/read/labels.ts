import type { Element } from "./element.ts";

/**
 * How closely something is kept: the label that says most, whichever of several it is and wherever FHIR has it (`meta.security`,
 * `securityLabel`, a Composition's `confidentiality`).
 */

/** Levels of v3-Confidentiality, the strictest first. Any word that is no level here is as strict as the strictest. */
const LEVELS = ["V", "R", "N", "M", "L", "U"];
/** Labels that say something else: made for a test, a part only, something blacked out. */
const NO_LEVEL = new Set(["HTEST", "SUBSETTED", "REDACTED", "MASKED", "ABSTRED", "AGGRED", "ANONYED", "PSEUDED"]);

/** Every label of a resource, as sent: codes, and the words where there is no code. */
export function labelsOf(resource: Element): string[] {
  const codings = resource.at("meta")?.list("security") ?? [];
  const concepts = resource.list("securityLabel");
  const inConcepts = concepts.flatMap((concept) => {
    const coded = concept.list("coding");
    return coded.length > 0 ? coded.map(labelOf) : [concept.text("text")];
  });
  const words = [...codings.map(labelOf), ...inConcepts, resource.text("confidentiality")];
  return words.filter((word): word is string => word !== undefined && !NO_LEVEL.has(word.toUpperCase()));
}

/** The strictest label; undefined where there is none. */
export function strictest(labels: readonly string[]): string | undefined {
  const rank = (label: string) => LEVELS.indexOf(label.toUpperCase());
  return labels.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** Whether it is one of those that everybody who cares may see. */
export const isUsual = (label: string): boolean => LEVELS.indexOf(label.toUpperCase()) >= LEVELS.indexOf("N");

const labelOf = (coding: Element): string | undefined => coding.text("code") ?? coding.text("display");
