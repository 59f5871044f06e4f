import type { LiveIndex, MatchingModel, Prepared } from "@chesil/matching";
import {
  ADMITTED_VISIT,
  type CanonicalEvent,
  type IdentityOperation,
  keysOfOperation,
  type SourceKey,
  type SurvivorshipPolicy,
} from "@chesil/model";
import {
  type Database,
  readIdentityEventsOfMessages,
  readLinkRules,
  readPersonsOfKeys,
  readRecordsByKey,
  readRecordsOfPersons,
  readRecordsWithTheirPersons,
  type StoredRecord,
} from "@chesil/store";
import type { ArchivedRanges } from "./archived-ranges.ts";
import type { Dialects } from "./dialects.ts";
import { documentSetsOf } from "./document-set.ts";
import type { FactNeeds } from "./fact-set.ts";
import { factNeeds, loadFacts } from "./facts.ts";
import { Candidates } from "./identity/candidates.ts";
import { componentOf } from "./identity/component.ts";
import type { Wording } from "./identity/wording.ts";
import type { MessageItem } from "./interpret.ts";
import { loadVisits, type NumbersNamed } from "./load-visits.ts";
import { EVERYTHING_WITHDRAWN } from "./operations/delete-record.ts";
import type { PreparedCache } from "./prepared-cache.ts";
import { loadAllFacts, loadHeard } from "./rehear/load-heard.ts";
import { hear } from "./statement.ts";
import { keyOf, WorkingSet } from "./working-set.ts";

type EventItem = Extract<MessageItem, { kind: "event" }>;

/** What a batch turned out to need beyond what its messages say by themselves. */
export type FurtherNeeds = {
  readonly records: Set<number>;
  readonly facts: FactNeeds[];
  /** Of whom every message is needed, to be heard again. */
  readonly identities: Set<string>;
};

export const nothingFurther = (): FurtherNeeds => ({ records: new Set(), facts: [], identities: new Set() });

/** What the decider keeps in memory between batches. */
export type Knowledge = {
  readonly index: LiveIndex;
  readonly prepared: PreparedCache;
  readonly model: MatchingModel;
  /** By which golden records are computed. */
  readonly survivorship: SurvivorshipPolicy;
  /** How messages are read that are heard again, and which can not be. */
  readonly dialects: Dialects;
  readonly archived: ArchivedRanges;
};

/** Reads all that a batch's messages touch: a fixed number of queries, whatever its size. */
export async function loadWorkingSet(
  database: Database,
  items: readonly MessageItem[],
  further: FurtherNeeds,
  knowledge: Knowledge,
): Promise<WorkingSet> {
  const { pool } = database;
  const set = new WorkingSet(new Candidates(knowledge.index, knowledge.model), knowledge.prepared);
  const events = items.filter((item) => item.kind === "event");
  const heard = await loadHeard(database, set, further.identities, knowledge);
  const loadPersons = async (personIds: Iterable<string>) => {
    for (const record of await readRecordsOfPersons(pool, [...personIds])) set.load(record);
  };
  // With all their persons' records: an operation earlier in the batch may lead a message to another one than it does now.
  const keys = uniqueKeys([...events, ...heard].flatMap(({ event }) => keysOf(event)));
  for (const record of await readPersonsOfKeys(pool, keys)) set.load(record);
  const named = set.records();
  await loadWithPersons(pool, set, new Set([...further.records, ...reachedBy(set, events, knowledge.model)]));
  const heardOf = await loadToRehear(database, set, further.identities);
  await Promise.all([
    loadVisits(pool, set, named, numbersNamed(set, [...events, ...heard], heardOf), loadPersons),
    loadFacts(pool, set.facts, [...factsAsked(set, events), ...further.facts]),
  ]);
  await loadWithPersons(pool, set, new Set(set.facts.holders()));
  if (events.some(({ event }) => event.operations.length > 0)) await loadForOperations(pool, set, events);
  // Last: of whomever is here.
  await loadRules(pool, set);
  return set;
}

/** The same of records that are named by their own ids: what a person's command speaks of. */
export async function loadRecords(
  database: Database,
  ids: ReadonlySet<number>,
  knowledge: Knowledge,
  further = nothingFurther(),
): Promise<WorkingSet> {
  const { pool } = database;
  const set = new WorkingSet(new Candidates(knowledge.index, knowledge.model), knowledge.prepared);
  await loadWithPersons(pool, set, ids);
  if (further.identities.size > 0) {
    const heard = await loadHeard(database, set, further.identities, knowledge);
    const keys = uniqueKeys(heard.flatMap(({ event }) => keysOf(event)));
    const records = await readRecordsByKey(pool, keys);
    await loadWithPersons(pool, set, new Set(idsOf(records)));
    const heardOf = await loadToRehear(database, set, further.identities);
    const loadPersons = async (personIds: Iterable<string>) => {
      for (const record of await readRecordsOfPersons(pool, [...personIds])) set.load(record);
    };
    await loadVisits(pool, set, set.records(), numbersNamed(set, heard, heardOf), loadPersons);
    await loadFacts(pool, set.facts, further.facts);
  }
  await loadRules(pool, set);
  return set;
}

/** Everything there is of the records with these identities. @returns the records. */
async function loadToRehear(database: Database, set: WorkingSet, identities: ReadonlySet<string>): Promise<number[]> {
  const records = idsOf(set.records().filter((record) => identities.has(keyOf(record))));
  if (records.length > 0) await loadAllFacts(database, set, records);
  return records;
}

/** The records with the persons that they are of: who is linked is decided together. */
async function loadWithPersons(pool: Database["pool"], set: WorkingSet, ids: ReadonlySet<number>): Promise<void> {
  const unknown = [...ids].filter((id) => !set.record(id));
  for (const record of await readRecordsWithTheirPersons(pool, unknown)) set.load(record);
}

/** The rules about whomever is here, and whom they tie them to, and so on. */
async function loadRules(pool: Database["pool"], set: WorkingSet): Promise<void> {
  let asked = new Set<number>();
  for (;;) {
    const ids = new Set(idsOf(set.records()));
    const rules = await readLinkRules(pool, [...ids.difference(asked)]);
    for (const rule of rules) set.rules.load(rule);
    asked = ids;
    const others = new Set(rules.flatMap((rule) => [rule.sourceRecordId, rule.otherSourceRecordId])).difference(ids);
    if (others.size === 0) return;
    await loadWithPersons(pool, set, others);
  }
}

/**
 * The stored records that the links of the messages' patients hang on, as far as the messages tell by themselves. Only a
 * patient that is new or changed is matched; the rest, nearly all of a day's traffic, cost nothing.
 */
function reachedBy(set: WorkingSet, events: readonly EventItem[], model: MatchingModel): Set<number> {
  const spoken: Wording[] = [];
  const seeds = new Set<number>();
  const addNamesakes = (prepared: Prepared) => {
    for (const { ids } of set.candidates.namesakesOf(prepared) ?? []) for (const id of ids) seeds.add(id);
  };
  for (const { event, entry } of events) {
    const moment = { recordedAt: event.recordedAt ?? "", journalId: entry.journalId };
    for (const { patient } of event.subjects) {
      const before = set.find(patient.key)?.record;
      const said = set.spoken(hear(before, patient, moment));
      if (before && set.spoken(before).facts === said.facts) continue;
      if (before) seeds.add(before.sourceRecordId);
      if (before) addNamesakes(set.prepared(before));
      addNamesakes(said.prepared);
      spoken.push(set.candidates.wording(said.facts, said.prepared));
    }
  }
  const around = { ...set.candidates.surroundings(), tiedTo: () => [] };
  const { members, bystanders } = componentOf(seeds, around, model, spoken);
  return members.union(bystanders);
}

/** What only operations on identities ask for. */
async function loadForOperations(pool: Database["pool"], set: WorkingSet, events: readonly EventItem[]): Promise<void> {
  const operations = events.flatMap(({ event }) => event.operations);
  const journalIds = operations.flatMap((operation) =>
    operation.operation === "change-id" ? (set.holderOf(operation.wrong)?.createdBy ?? []) : [],
  );
  if (journalIds.length > 0) set.history.push(...(await readIdentityEventsOfMessages(pool, [...new Set(journalIds)])));
  // Which visits and facts go with an account is known only now.
  if (operations.some(movesAccount))
    await loadFacts(pool, set.facts, [{ places: [], lists: [], visits: set.visits.all() }]);
}

const movesAccount = ({ operation }: IdentityOperation) =>
  operation === "move-account" || operation === "merge-account" || operation === "change-account";

/** The visits and accounts that the messages name by themselves. */
function numbersNamed(
  set: WorkingSet,
  events: readonly { readonly event: CanonicalEvent }[],
  heardOf: readonly number[] = [],
): NumbersNamed {
  const visits = new Set<string>();
  const accounts = new Set<string>();
  for (const { event } of events) {
    for (const { encounter, facts, snapshots } of event.subjects) {
      if (encounter) visits.add(encounter.visitNumber);
      // It may have been heard before it had a number.
      if (encounter?.admittedAt !== undefined) visits.add(ADMITTED_VISIT + encounter.admittedAt);
      if (encounter?.account !== undefined) accounts.add(encounter.account);
      for (const { visitNumber } of [...facts, ...snapshots]) if (visitNumber !== undefined) visits.add(visitNumber);
    }
    for (const operation of event.operations) {
      const numbers = numbersOf(operation);
      for (const number of numbers.visits) visits.add(number);
      for (const number of numbers.accounts) accounts.add(number);
    }
  }
  const operations = events.flatMap(({ event }) => event.operations);
  const isMerging = heardOf.length > 0 || operations.some(({ operation }) => operation === "merge");
  const isDeleting = operations.some(({ operation }) => operation === "delete-record");
  // An earlier operation of the batch may change the id under which a later one names the record.
  const keys = isMerging || isDeleting ? operations.flatMap(keysOfOperation) : [];
  const allOf = keys.flatMap((key) => idsOf(set.recordsOf(set.holderOf(key)?.personId ?? "")));
  return {
    visits,
    accounts,
    isVisitMoved: isMerging || operations.some(movesAccount),
    allOf: [...new Set([...allOf, ...heardOf])],
  };
}

export function numbersOf(operation: IdentityOperation): { visits: string[]; accounts: string[] } {
  switch (operation.operation) {
    case "merge-account":
      return { visits: [], accounts: [operation.survivor, operation.retired] };
    case "change-account":
      return { visits: [], accounts: [operation.right, operation.wrong] };
    case "move-account":
      return { visits: [], accounts: [operation.account] };
    case "merge-visit":
      return { visits: [operation.survivor, operation.retired], accounts: [] };
    case "change-visit":
      return { visits: [operation.right, operation.wrong], accounts: [] };
    case "move-visit":
      return { visits: [operation.visit], accounts: [operation.toAccount] };
    default:
      return { visits: [], accounts: [] };
  }
}

/** What the messages say of facts, where their patients are now; what an earlier message of the batch moves comes later. */
function factsAsked(set: WorkingSet, events: readonly EventItem[]): FactNeeds[] {
  return events.flatMap(({ event }) => [
    ...event.subjects.flatMap((subject) => {
      const found = set.find(subject.patient.key);
      return found ? [factNeeds(idsOf(set.aliasesOf(found.record)), subject)] : [];
    }),
    { places: [], lists: [], visits: [], sets: documentSetsOf(event) },
    ...event.operations.map((operation) => {
      const records = keysOfOperation(operation).flatMap((key) => {
        const found = set.find(key);
        return found ? idsOf(set.aliasesOf(found.record)) : [];
      });
      if (operation.operation === "delete-record") return factNeeds(records, EVERYTHING_WITHDRAWN);
      const { visits } = numbersOf(operation);
      const numbers = records.flatMap((sourceRecordId) =>
        visits.map((visitNumber) => ({ sourceRecordId, visitNumber })),
      );
      return { places: [], lists: [], visits: numbers };
    }),
  ]);
}

/** The records that a message names: its patients', and those that its operations speak of. */
export const keysOf = (event: CanonicalEvent): SourceKey[] => [
  ...event.subjects.map((subject) => subject.patient.key),
  ...event.operations.flatMap(keysOfOperation),
];

const idsOf = (records: readonly StoredRecord[]): number[] => records.map((record) => record.sourceRecordId);

function uniqueKeys(keys: readonly SourceKey[]): SourceKey[] {
  return [...new Map(keys.map((key) => [`${key.authority}|${key.localId}`, key])).values()];
}
