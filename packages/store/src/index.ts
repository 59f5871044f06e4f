export { type Activation, appendActivation, readActivation, readActivations } from "./activation.ts";
export type { Answer, Appended, Arrival, SequenceJudgement } from "./arrival.ts";
export { type AuditEntry, readAudit, type StoredAuditEntry, writeAudit } from "./audit.ts";
export type { Client } from "./client.ts";
export { appendCommands, type Command, readCommand } from "./command.ts";
export { readOptedOut } from "./consent.ts";
export { type Correction, noteCorrection, readCorrections } from "./correction.ts";
export { readCounts, type StoreCounts } from "./counts.ts";
export { type Database, openDatabase, type Transaction, UnsafeDatabaseError } from "./database.ts";
export { type Delivery, readRelease, readReleasedBy, writeDelivery } from "./delivery.ts";
export {
  type EncounterEvent,
  type EncounterState,
  type KeptEncounter,
  readEncounters,
  readKeptEncounters,
  type StoredEncounter,
  writeEncounters,
} from "./encounter.ts";
export {
  countFacts,
  type FactList,
  type FactListPlace,
  type FactMoment,
  type FactPlace,
  type FactState,
  type FactVisit,
  type ListedFact,
  readFactSnapshots,
  readFacts,
  readNewestFacts,
  type StoredFact,
  type StoredFactSnapshot,
  type StoredResult,
} from "./fact-read.ts";
export {
  type FactVersionWrite,
  joinFacts,
  writeFactSnapshots,
  writeFacts,
  writeFactVersions,
} from "./fact-write.ts";
export {
  type BirthDateRange,
  type EncounterConditions,
  findEncounters,
  findPatients,
  type PatientCondition,
  readVersionedEncounters,
  readVersionedPersons,
  type TextMatch,
  type VersionedEncounter,
  type VersionedPerson,
} from "./fhir-search.ts";
export {
  RECORDS_PER_BLOCKING_KEY_MAX,
  readActiveRecords,
  readCandidates,
  readParked,
  readPersons,
  readRecordsById,
  readRecordsByKey,
  readRecordsOfPersons,
  type StoredPerson,
  type StoredRecord,
} from "./identity-read.ts";
export {
  type IdentityEventWrite,
  type OutcomeWrite,
  type PersonWrite,
  parkIdentities,
  type SearchColumns,
  writeIdentityEvents,
  writeOutcomes,
  writePersons,
  writeRecords,
} from "./identity-write.ts";
export { appendArrivals } from "./journal-append.ts";
export {
  type Backlog,
  hasPassed,
  type JournalEntry,
  readBacklog,
  readJournal,
} from "./journal-read.ts";
export {
  countMessages,
  countRecords,
  readIdentityEvents,
  readIdentityEventsOfMessages,
  readLatestLinks,
  type StoredIdentityEvent,
} from "./link-read.ts";
export { type LinkRule, readLinkRules, writeLinkRules } from "./link-rule.ts";
export {
  type MessageFilter,
  type MessageSummary,
  readMessageById,
  readPersonsOfMessage,
  readQuarantine,
  readQuarantined,
  readReceivedAt,
  type StoredMessage,
  searchMessages,
} from "./message-read.ts";
export { migrate } from "./migrate.ts";
export { type NumberAlias, readNumberAliases, writeNumberAliases } from "./number-alias.ts";
export {
  type HeldMessage,
  MESSAGES_BEHIND_MAX,
  readFollowers,
  readParkedIdentities,
  readStanding,
  readWaitingPart,
  releaseIdentities,
  type Standing,
} from "./parked.ts";
export {
  type PersonCriteria,
  type PersonPlace,
  readAuthorities,
  readPersonsByNhsNumber,
  readPersonsOfRecords,
  readSurvivors,
  searchPersons,
} from "./person-read.ts";
export {
  countReviewTasks,
  type ReviewTaskPlace,
  readOpenTasksOfRecords,
  readReviewTask,
  readReviewTasks,
  type StoredReviewTask,
} from "./review-read.ts";
export {
  type ReviewTaskKind,
  type ReviewTaskWrite,
  settleReviewTasks,
  writeReviewTasks,
} from "./review-write.ts";
export { schema } from "./schema/index.ts";
export {
  deleteSession,
  deleteSessionsOfUser,
  deleteStaleSessions,
  insertSession,
  insertSignInLink,
  readSession,
  type StoredSession,
  takeSignInLink,
  touchSession,
  withdrawSignInLinks,
} from "./session.ts";
export { foldTally, readTally, TallyChange, type TallyName } from "./tally.ts";
export {
  countUsersWithRole,
  hasUsers,
  insertUser,
  lockAccounts,
  noteSignIn,
  readUser,
  readUsers,
  type StoredUser,
  type UserChange,
  updateUser,
} from "./user.ts";
export { type Verification, verifyJournal } from "./verify.ts";
export { readWireFaults, type WireFaults } from "./wire-fault-read.ts";
export { recordWireFault } from "./wire-fault-write.ts";
