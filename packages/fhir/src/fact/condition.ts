import type { FactOf } from "@chesil/model";
import type { Condition } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import type { CodeableConcept, Coding } from "../datatypes.ts";
import { fhirDateTime } from "../date-time.ts";
import { CODE_SYSTEM, EXTENSION, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** Condition: a diagnosis of a visit, or a problem on a list. */

type Diagnosed = FactOf<"condition">;

const ON_A_LIST: Coding = {
  system: CODE_SYSTEM.conditionCategory,
  code: "problem-list-item",
  display: "Problem List Item",
};
const OF_A_VISIT: Coding = {
  system: CODE_SYSTEM.conditionCategory,
  code: "encounter-diagnosis",
  display: "Encounter Diagnosis",
};

/** HL7 table 0052, with how sure such a diagnosis is. */
const TYPES: ReadonlyMap<string, { readonly display: string; readonly verification?: string }> = new Map([
  ["A", { display: "Admitting" }],
  ["W", { display: "Working", verification: "provisional" }],
  ["F", { display: "Final", verification: "confirmed" }],
]);

export function conditionOf(source: SourceOf<"condition">): Condition {
  const { content, state } = source;
  const telling = new Telling(source);
  const isError = state === "retracted";
  const type = TYPES.get(readable(content.type)?.toUpperCase() ?? "");
  const verification = isError ? "entered-in-error" : type?.verification;
  const coded = (system: string, code: string | undefined) =>
    code === undefined ? undefined : { coding: [{ system, code }] };
  const clinical = isError ? undefined : clinicalStatus(source);
  const condition: Omit<Condition, "text"> = {
    resourceType: "Condition",
    ...telling.head(PROFILE.condition),
    clinicalStatus: coded(CODE_SYSTEM.conditionClinical, clinical),
    verificationStatus: coded(CODE_SYSTEM.conditionVerification, verification),
    category: categoriesOf(content, telling),
    code: telling.requiredConcept("Condition", content.code),
    subject: telling.patient,
    encounter: telling.encounter,
    ...timesOf(content, clinical, telling),
    recordedDate: fhirDateTime(source.recordedAt),
    asserter: telling.party("Clinician", content.clinician, "Practitioner"),
  };
  telling.note("Priority", content.priority);
  telling.notesOf(content.notes);
  const heading = `Condition: ${wordsOf(content.code) ?? "not stated"}`;
  return withoutEmpty<Condition>({
    ...condition,
    note: telling.annotations,
    text: telling.narrative(heading, true),
  });
}

/** What has ended is not active any more, whether or not the sender says so. */
function clinicalStatus({ content, state }: SourceOf<"condition">): string | undefined {
  if (state !== "current") return "inactive";
  return content.status ?? (fhirDateTime(content.endsAt) === undefined ? undefined : "inactive");
}

function categoriesOf({ status, type }: Diagnosed, telling: Telling): CodeableConcept[] {
  const place: CodeableConcept = { coding: [status === undefined ? OF_A_VISIT : ON_A_LIST] };
  const sent = readable(type);
  if (sent === undefined) return [place];
  const known = TYPES.get(sent.toUpperCase());
  telling.text("Type", known?.display ?? sent);
  if (known === undefined) return [place, { text: sent }];
  const { display } = known;
  return [place, { coding: [{ system: CODE_SYSTEM.diagnosisType, code: sent.toUpperCase(), display }] }];
}

/** con-4: only of what is not active may it be said when it ended. */
function timesOf(content: Diagnosed, clinical: string | undefined, telling: Telling): Partial<Condition> {
  const assertedAt = telling.when("Diagnosed", content.diagnosedAt);
  const extension = assertedAt ? [{ url: EXTENSION.assertedDate, valueDateTime: assertedAt }] : undefined;
  if (clinical === undefined || clinical === "active") {
    const onsetDateTime = telling.when("Began", content.startsAt);
    telling.note("Ended, as sent", content.endsAt);
    return { extension, onsetDateTime };
  }
  const period = telling.period(["Began", "Ended"], content.startsAt, content.endsAt);
  return { extension, onsetDateTime: period?.start, abatementDateTime: period?.end };
}
