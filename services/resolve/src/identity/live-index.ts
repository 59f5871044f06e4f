import { LiveIndex, liveKeys } from "@chesil/matching";
import { type Database, type MatchedRecord, readMatchedRecords } from "@chesil/store";
import { PreparedCache } from "../prepared-cache.ts";
import { RECORDS_PER_KEY_MAX } from "./candidates.ts";

/** Prepared records kept: preparing costs more than comparing, and the same ones are compared again and again. */
const PREPARED_MAX = 200_000;
/** Of so many records it is seen whether the stored keys are those that this version makes. */
const RECORDS_PROBED = 1_000;

/**
 * The index of everybody on file, from the store. Only the leased decider changes links, so that what it read when it took
 * the lease stays true but for what it does itself.
 *
 * @param onLoaded told every some thousands of records.
 */
export async function loadLiveIndex(database: Database, onLoaded: () => Promise<void>): Promise<LiveIndex> {
  const index = new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: PREPARED_MAX });
  const cache = new PreparedCache();
  let areKeysCurrent = true;
  for await (const records of readMatchedRecords(database.pool)) {
    for (const record of records) {
      if (areKeysCurrent && index.records < RECORDS_PROBED) areKeysCurrent = isKeyedAsNow(record, cache);
      if (areKeysCurrent) index.load(record.sourceRecordId, cache.textOf(record), record.blockingKeys);
      else {
        const { facts, prepared } = cache.of(record);
        index.put(record.sourceRecordId, facts, prepared);
      }
    }
    await onLoaded();
  }
  return index;
}

/** Making the keys anew takes several times as long as reading them: a version that makes others does so at its start. */
const isKeyedAsNow = (record: MatchedRecord, cache: PreparedCache): boolean =>
  liveKeys(cache.of(record).prepared).join() === record.blockingKeys.join();
