import type { FactOf } from "@chesil/model";
import type { Immunization } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import type { CodeableConcept } from "../datatypes.ts";
import { fhirDateTime } from "../date-time.ts";
import { PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** Immunization: a vaccine that was given, or was not and why. */

type Immunisation = FactOf<"immunisation">;

const NO_REASON = {
  given: undefined,
  "not-given": { text: "Not stated" },
  unknown: { text: "It is not known whether it was given" },
} as const satisfies Record<Immunisation["status"], CodeableConcept | undefined>;

export function immunizationOf(source: SourceOf<"immunisation">): Immunization {
  const { content } = source;
  const telling = new Telling(source);
  telling.text("Given", { given: "yes", "not-given": "no", unknown: "not known" }[content.status]);
  const performer = telling.either("Performer", content.performer);
  const manufacturer = telling.text("Manufacturer", content.manufacturer);
  const immunization: Omit<Immunization, "text"> = {
    resourceType: "Immunization",
    ...telling.head(PROFILE.immunization),
    status: statusOf(source),
    // UK Core: what was not given has a reason, if only that none was told.
    statusReason: telling.concept("Reason", content.reason) ?? NO_REASON[content.status],
    vaccineCode: telling.requiredConcept("Vaccine", content.code),
    patient: telling.patient,
    encounter: telling.encounter,
    ...occurrenceOf(content, telling),
    recorded: fhirDateTime(source.recordedAt),
    manufacturer: manufacturer ? { display: manufacturer } : undefined,
    lotNumber: telling.text("Batch", content.batch),
    site: telling.concept("Site", content.site),
    route: telling.concept("Route", content.route),
    performer: performer && [{ actor: performer }],
    protocolApplied: doseOf(telling.text("Dose", content.dose)),
  };
  telling.notesOf(content.notes);
  return withoutEmpty<Immunization>({
    ...immunization,
    note: telling.annotations,
    text: telling.narrative(`Immunisation: ${wordsOf(content.code) ?? "vaccine not stated"}`, true),
  });
}

/**
 * FHIR has no word for what is not stated any more, so it is not to be relied on; nor for not knowing, which is not to be
 * taken for given: the reason says so.
 */
function statusOf({ content, state }: SourceOf<"immunisation">): Immunization["status"] {
  if (state !== "current") return "entered-in-error";
  return content.status === "given" ? "completed" : "not-done";
}

/** An occurrence is required; a date that is none is kept as the text it is. */
function occurrenceOf(
  { givenAt }: Immunisation,
  telling: Telling,
): Pick<Immunization, "occurrenceDateTime" | "occurrenceString"> {
  const occurrenceDateTime = fhirDateTime(givenAt);
  if (occurrenceDateTime !== undefined) return { occurrenceDateTime: telling.text("Date", occurrenceDateTime) };
  return { occurrenceString: telling.text("Date", readable(givenAt) ?? "Not stated") };
}

function doseOf(dose: string | undefined): Immunization["protocolApplied"] {
  if (dose === undefined) return undefined;
  return [/^[1-9]\d{0,3}$/.test(dose) ? { doseNumberPositiveInt: Number(dose) } : { doseNumberString: dose }];
}
