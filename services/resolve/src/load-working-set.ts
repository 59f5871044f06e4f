import { type CanonicalEvent, type IdentityOperation, keysOfOperation, type SourceKey } from "@chesil/model";
import {
  type Database,
  type NumberAlias,
  readCandidates,
  readIdentityEventsOfMessages,
  readKeptEncounters,
  readLinkRules,
  readNumberAliases,
  readRecordsById,
  readRecordsByKey,
  readRecordsOfPersons,
  type StoredRecord,
} from "@chesil/store";
import type { FactNeeds } from "./fact-set.ts";
import { factNeeds, loadFacts } from "./facts.ts";
import type { MessageItem } from "./interpret.ts";
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
  const asked = askedOf(events);
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
  const [aliases] = await Promise.all([
    readNumberAliases(pool, idsOf(named), [...asked.visitNumbers, ...asked.accounts]),
    loadPersons(strangers),
    loadVisitsAndRules(pool, set, named, asked),
    loadFacts(pool, set.facts, [...factsAsked(set, events), ...further.facts]),
  ]);
  if (aliases.length > 0) await followAliases(pool, set, aliases, { named, asked, loadPersons });
  if (events.some(({ event }) => event.operations.length > 0)) await loadForOperations(pool, set, events);
  return set;
}

type Asked = {
  readonly visitNumbers: readonly string[];
  readonly accounts: readonly string[];
  readonly isDeleting: boolean;
};

async function loadVisitsAndRules(
  pool: Database["pool"],
  set: WorkingSet,
  records: readonly StoredRecord[],
  { visitNumbers, accounts, isDeleting }: Asked,
): Promise<void> {
  const sourceRecordIds = idsOf(records);
  const [visits, rules] = await Promise.all([
    readKeptEncounters(pool, { sourceRecordIds, visitNumbers, accounts, allOf: isDeleting ? sourceRecordIds : [] }),
    readLinkRules(pool, sourceRecordIds),
  ]);
  for (const visit of visits) set.visits.load(visit);
  for (const rule of rules) set.rules.load(rule);
}

/** Visits that were renumbered or moved: under their other number, at the patient where they are now. */
async function followAliases(
  pool: Database["pool"],
  set: WorkingSet,
  aliases: readonly NumberAlias[],
  context: {
    named: readonly StoredRecord[];
    asked: Asked;
    loadPersons: (personIds: Iterable<string>) => Promise<void>;
  },
): Promise<void> {
  for (const alias of aliases) set.visits.loadAlias(alias);
  const elsewhere = aliases.map((alias) => alias.intoSourceRecordId).filter((id) => !set.record(id));
  const there = await readRecordsById(pool, elsewhere);
  for (const record of there) set.load(record);
  const persons = new Set(there.map((record) => record.personId));
  await context.loadPersons(persons);
  const records = [...context.named, ...[...persons].flatMap((personId) => set.recordsOf(personId))];
  const visitNumbers = [...context.asked.visitNumbers, ...aliases.map((alias) => alias.intoNumber)];
  await loadVisitsAndRules(pool, set, records, { ...context.asked, visitNumbers });
}

/** What only operations on identities ask for. */
async function loadForOperations(pool: Database["pool"], set: WorkingSet, events: readonly EventItem[]): Promise<void> {
  const does = new Set(events.flatMap(({ event }) => event.operations.map(({ operation }) => operation)));
  // A record of the batch may have found its person among the candidates before it is linked.
  for (const rule of await readLinkRules(pool, idsOf(set.records()))) set.rules.load(rule);
  if (does.has("unlink")) {
    const links = set.rules.all().filter((rule) => rule.kind === "same");
    const journalIds = links.map((rule) => rule.journalId);
    set.history.push(...(await readIdentityEventsOfMessages(pool, journalIds)));
  }
  if (does.has("move-account") || does.has("merge-account") || does.has("change-account")) {
    // Which visits and facts go with an account is known only now.
    const visits = set.visits.all();
    const numbers = visits.map((visit) => visit.visitNumber);
    for (const alias of await readNumberAliases(pool, idsOf(set.records()), numbers)) set.visits.loadAlias(alias);
    await loadFacts(pool, set.facts, [{ places: [], lists: [], visits }]);
  }
}

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

/** What the messages say by themselves of visits and accounts. */
function askedOf(events: readonly EventItem[]): Asked {
  const visitNumbers = new Set<string>();
  const accounts = new Set<string>();
  let isDeleting = false;
  for (const { event } of events) {
    for (const { encounter, facts, snapshots } of event.subjects) {
      if (encounter) visitNumbers.add(encounter.visitNumber);
      if (encounter?.account !== undefined) accounts.add(encounter.account);
      for (const { visitNumber } of [...facts, ...snapshots])
        if (visitNumber !== undefined) visitNumbers.add(visitNumber);
    }
    for (const operation of event.operations) {
      const numbers = numbersOf(operation);
      for (const number of numbers.visits) visitNumbers.add(number);
      for (const number of numbers.accounts) accounts.add(number);
      if (operation.operation === "delete-record") isDeleting = true;
    }
  }
  return { visitNumbers: [...visitNumbers], accounts: [...accounts], isDeleting };
}

function numbersOf(operation: IdentityOperation): { visits: string[]; accounts: string[] } {
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
