import type { EncounterStatement } from "@chesil/model";
import type { EncounterEvent, KeptEncounter, StoredRecord } from "@chesil/store";
import type { Application } from "./application.ts";
import { foldEncounter, withEvent } from "./encounter.ts";
import type { NumberPlace } from "./visits.ts";
import type { WorkingSet } from "./working-set.ts";

/** Far above any visit number of the standard (CX.1 ends at 15 or 20). */
const VISIT_NUMBER_LENGTH_MAX = 200;

/** Hears what a message says of a visit of the record's patient. */
export function hearVisit(application: Application, record: StoredRecord, statement: EncounterStatement): void {
  const { set, warnings, entry, mint } = application;
  const { visitNumber, account, ...said } = statement;
  if (visitNumber.length > VISIT_NUMBER_LENGTH_MAX) {
    const text = `A visit number has at most ${VISIT_NUMBER_LENGTH_MAX} characters: the visit was left out.`;
    warnings.push({ location: "PV1-19", code: "ignored", text });
    return;
  }
  const place = placeOfVisit(set, record, visitNumber, account);
  if (place.isRedirected) {
    const text = "This visit was merged or moved: the message went to where it is now.";
    warnings.push({ location: "PV1-19", code: "retired-id", text });
  }
  const known = set.visits.at(place) ?? {
    encounterId: mint.number(),
    sourceRecordId: place.sourceRecordId,
    visitNumber: place.number,
    ...NOTHING_HEARD,
    updatedBy: entry.journalId,
  };
  const kept = account === undefined ? undefined : placeOfAccount(set, record, account).number;
  addToVisit(application, known, { ...said, ...(kept === undefined ? {} : { account: kept }) });
}

/** One more event of a visit, as of now. */
export function addToVisit(
  { set, entry, moment, occurredAt }: Application,
  visit: Omit<KeptEncounter, keyof ReturnType<typeof foldEncounter>>,
  said: Omit<EncounterEvent, "recordedAt" | "occurredAt" | "journalId">,
): void {
  const event: EncounterEvent = { ...said, ...moment, ...(occurredAt === undefined ? {} : { occurredAt }) };
  const { events, base } = withEvent(visit, event);
  set.visits.put({ ...visit, ...foldEncounter(events, base), events, base, updatedBy: entry.journalId });
}

const NOTHING_HEARD = { retiredInto: null, events: [], base: null };

/** Where a visit is kept: with the record, with one that was merged into it, or where the visit was moved. */
export function placeOfVisit(
  set: WorkingSet,
  record: StoredRecord,
  number: string,
  account?: string,
): NumberPlace & { readonly isRedirected: boolean } {
  const patient = set.aliasesOf(record);
  for (const { sourceRecordId } of patient) {
    const place = { sourceRecordId, number };
    const moved = set.visits.aliasOf("visit", place);
    if (moved) return { ...moved, isRedirected: true };
    if (set.visits.at(place)) return { ...place, isRedirected: false };
  }
  const own = { sourceRecordId: set.endOf(record).sourceRecordId, number, isRedirected: false };
  if (account === undefined) return own;
  const { sourceRecordId } = placeOfAccount(set, record, account);
  const isOwn = patient.some((each) => each.sourceRecordId === sourceRecordId);
  return isOwn ? own : { sourceRecordId, number, isRedirected: true };
}

/** Whose an account is, and its number, after all that was said of it. */
export function placeOfAccount(set: WorkingSet, record: StoredRecord, number: string): NumberPlace {
  for (const { sourceRecordId } of set.aliasesOf(record)) {
    const moved = set.visits.aliasOf("account", { sourceRecordId, number });
    if (moved) return moved;
  }
  return { sourceRecordId: set.endOf(record).sourceRecordId, number };
}
