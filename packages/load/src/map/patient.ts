import {
  type Address,
  CLEARED,
  type Demographics,
  type Identifier,
  isValidNhsNumber,
  NHS_AUTHORITY,
  nhsNumberDigits,
  normalPostcode,
  type PatientStatement,
  type PersonName,
  type Said,
  type Sex,
  type SourceKey,
  type Telecom,
  value,
} from "@chesil/model";
import type { TableReading } from "../reading.ts";
import type { LoadMapping, TextSource } from "./mapping.ts";
import { RowRefusedError } from "./notes.ts";
import { columnOf, type Values, withoutUndefined } from "./values.ts";

type PatientMapping = LoadMapping["patient"];

/** No index takes longer ids. */
const ID_LENGTH_MAX = 200;

/** NHS data dictionary, HL7 table 0001, and the words written out. */
const SEXES: Readonly<Record<string, Sex>> = {
  ...{ M: "male", "1": "male", MALE: "male", F: "female", "2": "female", FEMALE: "female" },
  ...{ "9": "indeterminate", O: "indeterminate", OTHER: "indeterminate", INDETERMINATE: "indeterminate" },
  ...{ "0": "unknown", X: "unknown", U: "unknown", UNKNOWN: "unknown" },
};
const YES_NO: Readonly<Record<string, boolean>> = {
  ...{ Y: true, YES: true, TRUE: true, "1": true },
  ...{ N: false, NO: false, FALSE: false, "0": false },
};

/** Whom a row is about. @throws RowRefusedError without an id. */
export function keyOfPatient({ patient }: LoadMapping, authority: string, rowKey: string, values: Values): SourceKey {
  const localId = patient.id === undefined ? rowKey : values.text(patient.id);
  if (localId === undefined || localId === "")
    throw new RowRefusedError(`${patient.id ? columnOf(patient.id) : "The row key"}: The row names no patient.`);
  if (localId.length > ID_LENGTH_MAX)
    throw new RowRefusedError(`The patient's id has more than ${ID_LENGTH_MAX} characters.`);
  return { authority, localId };
}

/** What a row says of its patient. @throws RowRefusedError where its dates can not be. */
export function patientSaid(key: SourceKey, reading: TableReading, values: Values): PatientStatement {
  const { patient } = reading.mapping;
  return { key, identifiers: identifiersSaid(key, reading, values), demographics: demographicsSaid(patient, values) };
}

function identifiersSaid(key: SourceKey, { mapping, nhsNumberTraced }: TableReading, values: Values): Identifier[] {
  const { patient } = mapping;
  const identifiers: Identifier[] = [{ authority: key.authority, value: key.localId, type: "" }];
  const sent = values.text(patient.nhsNumber);
  if (sent !== undefined && patient.nhsNumber !== undefined) {
    const number = nhsNumberDigits(sent) ?? sent;
    const status = values.text(patient.nhsNumberStatus);
    const isTraced = status === undefined ? nhsNumberTraced : /^(NSTS)?01$/i.test(status);
    const trust = !isValidNhsNumber(number) ? "invalid" : isTraced ? "verified" : "unverified";
    if (trust === "invalid")
      values.notes.flag(
        columnOf(patient.nhsNumber),
        "bad-nhs-number",
        "The NHS number fails its check or is a placeholder.",
      );
    identifiers.push({ authority: NHS_AUTHORITY, value: number, type: "NH", trust });
  }
  for (const { authority, value: source, type } of patient.identifiers) {
    const text = values.text(source);
    if (text !== undefined) identifiers.push({ authority, value: text, type });
  }
  return identifiers;
}

function demographicsSaid(patient: PatientMapping, values: Values): Demographics {
  const none = patient.emptyCells === "clear" ? CLEARED : undefined;
  const said = <T>(isMapped: boolean, sent: T | undefined): Said<T> | undefined =>
    sent !== undefined ? value(sent) : isMapped ? none : undefined;
  const text = (source: TextSource | undefined) => said(source !== undefined, values.text(source));
  const list = <T>(mapped: readonly unknown[], sent: readonly (T | undefined)[]): Said<T[]> | undefined => {
    const known = sent.filter((each) => each !== undefined);
    return said(mapped.length > 0, known.length > 0 ? known : undefined);
  };
  const { generalPractice, generalPractitioner } = patient;
  return withoutUndefined({
    names: list(
      patient.names,
      patient.names.map((each) => nameSaid(each, values)),
    ),
    sex: said(patient.sex !== undefined, sexSaid(patient.sex, values)),
    addresses: list(
      patient.addresses,
      patient.addresses.map((each) => addressSaid(each, values)),
    ),
    telecoms: list(
      patient.telecoms,
      patient.telecoms.map((each) => telecomSaid(each, values)),
    ),
    ethnicity: text(patient.ethnicity),
    maritalStatus: text(patient.maritalStatus),
    religion: text(patient.religion),
    language: text(patient.language),
    generalPractice: said(generalPractice !== undefined, generalPractice && values.party(generalPractice)),
    generalPractitioner: said(
      generalPractitioner !== undefined,
      generalPractitioner && values.party(generalPractitioner),
    ),
    ...datesSaid(patient, values),
  }) as Demographics;
}

/** Birth and death: a date that can not be would make the patient somebody else, so its row is refused and mended. */
function datesSaid(
  patient: PatientMapping,
  values: Values,
): Pick<Demographics, "birthDate" | "deceased" | "deathDate"> {
  const [birth, death] = [values.date(patient.birthDate, true), values.date(patient.deathDate, true)];
  const refuse = (source: TextSource | undefined, why: string): never => {
    throw new RowRefusedError(`${source ? columnOf(source) : ""}: ${why}`);
  };
  if (birth && values.isFuture(birth)) refuse(patient.birthDate, "The date of birth is in the future.");
  if (death && values.isFuture(death)) refuse(patient.deathDate, "The date of death is in the future.");
  if (birth && death) {
    const length = Math.min(birth.date.length, death.date.length);
    if (death.date.slice(0, length) < birth.date.slice(0, length))
      refuse(patient.deathDate, "The date of death is before the date of birth.");
  }
  const isDead = deceasedSaid(patient.deceased, values);
  if (death && isDead === false && patient.deathDate)
    values.notes.flag(
      columnOf(patient.deathDate),
      "ignored",
      "The row says that the patient is alive, so the date of death is not used.",
    );
  const isUsed = death !== undefined && isDead !== false;
  const deceased = isUsed ? true : isDead;
  return withoutUndefined({
    birthDate: birth && value(birth.date),
    deceased: deceased === undefined ? undefined : value(deceased),
    deathDate: isUsed ? value(death.instant ?? death.date) : undefined,
  });
}

function deceasedSaid(source: TextSource | undefined, values: Values): boolean | undefined {
  const sent = values.text(source)?.toUpperCase();
  if (sent === undefined || source === undefined) return undefined;
  const isDead = YES_NO[sent];
  if (isDead === undefined) values.notes.flag(columnOf(source), "bad-code", "It is neither Y nor N: left out.");
  return isDead;
}

function sexSaid(source: TextSource | undefined, values: Values): Sex | undefined {
  const sent = values.text(source);
  if (sent === undefined || source === undefined) return undefined;
  const sex = SEXES[sent.toUpperCase()];
  if (sex === undefined)
    values.notes.flag(columnOf(source), "bad-code", "The sex is no code of the NHS or of HL7: left out.");
  return sex;
}

function nameSaid(mapped: PatientMapping["names"][number], values: Values): PersonName | undefined {
  const family = values.text(mapped.family);
  const given = mapped.given.flatMap((source) => values.text(source) ?? []);
  if (family === undefined && given.length === 0) return undefined;
  const [prefix, suffix] = [values.text(mapped.prefix), values.text(mapped.suffix)];
  return withoutUndefined({ use: mapped.use, family, given, prefix, suffix }) as PersonName;
}

function addressSaid(mapped: PatientMapping["addresses"][number], values: Values): Address | undefined {
  const lines = mapped.lines.flatMap((source) => values.text(source) ?? []);
  const [city, county, sent] = [values.text(mapped.city), values.text(mapped.county), values.text(mapped.postcode)];
  if (lines.length === 0 && city === undefined && county === undefined && sent === undefined) return undefined;
  const postcode = sent && (normalPostcode(sent) ?? sent);
  return withoutUndefined({
    use: mapped.use,
    lines,
    city,
    county,
    postcode,
    country: values.text(mapped.country),
  }) as Address;
}

function telecomSaid(
  { kind, use, value: source }: PatientMapping["telecoms"][number],
  values: Values,
): Telecom | undefined {
  const text = values.text(source);
  return text === undefined ? undefined : { kind, use, value: text };
}
