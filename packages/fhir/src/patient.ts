import {
  type Address,
  formerValuesOf,
  type GoldenRecord,
  NHS_AUTHORITY,
  type Party,
  type PersonName,
  type Saying,
  type Sex,
  type SourceRecord,
} from "@chesil/model";
import { concept, ETHNIC_CATEGORY, IDENTIFIER_TYPE, MARITAL_STATUS } from "./code-list.ts";
import type * as fhir from "./datatypes.ts";
import type { CodeableConcept, Extension, Identifier, Meta, Period, Reference } from "./datatypes.ts";
import { fhirDate, fhirDateTime, inOrder } from "./date-time.ts";
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
  readonly records: readonly Pick<
    SourceRecord,
    "sourceRecordId" | "authority" | "localId" | "status" | "identifiers" | "demographics" | "former"
  >[];
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
    extension: [...ethnicCategory(golden), ...deathNotification(golden)],
    identifier: identifiersOf(source),
    active: true,
    name: namesOf(source),
    telecom: golden.telecoms?.value.flatMap(contactPointOf),
    gender: sex && GENDER[sex],
    birthDate: fhirDate(golden.birthDate?.value),
    ...deceasedOf(golden),
    address: addressesOf(source),
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

/** The present names, then those that some source used to say and none says now, with the periods in which they were so. */
function namesOf({ golden, records }: PatientSource): fhir.HumanName[] {
  const present = humanNames(golden.names?.value ?? []);
  const former = formerValuesOf(records.filter(isMeant), "names").flatMap(({ value, from, to }) =>
    humanNames([value as PersonName]).map((name) => ({ ...name, use: "old" as const, period: periodOf(from, to) })),
  );
  return [...present, ...former.filter((name) => present.every((each) => each.text !== name.text))];
}

function addressesOf({ golden, records }: PatientSource): fhir.Address[] {
  const present = (golden.addresses?.value ?? []).flatMap(addressOf);
  const former = formerValuesOf(records.filter(isMeant), "addresses").flatMap(({ value, from, to }) =>
    addressOf(value as Address).map((address) => ({ ...address, use: "old" as const, period: periodOf(from, to) })),
  );
  const place = ({ line, city, district, postalCode, country }: fhir.Address) =>
    JSON.stringify([line, city, district, postalCode, country]);
  const known = new Set(present.map(place));
  return [...present, ...former.filter((address) => !known.has(place(address)))];
}

/** What a sender deleted was never so. */
const isMeant = ({ status }: Pick<SourceRecord, "status">) => status !== "deleted";

/** From when it was said until something else was. */
function periodOf(from: Saying | null, to: Saying): Period {
  const [start, end] = [fhirDateTime(from?.[0]), fhirDateTime(to[0])];
  return start && end && !inOrder(start, end) ? { end } : { start, end };
}

function ethnicCategory(golden: GoldenRecord): Extension[] {
  const valueCodeableConcept = concept(ETHNIC_CATEGORY, golden.ethnicity?.value);
  return valueCodeableConcept ? [{ url: EXTENSION.ethnicCategory, valueCodeableConcept }] : [];
}

/**
 * A date of death is always meant; "not dead" is what many systems send with every message. So the date wins. One before
 * the birth can not be meant: that the person died is kept.
 */
function deceasedOf(golden: GoldenRecord): Pick<Patient, "deceasedBoolean" | "deceasedDateTime"> {
  const deceasedDateTime = fhirDateTime(golden.deathDate?.value);
  const birthDate = fhirDate(golden.birthDate?.value);
  if (deceasedDateTime && (birthDate === undefined || inOrder(birthDate, deceasedDateTime)))
    return { deceasedDateTime };
  return { deceasedBoolean: readable(golden.deathDate?.value) ? true : golden.deceased?.value };
}

/** Chesil hears of deaths from local organisations alone, never from the registrar: what UK Core calls informal. */
function deathNotification(golden: GoldenRecord): Extension[] {
  const { deceasedBoolean, deceasedDateTime } = deceasedOf(golden);
  if (deceasedDateTime === undefined && deceasedBoolean !== true) return [];
  const coding = [{ system: CODE_SYSTEM.deathNotificationStatus, code: "1", display: INFORMAL }];
  return [
    {
      url: EXTENSION.deathNotificationStatus,
      extension: [{ url: "deathNotificationStatus", valueCodeableConcept: { coding } }],
    },
  ];
}

const INFORMAL = "Informal - death notice received via an update from a local NHS Organisation such as GP or Trust";

const LANGUAGES = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** Two letters that name a language are ISO 639-1 and so BCP 47; anything else (`ENG`, `English`) is kept as text. */
function languageOf(language: string | undefined): { language: CodeableConcept }[] | undefined {
  const text = readable(language);
  if (text === undefined) return undefined;
  const isCode = /^[a-z]{2}$/i.test(text) && LANGUAGES.of(text.toLowerCase()) !== undefined;
  return [{ language: isCode ? { coding: [{ system: CODE_SYSTEM.language, code: text.toLowerCase() }] } : { text } }];
}

function generalPractitioners(practice: Party | undefined, doctor: Party | undefined): Reference[] {
  return [partyReference(practice, "Organization"), partyReference(doctor, "Practitioner")].filter(
    (reference) => reference !== undefined,
  );
}
