import type { StoredRecord } from "@chesil/store";
import { type Application, identityEvent } from "../application.ts";
import { setAside } from "../identity/set-aside.ts";
import { HEARD_BY_THEIR_OWN, type TookEffect } from "../rehear/heard-messages.ts";
import { Hearers } from "../rehear/hearers.ts";
import { giveBackVisits, giveBackWords, messagesAbout } from "../rehear/rehear.ts";
import { keyOf, type WorkingSet } from "../working-set.ts";
import { idsOf } from "./assertion.ts";
import { retireInto } from "./merge.ts";

/** A record that is to stand by itself again, and the one it was merged into. */
export type Unmerge = { readonly retired: StoredRecord; readonly survivor: StoredRecord };

/**
 * Which merge to take back where two ids of one record are two patients: that of the id which leads to the other. Where it
 * is only an id, corrected to another one that was merged, it is that one's. Undefined: both lead to a third, and it can
 * not be told which of them that is.
 */
export function mergeBetween(set: WorkingSet, one: StoredRecord, other: StoredRecord): Unmerge | undefined {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const chain = chainOf(set, from);
    const at = chain.findIndex((record) => record.sourceRecordId === to.sourceRecordId);
    const retired = at > 0 ? (chain.slice(0, at).find(hasWords) ?? from) : undefined;
    if (retired) return { retired, survivor: to };
  }
  return undefined;
}

const hasWords = ({ identifiers, demographics }: StoredRecord) =>
  identifiers.value !== undefined || Object.keys(demographics).length > 0;

/** The record and all that it leads to. */
function chainOf(set: WorkingSet, record: StoredRecord): StoredRecord[] {
  const next = set.record(record.retiredInto ?? -1);
  return next ? [record, ...chainOf(set, next)] : [record];
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
  const messages = messagesAbout(application, group);
  const back: StoredRecord = { ...retired, status: "active", retiredInto: null };
  set.put(back, entry.journalId);
  const since = hearByTheirOwn(set, nowOf(set, group), messages) ?? entry.journalId;
  const why = { fromPersonId: null, evidence: undefined, kept: { ...kept, mergedInto: retired.retiredInto, since } };
  set.identityEvents.push(identityEvent(application, back, "unmerged", decidedBy, why));
  giveBackWords(application, nowOf(set, group));
  standAside(application, set.record(back.sourceRecordId) ?? back);
}

/** What it was before: deleted by its sender, or with somebody else's words. Then it is linked to nobody. */
function standAside(application: Application, record: StoredRecord): void {
  if (record.deletedAt !== undefined && !hasWords(record))
    setAside(application, { ...record, status: "deleted", blockingKeys: [] }, "deleted");
  else if ((record.overlaidBy ?? null) !== null) setAside(application, record, "overlaid");
}

/** Notes of each message who hears it from now on. @returns when the first took effect that another one heard before. */
function hearByTheirOwn(
  set: WorkingSet,
  records: readonly StoredRecord[],
  messages: readonly TookEffect[],
): number | undefined {
  const hearers = new Hearers(records);
  const keys = new Set(records.map(keyOf));
  let since: number | undefined;
  for (const message of messages) {
    const { redirected, elsewhere, unheard, isDoubted } = message.hearing ?? HEARD_BY_THEIR_OWN;
    const hearerOf = (identity: string) => hearers.of(identity, message)?.sourceRecordId;
    const now = Object.entries(redirected).map(
      ([identity, id]) => [identity, keys.has(identity) ? (hearerOf(identity) ?? id) : id] as const,
    );
    const still = elsewhere.filter((identity) => hearerOf(identity) === undefined);
    const isMoved = now.some(([identity, id]) => id !== redirected[identity]);
    if (!isMoved && still.length === elsewhere.length) continue;
    since ??= message.decidedBy;
    const hearing = { redirected: Object.fromEntries(now), elsewhere: still, unheard, isDoubted };
    set.heard.hearAs(message.entry.journalId, hearing);
  }
  return since;
}

/**
 * Takes a merge up again that was taken back by mistake: what came for the one since it was merged is heard by the other.
 * Whether rules forbid it, the caller has seen.
 *
 * @param since the entry from which on messages were the survivor's.
 */
export function mergeAgain(application: Application, { retired, survivor }: Unmerge, since: number): void {
  const { set } = application;
  const alone = set.aliasesOf(retired);
  const group = [...alone, ...set.aliasesOf(survivor)];
  const hearers = new Hearers(group);
  const end = set.endOf(survivor).sourceRecordId;
  const keys = alone.map(keyOf);
  for (const message of messagesAbout(application, group)) {
    if (message.decidedBy < since) continue;
    const { redirected, ...rest } = message.hearing ?? HEARD_BY_THEIR_OWN;
    const theirs = keys.filter(
      (identity) =>
        message.entry.identities.includes(identity) &&
        hearers.of(identity, message)?.sourceRecordId === retired.sourceRecordId,
    );
    if (theirs.length === 0) continue;
    const led = Object.fromEntries(theirs.map((identity) => [identity, end]));
    set.heard.hearAs(message.entry.journalId, { ...rest, redirected: { ...redirected, ...led } });
  }
  retireInto(application, retired, survivor, "human");
  giveBackWords(application, nowOf(set, group), retired.sourceRecordId);
}

/** The merges that were taken back since there were so many identity events. */
export const mergesTakenBack = (set: WorkingSet, eventsBefore: number): Unmerge[] =>
  set.identityEvents.slice(eventsBefore).flatMap(({ kind, sourceRecordId, evidence }) => {
    const retired = set.record(sourceRecordId);
    const survivor = set.record((evidence as { mergedInto?: number } | null)?.mergedInto ?? -1);
    return kind === "unmerged" && retired && survivor ? { retired, survivor } : [];
  });

/** Visits and facts, once it is sure that the two are two, or one. */
export function giveBack(application: Application, { retired, survivor }: Unmerge): void {
  const { set } = application;
  const records = [retired, survivor].flatMap((record) => set.aliasesOf(set.record(record.sourceRecordId) ?? record));
  giveBackVisits(application, nowOf(set, records));
}

const nowOf = (set: WorkingSet, records: readonly StoredRecord[]): StoredRecord[] =>
  [...idsOf(records)].flatMap((id) => set.record(id) ?? []);
