/** The model as FHIR R4, UK Core. Pure: values in, resources out. */
export { type Match, type MatchGrade, matchset, searchset } from "./bundle.ts";
export { capabilityStatement, SUPPORTED, type SupportedType } from "./capability-statement.ts";
export { encounterOf } from "./encounter.ts";
export { authoritiesOf, identifierSystem } from "./identifier-system.ts";
export { type Issue, operationOutcome } from "./operation-outcome.ts";
export { patientOf, replacedPatient } from "./patient.ts";
export type { Bundle, Encounter, OperationOutcome, Parameters, Patient } from "./resources.ts";
export { CODE_SYSTEM, EXTENSION, IDENTIFIER_SYSTEM } from "./uk-core.ts";
