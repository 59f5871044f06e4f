export {
  type Activation,
  appendActivation,
  appendFeedActivation,
  appendModelActivation,
  readActivation,
  readActivations,
  readSurvivorship,
} from "./activation.ts";
export type { Answer, Appended, Arrival, SequenceJudgement } from "./arrival.ts";
export {
  type LinkAsOf,
  type PersonAsOf,
  readPersonAsOf,
  readStandingsAsOf,
  type StandingAsOf,
} from "./as-of.ts";
export { type AuditEntry, readAudit, type StoredAuditEntry, writeAudit } from "./audit.ts";
export { readKnownAuthorities } from "./authority-read.ts";
export type { Client } from "./client.ts";
export {
  appendCommands,
  type Command,
  type IdentityCommand,
  isMessageCommand,
  isPrivacyCommand,
  isRetentionCommand,
  type MessageCommand,
  type PrivacyCommand,
  REPRESENTATIVE_AUTHORITIES,
  type RepresentativeAuthority,
  type RetentionCommand,
  readCommand,
  type Verdict,
} from "./command.ts";
export { type PersonMarks, readMarks, readOptedOut, readOptOutsBehind, writeLooks } from "./consent.ts";
export { type ConsentStatement, readConsentStatements, readPartedAfterOptOut } from "./consent-read.ts";
export { applyPrivacy, journalPrivacy } from "./consent-write.ts";
export { type Correction, noteCorrection, readCorrections } from "./correction.ts";
export { readCounts, type StoreCounts } from "./counts.ts";
export { type Database, openAside, openDatabase, type Transaction, UnsafeDatabaseError } from "./database.ts";
export {
  type Decision,
  type DecisionState,
  readDecisions,
  readDecisionsOfTask,
  writeDecisions,
} from "./decision.ts";
export {
  type DecisionFilter,
  readBlindTasks,
  readDeciders,
  readDecisionsOfPair,
  readIdentityCommand,
  searchDecisions,
} from "./decision-read.ts";
export {
  type Delivery,
  readDecidedAnew,
  readRelease,
  readReleasedBy,
  readToldCode,
  writeDelivery,
} from "./delivery.ts";
export { readMessagesOfDocuments, readMessagesSettledWith } from "./document-read.ts";
export {
  countClusterSizes,
  countLinkLevels,
  countNewcomers,
  countQuestionsAsked,
  type DriftDay,
  readDriftDays,
  readJournalSpan,
  readNewcomers,
  writeDriftDay,
} from "./drift.ts";
export {
  deleteEncounters,
  type EncounterEvent,
  type EncounterState,
  type KeptEncounter,
  readEncounters,
  readKeptEncounters,
  type StoredEncounter,
  writeEncounters,
} from "./encounter.ts";
export { type Forgotten, forgetFacts } from "./fact-forget.ts";
export {
  countFacts,
  type FactList,
  type FactListPlace,
  type FactMoment,
  type FactPlace,
  type FactState,
  type FactVisit,
  type ListedFact,
  readDocumentsByKey,
  readFactSnapshots,
  readFacts,
  readFactsOfRecords,
  readNewestFacts,
  type StoredContent,
  type StoredDocument,
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
export { readAuditOf } from "./fhir-audit-read.ts";
export { readVersionedEncounters, type VersionedEncounter } from "./fhir-encounter-read.ts";
export { readVersionedFacts, type VersionedFact } from "./fhir-fact-read.ts";
export { findCode, findPlace, type NamedIn } from "./fhir-party-read.ts";
export {
  type BirthDateRange,
  findPatients,
  type PatientCondition,
  readVersionedPersons,
  type TextMatch,
  type VersionedPerson,
} from "./fhir-search.ts";
export {
  type FollowedIdentityEvent,
  type IdentityEventPlace,
  readIdentityEventsAfter,
} from "./identity-event-read.ts";
export {
  type MatchedRecord,
  RECORDS_PER_BLOCKING_KEY_MAX,
  readActiveRecords,
  readCandidates,
  readParked,
  readPersons,
  readPersonsOfKeys,
  readPersonsSharing,
  readRecordsById,
  readRecordsByKey,
  readRecordsOfOtherVersion,
  readRecordsOfPersons,
  readRecordsWithTheirPersons,
  type StoredPerson,
  type StoredRecord,
} from "./identity-read.ts";
export {
  type Hearing,
  type IdentityEventWrite,
  type OutcomeWrite,
  type PersonWrite,
  parkIdentities,
  type RecordWrite,
  type SearchColumns,
  writeHearings,
  writeIdentityEvents,
  writeOutcomes,
  writePersons,
  writeRecords,
} from "./identity-write.ts";
export { type ItkEnvelope, type ItkOutcome, readItkBody, readItkEnvelope, readItkOutcomes } from "./itk-envelope.ts";
export { appendArrivals, LARGE_BYTES } from "./journal-append.ts";
export {
  ArchivedEntryError,
  type Backlog,
  hasPassed,
  type JournalEntry,
  readBacklog,
  readJournal,
} from "./journal-read.ts";
export { countAskedPairs, type DecidedPair, readDecidedPairs, readUnaskedLinks } from "./labels.ts";
export { type LateFact, readFactsAfter } from "./late-fact-read.ts";
export {
  countMessages,
  readFormerMates,
  readIdentityEvents,
  readIdentityEventsOfMessages,
  readLatestLinks,
  type StoredIdentityEvent,
} from "./link-read.ts";
export { type LinkRule, readLinkRules, readLinkRulesOf, writeLinkRules } from "./link-rule.ts";
export { readHumanRulesAround, readLinkRule, readLinkRulesOfRecord } from "./link-rule-read.ts";
export { FileChangedError, type LoadedFile, LoadSession, ReadingChangedError } from "./load.ts";
export { LOAD_DOUBTS, type LoadDoubt } from "./load-doubt.ts";
export { readLatestLoads, readLoads, type StoredLoad } from "./load-read.ts";
export {
  type KeyedRow,
  type KnownRow,
  type LoadBatch,
  type LoadCounts,
  type LoadEntry,
  NO_COUNTS,
  type RowStanding,
  type StatedFact,
} from "./load-row.ts";
export { type Looks, readLooks } from "./looks-read.ts";
export { copyMatchedRecords, type OnMatchedRecord } from "./matched-records.ts";
export { type MessageParts, readMessageParts } from "./message-facts.ts";
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
export { type MessageAbout, readMessagesAbout, readMessagesKnownAt } from "./messages-about.ts";
export { migrate } from "./migrate.ts";
export {
  insertModel,
  ModelsInForce,
  ModelVersionError,
  readModelContent,
  readModelsInForce,
  readStoredModels,
  type StoredModel,
} from "./model-store.ts";
export {
  type DueNotification,
  forgetDestinations,
  type NotificationPlace,
  type NotificationResult,
  noteNotificationAudited,
  openNotificationPlace,
  oweNotifications,
  oweWithheld,
  type PersonChange,
  readDueNotifications,
  readIdentifierChangesAfter,
  readNotificationBacklog,
  writeNotificationResults,
} from "./notification.ts";
export { type NumberAlias, readNumberAliases, writeNumberAliases } from "./number-alias.ts";
export { countActiveRecords, readPairScores, type StoredPairScores, writePairScores } from "./pair-scores.ts";
export {
  type HeldMessage,
  MESSAGES_BEHIND_MAX,
  readFollowers,
  readHeldByArchive,
  readParkedIdentities,
  readStanding,
  readWaitingPart,
  releaseIdentities,
  type Standing,
} from "./parked.ts";
export {
  type PersonHistoryEntry,
  type PersonHistoryPlace,
  readPersonHistory,
} from "./person-history-read.ts";
export {
  type PersonCriteria,
  type PersonPlace,
  readAuthorities,
  readPersonsByNhsNumber,
  readPersonsOfRecords,
  readSurvivors,
  searchPersons,
} from "./person-read.ts";
export { readPlaces } from "./places-read.ts";
export {
  ASIDE_SCHEMA,
  BEFORE_SCHEMA,
  beginAside,
  completeAside,
  copyRefused,
  DECIDED_TABLES,
  dropAside,
  dropStoreBefore,
  hasStoreBefore,
  isWithinCommand,
  readAside,
  readPosition,
} from "./rebuild.ts";
export { giveBackPlace, NotSwitchedError, switchStores, type TakenPlace, takePlace } from "./rebuild-switch.ts";
export {
  appendResettleSlice,
  type ResettleProgress,
  type ResettleSlice,
  type ResettleWalk,
  readResettleProgress,
  readResettleSlice,
  readSliceIds,
} from "./resettle.ts";
export {
  countDamaged,
  ForeignEntriesError,
  type JournalPartition,
  NotDecidedError,
  notePartitionRestored,
  readArchivedPartitions,
  readEntriesAsJson,
  readNewestReceived,
  readPartitions,
  readRetention,
  readUnsettled,
  releasePartition,
  restoreEntries,
  type Unsettled,
} from "./retention.ts";
export {
  countAssigned,
  countReviewTasks,
  type ListedReviewTask,
  type ReviewTaskCount,
  type ReviewTaskFilter,
  type ReviewTaskPlace,
  readMessagesOfRecords,
  readOpenTasksOfRecords,
  readReviewTasks,
  readReviewTasksById,
  type StoredReviewTask,
  type TaskSettled,
} from "./review-read.ts";
export {
  countClosings,
  type Period,
  type ReviewerCount,
  readBlindPairs,
  readReviewerCounts,
} from "./review-statistics.ts";
export {
  type ReviewTaskKind,
  type ReviewTaskWrite,
  settleReviewTasks,
  type TaskStage,
  writeReviewTasks,
} from "./review-write.ts";
export { schema } from "./schema/index.ts";
export { type RecordSensitivity, readSensitivity } from "./sensitivity.ts";
export { readGatedFacts } from "./sensitivity-facts.ts";
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
export {
  askForShadow,
  endShadows,
  type ListedShadowChange,
  readDueShadow,
  readQuestionsOf,
  readShadowChanges,
  readShadowedIds,
  readShadowRun,
  readShadowRuns,
  type ShadowChange,
  type ShadowRun,
  saveShadowStep,
} from "./shadow-run.ts";
export {
  countDifferences,
  type Difference,
  keepRowHashes,
  readStateHash,
  type StateHash,
} from "./state-hash.ts";
export { foldTally, readTally, TallyChange, type TallyName } from "./tally.ts";
export { readTaskState, type TaskChange, type TaskState, writeTaskChanges } from "./task-change.ts";
export {
  REVIEW_TASK_KINDS,
  SERVICE_LEVELS_DEFAULT,
  type ServiceLevels,
  taskDueAt,
  taskPriority,
} from "./task-priority.ts";
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
export { type FoundVisit, readNewestVisits, type VisitCondition } from "./visit-search.ts";
export {
  countOthersNamed,
  type FactVersion,
  readFactVersions,
  readMergedIds,
} from "./whole-record-read.ts";
export { readWireFaults, type WireFaults } from "./wire-fault-read.ts";
export { recordWireFault } from "./wire-fault-write.ts";
