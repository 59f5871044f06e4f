import type { StoredRecord } from "@chesil/store";
import { type Application, identityEvent } from "../application.ts";
import { giveBackVisits, giveBackWords } from "../rehear/rehear.ts";
import type { WorkingSet } from "../working-set.ts";
import { idsOf } from "./assertion.ts";
import { retireInto } from "./merge.ts";

/** A record that is to stand by itself again, and the one it was merged into. */
export type Unmerge = { readonly retired: StoredRecord; readonly survivor: StoredRecord };

/**
 * Which merge to take back where two ids of one record are two patients: that of the id which leads to the other.
 * Undefined: both lead to a third, and it can not be told which of them that is.
 */
export function mergeBetween(set: WorkingSet, one: StoredRecord, other: StoredRecord): Unmerge | undefined {
  for (const [retired, survivor] of [
    [one, other],
    [other, one],
  ] as const)
    if (retired.sourceRecordId !== survivor.sourceRecordId && chainOf(set, retired).has(survivor.sourceRecordId))
      return { retired, survivor };
  return undefined;
}

/** The record and all that it leads to. */
function chainOf(set: WorkingSet, record: StoredRecord): Set<number> {
  const chain = new Set<number>();
  for (let each: StoredRecord | undefined = record; each; each = set.record(each.retiredInto ?? -1))
    chain.add(each.sourceRecordId);
  return chain;
}

/**
 * Takes a merge back: the retired record stands by itself again, with all that leads to it, and each of the two says what
 * its own messages said, those that came since the merge included. Rules about an id are about its own patient again.
 *
 * @param kept goes with the event.
 * @throws MissingMessagesError where what was said is not here: before anything is changed.
 */
export function unmerge(
  application: Application,
  { retired, survivor }: Unmerge,
  { decidedBy, kept }: { decidedBy: "sender" | "human"; kept?: object },
): void {
  const { set, entry } = application;
  const group = set.aliasesOf(survivor);
  const back: StoredRecord = { ...retired, status: "active", retiredInto: null };
  set.put(back, entry.journalId);
  const why = { fromPersonId: null, evidence: undefined, kept: { ...kept, mergedInto: retired.retiredInto } };
  set.identityEvents.push(identityEvent(application, back, "unmerged", decidedBy, why));
  giveBackWords(application, nowOf(set, group));
}

/**
 * Takes a merge up again that was taken back by mistake: each of the two hears again what came for it while it was one.
 * Whether rules forbid it, the caller has seen.
 */
export function mergeAgain(application: Application, { retired, survivor }: Unmerge): void {
  retireInto(application, retired, survivor, "human");
  giveBackWords(application, nowOf(application.set, application.set.aliasesOf(survivor)));
}

/** The merges that were taken back since there were so many identity events. */
export const mergesTakenBack = (set: WorkingSet, eventsBefore: number): Unmerge[] =>
  set.identityEvents.slice(eventsBefore).flatMap(({ kind, sourceRecordId, evidence }) => {
    const retired = set.record(sourceRecordId);
    const survivor = set.record((evidence as { mergedInto?: number } | null)?.mergedInto ?? -1);
    return kind === "unmerged" && retired && survivor ? { retired, survivor } : [];
  });

/** Visits and facts, once it is sure that the two are two. */
export function giveBack(application: Application, { retired, survivor }: Unmerge): void {
  const { set } = application;
  const records = [retired, survivor].flatMap((record) => set.aliasesOf(set.record(record.sourceRecordId) ?? record));
  giveBackVisits(application, nowOf(set, records));
}

const nowOf = (set: WorkingSet, records: readonly StoredRecord[]): StoredRecord[] =>
  [...idsOf(records)].flatMap((id) => set.record(id) ?? []);
