/**
 * The words every part of Chesil shares.
 *
 * source record: one patient as one source system knows them, (assigning authority, local id).
 * person: the enterprise identity, a set of links. link: source record to person, with who, why, when.
 * golden record: the person's reconciled demographics. journal: everything from outside, in one order.
 */

export { isBefore, isBeforeDay } from "./day-order.ts";
export { deathSaidBy } from "./death-said.ts";
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
  type Sensitivity,
  type Sex,
  sensitivity,
  sex,
  type Telecom,
  telecom,
} from "./demographics.ts";
export { DOCUMENT_TEXT_LENGTH_MAX, type DocumentPart } from "./document-part.ts";
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
  FACT_KINDS,
  type FactContent,
  type FactKind,
  type FactOf,
  type FactSnapshot,
  type FactStatement,
  factContent,
  type Observation,
} from "./fact.ts";
export { formerValuesOf, type PastValue, pastValuesOf, unsureFieldsAsOf, wordsAsOf } from "./history.ts";
export { type IdentityOperation, keysOfOperation, type SourceKey } from "./identity-operation.ts";
export { LIVING_KINDS, livingTimeOf } from "./living-time.ts";
export { formatNhsNumber, isValidNhsNumber, nhsNumberCheckDigit, nhsNumberDigits } from "./nhs-number.ts";
export { OUTCOMES, type Outcome, REASONS, type Reason } from "./outcome.ts";
export { isPseudoPostcode, normalPostcode } from "./postcode.ts";
export {
  type Candidate,
  explainGolden,
  type GoldenValues,
  type Lost,
  reconcile,
  type Survival,
} from "./reconcile.ts";
export {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type DemographicValues,
  type Former,
  type GoldenRecord,
  type HistoryField,
  type Known,
  type KnownDemographics,
  type Saying,
  type Sourced,
  type SourceRecord,
} from "./record.ts";
export { afterSaid, CLEARED, EMPTY, type Said, saidValue, value } from "./said.ts";
export {
  formerAfter,
  formerOf,
  HISTORY_FIELDS,
  SAID_VALUE_LENGTH_MAX,
  SAID_VALUES_MAX,
  type SaidValue,
  STATEMENTS_MAX,
  saidValuesOf,
  type Words,
} from "./said-values.ts";
export { identifiersAfter, valueAfter } from "./statement-parts.ts";
export {
  CRITERIA,
  type Criterion,
  DEFAULT_SURVIVORSHIP,
  type GoldenField,
  type SurvivorshipPolicy,
  survivorshipPolicy,
} from "./survivorship.ts";
export {
  ATTENDANCE_HOURS_MAX,
  EMERGENCY_UNHEARD_DAYS_MAX,
  isAttendance,
  isDeceased,
  type LocatedVisit,
  type Movement,
  placeParts,
  type Stay,
  UNHEARD_DAYS_MAX,
  type WhereNow,
  whereaboutsOf,
  whereNow,
} from "./where-now.ts";
