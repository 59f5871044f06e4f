import { type AccessPolicy, isConfidential, isSensitiveSpecialty } from "@chesil/access";
import type { CanonicalEvent } from "@chesil/model";
import type { MessageParts } from "@chesil/store";
import type { Content } from "./content.ts";

/**
 * Whether anything that a message says is kept from whoever may not see confidential entries: then all of it is.
 *
 * @param contents the message, and what a person gave to stand in for it. @param parts what became of it.
 */
export function saysConfidential(
  policy: AccessPolicy,
  contents: readonly (Content | undefined)[],
  parts: MessageParts,
): boolean {
  const isSensitive = (specialty: string | null | undefined) => isSensitiveSpecialty(policy, specialty);
  const saysSo = ({ event, tree }: Content) =>
    isOfSensitiveVisit(policy, tree) ||
    (event === null
      ? isLabelled(policy, tree)
      : event.subjects.some(({ encounter, facts }) => {
          const specialty = encounter?.specialty;
          return isSensitive(specialty) || facts.some(({ content }) => isConfidential(policy, content, specialty));
        }));
  return (
    contents.some((content) => content !== undefined && saysSo(content)) ||
    parts.specialties.some(isSensitive) ||
    parts.facts.some(({ content, specialty }) => isConfidential(policy, content, specialty))
  );
}

const SPECIALTY_OF_PV1 = 10;

/** Of a visit that has no number nothing is stated, and the message tells all the same that they were there. */
const isOfSensitiveVisit = (policy: AccessPolicy, tree: Content["tree"]): boolean =>
  (tree?.segments ?? []).some(
    ({ id, fields }) =>
      id === "PV1" &&
      fields.some(
        ({ number, text }) => number === SPECIALTY_OF_PV1 && isSensitiveSpecialty(policy, text?.split(/[^\w]/)[0]),
      ),
  );

const TXA_CONFIDENTIALITY = 18;

/** Of what can be read and not mapped: a document that says so. */
function isLabelled(policy: AccessPolicy, tree: Content["tree"]): boolean {
  const documents = tree?.segments.filter(({ id }) => id === "TXA") ?? [];
  return documents.some(({ fields }) => {
    const confidentiality = fields.find(({ number }) => number === TXA_CONFIDENTIALITY)?.text;
    return isConfidential(policy, { kind: "local", name: "", value: "", confidentiality }, undefined);
  });
}

/** The visits that it names. */
export const visitNumbersIn = (event: CanonicalEvent | null): string[] =>
  (event?.subjects ?? []).flatMap(({ encounter, facts }) => [
    ...(encounter ? [encounter.visitNumber] : []),
    ...facts.flatMap(({ visitNumber }) => visitNumber ?? []),
  ]);
