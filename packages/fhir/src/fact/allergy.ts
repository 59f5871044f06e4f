import type { FactOf } from "@chesil/model";
import type { AllergyIntolerance } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import type { CodeableConcept } from "../datatypes.ts";
import { fhirDateTime } from "../date-time.ts";
import { CODE_SYSTEM, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** AllergyIntolerance: who may not be given what. */

type Allergy = FactOf<"allergy">;

/** HL7 table 0127 and its words. */
const TYPES: ReadonlyMap<string, Pick<AllergyIntolerance, "type" | "category">> = new Map([
  ["DA", { type: "allergy", category: ["medication"] }],
  ["FA", { type: "allergy", category: ["food"] }],
  ["MA", { type: "allergy" }],
  ["EA", { type: "allergy", category: ["environment"] }],
  ["AA", { type: "allergy", category: ["environment"] }],
  ["PA", { type: "allergy", category: ["environment"] }],
  ["LA", { type: "allergy", category: ["environment"] }],
  ["DRUG", { category: ["medication"] }],
  ["MEDICATION", { category: ["medication"] }],
  ["FOOD", { category: ["food"] }],
  ["ENVIRONMENT", { category: ["environment"] }],
  ["BIOLOGIC", { category: ["biologic"] }],
  ["ALLERGY", { type: "allergy" }],
  ["INTOLERANCE", { type: "intolerance" }],
]);

/** HL7 table 0128. */
const SEVERITIES: ReadonlyMap<string, "mild" | "moderate" | "severe"> = new Map([
  ["MI", "mild"],
  ["MO", "moderate"],
  ["SV", "severe"],
  ["MILD", "mild"],
  ["MODERATE", "moderate"],
  ["SEVERE", "severe"],
]);

type Verification = "confirmed" | "unconfirmed" | "refuted" | "entered-in-error";

/** HL7 table 0438 and FHIR's own words. */
const CERTAINTIES: ReadonlyMap<string, Verification> = new Map([
  ["C", "confirmed"],
  ["I", "confirmed"],
  ["P", "unconfirmed"],
  ["S", "unconfirmed"],
  ["U", "unconfirmed"],
  ["D", "unconfirmed"],
  ["E", "entered-in-error"],
  ["CONFIRMED", "confirmed"],
  ["UNCONFIRMED", "unconfirmed"],
  ["REFUTED", "refuted"],
]);

const coded = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });
const upper = (text: string | undefined) => readable(text)?.toUpperCase() ?? "";

export function allergyOf(source: SourceOf<"allergy">): AllergyIntolerance {
  const { content } = source;
  const telling = new Telling(source);
  const certainty = CERTAINTIES.get(upper(content.certainty));
  const isError = source.state === "retracted" || certainty === "entered-in-error";
  const verification = isError ? "entered-in-error" : certainty;
  return withoutEmpty<AllergyIntolerance>({
    resourceType: "AllergyIntolerance",
    ...telling.head(PROFILE.allergyIntolerance),
    // ait-1, ait-2: of an entry in error nothing is said clinically; of any other something is.
    clinicalStatus: isError ? undefined : coded(CODE_SYSTEM.allergyClinical, clinicalStatus(source)),
    verificationStatus: verification && coded(CODE_SYSTEM.allergyVerification, verification),
    ...typeOf(content, telling),
    code: telling.requiredConcept("Substance", content.code),
    patient: telling.patient,
    encounter: telling.encounter,
    onsetDateTime: telling.when("Identified", content.identifiedAt),
    recordedDate: fhirDateTime(source.recordedAt),
    reaction: reactionOf(content, telling),
    ...restOf(content, certainty, telling),
  });
}

function clinicalStatus({ content, state }: SourceOf<"allergy">): string {
  if (state !== "current") return "inactive";
  return content.status ?? (upper(content.certainty) === "I" ? "inactive" : "active");
}

function typeOf({ type }: Allergy, telling: Telling): Pick<AllergyIntolerance, "type" | "category"> {
  const known = TYPES.get(upper(type));
  if (known === undefined) telling.note("Type as sent", type);
  else telling.text("Type", type);
  return known ?? {};
}

/** FHIR has a severity of reactions only, and no reaction without what it was. */
function reactionOf({ reactions, severity }: Allergy, telling: Telling): AllergyIntolerance["reaction"] {
  const known = SEVERITIES.get(upper(severity));
  if (known === undefined) telling.note("Severity as sent", severity);
  else telling.text("Severity", known);
  const manifestation = (reactions ?? []).flatMap((each) => telling.word("Reaction", each) ?? []);
  if (manifestation.length > 0) return [{ manifestation, severity: known }];
  return known && [{ manifestation: [telling.requiredConcept("Reaction", { codings: [] })], severity: known }];
}

function restOf(content: Allergy, certainty: Verification | undefined, telling: Telling) {
  if (certainty === undefined) telling.note("Certainty as sent", content.certainty);
  else telling.text("Certainty", certainty);
  telling.notesOf(content.notes);
  const words = wordsOf(content.code) ?? "substance not stated";
  return { note: telling.annotations, text: telling.narrative(`Allergy or intolerance: ${words}`, true) };
}
