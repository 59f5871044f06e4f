export {
  type AuditDetail,
  type Gate,
  type GateParts,
  openGate,
  type Permitted,
  type PermittedMessage,
  type PermittedRecords,
  type Search,
} from "./gate.ts";
export {
  type GatedEncounter,
  type GatedFact,
  isConfidential,
  isEncounterPermitted,
  isFactPermitted,
  permittedEncounter,
  permittedFact,
  permittedGolden,
  permittedRecord,
  permittedSource,
  permittedView,
  type RecordParts,
} from "./permitted-view.ts";
export type { PersonView } from "./person-view.ts";
export { type AccessPolicy, isSensitiveSpecialty } from "./policy.ts";
export {
  forOperations,
  forReview,
  forSubjectAccess,
  maySeeConfidential,
  maySeeOptedOut,
  maySeePatients,
  PURPOSES,
  type Purpose,
  ROLES,
  type Role,
  rolesOf,
  type Viewer,
} from "./viewer.ts";
