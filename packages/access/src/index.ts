export {
  type AuditDetail,
  type Gate,
  openGate,
  type Permitted,
  type PermittedMessage,
  type PermittedRecords,
} from "./gate.ts";
export { forReview, maySeeOptedOut, maySeePatients, ROLES, type Role, rolesOf, type Viewer } from "./viewer.ts";
