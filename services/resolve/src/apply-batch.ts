import { setImmediate as othersTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { MatchingModel } from "@chesil/matching";
import {
  type IdentityOperation,
  keysOfOperation,
  reconcile,
  type SubjectStatement,
  type SurvivorshipPolicy,
} from "@chesil/model";
import {
  type Database,
  deleteEncounters,
  type IdentityEventWrite,
  type PersonWrite,
  parkIdentities,
  readParked,
  readPersons,
  settleReviewTasks,
  TallyChange,
  type Transaction,
  writeEncounters,
  writeHearings,
  writeIdentityEvents,
  writeLinkRules,
  writeNumberAliases,
  writeOutcomes,
  writePersons,
  writeRecords,
  writeReviewTasks,
} from "@chesil/store";
import { applyEvent } from "./apply-event.ts";
import { Barrier } from "./barrier.ts";
import { holdersOf } from "./document-set.ts";
import { MissingFactsError } from "./fact-set.ts";
import { saveFacts } from "./facts.ts";
import { placeOfAccount, placeOfVisit } from "./hear-visit.ts";
import type { MessageItem } from "./interpret.ts";
import { type Knowledge, keysOf, loadWorkingSet, nothingFurther, numbersOf } from "./load-working-set.ts";
import { MissingMessagesError } from "./rehear/heard-messages.ts";
import { searchColumns } from "./search-columns.ts";
import type { NumberPlace } from "./visits.ts";
import { keyOf, MissingRecordsError, type WorkingSet } from "./working-set.ts";

/** A message to decide, and the journal entry that decides it: itself, or the command that replays it. */
export type Work = {
  readonly item: MessageItem;
  readonly decidedBy: number;
  /** Whoever has it judged again has seen what it says. */
  readonly isLookedAt?: boolean;
};

/** What a batch writes, to be run inside the log's commit. */
export type Effects = {
  readonly set: WorkingSet;
  write(transaction: Transaction): Promise<void>;
};

/** Deciding shares its thread with the listeners and the web server: after this long they have their turn. */
const DECIDE_MS_MAX = 15;

/**
 * How often a batch may start again because its messages led to what was not loaded: records that a link hangs on, facts.
 * Each round leads at least one link further from the messages' own patients.
 */
const ROUNDS_MAX = 20;

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
  context: Knowledge & { now: () => Date; releasing?: number },
): Promise<Effects> {
  const further = nothingFurther();
  const items = work.map(({ item }) => item);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const set = await loadWorkingSet(database, items, further, context);
    const stored = await readParked(database.pool, [...new Set(items.flatMap((item) => namesOf(set, item)))]);
    const parking = new Parking(stored, context.releasing);
    try {
      let yieldAt = performance.now() + DECIDE_MS_MAX;
      for (const each of work) {
        decide(set, each, parking, context);
        if (performance.now() < yieldAt) continue;
        await othersTurn();
        yieldAt = performance.now() + DECIDE_MS_MAX;
      }
    } catch (error) {
      if (error instanceof MissingRecordsError) for (const id of error.sourceRecordIds) further.records.add(id);
      else if (error instanceof MissingFactsError) further.facts.push(error.needs);
      else if (error instanceof MissingMessagesError)
        for (const identity of error.identities) further.identities.add(identity);
      else throw error;
      continue;
    }
    const { now, survivorship } = context;
    const write = await writesOf(database, set, { decidedBy: work.at(-1)?.decidedBy ?? 0, now, survivorship });
    return {
      set,
      write: async (transaction) => {
        await Promise.all([
          ...write(transaction),
          ...parking.write(transaction, context.now(), context.releasing),
          tallyOf(work, set).write(transaction),
        ]);
      },
    };
  }
  throw new Error("A batch kept asking for more than was loaded.");
}

/** Who waits for whom in a batch, and what that parks. */
class Parking {
  readonly barrier = new Barrier();
  /** Identities, and the journal entry they are parked behind from now on. */
  readonly newly = new Map<string, number>();
  readonly #stored: ReadonlyMap<string, number>;

  constructor(stored: ReadonlyMap<string, number>, releasing: number | undefined) {
    this.#stored = new Map([...stored].filter(([, behind]) => behind !== releasing));
    for (const [identity, behind] of this.#stored) this.barrier.hold(behind, identity);
  }

  /** Its other identities wait too: what comes after it must not overtake it. */
  park(names: readonly string[], behind: number): void {
    for (const name of names) if (!this.#stored.has(name) && !this.newly.has(name)) this.newly.set(name, behind);
  }

  write(transaction: Transaction, at: Date, releasing: number | undefined): Promise<void>[] {
    const newly = Map.groupBy(this.newly.keys(), (identity) => this.newly.get(identity) ?? 0);
    return [...newly].map(([behind, identities]) => parkIdentities(transaction, identities, behind, at, releasing));
  }
}

/** One message: behind a parked one it parks too; unreadable it is set aside; else it is applied. */
function decide(
  set: WorkingSet,
  { item, decidedBy, isLookedAt = false }: Work,
  parking: Parking,
  context: { model: MatchingModel; now: () => Date },
): void {
  const { entry } = item;
  // What a part says is not known until the rest is there: it waits for nobody, and nobody for it.
  const isPart = item.kind === "unreadable" && item.reason === "awaiting-continuation";
  const names = isPart ? [] : namesOf(set, item);
  const behind = parking.barrier.announce(entry.journalId, names, joinsOf(item));
  const base = {
    journalId: entry.journalId,
    decidedBy,
    decidedAt: context.now(),
    sourceRecordId: null,
    personId: null,
    warnings: [],
  };
  if (behind !== undefined) {
    parking.park(names, behind);
    set.outcomes.push({ ...base, outcome: "parked", reason: "behind-parked", detail: `journal ${behind}` });
    return;
  }
  if (item.kind === "event") {
    const onOverlay = isLookedAt ? "take" : item.isOverlayHeld ? "hold" : "flag";
    const applied = applyEvent(set, entry, item.event, context.model, { by: decidedBy, at: base.decidedAt, onOverlay });
    for (const part of item.parts ?? []) settlePart(set, part);
    // Its patient's later messages wait for it.
    if (applied === "held") {
      parking.park(names, entry.journalId);
      return;
    }
  } else {
    const outcome = isPart ? "parked" : "quarantined";
    set.outcomes.push({ ...base, outcome, reason: item.reason, detail: item.text });
  }
  parking.barrier.finish(entry.journalId);
}

/** What became of a message became of its earlier parts, which were parked until it came. */
function settlePart(set: WorkingSet, journalId: number): void {
  const whole = set.outcomes.at(-1);
  if (!whole) return;
  const at = set.outcomes.findIndex((outcome) => outcome.journalId === journalId);
  const settled = { ...whole, journalId, warnings: [], hearing: null };
  if (at >= 0) set.outcomes[at] = settled;
  else set.outcomes.push(settled);
}

/**
 * Every identity a message is about: those it names, those of the records that they lead to, and those of the patient
 * to whom its visit was moved. A message for an id that was merged away waits with the survivor's.
 */
function namesOf(set: WorkingSet, item: Work["item"]): string[] {
  const names = new Set(item.entry.identities);
  if (item.kind !== "event") return [...names];
  for (const key of keysOf(item.event)) {
    names.add(keyOf(key));
    const found = set.find(key);
    for (const identity of found ? set.identitiesOf(found.record) : []) names.add(identity);
  }
  for (const subject of item.event.subjects) {
    const found = set.find(subject.patient.key);
    for (const { visitNumber, account } of found ? visitsOf(subject) : []) {
      const place =
        found && visitNumber !== undefined ? placeOfVisit(set, found.record, visitNumber, account) : undefined;
      const record = place?.isRedirected ? set.record(place.sourceRecordId) : undefined;
      for (const identity of record ? set.identitiesOf(record) : []) names.add(identity);
    }
  }
  for (const record of holdersOf(set, item.event)) for (const identity of set.identitiesOf(record)) names.add(identity);
  for (const operation of item.event.operations) {
    for (const { sourceRecordId } of placesOf(set, operation)) {
      const record = set.record(sourceRecordId);
      for (const identity of record ? set.identitiesOf(record) : []) names.add(identity);
    }
  }
  return [...names];
}

/** Where the visits and accounts are by now that an operation speaks of. */
function placesOf(set: WorkingSet, operation: IdentityOperation): NumberPlace[] {
  const { visits, accounts } = numbersOf(operation);
  return keysOfOperation(operation)
    .flatMap((key) => set.find(key)?.record ?? [])
    .flatMap((record) => [
      ...visits.map((number) => placeOfVisit(set, record, number)),
      ...accounts.map((number) => placeOfAccount(set, record, number)),
    ]);
}

type VisitNamed = { readonly visitNumber?: string | undefined; readonly account?: string | undefined };

const visitsOf = ({ encounter, facts, snapshots }: SubjectStatement): VisitNamed[] => [
  ...(encounter ? [encounter] : []),
  ...facts,
  ...snapshots,
];

/** The identities that each of a message's operations makes one, for whatever comes after it. */
const joinsOf = (item: Work["item"]): string[][] =>
  item.kind === "event" ? item.event.operations.map((operation) => keysOfOperation(operation).map(keyOf)) : [];

/** The same for a message that stands alone, from the store. */
export async function readNames(database: Database, item: Work["item"], knowledge: Knowledge): Promise<string[]> {
  const further = nothingFurther();
  return namesOf(await loadWorkingSet(database, [item], further, knowledge), item);
}

/** Golden records of the persons touched; those that came out as they were are not written. */
async function personWrites(
  database: Database,
  set: WorkingSet,
  survivorship: SurvivorshipPolicy,
): Promise<PersonWrite[]> {
  const stored = new Map(
    (await readPersons(database.pool, [...set.touchedPersons.keys()])).map((person) => [person.personId, person]),
  );
  // A record that is linked on arrival never has a person of its own: nobody was told of one.
  const told = new Set(set.identityEvents.flatMap((event) => [event.personId, event.fromPersonId]));
  const writes: PersonWrite[] = [];
  for (const [personId, journalId] of set.touchedPersons) {
    const replacedBy = set.replacementOf(personId) ?? null;
    const before = stored.get(personId);
    if (!before && !told.has(personId)) continue;
    const golden = replacedBy ? {} : reconcile(set.recordsOf(personId), survivorship);
    if (before && before.replacedBy === replacedBy && isDeepStrictEqual(before.golden, plain(golden))) continue;
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

/** As it comes back from the store, which knows no undefined. */
const plain = (golden: unknown): unknown => JSON.parse(JSON.stringify(golden));

/** Everything that the set came to, to be written in one transaction. @param context.decidedBy the entry that closes questions. */
export async function writesOf(
  database: Database,
  set: WorkingSet,
  { decidedBy, now, survivorship }: { decidedBy: number; now: () => Date; survivorship: SurvivorshipPolicy },
): Promise<(transaction: Transaction) => Promise<void>[]> {
  const persons = await personWrites(database, set, survivorship);
  // Sent together, carried out in this order: the first that fails says why.
  return (transaction) => [
    writeRecords(transaction, set.changedRecords()),
    writePersons(transaction, persons),
    writeIdentityEvents(transaction, set.identityEvents),
    writeLinkRules(transaction, set.rules.changed()),
    deleteEncounters(transaction, set.visits.gone()),
    writeEncounters(transaction, set.visits.changed()),
    writeNumberAliases(transaction, set.visits.changedAliases()),
    saveFacts(transaction, set.facts),
    writeReviewTasks(transaction, set.reviewTasks),
    writeOutcomes(transaction, set.outcomes),
    writeHearings(transaction, set.heard.changes()),
    settleReviewTasks(transaction, {
      personIds: personsInQuestion(set),
      solved: solvedInQuestion(set),
      raised: set.questions.raised(),
      journalId: decidedBy,
      at: now(),
    }),
  ];
}

/**
 * Of whom a question may have been asked, answered or opened again: whose records moved, were ruled about or asked about.
 * A record that is new is in no question yet, and moves nobody.
 */
function personsInQuestion(set: WorkingSet): string[] {
  const moved = set.identityEvents.filter((event) => !isNewcomer(event));
  const named = [...set.rules.changed(), ...set.reviewTasks].flatMap((pair) => [
    set.record(pair.sourceRecordId),
    set.record(pair.otherSourceRecordId),
  ]);
  const persons = [
    ...moved.flatMap(({ personId, fromPersonId }) => [personId, fromPersonId]),
    ...named.map((record) => record?.personId),
  ];
  return [...new Set(persons.filter((personId) => typeof personId === "string"))];
}

/** Records that were solved and that a stored question may be about: of new ones only those that the batch asks about. */
function solvedInQuestion(set: WorkingSet): number[] {
  const newcomers = new Set(set.identityEvents.filter(isNewcomer).map(({ sourceRecordId }) => sourceRecordId));
  for (const { sourceRecordId, otherSourceRecordId } of set.reviewTasks)
    for (const id of [sourceRecordId, otherSourceRecordId]) newcomers.delete(id);
  return [...set.questions.solved].filter((id) => !newcomers.has(id));
}

const isNewcomer = ({ kind, fromPersonId }: IdentityEventWrite): boolean =>
  fromPersonId === null && (kind === "created" || kind === "linked");

function tallyOf(work: readonly Work[], set: WorkingSet): TallyChange {
  const feeds = new Map(work.map(({ item }) => [item.entry.journalId, item.entry.feed]));
  const tally = new TallyChange();
  const settled = new Set(set.outcomes.map((outcome) => outcome.journalId));
  for (const { item } of work) {
    for (const part of item.kind === "event" ? (item.parts ?? []) : []) {
      if (feeds.has(part) || !settled.has(part)) continue;
      // Parked by an earlier batch, which counted it.
      tally.add(item.entry.feed, "parked", -1);
      feeds.set(part, item.entry.feed);
    }
  }
  for (const { journalId, outcome } of set.outcomes) tally.add(feeds.get(journalId) ?? "", outcome);
  return tally;
}
