import { compare, type JudgedWeight, type MatchingModel, type Prepared, prepare } from "@chesil/matching";
import { type Database, type DecidedPair, readDecidedPairs, readRecordsById, type StoredRecord } from "@chesil/store";
import { matchRecordOfFacts } from "../match-record.ts";
import { isMatched } from "../working-set.ts";

/** What people decided, with the two records as they are now. */
export type LabelledPairs = {
  readonly pairs: readonly (DecidedPair & { readonly one: StoredRecord; readonly other: StoredRecord })[];
  /** Decisions about records that can not be matched any more, or that became one record since: no labels. */
  readonly gone: number;
};

const READ_AT_ONCE = 2_000;

/** Every label in the store. A record that was merged away speaks through its survivor. */
export async function readLabelledPairs(database: Database): Promise<LabelledPairs> {
  const decided = await readDecidedPairs(database.pool);
  const ids = [
    ...new Set(decided.flatMap(({ sourceRecordId, otherSourceRecordId }) => [sourceRecordId, otherSourceRecordId])),
  ];
  const records = new Map<number, StoredRecord>();
  for (let from = 0; from < ids.length; from += READ_AT_ONCE)
    for (const record of await readRecordsById(database.pool, ids.slice(from, from + READ_AT_ONCE)))
      records.set(record.sourceRecordId, record);
  const byRecords = new Map<string, LabelledPairs["pairs"][number]>();
  let gone = 0;
  for (const pair of decided) {
    const [one, other] = [endOf(pair.sourceRecordId, records), endOf(pair.otherSourceRecordId, records)];
    if (!one || !other || one === other || !isMatched(one) || !isMatched(other)) {
      gone++;
      continue;
    }
    const [low, high] = [one, other].map(({ sourceRecordId }) => sourceRecordId).sort((a, b) => a - b);
    // Two pairs may have become one by a merge: the later verdict holds.
    byRecords.set(`${low} ${high}`, { ...pair, one, other });
  }
  return { pairs: [...byRecords.values()], gone };
}

function endOf(id: number, records: ReadonlyMap<number, StoredRecord>): StoredRecord | undefined {
  let record = records.get(id);
  for (let steps = 0; record && record.retiredInto !== null && steps <= records.size; steps++)
    record = records.get(record.retiredInto);
  return record;
}

/** The labels as a model weighs them. */
export function judgedWeights({ pairs }: LabelledPairs, model: MatchingModel): JudgedWeight[] {
  return pairs.map(({ one, other, isSame }) => {
    const { weight, veto } = compare(preparedOf(one), preparedOf(other), model);
    return { weight, isSame, isHeld: veto !== undefined };
  });
}

export const preparedOf = (record: StoredRecord): Prepared => prepare(matchRecordOfFacts(record));
