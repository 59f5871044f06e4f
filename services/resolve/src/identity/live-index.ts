import { LIVE_VERSION, LiveIndex, liveKeys } from "@chesil/matching";
import { copyMatchedRecords, type Database, readRecordsOfOtherVersion } from "@chesil/store";
import { PreparedCache } from "../prepared-cache.ts";
import { RECORDS_PER_KEY_MAX } from "./candidates.ts";

/** Prepared records kept: preparing costs more than comparing, and the same ones are compared again and again. */
const PREPARED_MAX = 200_000;
/** A sign of life after so many records: some tenths of a second. */
const RECORDS_PER_SIGN = 20_000;

/**
 * The index of everybody on file, from the store. Only the leased decider changes links, so that what it read when it took
 * the lease stays true but for what it does itself. Records that another version of matching wrote are keyed anew, which
 * takes several times as long.
 *
 * @param onLoaded told every some thousands of records; where it fails, the load fails.
 */
export async function loadLiveIndex(database: Database, onLoaded: () => Promise<void>): Promise<LiveIndex> {
  const index = new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: PREPARED_MAX });
  const signs: Promise<void>[] = [];
  await copyMatchedRecords(database, LIVE_VERSION, (id, matchRecord, keys) => {
    index.load(id, matchRecord, keys);
    if (index.records % RECORDS_PER_SIGN !== 0) return;
    const sign = onLoaded();
    // Whether it failed is told at the end; until then it is no unhandled rejection.
    sign.catch(() => {});
    signs.push(sign);
  });
  await Promise.all(signs);
  const cache = new PreparedCache();
  for await (const records of readRecordsOfOtherVersion(database.pool, LIVE_VERSION)) {
    for (const record of records) {
      const { facts, prepared } = cache.of(record);
      index.put(record.sourceRecordId, facts, prepared, liveKeys(prepared));
    }
    if (index.records % RECORDS_PER_SIGN < records.length) await onLoaded();
  }
  return index;
}
