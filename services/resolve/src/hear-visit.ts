import { ADMITTED_VISIT, type EncounterStatement, type SourceKey } from "@chesil/model";
import type { EncounterEvent, KeptEncounter, StoredRecord } from "@chesil/store";
import type { Application } from "./application.ts";
import { foldEncounter, withEvent } from "./encounter.ts";
import { isSamePlace, moveVisit, moveVisits, type VisitMove } from "./move-visit.ts";
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
    encounterId: set.visits.formerId(place) ?? mint.number(),
    sourceRecordId: place.sourceRecordId,
    visitNumber: place.number,
    ...NOTHING_HEARD,
    updatedBy: entry.journalId,
  };
  const kept = account === undefined ? undefined : placeOfAccount(set, record, account).number;
  joinUnnumbered(application, record, statement, place);
  const before = set.visits.at(place);
  const after = addToVisit(application, before ?? known, { ...said, ...(kept === undefined ? {} : { account: kept }) });
  warnOfUnheard(application, before, said, after);
}

/** A visit that was heard of before it had a number is kept under its admission: it has its number now. */
function joinUnnumbered(
  application: Application,
  record: StoredRecord,
  { visitNumber, admittedAt }: EncounterStatement,
  place: NumberPlace,
): void {
  const { set, warnings } = application;
  if (admittedAt === undefined || visitNumber.startsWith(ADMITTED_VISIT)) return;
  const unnumbered = placeOfVisit(set, record, ADMITTED_VISIT + admittedAt);
  if (unnumbered.isRedirected || !set.visits.at(unnumbered)) return;
  moveVisit(application, unnumbered, place);
  const text = "This visit was known by its time of admission only: it has its number now.";
  warnings.push({ location: "PV1-19", code: "identity", text });
}

/** What the visit as it stands does not take from the message. */
function warnOfUnheard(
  { warnings, moment }: Application,
  before: KeptEncounter | undefined,
  { action, cleared = [] }: Omit<EncounterStatement, "visitNumber">,
  after: KeptEncounter,
): void {
  if (before?.status === "deleted" && after.status === "deleted" && action !== "delete") {
    const text = "This visit was deleted: only a plan or an admission recorded later brings it back.";
    warnings.push({ location: "PV1-19", code: "ignored", text });
  }
  const isLatest = after.recordedAt.toISOString() === moment.recordedAt;
  if (isLatest && after.status === "finished" && cleared.includes("dischargedAt")) {
    const text = "The discharge was not cancelled: when it was stays.";
    warnings.push({ location: "PV1-45", code: "ignored", text });
  }
}

/** One more event of a visit, as of now. */
export function addToVisit(
  { set, entry, moment, occurredAt }: Application,
  visit: Omit<KeptEncounter, keyof ReturnType<typeof foldEncounter>>,
  said: Omit<EncounterEvent, "recordedAt" | "occurredAt" | "journalId">,
): KeptEncounter {
  const event: EncounterEvent = { ...said, ...moment, ...(occurredAt === undefined ? {} : { occurredAt }) };
  const { events, base } = withEvent(visit, event);
  const after = { ...visit, ...foldEncounter(events, base), events, base, updatedBy: entry.journalId };
  set.visits.put(after);
  return after;
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
  const known = knownPlace(set, patient, number);
  if (known) return known;
  const own = { sourceRecordId: set.endOf(record).sourceRecordId, number, isRedirected: false };
  if (account === undefined) return own;
  const { sourceRecordId } = placeOfAccount(set, record, account);
  if (patient.some((each) => each.sourceRecordId === sourceRecordId)) return own;
  // With whom the account is now, the visit may have moved on by itself.
  const owner = set.record(sourceRecordId);
  const there = owner && knownPlace(set, set.aliasesOf(owner), number);
  return { ...(there ?? { sourceRecordId, number }), isRedirected: true };
}

/** Where a visit of the patient is, if it was heard of. */
function knownPlace(set: WorkingSet, patient: readonly StoredRecord[], number: string) {
  for (const { sourceRecordId } of patient) {
    const place = { sourceRecordId, number };
    const moved = set.visits.aliasOf("visit", place);
    if (moved) return { ...moved, isRedirected: true };
    if (set.visits.at(place)) return { ...place, isRedirected: false };
  }
  return undefined;
}

/**
 * A visit that was known under two ids of a patient, before these were merged, is one: its messages find one of them.
 * One that did not happen after all gives way: its deletion or cancel is nothing that happened to the other.
 */
export function joinVisits(application: Application, survivor: SourceKey): void {
  const { set } = application;
  const record = set.find(survivor)?.record;
  if (!record) return;
  const moves: VisitMove[] = [];
  for (const visit of set.aliasesOf(record).flatMap(({ sourceRecordId }) => set.visits.ofRecord(sourceRecordId))) {
    const from = { sourceRecordId: visit.sourceRecordId, number: visit.visitNumber };
    const to = placeOfVisit(set, record, visit.visitNumber);
    if (isSamePlace(from, to)) continue;
    const there = set.visits.at(to);
    if (there && didNotHappen(visit)) giveWay(application, visit, there);
    else if (there && didNotHappen(there)) giveWay(application, there, visit);
    else moves.push({ from, to });
  }
  if (moves.length > 0) moveVisits(application, moves);
}

function giveWay({ set, entry }: Application, visit: KeptEncounter, other: KeptEncounter): void {
  set.visits.put({ ...visit, retiredInto: other.encounterId, updatedBy: entry.journalId });
  const [from, to] = [visit, other].map(({ sourceRecordId, visitNumber: number }) => ({ sourceRecordId, number }));
  if (from && to) set.visits.redirect("visit", from, to, entry.journalId);
}

const didNotHappen = ({ status }: KeptEncounter) => status === "cancelled" || status === "deleted";

/** Whose an account is, and its number, after all that was said of it. */
export function placeOfAccount(set: WorkingSet, record: StoredRecord, number: string): NumberPlace {
  for (const { sourceRecordId } of set.aliasesOf(record)) {
    const moved = set.visits.aliasOf("account", { sourceRecordId, number });
    if (moved) return moved;
  }
  return { sourceRecordId: set.endOf(record).sourceRecordId, number };
}
