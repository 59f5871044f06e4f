import { compare, type MatchingModel, type PairBin, PairBins, scorerOf } from "@chesil/matching";
import {
  countActiveRecords,
  type Database,
  readCandidates,
  readRecordsById,
  readShadowedIds,
  type StoredRecord,
} from "@chesil/store";
import { preparedOf } from "./labelled-pairs.ts";
import { type Pace, Pacer } from "./pacer.ts";

/** How heavy pairs are, of all records as far as a sample tells. */
export type MeasuredPairs = {
  readonly records: number;
  readonly sampled: number;
  readonly bins: readonly PairBin[];
};

/** Records whose candidates are scored. */
const SAMPLE_RECORDS = 2_000;
const AT_ONCE = 4;
/** Lighter pairs are neither linked nor asked about, whatever a guard says. */
const HELD_BITS_MIN = -20;

/**
 * Scores a sample of records against all that share a key with them: how heavy the pairs are is what thresholds are tried
 * out on. A pair counts half for each of its sides, as either may be in the sample. The sample is the same every time.
 *
 * @throws AbortError where the pace's signal ends it.
 */
export async function measurePairs(database: Database, model: MatchingModel, pace: Pace): Promise<MeasuredPairs> {
  const { pool } = database;
  const records = await countActiveRecords(pool);
  const share = Math.min(1, SAMPLE_RECORDS / Math.max(1, records));
  const ids = await readShadowedIds(pool, { after: 0, share, limit: 2 * SAMPLE_RECORDS });
  const found = new Map((await readRecordsById(pool, ids)).map((record) => [record.sourceRecordId, record]));
  const sample = ids.flatMap((id) => found.get(id) ?? []);
  const bins = new PairBins();
  const pacer = new Pacer(pace);
  for (let from = 0; from < sample.length; from += AT_ONCE) {
    const some = sample.slice(from, from + AT_ONCE);
    const candidates = await Promise.all(some.map(({ blockingKeys }) => readCandidates(pool, blockingKeys)));
    for (const [at, record] of some.entries()) score(record, candidates[at] ?? [], model, bins);
    await pacer.rest(some.length);
  }
  const scale = sample.length === 0 ? 1 : records / sample.length;
  return { records, sampled: sample.length, bins: bins.bins(scale) };
}

function score(record: StoredRecord, candidates: readonly StoredRecord[], model: MatchingModel, bins: PairBins): void {
  const prepared = preparedOf(record);
  for (const other of candidates) {
    if (other.sourceRecordId === record.sourceRecordId) continue;
    const theirs = preparedOf(other);
    const weight = scorerOf(model).weigh(prepared, theirs);
    const isHeld = weight >= HELD_BITS_MIN && compare(prepared, theirs, model).veto !== undefined;
    bins.add(weight, isHeld, 0.5);
  }
}
