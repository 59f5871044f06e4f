export { type Database, openDatabase, type Transaction, UnsafeDatabaseError } from "./database.ts";
export {
  readCandidates,
  readEncounters,
  readParked,
  readPersons,
  readRecordsByKey,
  readRecordsOfPersons,
  type StoredEncounter,
  type StoredPerson,
  type StoredRecord,
} from "./identity-read.ts";
export {
  type IdentityEventWrite,
  type OutcomeWrite,
  type PersonWrite,
  parkIdentities,
  type ReviewTaskWrite,
  type SearchColumns,
  writeEncounters,
  writeIdentityEvents,
  writeOutcomes,
  writePersons,
  writeRecords,
  writeReviewTasks,
} from "./identity-write.ts";
export {
  type Answer,
  type Appended,
  type Arrival,
  appendArrivals,
  appendCommands,
  type Command,
} from "./journal-append.ts";
export { type Backlog, type JournalEntry, readBacklog, readJournal, recordWireFault } from "./journal-read.ts";
export { migrate } from "./migrate.ts";
export { readFollowers, readStanding, releaseIdentities, type Standing } from "./parked.ts";
export { schema } from "./schema/index.ts";
export { readTally, TallyChange, type TallyName } from "./tally.ts";
