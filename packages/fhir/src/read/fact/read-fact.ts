import type { Concept, FactContent, FactStatement } from "@chesil/model";
import { codeAt, conceptAt } from "../datatypes.ts";
import type { Element } from "../element.ts";

/** What a resource states. */
export interface ReadFact {
  readonly content: FactContent;
  /** Of several facts of one resource, what tells this one from the others. */
  readonly part?: string;
  /** It says itself that it is not so. */
  readonly isRetracted: boolean;
  /** What it replaces or adds to, by the key of that fact. */
  readonly relation?: Pick<FactStatement, "action" | "relatesTo">;
}

/** R4's word for what should never have been recorded, wherever a type of resource keeps it. */
export const isInError = (resource: Element): boolean =>
  [resource.text("status"), resource.text("docStatus"), codeAt(resource, "verificationStatus")].includes(
    "entered-in-error",
  );

/** It was asserted, and turned out not to be so. */
export const isRefuted = (resource: Element): boolean =>
  isInError(resource) || codeAt(resource, "verificationStatus") === "refuted";

/**
 * The code that says what the fact is. What was entered in error may say nothing any more but that.
 *
 * @throws EntryRefusedError where there is none.
 */
export function requiredConcept(resource: Element, name: string): Concept {
  const concept = conceptAt(resource, name);
  if (concept) return concept;
  if (isInError(resource)) return { codings: [] };
  throw resource.refusal(name, "structure", "It has neither a code nor a text, so nothing says what it is.");
}

/** A status in the model's words, `otherwise` for one that is none of FHIR's, flagged. */
export function statusIn<Status>(
  resource: Element,
  name: string,
  statuses: Readonly<Record<string, Status>>,
  otherwise: Status,
): Status {
  const sent = resource.text(name);
  if (sent === undefined || sent === "entered-in-error") return otherwise;
  const status = Object.hasOwn(statuses, sent) ? statuses[sent] : undefined;
  if (status === undefined) resource.flag(name, "bad-code", "It is no code of FHIR.");
  return status ?? otherwise;
}

/** One fact, of one resource. */
export const oneFact = (resource: Element, content: FactContent): ReadFact[] => [
  { content, isRetracted: isInError(resource) },
];

/** The number by which whoever ordered it (`PLAC`) or did it (`FILL`) knows it. */
export const numberAs = (resource: Element, type: "PLAC" | "FILL"): string | undefined =>
  resource
    .list("identifier")
    .find((each) => codeAt(each, "type") === type)
    ?.text("value");
