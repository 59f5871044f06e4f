import type { Search } from "@chesil/access";
import type { QueriedText, QueryCriteria, VisitCriteria } from "@chesil/hl7";
import { fold } from "@chesil/matching";
import { NHS_AUTHORITY, nhsNumberDigits } from "@chesil/model";
import type { PatientCondition, VisitCondition } from "@chesil/store";
import { birthDateRange } from "../fhir/birth-date.ts";
import { postcodePrefixes, telecomCondition } from "../fhir/patient-conditions.ts";

/** What an HL7 query asks of a patient, as conditions on the store: those that a FHIR search comes to. */
export function conditionsOf(
  criteria: Omit<QueryCriteria, "visit">,
  domains: readonly string[],
  visit: VisitCondition | undefined,
): PatientCondition[] {
  const { identifier, family, given, birthDate, sex, street, city, postcode, phone } = criteria;
  const conditions: PatientCondition[] = [];
  if (identifier) conditions.push(identifierCondition(identifier.value, identifier.authority));
  if (family) conditions.push({ kind: "family", anyOf: nameMatch(family) });
  if (given) conditions.push({ kind: "given", anyOf: nameMatch(given) });
  if (birthDate !== undefined) {
    const range = birthDateRange(birthDate);
    conditions.push({ kind: "birth-date", anyOf: range ? [range] : [] });
  }
  if (sex) conditions.push({ kind: "sex", anyOf: [sex] });
  if (street) conditions.push({ kind: "address", part: "line", prefixes: [street.text] });
  if (city) conditions.push({ kind: "address", part: "city", prefixes: [city.text] });
  if (postcode) conditions.push({ kind: "postcode", prefixes: postcodePrefixes(postcode.text) });
  if (phone !== undefined) conditions.push(telecomCondition([phone]));
  if (visit) conditions.push({ kind: "visit", visit });
  // A patient who has no id in the domains asked for is not told of (IHE ITI-21, case 2).
  if (domains.length > 0) conditions.push({ kind: "authority", anyOf: domains });
  return conditions;
}

/**
 * What may be found by the criteria. Who names a number asks for one patient, dead or alive: whoever would register the dead
 * anew must learn of it. Where a patient lies is a place like where they live.
 *
 * @param isOfGp only whoever has an id of a GP practice is asked for: that tells where they are registered.
 */
export const searchOf = ({ identifier, ...by }: QueryCriteria, isOfGp: boolean): Search => ({
  deceased: identifier !== undefined,
  by: [
    ...(by.family || by.given ? (["names"] as const) : []),
    ...(by.street || by.city || by.postcode || by.visit ? (["addresses"] as const) : []),
    ...(by.phone === undefined ? [] : (["telecoms"] as const)),
    ...(isOfGp ? (["generalPractice"] as const) : []),
  ],
});

/** `authority` undefined: an id of any authority, or an NHS number. */
export function identifierCondition(
  value: string,
  authority: string | undefined,
): Extract<PatientCondition, { kind: "identifier" }> {
  const digits = authority === undefined || authority === NHS_AUTHORITY ? nhsNumberDigits(value) : undefined;
  return {
    kind: "identifier",
    nhsNumbers: digits === undefined ? [] : [digits],
    keys: authority === undefined ? [] : [{ authority, localId: value }],
    localIds: authority === undefined ? [value] : [],
  };
}

function nameMatch({ text, isStart }: QueriedText) {
  const folded = fold(text);
  return folded === "" ? [] : [{ text: folded, isWhole: !isStart }];
}

/** @param exceptSpecialties those whose visits are shown to nobody who asks: nobody is found by one, nor counted. */
export const visitCondition = (visit: VisitCriteria, exceptSpecialties: readonly string[]): VisitCondition => ({
  exceptSpecialties,
  account: visit.account?.value,
  accountAuthority: visit.account?.authority,
  visitNumber: visit.visitNumber?.value,
  visitAuthority: visit.visitNumber?.authority,
  class: visit.class,
  places: visit.places,
  consultantCode: visit.consultantCode,
  consultantName: visit.consultantName?.text,
  specialty: visit.specialty,
});
