import {
  ADMITTED_VISIT,
  type CanonicalEvent,
  type IdentityOperation,
  keysOfOperation,
  type SourceKey,
} from "@chesil/model";
import {
  type Database,
  readCandidates,
  readIdentityEventsOfMessages,
  readLinkRules,
  readRecordsByKey,
  readRecordsOfPersons,
  type StoredRecord,
} from "@chesil/store";
import type { FactNeeds } from "./fact-set.ts";
import { factNeeds, loadFacts } from "./facts.ts";
import type { MessageItem } from "./interpret.ts";
import { loadVisits, type NumbersNamed } from "./load-visits.ts";
import { matchRecordOfFacts } from "./match-record.ts";
import { EVERYTHING_WITHDRAWN } from "./operations/delete-record.ts";
import { hear } from "./statement.ts";
import { type PreparedCache, storedBlockingKeys, WorkingSet } from "./working-set.ts";

type EventItem = Extract<MessageItem, { kind: "event" }>;

/** What a batch turned out to need beyond what its messages say by themselves. */
export type FurtherNeeds = { readonly blockingKeys: Set<string>; readonly facts: FactNeeds[] };

/** Reads all that a batch's messages touch: a fixed number of queries, whatever its size. */
export async function loadWorkingSet(
  { pool }: Database,
  items: readonly MessageItem[],
  further: FurtherNeeds,
  prepared: PreparedCache,
): Promise<WorkingSet> {
  const set = new WorkingSet(prepared);
  const events = items.filter((item) => item.kind === "event");
  const loadPersons = async (personIds: Iterable<string>) => {
    for (const record of await readRecordsOfPersons(pool, [...personIds])) set.load(record);
  };
  for (const record of await readRecordsByKey(pool, uniqueKeys(events.flatMap(({ event }) => keysOf(event)))))
    set.load(record);
  const keys = newBlockingKeys(set, events, further.blockingKeys, prepared);
  const persons = new Set(set.records().map((record) => record.personId));
  const [candidates] = await Promise.all([readCandidates(pool, [...keys]), loadPersons(persons)]);
  // Of all of them: an operation earlier in the batch may lead a message to another record than it does now.
  const named = set.records();
  for (const record of candidates) set.load(record);
  set.keysLoaded(keys);
  const strangers = new Set(candidates.map((record) => record.personId)).difference(persons);
  await Promise.all([
    loadPersons(strangers),
    loadVisits(pool, set, named, numbersNamed(set, events), loadPersons),
    loadFacts(pool, set.facts, [...factsAsked(set, events), ...further.facts]),
  ]);
  if (events.some(({ event }) => event.operations.length > 0)) await loadForOperations(pool, set, events, loadPersons);
  return set;
}

/** What only operations on identities ask for. */
async function loadForOperations(
  pool: Database["pool"],
  set: WorkingSet,
  events: readonly EventItem[],
  loadPersons: (personIds: Iterable<string>) => Promise<void>,
): Promise<void> {
  const operations = events.flatMap(({ event }) => event.operations);
  // A record of the batch may have found its person among the candidates before it is linked.
  for (const rule of await readLinkRules(pool, idsOf(set.records()))) set.rules.load(rule);
  const journalIds = operations.flatMap((operation) => {
    if (operation.operation === "change-id") return set.holderOf(operation.wrong)?.createdBy ?? [];
    if (operation.operation !== "unlink") return [];
    return set.rules.all().flatMap((rule) => (rule.kind === "same" ? rule.journalId : []));
  });
  if (journalIds.length > 0) {
    set.history.push(...(await readIdentityEventsOfMessages(pool, [...new Set(journalIds)])));
    // A link that is undone brings back whom it had ended.
    await loadPersons(set.history.flatMap((event) => event.fromPersonId ?? []));
  }
  // Which visits and facts go with an account is known only now.
  if (operations.some(movesAccount))
    await loadFacts(pool, set.facts, [{ places: [], lists: [], visits: set.visits.all() }]);
}

const movesAccount = ({ operation }: IdentityOperation) =>
  operation === "move-account" || operation === "merge-account" || operation === "change-account";

/** Only a record that is new or changed is matched; the rest, nearly all of a day's traffic, cost no candidates. */
function newBlockingKeys(
  set: WorkingSet,
  events: readonly EventItem[],
  further: Iterable<string>,
  prepared: PreparedCache,
): Set<string> {
  const keys = new Set(further);
  for (const { event, entry } of events) {
    const moment = { recordedAt: event.recordedAt ?? "", journalId: entry.journalId };
    for (const { patient } of event.subjects) {
      const before = set.find(patient.key)?.record;
      const spoken = matchRecordOfFacts(hear(before, patient, moment));
      const fingerprint = JSON.stringify(spoken);
      if (before && JSON.stringify(matchRecordOfFacts(before)) === fingerprint) continue;
      for (const key of storedBlockingKeys(prepared.spoken(spoken, fingerprint))) keys.add(key);
    }
  }
  return keys;
}

/** The visits and accounts that the messages name by themselves. */
function numbersNamed(set: WorkingSet, events: readonly EventItem[]): NumbersNamed {
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
  const isMerging = operations.some(({ operation }) => operation === "merge");
  const isDeleting = operations.some(({ operation }) => operation === "delete-record");
  // An earlier operation of the batch may change the id under which a later one names the record.
  const keys = isMerging || isDeleting ? operations.flatMap(keysOfOperation) : [];
  const allOf = keys.flatMap((key) => idsOf(set.recordsOf(set.holderOf(key)?.personId ?? "")));
  return { visits, accounts, isVisitMoved: isMerging || operations.some(movesAccount), allOf: [...new Set(allOf)] };
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
