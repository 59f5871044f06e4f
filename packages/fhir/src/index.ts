/** The model as FHIR R4, UK Core. Pure: values in, resources out. */
export { type AuditSource, auditEventOf } from "./audit-event.ts";
export { type Match, type MatchGrade, matchset, searchset } from "./bundle.ts";
export { capabilityStatement, SUPPORTED, type SupportedType } from "./capability-statement.ts";
export type {
  AuditEvent,
  Binary,
  DiagnosticReport,
  DocumentReference,
  Location,
  Observation,
  Organization,
  Practitioner,
  Provenance,
} from "./clinical-resources.ts";
export { encounterOf } from "./encounter.ts";
export { binaryOf } from "./fact/document.ts";
export type { FactSource } from "./fact-source.ts";
export { authoritiesOf, identifierSystem } from "./identifier-system.ts";
export { type Issue, operationOutcome } from "./operation-outcome.ts";
export { organizationOf, practitionerOf } from "./party.ts";
export { type PartyKey, partyKeyOf } from "./party-id.ts";
export { patientOf, replacedPatient, type Version } from "./patient.ts";
export { locationOf } from "./place.ts";
export { type ProvenanceSource, provenanceOf } from "./provenance.ts";
export {
  BUNDLE_BYTES_MAX,
  type BundleContext,
  type BundleResult,
  bundleDocument,
  bundleEvents,
  bundleOfEntries,
  type Finding,
  parseBundle,
} from "./read/index.ts";
export type { Bundle, Encounter, OperationOutcome, Parameters, Patient, Resource } from "./resources.ts";
export { resourcesOfFact } from "./resources-of-fact.ts";
export { CODE_SYSTEM, EXTENSION, IDENTIFIER_SYSTEM } from "./uk-core.ts";
