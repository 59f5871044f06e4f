import {
  DEFAULT_SURVIVORSHIP,
  type GoldenRecord,
  reconcile,
  type SourceRecord,
  type SurvivorshipPolicy,
} from "@chesil/model";
import {
  type Database,
  type MessageAbout,
  readActivations,
  readJournal,
  readMessagesKnownAt,
  readRecordsWithTheirPersons,
  readStandingsAsOf,
  readSurvivorship,
  type StandingAsOf,
  type StoredRecord,
} from "@chesil/store";
import { Dialects } from "./dialects.ts";
import { interpretEntries } from "./interpret-entries.ts";
import type { TookEffect } from "./rehear/heard-messages.ts";
import { rehearWords } from "./rehear/rehear-words.ts";
import { keyOf } from "./working-set.ts";

/** Messages that are read again to say what was known of one person: some seconds' worth. */
export const KNOWN_AT_MESSAGES_MAX = 2_000;
/** So many are in memory with their bytes at once. */
const MESSAGES_AT_ONCE = 50;

/** More messages were known of the person than are read again. */
export class TooManyMessagesError extends Error {
  override name = "TooManyMessagesError";
}

/** What was known at a moment, by what had arrived by then. */
export type KnownThen = {
  readonly golden: GoldenRecord;
  /** The person's records with what they said. */
  readonly records: readonly SourceRecord[];
  /** So many messages said it. */
  readonly messages: number;
  /** The policy then, by which the golden record was computed. */
  readonly survivorship: SurvivorshipPolicy;
};

/**
 * What was known of a person at a moment: every message that had arrived and taken effect by then is heard again, by nobody's
 * memory but the journal's, read as it was when it was decided, each by the record that heard it then.
 *
 * Of a message in several parts nothing is heard, for it can not be read alone; one that was repaired is read as it was.
 *
 * @param sourceRecordIds the records that were the person's own then (`readPersonAsOf`).
 * @throws TooManyMessagesError
 */
export async function knownAt(database: Database, sourceRecordIds: readonly number[], at: Date): Promise<KnownThen> {
  const { pool } = database;
  const rows = await readRecordsWithTheirPersons(pool, sourceRecordIds);
  const standings = await readStandingsAsOf(
    pool,
    rows.map((row) => row.sourceRecordId),
    at,
  );
  const records = rows.map((row) => asItStood(row, standings.get(row.sourceRecordId)));
  const theirs = new Set(sourceRecordIds);
  const spokenFor = records.filter((record) =>
    chainOf(record, records).some((each) => theirs.has(each.sourceRecordId)),
  );
  const about = await readMessagesKnownAt(pool, spokenFor.map(keyOf), { at, messagesMax: KNOWN_AT_MESSAGES_MAX + 1 });
  if (about.length > KNOWN_AT_MESSAGES_MAX)
    throw new TooManyMessagesError(`More than ${KNOWN_AT_MESSAGES_MAX} messages were known of this person.`);
  const words = rehearWords(records, await heardThen(database, about, records), () => undefined);
  const known = records.flatMap((record): SourceRecord[] => {
    const { identifiers, demographics } = words.get(record.sourceRecordId)?.facts ?? NOTHING_SAID;
    return theirs.has(record.sourceRecordId) ? [{ ...record, identifiers, demographics }] : [];
  });
  const survivorship = (await readSurvivorship(pool, at)) ?? DEFAULT_SURVIVORSHIP;
  return { golden: reconcile(known, survivorship), records: known, messages: about.length, survivorship };
}

const NOTHING_SAID = { identifiers: { recordedAt: "", journalId: 0 }, demographics: {} };

/** An id that led to a record only later was that record's own before. */
function asItStood(row: StoredRecord, standing: StandingAsOf | undefined): StoredRecord {
  const { deletedAt, overlaidBy: _, former: __, ...record } = row;
  if (!standing) return record;
  const { status, retiredInto, wasDeleted } = standing;
  return { ...record, status, retiredInto, ...(wasDeleted && deletedAt !== undefined ? { deletedAt } : {}) };
}

function chainOf(record: StoredRecord, records: readonly StoredRecord[], steps = records.length): StoredRecord[] {
  const next = records.find(({ sourceRecordId }) => sourceRecordId === record.retiredInto);
  return next && steps > 0 ? [record, ...chainOf(next, records, steps - 1)] : [record];
}

async function heardThen(
  database: Database,
  about: readonly (MessageAbout & { readonly decidedBy: number })[],
  records: readonly StoredRecord[],
): Promise<TookEffect[]> {
  const dialects = new Dialects();
  for (const { journalId, activation } of await readActivations(database)) dialects.activate(journalId, activation);
  const heard: TookEffect[] = [];
  for (let from = 0; from < about.length; from += MESSAGES_AT_ONCE) {
    const some = new Map(about.slice(from, from + MESSAGES_AT_ONCE).map((each) => [each.journalId, each]));
    for (const entry of await readJournal(database, [...some.keys()])) {
      const message = some.get(entry.journalId);
      if (!message) continue;
      const [item] = await interpretEntries(database, [entry], dialects, message.decidedBy);
      if (item?.kind !== "event") continue;
      const { event } = item;
      heard.push({ ...message, entry: { ...entry, raw: NO_BYTES }, event, hearing: asHeardThen(message, records) });
    }
  }
  return heard.sort((a, b) => a.decidedBy - b.decidedBy || a.entry.journalId - b.entry.journalId);
}

const NO_BYTES = Buffer.alloc(0);

/**
 * How it was heard, as far as a later unmerge gave it back to the record of its own id: then the record that the id led to
 * heard it.
 */
function asHeardThen({ hearing }: MessageAbout, records: readonly StoredRecord[]): MessageAbout["hearing"] {
  if (!hearing) return hearing;
  const own = new Map(records.map((record) => [keyOf(record), record.sourceRecordId]));
  const redirected = Object.entries(hearing.redirected).filter(([identity, id]) => own.get(identity) !== id);
  const givenBack = Object.keys(hearing.redirected).filter(
    (identity) => own.get(identity) === hearing.redirected[identity],
  );
  return {
    ...hearing,
    redirected: Object.fromEntries([...redirected, ...givenBack.map((each) => [each, NOBODY] as const)]),
  };
}

/** No record: whoever stands at the end of the chain. */
const NOBODY = -1;
