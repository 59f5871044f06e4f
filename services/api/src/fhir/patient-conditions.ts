import { authoritiesOf, IDENTIFIER_SYSTEM } from "@chesil/fhir";
import { blockingKeys, fold, matchRecordOf, prepare } from "@chesil/matching";
import { type DemographicField, NHS_AUTHORITY, nhsNumberDigits, normalPostcode, type Sex } from "@chesil/model";
import type { PatientCondition, TextMatch } from "@chesil/store";
import { birthDateRange } from "./birth-date.ts";
import { dateCondition, type InstantRange } from "./instant-range.ts";
import { type Refusal, type SearchParameter, tokenOf, unescaped } from "./parameters.ts";

/** Each search parameter of Patient as a condition on the store. */

const GENDERS: Readonly<Record<string, Sex>> = {
  male: "male",
  female: "female",
  other: "indeterminate",
  unknown: "unknown",
};
const GENDER_SYSTEM = "http://hl7.org/fhir/administrative-gender";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type ConditionsResult = { readonly ok: true; readonly conditions: readonly PatientCondition[] } | Refusal;

export function patientConditions(parameters: readonly SearchParameter[]): ConditionsResult {
  const conditions: PatientCondition[] = [];
  for (const parameter of parameters) {
    const condition = conditionOf(parameter);
    if (condition === undefined) continue;
    if ("ok" in condition) return condition;
    conditions.push(condition);
  }
  return { ok: true, conditions };
}

/** The fields that the conditions ask about where these may be withheld. */
export const fieldsOf = (conditions: readonly PatientCondition[]): DemographicField[] => [
  ...new Set(conditions.flatMap((condition) => FIELDS[condition.kind] ?? [])),
];

const FIELDS: Partial<Readonly<Record<PatientCondition["kind"], readonly DemographicField[]>>> = {
  family: ["names"],
  given: ["names"],
  postcode: ["addresses"],
  address: ["addresses"],
  telecom: ["telecoms"],
  // When anything changed is not told where any of it is withheld: of the restricted, and of the dead.
  updated: ["addresses", "generalPractice"],
};

/** Undefined: a condition that everybody meets. */
function conditionOf({ name, modifier, values }: SearchParameter): PatientCondition | Refusal | undefined {
  switch (name) {
    case "_id":
      return { kind: "id", personIds: values.flatMap((value) => personId(unescaped(value)) ?? []) };
    case "identifier":
      return identifierCondition(values);
    case "family":
    case "given":
      return { kind: name, anyOf: values.flatMap((value) => textMatch(unescaped(value), modifier === "exact")) };
    case "birthdate":
      return birthDateCondition(values);
    case "gender":
      return genderCondition(values);
    case "address-postalcode":
      return { kind: "postcode", prefixes: values.flatMap((value) => postcodePrefixes(unescaped(value))) };
    case "address-city":
      return { kind: "address", part: "city", prefixes: values.map(unescaped) };
    case "address":
      return { kind: "address", part: "any", prefixes: values.map(unescaped) };
    case "telecom":
      return telecomCondition(values.map((value) => tokenOf(value).code));
    case "active":
      return activeCondition(values);
    case "deceased":
      return deceasedCondition(values);
    case "_lastUpdated":
      return updatedCondition(name, values);
    default:
      // The table of what is supported names a parameter that nobody reads: a mistake of ours, not of the client.
      throw new Error(`Patient has no reader for the search parameter ${name}.`);
  }
}

/** A person's id as it is stored, undefined for what can not be one. */
export function personId(text: string): string | undefined {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : undefined;
}

/**
 * `system|value`: an NHS number, or a local id of the authority that the system means. `|value`: an id of no authority.
 * `value`: either. An NHS number may have spaces.
 */
function identifierCondition(values: readonly string[]): PatientCondition | Refusal {
  const nhsNumbers: string[] = [];
  const keys: { authority: string; localId: string }[] = [];
  const localIds: string[] = [];
  for (const value of values) {
    const { system, code } = tokenOf(value);
    if (code === "") return { ok: false, code: "not-supported", text: "identifier needs a value." };
    const digits = nhsNumberDigits(code);
    if (digits && (system === undefined || system === IDENTIFIER_SYSTEM.nhsNumber)) {
      nhsNumbers.push(digits);
      // A source that knows nothing else keys its record by the NHS number.
      keys.push({ authority: NHS_AUTHORITY, localId: digits });
    }
    if (system === undefined) localIds.push(code);
    else for (const authority of authoritiesOf(system)) keys.push({ authority, localId: code });
  }
  return { kind: "identifier", nhsNumbers, keys, localIds };
}

function textMatch(value: string, isExact: boolean): TextMatch[] {
  const text = fold(value);
  if (text === "") return [];
  return [isExact ? { text, exactly: value } : { text }];
}

function birthDateCondition(values: readonly string[]): PatientCondition | Refusal {
  const anyOf = [];
  for (const value of values) {
    const range = birthDateRange(value);
    if (!range) {
      const text = "birthdate is YYYY, YYYY-MM or YYYY-MM-DD, after eq, ne, gt, lt, ge, le, sa or eb.";
      return { ok: false, code: "value", text };
    }
    anyOf.push(range);
  }
  return { kind: "birth-date", anyOf };
}

/** Numbers are found however they are written; a number that is nobody's in particular (000000) finds nobody. */
export function telecomCondition(values: readonly string[]): PatientCondition {
  const telecoms = values.map((value) => ({
    kind: value.includes("@") ? ("email" as const) : ("phone" as const),
    use: "home" as const,
    value,
  }));
  const prepared = prepare(matchRecordOf({ telecoms }));
  return {
    kind: "telecom",
    blockingKeys: blockingKeys(prepared).map(String),
    endings: [...prepared.phones, ...prepared.emails],
  };
}

/** Nobody who died is found without it. */
function deceasedCondition(values: readonly string[]): PatientCondition | Refusal | undefined {
  const codes = values.map((value) => tokenOf(value).code.toLowerCase());
  if (codes.some((code) => code !== "true" && code !== "false"))
    return { ok: false, code: "value", text: "deceased is true, false, or true,false for both." };
  return codes.includes("true") && codes.includes("false")
    ? undefined
    : { kind: "deceased", isDeceased: codes.includes("true") };
}

/** What changed at one instant meets a condition within one or two spans of time. */
function updatedCondition(name: string, values: readonly string[]): PatientCondition | Refusal {
  const conditions = values.map((value) => dateCondition(unescaped(value)));
  if (conditions.includes(undefined)) {
    const text = `${name} is a date or an instant with its zone, after eq, ne, gt, lt, ge, le, sa or eb.`;
    return { ok: false, code: "value", text };
  }
  const spans = conditions.flatMap((each) => (each ? spansOf(each.prefix, each.asked) : []));
  return {
    kind: "updated",
    anyOf: spans.map(({ low, high }) => ({
      from: Number.isFinite(low) ? new Date(low) : null,
      to: Number.isFinite(high) ? new Date(high) : null,
    })),
  };
}

function spansOf(prefix: string, { low, high }: InstantRange): InstantRange[] {
  const before = { low: Number.NEGATIVE_INFINITY, high: low - 1 };
  const after = { low: high + 1, high: Number.POSITIVE_INFINITY };
  switch (prefix) {
    case "ne":
      return [before, after];
    case "gt":
    case "sa":
      return [after];
    case "lt":
    case "eb":
      return [before];
    case "ge":
      return [{ ...after, low }];
    case "le":
      return [{ ...before, high }];
    default:
      return [{ low, high }];
  }
}

/** Every person that a search finds is active; whoever was merged away is found as the survivor. */
function activeCondition(values: readonly string[]): PatientCondition | Refusal | undefined {
  const codes = values.map((value) => tokenOf(value).code.toLowerCase());
  if (codes.some((code) => code !== "true" && code !== "false"))
    return { ok: false, code: "value", text: "active is true or false." };
  return codes.includes("true") ? undefined : { kind: "id", personIds: [] };
}

function genderCondition(values: readonly string[]): PatientCondition | Refusal {
  const anyOf: Sex[] = [];
  for (const value of values) {
    const { system, code } = tokenOf(value);
    const sex = system === undefined || system === GENDER_SYSTEM ? GENDERS[code.toLowerCase()] : undefined;
    if (!sex) return { ok: false, code: "value", text: "gender is male, female, other or unknown." };
    anyOf.push(sex);
  }
  return { kind: "sex", anyOf };
}

/**
 * The starts of stored postcodes (`BH1 1AA`) that a typed start may mean. Without its space `BH11A` is the start of
 * BH1 1A… only, but `BH11` may be the district BH11 or the start of BH1 1…: both are sought.
 */
export function postcodePrefixes(text: string): string[] {
  const whole = normalPostcode(text);
  if (whole) return [whole];
  const typed = text.toUpperCase().replace(/\s+/g, " ");
  if (typed === "" || typed.includes(" ")) return typed === "" ? [] : [typed];
  const spaced = [1, 2, 3].flatMap((inwardLength) => {
    const outward = typed.slice(0, -inwardLength);
    const inward = typed.slice(-inwardLength);
    return /^[A-Z]{1,2}\d[A-Z\d]?$/.test(outward) && /^\d[A-Z]{0,2}$/.test(inward) ? [`${outward} ${inward}`] : [];
  });
  return [typed, ...spaced];
}
