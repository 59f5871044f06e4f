import { setImmediate as othersTurn } from "node:timers/promises";
import { type MatchingModel, prepare } from "@chesil/matching";
import type { CanonicalEvent, SourceKey } from "@chesil/model";
import {
  closeSettledTasks,
  type Database,
  type JournalEntry,
  type PersonWrite,
  parkIdentities,
  readCandidates,
  readEncounters,
  readParked,
  readPersons,
  readRecordsByKey,
  readRecordsOfPersons,
  TallyChange,
  type Transaction,
  writeEncounters,
  writeIdentityEvents,
  writeOutcomes,
  writePersons,
  writeRecords,
  writeReviewTasks,
} from "@chesil/store";
import { applyEvent } from "./apply-event.ts";
import type { Interpreted } from "./interpret.ts";
import { matchRecordOfFacts } from "./match-record.ts";
import { reconcile, searchColumns } from "./reconcile.ts";
import { hear } from "./statement.ts";
import { MissingKeysError, PreparedCache, storedBlockingKeys, WorkingSet } from "./working-set.ts";

/** A message to decide, and the journal entry that decides it: itself, or the command that replays it. */
export type Work = { readonly item: Exclude<Interpreted, { kind: "command" }>; readonly decidedBy: number };

/** What a batch writes, to be run inside the log's commit. */
export type Effects = {
  readonly set: WorkingSet;
  write(transaction: Transaction): Promise<void>;
};

/** Deciding shares its thread with the listeners and the web server: after this long they have their turn. */
const DECIDE_MS_MAX = 15;

/** How often a batch may start again because its messages made new blocking keys needed. */
const KEY_ROUNDS_MAX = 5;

/**
 * Decides a batch: reads what its messages touch, applies them one after another in memory, and returns the writes.
 * Reads need no lock: one leased decider writes identities, and the commit is fenced by the lease.
 *
 * @param context.releasing the entry whose parked identities hold nobody back now: it is being replayed.
 * @throws whatever a message's application threw; nothing was written. The caller halves the batch.
 */
export async function decideBatch(
  database: Database,
  work: readonly Work[],
  context: { model: MatchingModel; prepared: PreparedCache; now: () => Date; releasing?: number },
): Promise<Effects> {
  const extraKeys = new Set<string>();
  for (let round = 0; round < KEY_ROUNDS_MAX; round++) {
    const set = await loadWorkingSet(database, work, extraKeys, context.prepared);
    const parked = await readParked(database.pool, [...new Set(work.flatMap(({ item }) => namesOf(set, item)))]);
    for (const [identity, behind] of parked) if (behind === context.releasing) parked.delete(identity);
    const newlyParked = new Map<string, number>();
    try {
      let yieldAt = performance.now() + DECIDE_MS_MAX;
      for (const each of work) {
        decide(set, each, parked, newlyParked, context);
        if (performance.now() < yieldAt) continue;
        await othersTurn();
        yieldAt = performance.now() + DECIDE_MS_MAX;
      }
    } catch (error) {
      if (!(error instanceof MissingKeysError)) throw error;
      for (const key of error.keys) extraKeys.add(key);
      continue;
    }
    const persons = await personWrites(database, set);
    return { set, write: (transaction) => writeAll(transaction, set, persons, work, newlyParked, context) };
  }
  throw new Error("A batch kept asking for more blocking keys.");
}

/** One message: behind a parked one it parks too; unreadable it is set aside; else it is applied. */
function decide(
  set: WorkingSet,
  { item, decidedBy }: Work,
  parked: ReadonlyMap<string, number>,
  newlyParked: Map<string, number>,
  context: { model: MatchingModel; now: () => Date },
): void {
  const { entry } = item;
  const names = namesOf(set, item);
  const behind = names
    .map((identity) => parked.get(identity) ?? newlyParked.get(identity))
    .find((id) => id !== undefined && id !== entry.journalId);
  const base = {
    journalId: entry.journalId,
    decidedBy,
    decidedAt: context.now(),
    sourceRecordId: null,
    personId: null,
    warnings: [],
  };
  if (behind !== undefined) {
    // Its other identities wait too: what comes after it must not overtake it.
    for (const name of names) if (!parked.has(name)) newlyParked.set(name, behind);
    set.outcomes.push({ ...base, outcome: "parked", reason: "behind-parked", detail: `journal ${behind}` });
  } else if (item.kind === "unreadable") {
    set.outcomes.push({ ...base, outcome: "quarantined", reason: item.reason, detail: item.text });
  } else {
    applyEvent(set, entry, item.event, context.model, { by: decidedBy, at: base.decidedAt });
  }
}

/**
 * Every identity a message is about: those it names, and those of the records that they lead to. A message for an id
 * that was merged away waits with the survivor's.
 */
function namesOf(set: WorkingSet, item: Work["item"]): string[] {
  const names = new Set(item.entry.identities);
  for (const key of item.kind === "event" ? keysOf(item.event) : []) {
    const found = set.find(key);
    for (const identity of found ? set.identitiesOf(found.record) : []) names.add(identity);
  }
  return [...names];
}

/** The same for a message that stands alone, from the store. */
export async function readNames(database: Database, item: Work["item"]): Promise<string[]> {
  return namesOf(await loadWorkingSet(database, [{ item, decidedBy: 0 }], new Set(), new PreparedCache()), item);
}

const keysOf = (event: CanonicalEvent): SourceKey[] => [
  event.patient.key,
  ...event.merges.flatMap((merge) => [merge.survivor, merge.retired]),
];

async function loadWorkingSet(
  database: Database,
  work: readonly Work[],
  extraKeys: ReadonlySet<string>,
  prepared: PreparedCache,
): Promise<WorkingSet> {
  const set = new WorkingSet(prepared);
  const events = work.flatMap(({ item }) => (item.kind === "event" ? [item] : []));
  const known = await readRecordsByKey(database.pool, uniqueKeys(events.flatMap(({ event }) => keysOf(event))));
  for (const record of known) set.load(record);
  // Of all of them: a merge earlier in the batch may lead a message to another record than it does now.
  const encounters = events.some(({ event }) => event.encounter) ? known.map((record) => record.sourceRecordId) : [];
  const keys = new Set(extraKeys);
  for (const { event, entry } of events) {
    const before = set.find(event.patient.key)?.record;
    const moment = { recordedAt: event.recordedAt ?? "", journalId: entry.journalId };
    const spoken = matchRecordOfFacts(hear(before, event.patient, moment));
    // Only a record that is new or changed is matched; the rest, nearly all of a day's traffic, cost no candidates.
    if (before && JSON.stringify(matchRecordOfFacts(before)) === JSON.stringify(spoken)) continue;
    for (const key of storedBlockingKeys(prepare(spoken))) keys.add(key);
  }
  for (const record of await readCandidates(database.pool, [...keys])) {
    set.load(record);
    known.push(record);
  }
  set.keysLoaded(keys);
  const persons = [...new Set(known.map((record) => record.personId))];
  const [ofPersons, visits] = await Promise.all([
    readRecordsOfPersons(database.pool, persons),
    readEncounters(database.pool, encounters),
  ]);
  for (const record of ofPersons) set.load(record);
  for (const visit of visits) set.loadEncounter(visit);
  return set;
}

function uniqueKeys(keys: readonly SourceKey[]): SourceKey[] {
  return [...new Map(keys.map((key) => [`${key.authority}|${key.localId}`, key])).values()];
}

/** Golden records of the persons touched; those that came out as they were are not written. */
async function personWrites(database: Database, set: WorkingSet): Promise<PersonWrite[]> {
  const stored = new Map(
    (await readPersons(database.pool, [...set.touchedPersons.keys()])).map((person) => [person.personId, person]),
  );
  const writes: PersonWrite[] = [];
  for (const [personId, journalId] of set.touchedPersons) {
    const replacedBy = set.replacementOf(personId) ?? null;
    const golden = replacedBy ? {} : reconcile(set.recordsOf(personId));
    const before = stored.get(personId);
    // jsonb orders keys its own way, so equality is asked of the canonical text.
    if (before && before.replacedBy === replacedBy && canonical(before.golden) === canonical(golden)) continue;
    writes.push({
      personId,
      status: replacedBy ? "merged" : "active",
      replacedBy,
      golden,
      search: searchColumns(golden),
      journalId,
    });
  }
  return writes;
}

/** JSON with sorted keys: equal values, equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

async function writeAll(
  transaction: Transaction,
  set: WorkingSet,
  persons: readonly PersonWrite[],
  work: readonly Work[],
  newlyParked: ReadonlyMap<string, number>,
  context: { now: () => Date; releasing?: number },
): Promise<void> {
  const joined = set.identityEvents.filter((event) => event.kind !== "created").map((event) => event.sourceRecordId);
  const newly = Map.groupBy(newlyParked.keys(), (identity) => newlyParked.get(identity) ?? 0);
  const entries = work.map(({ item }) => item.entry);
  // Sent together, carried out in this order.
  await Promise.all([
    writeRecords(transaction, set.changedRecords()),
    writePersons(transaction, persons),
    writeIdentityEvents(transaction, set.identityEvents),
    writeEncounters(transaction, set.changedEncounters()),
    writeReviewTasks(transaction, set.reviewTasks),
    writeOutcomes(transaction, set.outcomes),
    closeSettledTasks(transaction, joined, work.at(-1)?.decidedBy ?? 0, context.now()),
    ...[...newly].map(([behind, identities]) =>
      parkIdentities(transaction, identities, behind, context.now(), context.releasing),
    ),
    tallyOf(entries, set).write(transaction),
  ]);
}

function tallyOf(entries: readonly JournalEntry[], set: WorkingSet): TallyChange {
  const feeds = new Map(entries.map((entry) => [entry.journalId, entry.feed]));
  const tally = new TallyChange();
  for (const outcome of set.outcomes) tally.add(feeds.get(outcome.journalId) ?? "", outcome.outcome);
  return tally;
}
