import type { LogConsumer } from "@chesil/log";
import {
  appendResettleSlice,
  type Database,
  type JournalEntry,
  type ResettleSlice,
  type ResettleWalk,
  readSliceIds,
  type Transaction,
} from "@chesil/store";
import { type Effects, writesOf } from "../apply-batch.ts";
import { settleLinks } from "../identity/settle-links.ts";
import { type Knowledge, loadRecords } from "../load-working-set.ts";
import { Mint } from "../mint.ts";
import { describeFailure, isNoMessagesFault } from "../transient.ts";
import { isMatched, MissingRecordsError, type WorkingSet } from "../working-set.ts";

/** So many records are decided anew at once: messages that come meanwhile wait for less than a tenth of a second. */
const SLICE_RECORDS_MAX = 100;

const ROUNDS_MAX = 50;

type Slicing = { readonly now: () => Date; readonly sliceRecordsMax?: number };

/** What decides slices. */
export type Resettler = Slicing & {
  readonly database: Database;
  readonly commit: LogConsumer<Transaction>["commit"];
  /** Told of a record that could not be decided anew: its links are as they were. */
  readonly onUnsettled: (sourceRecordId: number, detail: string) => void;
};

/** Journals the first slice of the walk by everybody that a model, or a survivorship policy, begins. */
export const beginWalk = (
  transaction: Transaction,
  walk: ResettleWalk,
  { now, sliceRecordsMax = SLICE_RECORDS_MAX }: Slicing,
): Promise<void> =>
  appendResettleSlice(transaction, { walk, follows: walk.activation, after: 0, recordsMax: sliceRecordsMax }, now());

/**
 * Decides a slice of the walk anew and journals the next one, behind whatever has come meanwhile. A slice that fails for good
 * is halved in the journal, until the record at fault stands alone: that one stays as it was.
 */
export async function resettle(
  { database, commit, now, onUnsettled, sliceRecordsMax = SLICE_RECORDS_MAX }: Resettler,
  { entry, slice }: { readonly entry: JournalEntry; readonly slice: ResettleSlice },
  knowledge: Knowledge,
): Promise<void> {
  const { journalId: follows } = entry;
  const { activation, model, after, upTo } = slice;
  const goOn = (transaction: Transaction, next: { after: number; recordsMax: number }) =>
    appendResettleSlice(transaction, { walk: { activation, model }, follows, ...next }, now());
  const onward = { after: upTo, recordsMax: sliceRecordsMax };
  const ids = await readSliceIds(database.pool, slice);
  try {
    const decide = model === null ? computeGolden : decideSlice;
    const effects = await decide(database, { entry, ids }, { ...knowledge, now });
    await commit(follows, async (transaction) => {
      await effects.write(transaction);
      await goOn(transaction, onward);
    });
  } catch (error) {
    if (isNoMessagesFault(error)) throw error;
    const isHalved = ids.length > 1;
    const next = isHalved ? { after, recordsMax: Math.ceil(ids.length / 2) } : onward;
    await commit(follows, (transaction) => goOn(transaction, next));
    if (!isHalved) for (const id of ids) onUnsettled(id, describeFailure(error as Error));
  }
}

/**
 * Decides anew, by the model in force, what hangs on the records, as if each had just come: with the other slices, links are
 * what the model says of everybody, whoever was touched since it came into force (laws 8 and 9).
 */
async function decideSlice(
  database: Database,
  { entry, ids }: { readonly entry: JournalEntry; readonly ids: readonly number[] },
  context: Knowledge & { readonly now: () => Date },
): Promise<Effects> {
  const further = new Set(ids);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const set = await loadRecords(database, further, context);
    for (const id of ids) {
      const record = set.record(id);
      if (record && isMatched(record)) set.unsettled.add(id);
    }
    try {
      settleLinks({
        set,
        entry,
        moment: { recordedAt: entry.receivedAt.toISOString(), journalId: entry.journalId },
        occurredAt: undefined,
        mint: new Mint(entry.journalId),
        model: context.model,
        warnings: [],
        onOverlay: "take",
      });
    } catch (error) {
      if (!(error instanceof MissingRecordsError)) throw error;
      for (const id of error.sourceRecordIds) further.add(id);
      continue;
    }
    return effectsOf(database, set, entry, context);
  }
  throw new Error("A slice kept asking for more than was loaded.");
}

/** Computes the golden records of the records' persons by the policy in force, as if each had just been touched. */
async function computeGolden(
  database: Database,
  { entry, ids }: { readonly entry: JournalEntry; readonly ids: readonly number[] },
  context: Knowledge & { readonly now: () => Date },
): Promise<Effects> {
  const set = await loadRecords(database, new Set(ids), context);
  for (const id of ids) set.touchedPersons.set(set.record(id)?.personId ?? "", entry.journalId);
  return effectsOf(database, set, entry, context);
}

async function effectsOf(
  database: Database,
  set: WorkingSet,
  { journalId: decidedBy }: JournalEntry,
  { now, survivorship }: Knowledge & { readonly now: () => Date },
): Promise<Effects> {
  const write = await writesOf(database, set, { decidedBy, now, survivorship });
  return { set, write: async (transaction) => void (await Promise.all(write(transaction))) };
}
