/**
 * The words every part of Chesil shares.
 *
 * source record: one patient as one source system knows them, (assigning authority, local id).
 * person: the enterprise identity, a set of links. link: source record to person, with who, why, when.
 * golden record: the person's reconciled demographics. journal: everything from outside, in one order.
 */
export {
  type Address,
  address,
  type Identifier,
  identifier,
  NHS_AUTHORITY,
  NHS_NUMBER_TRUST,
  type Party,
  type PersonName,
  partialDate,
  party,
  personName,
  type Sex,
  sex,
  type Telecom,
  telecom,
} from "./demographics.ts";
export {
  ADMITTED_VISIT,
  type EncounterAction,
  type EncounterField,
  type EncounterHappening,
  type EncounterStatement,
  type EncounterStatus,
  encounterStatus,
} from "./encounter.ts";
export {
  type CanonicalEvent,
  canonicalEvent,
  type Demographics,
  type PatientStatement,
  type SubjectStatement,
  type Warning,
} from "./event.ts";
export {
  type Coding,
  type Concept,
  DOCUMENT_TEXT_LENGTH_MAX,
  type DocumentPart,
  FACT_KINDS,
  type FactContent,
  type FactKind,
  type FactOf,
  type FactSnapshot,
  type FactStatement,
  type Observation,
} from "./fact.ts";
export { type IdentityOperation, keysOfOperation, type SourceKey } from "./identity-operation.ts";
export { formatNhsNumber, isValidNhsNumber, nhsNumberCheckDigit, nhsNumberDigits } from "./nhs-number.ts";
export { OUTCOMES, type Outcome, REASONS, type Reason } from "./outcome.ts";
export { isPseudoPostcode, normalPostcode } from "./postcode.ts";
export {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type DemographicValues,
  type GoldenRecord,
  type Known,
  type KnownDemographics,
  type Sourced,
  type SourceRecord,
} from "./record.ts";
export { afterSaid, CLEARED, EMPTY, type Said, saidValue, value } from "./said.ts";
