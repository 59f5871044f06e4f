import {
  type Database,
  readKeptEncounters,
  readLinkRules,
  readNumberAliases,
  readRecordsById,
  type StoredRecord,
} from "@chesil/store";
import type { WorkingSet } from "./working-set.ts";

/** The visit and account numbers that a batch's messages name. */
export type NumbersNamed = {
  readonly visits: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
  /** An account or a patient is merged or moved: visits go along, whatever their numbers. */
  readonly isVisitMoved: boolean;
  /** Records that are deleted or merged: all their visits are. */
  readonly allOf: readonly number[];
};

/**
 * Reads the visits that a batch can come to, the records that have them, and where numbers lead.
 *
 * A number leads to another number or to another patient, who may have a visit of that number, which may lead on. All
 * of that must be here before the first message is decided: what is not here is taken for unknown. So the store is asked
 * again until nothing new is named; nearly always it is asked once.
 */
export async function loadVisits(
  pool: Database["pool"],
  set: WorkingSet,
  named: readonly StoredRecord[],
  numbers: NumbersNamed,
  loadPersons: (personIds: Iterable<string>) => Promise<void>,
): Promise<void> {
  const records = new Set(named.map((record) => record.sourceRecordId));
  const number = { visit: new Set(numbers.visits), account: new Set(numbers.accounts) };
  for (let asked = 0; asked < records.size + number.visit.size + number.account.size; ) {
    asked = records.size + number.visit.size + number.account.size;
    const sourceRecordIds = [...records];
    const [visitNumbers, accounts] = [[...number.visit], [...number.account]];
    const [visits, rules, aliases] = await Promise.all([
      readKeptEncounters(pool, { sourceRecordIds, visitNumbers, accounts, allOf: numbers.allOf }),
      readLinkRules(pool, sourceRecordIds),
      readNumberAliases(pool, sourceRecordIds, [...visitNumbers, ...accounts]),
    ]);
    for (const visit of visits) set.visits.load(visit);
    for (const rule of rules) set.rules.load(rule);
    for (const alias of aliases) {
      set.visits.loadAlias(alias);
      number[alias.kind].add(alias.intoNumber);
    }
    if (numbers.isVisitMoved) for (const visit of visits) number.visit.add(visit.visitNumber);
    for (const id of await loadOwners(pool, set, aliases, loadPersons)) records.add(id);
  }
}

/** @returns the records to which the numbers lead, with the other records of their persons. */
async function loadOwners(
  pool: Database["pool"],
  set: WorkingSet,
  aliases: readonly { readonly intoSourceRecordId: number }[],
  loadPersons: (personIds: Iterable<string>) => Promise<void>,
): Promise<number[]> {
  if (aliases.length === 0) return [];
  const ids = new Set(aliases.map((alias) => alias.intoSourceRecordId));
  for (const record of await readRecordsById(
    pool,
    [...ids].filter((id) => !set.record(id)),
  ))
    set.load(record);
  const persons = new Set([...ids].flatMap((id) => set.record(id)?.personId ?? []));
  await loadPersons(persons);
  return [...persons].flatMap((personId) => set.recordsOf(personId).map((record) => record.sourceRecordId));
}
