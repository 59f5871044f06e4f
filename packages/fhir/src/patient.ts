import { type GoldenRecord, NHS_AUTHORITY, type Party, type Sex, type SourceRecord } from "@chesil/model";
import { concept, ETHNIC_CATEGORY, IDENTIFIER_TYPE, MARITAL_STATUS } from "./code-list.ts";
import type { CodeableConcept, Extension, Identifier, Meta, Reference } from "./datatypes.ts";
import { fhirDate, fhirDateTime } from "./date-time.ts";
import { identifierSystem } from "./identifier-system.ts";
import { partyReference } from "./party-reference.ts";
import { addressOf, contactPointOf, humanNames } from "./person-details.ts";
import type { Patient } from "./resources.ts";
import { CODE_SYSTEM, EXTENSION, IDENTIFIER_SYSTEM, PROFILE } from "./uk-core.ts";
import { readable, withoutEmpty } from "./without-empty.ts";

/** What a version of a resource is known by: the journal entry that last changed it, and when that arrived. */
export type Version = { readonly journalId: number; readonly at?: Date | undefined };

export type PatientSource = {
  readonly personId: string;
  readonly golden: GoldenRecord;
  /** Every record linked to the person, retired ones included: their ids still lead here. */
  readonly records: readonly Pick<SourceRecord, "authority" | "localId" | "status" | "identifiers">[];
  readonly version: Version;
};

const GENDER = {
  male: "male",
  female: "female",
  indeterminate: "other",
  unknown: "unknown",
} as const satisfies Record<Sex, Patient["gender"]>;

/** The person as a UK Core Patient. */
export function patientOf(source: PatientSource): Patient {
  const { golden } = source;
  const sex = golden.sex?.value;
  return withoutEmpty<Patient>({
    resourceType: "Patient",
    id: source.personId,
    meta: metaOf(source.version, PROFILE.patient),
    extension: ethnicCategory(golden),
    identifier: identifiersOf(source),
    active: true,
    name: humanNames(golden.names?.value ?? []),
    telecom: golden.telecoms?.value.flatMap(contactPointOf),
    gender: sex && GENDER[sex],
    birthDate: fhirDate(golden.birthDate?.value),
    ...deceasedOf(golden),
    address: golden.addresses?.value.flatMap(addressOf),
    maritalStatus: concept(MARITAL_STATUS, golden.maritalStatus?.value),
    communication: languageOf(golden.language?.value),
    generalPractitioner: generalPractitioners(golden.generalPractice?.value, golden.generalPractitioner?.value),
  });
}

/**
 * A person whose records went to another: an inactive Patient that says nothing but where to look. What was known of
 * the person is with the survivor.
 */
export function replacedPatient(source: {
  readonly personId: string;
  readonly survivorId: string;
  readonly version: Version;
}): Patient {
  return withoutEmpty<Patient>({
    resourceType: "Patient",
    id: source.personId,
    meta: metaOf(source.version, PROFILE.patient),
    active: false,
    link: [{ other: patientReference(source.survivorId), type: "replaced-by" }],
  });
}

export const patientReference = (personId: string): Reference => ({
  reference: `Patient/${personId}`,
  type: "Patient",
});

export const metaOf = (version: Version, profile: string): Meta => ({
  versionId: String(version.journalId),
  lastUpdated: version.at?.toISOString(),
  profile: [profile],
});

function identifiersOf({ golden, records }: PatientSource): Identifier[] {
  const found = new Map<string, Identifier>();
  const add = (identifier: Identifier | undefined) => {
    if (!identifier) return;
    const key = `${identifier.system} ${identifier.value}`;
    if (!found.has(key)) found.set(key, identifier);
  };
  add(nhsNumber(golden.nhsNumber?.value));
  const active = records.filter((record) => record.status === "active");
  for (const { authority, localId, identifiers } of active) {
    const sent = identifiers.value?.find((each) => each.authority === authority && each.value === localId);
    add(localIdentifier(authority, localId, sent?.type, "usual"));
  }
  for (const { identifiers } of active)
    for (const each of identifiers.value ?? []) add(localIdentifier(each.authority, each.value, each.type, undefined));
  for (const { authority, localId, status } of records)
    if (status === "retired") add(localIdentifier(authority, localId, undefined, "old"));
  return [...found.values()];
}

function nhsNumber(number: { value: string; trust: "verified" | "unverified" } | undefined): Identifier | undefined {
  if (!number) return undefined;
  const status =
    number.trust === "verified"
      ? { code: "01", display: "Number present and verified" }
      : { code: "02", display: "Number present but not traced" };
  return {
    extension: [
      {
        url: EXTENSION.nhsNumberVerificationStatus,
        valueCodeableConcept: { coding: [{ system: CODE_SYSTEM.nhsNumberVerificationStatus, ...status }] },
      },
    ],
    use: "official",
    system: IDENTIFIER_SYSTEM.nhsNumber,
    value: number.value,
  };
}

/** NHS numbers are left to the golden record: UK Core allows one a Patient, and it must be the reconciled one. */
function localIdentifier(
  authority: string,
  value: string,
  type: string | undefined,
  use: Identifier["use"],
): Identifier | undefined {
  const text = readable(value);
  const name = readable(authority);
  if (text === undefined || authority === NHS_AUTHORITY) return undefined;
  return {
    use,
    type: concept(IDENTIFIER_TYPE, type),
    system: name && identifierSystem(authority),
    value: text,
    assigner: name ? { display: name } : undefined,
  };
}

function ethnicCategory(golden: GoldenRecord): Extension[] | undefined {
  const valueCodeableConcept = concept(ETHNIC_CATEGORY, golden.ethnicity?.value);
  return valueCodeableConcept && [{ url: EXTENSION.ethnicCategory, valueCodeableConcept }];
}

/** A date of death is always meant; "not dead" is what many systems send with every message. So the date wins. */
function deceasedOf(golden: GoldenRecord): Pick<Patient, "deceasedBoolean" | "deceasedDateTime"> {
  const deceasedDateTime = fhirDateTime(golden.deathDate?.value);
  if (deceasedDateTime) return { deceasedDateTime };
  return { deceasedBoolean: readable(golden.deathDate?.value) ? true : golden.deceased?.value };
}

/** Two letters are ISO 639-1 and so BCP 47; anything else (`ENG`, `English`) is kept as text. */
function languageOf(language: string | undefined): { language: CodeableConcept }[] | undefined {
  const text = readable(language);
  if (text === undefined) return undefined;
  const isCode = /^[a-z]{2}$/i.test(text);
  return [{ language: isCode ? { coding: [{ system: CODE_SYSTEM.language, code: text.toLowerCase() }] } : { text } }];
}

function generalPractitioners(practice: Party | undefined, doctor: Party | undefined): Reference[] {
  return [partyReference(practice, "Organization"), partyReference(doctor, "Practitioner")].filter(
    (reference) => reference !== undefined,
  );
}
