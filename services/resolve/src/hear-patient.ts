import { compare, type Evidence } from "@chesil/matching";
import type { IdentityOperation, PatientStatement, SourceKey } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, askAbout, type HeardOtherwise, noteAssertion, openTask } from "./application.ts";
import { isContradiction } from "./contradiction.ts";
import { evidenceOf } from "./identity/evidence.ts";
import { isOverlay } from "./identity/overlay.ts";
import { setAside } from "./identity/set-aside.ts";
import { settleLinks } from "./identity/settle-links.ts";
import { matchRecordOfFacts } from "./match-record.ts";
import { addRecord, withKeys } from "./place-record.ts";
import { hear, hearAndKeep, type SourceFacts, type SpokenAt } from "./statement.ts";
import { keyOf, type WorkingSet } from "./working-set.ts";

/**
 * Hears what a message says of a patient, and finds the person where that is new or changed.
 *
 * @returns the record that heard it; none where the message deletes the patient, or gives it an id that another one has.
 */
export function hearPatient(
  application: Application,
  patient: PatientStatement,
  operations: readonly IdentityOperation[],
): StoredRecord | undefined {
  const { set, moment, warnings } = application;
  const note = (heard: HeardOtherwise) => application.hearings?.set(keyOf(patient.key), heard);
  const isDeleted = operations.some((each) => each.operation === "delete-record" && isSame(each.deleted, patient.key));
  const known = isDeleted ? undefined : knownKeyOf(application, patient, operations);
  if (!known) {
    note("unheard");
    return undefined;
  }
  const found = set.find(known);
  if (!found) return addRecord(application, patient.key, heard(application, undefined, patient));
  const { record } = found;
  if (found.redirected) {
    const text = "This id was merged away or corrected: the message went to the surviving record.";
    warnings.push({ location: "PID-3", code: "retired-id", text });
    const isElsewhere = isSomebodyElse(application, record, set.holderOf(known) ?? record, patient);
    note(isElsewhere ? "elsewhere" : record.sourceRecordId);
    if (isElsewhere) return record;
  }
  if (record.deletedAt !== undefined && moment.recordedAt <= record.deletedAt) {
    const text = "This patient was deleted later than the message was recorded: it changed nothing.";
    warnings.push({ location: "PID-3", code: "retired-id", text });
    return record;
  }
  const said = underOwnId(record, patient);
  if (record.status === "deleted") return restored(application, record, said);
  const isMoved = operations.some((each) => each.operation === "move-record" && isSame(each.moved, patient.key));
  return changed(application, record, said, isMoved);
}

/**
 * A record that leaves its person for one of its own (A43) does so first: whose it is, is asked of it there. Two ids that
 * were merged and are two patients all the same (A37) are parted first: each is heard by its own record.
 */
export const isHeardAfter = (
  set: WorkingSet,
  { key }: PatientStatement,
  operations: readonly IdentityOperation[],
): boolean =>
  operations.some((each) => {
    if (each.operation === "move-record") return !each.to && isSame(each.moved, key);
    if (each.operation !== "unlink") return false;
    const one = set.find(each.one)?.record;
    return one !== undefined && one === set.find(each.other)?.record;
  });

/** What a record says once it has heard the message. */
const heard = (
  { moment, entry }: Application,
  before: SourceFacts | undefined,
  patient: PatientStatement,
): SourceFacts => hearAndKeep(before, patient, { ...moment, feed: entry.feed } satisfies SpokenAt);

const isSame = (one: SourceKey, other: SourceKey) => one.authority === other.authority && one.localId === other.localId;

/**
 * A patient whose id is corrected by this very message is known by the wrong one, as far as it can be the same.
 *
 * @returns nothing where another patient has the right id: the correction is a question, and that patient must not hear
 * what is said of this one.
 */
function knownKeyOf(
  { set, moment }: Application,
  patient: PatientStatement,
  operations: readonly IdentityOperation[],
): SourceKey | undefined {
  const change = operations.find((each) => each.operation === "change-id" && isSame(each.right, patient.key));
  if (change?.operation !== "change-id") return patient.key;
  const { wrong } = change;
  const [record, holder] = [set.find(wrong)?.record, set.find(patient.key)?.record];
  if (holder) return record && record.sourceRecordId !== holder.sourceRecordId ? undefined : patient.key;
  if (!record || wrong.authority !== patient.key.authority) return patient.key;
  const known = matchRecordOfFacts(record).nhsNumber;
  const said = matchRecordOfFacts(hear(undefined, patient, moment)).nhsNumber;
  const differ = known && said && known.trust !== "invalid" && said.trust !== "invalid" && known.value !== said.value;
  return differ ? patient.key : wrong;
}

/** Whether a message for a retired id describes another patient than the one it leads to: then a data manager looks. */
function isSomebodyElse(
  application: Application,
  survivor: StoredRecord,
  retired: StoredRecord,
  patient: PatientStatement,
): boolean {
  const { set, moment, model, warnings } = application;
  const said = hear(undefined, patient, moment);
  const evidence = compare(set.prepared(survivor), set.prepared(said), model);
  if (!isContradiction(evidence)) return false;
  const why = "A message for the retired id describes another patient.";
  const text = `${why} Nothing of it was taken over: it waits for a data manager.`;
  warnings.push({ location: "PID-3", code: "identity", text });
  askAbout(application, "link-check", survivor, retired, why, evidence);
  return true;
}

/** What is said under a retired or a wrong id is said of the record, whose own id stays the one it has. */
export function underOwnId({ authority, localId }: StoredRecord, patient: PatientStatement): PatientStatement {
  const { key, identifiers } = patient;
  if (identifiers.length === 0 || isSame(key, { authority, localId })) return patient;
  const isOf = (named: SourceKey) => (each: { authority: string; value: string }) =>
    each.authority === named.authority && each.value === named.localId;
  const [own, said] = [isOf({ authority, localId }), isOf(key)];
  const listed = identifiers.some(own);
  return {
    ...patient,
    identifiers: identifiers.flatMap((each) => {
      if (!said(each)) return [each];
      return listed ? [] : [{ ...each, authority, value: localId }];
    }),
  };
}

/** @param isMoved the message itself says that the record was filed under the wrong patient (A43): its words may be anybody's. */
function changed(
  application: Application,
  before: StoredRecord,
  patient: PatientStatement,
  isMoved: boolean,
): StoredRecord {
  const { set, entry, model } = application;
  const facts = heard(application, before, patient);
  const record = withKeys(set, { ...before, ...facts, feed: entry.feed, updatedBy: entry.journalId });
  const [was, is] = [set.spoken(before), set.spoken(record)];
  if (was.facts === is.facts) {
    set.put(record, entry.journalId);
    return record;
  }
  const isDoubted = !isMoved && application.onOverlay !== "take" && (before.overlaidBy ?? null) === null;
  if (isDoubted && isOverlay(was.prepared, is.prepared, model)) return overlaid(application, before, record);
  set.put(record, entry.journalId);
  settleLinks(application);
  const settled = set.record(record.sourceRecordId) ?? record;
  askWhetherStillOne(application, before, settled);
  return settled;
}

/**
 * Its words became somebody else's. They are taken, because the sender says so, and the record is linked to nobody until a
 * data manager has looked: neither may whom it was linked with be shown these words, nor whom they fit the record's past.
 * What it said before is kept with the event and with the question.
 */
function overlaid(application: Application, before: StoredRecord, record: StoredRecord): StoredRecord {
  const { set, entry, model, warnings } = application;
  const versions = {
    before: { journalId: before.updatedBy, record: matchRecordOfFacts(before) },
    after: { journalId: entry.journalId, record: matchRecordOfFacts(record) },
  };
  const evidence = compare(set.prepared(before), set.prepared(record), model);
  const why = "The record's words became another patient's: its id may stand for two people.";
  const kept = { ...evidenceOf("assertion", evidence, model), ...versions };
  if (application.onOverlay === "hold") throw new OverlayHeldError(before.sourceRecordId, why, kept, evidence);
  warnings.push({
    location: "PID",
    code: "identity",
    text: `${why} It is linked to nobody until a data manager has looked.`,
  });
  setAside(application, { ...record, overlaidBy: entry.journalId }, "overlaid", versions);
  const now = set.record(record.sourceRecordId) ?? record;
  openTask(application, "possible-overlay", now, { record: now, evidence }, why, kept);
  return now;
}

/** It is tied to others by what people and senders decided. Where its new words speak against these, a data manager looks. */
function askWhetherStillOne(application: Application, before: StoredRecord, record: StoredRecord): void {
  const { set, model, warnings } = application;
  const [was, is] = [set.prepared(before), set.prepared(record)];
  const against = set.recordsOf(record.personId).filter((other) => {
    if (other.status !== "active" || other.sourceRecordId === record.sourceRecordId) return false;
    const theirs = set.prepared(other);
    const evidence = compare(is, theirs, model);
    return isContradiction(evidence) && compare(was, theirs, model).veto !== evidence.veto;
  });
  if (against.length === 0) return;
  const why = "The record changed, and looks like another patient than the one it is linked with.";
  warnings.push({ location: "PID", code: "identity", text: `${why} A data manager is asked.` });
  for (const other of against.slice(0, QUESTIONS_PER_CHANGE_MAX))
    askAbout(application, "link-check", record, other, why);
}

/** One question tells a data manager to look at the whole person. */
const QUESTIONS_PER_CHANGE_MAX = 3;

/** It speaks again: as a new record would, of which only the id is known. */
function restored(application: Application, before: StoredRecord, patient: PatientStatement): StoredRecord {
  const { set, entry, warnings } = application;
  const text = "This patient was deleted before, and speaks again: the record is back, without what it said then.";
  warnings.push({ location: "PID-3", code: "identity", text });
  const facts = heard(application, undefined, patient);
  const { overlaidBy: _, former: __, ...plain } = before;
  const record = withKeys(set, {
    ...plain,
    ...facts,
    status: "active",
    feed: entry.feed,
    updatedBy: entry.journalId,
  });
  set.put(record, entry.journalId);
  noteAssertion(application, record, "restored");
  settleLinks(application);
  return set.record(record.sourceRecordId) ?? record;
}

/** The message makes the record look like somebody else, and its feed's setting is that nothing of it is taken. */
export class OverlayHeldError extends Error {
  override name = "OverlayHeldError";
  readonly sourceRecordId: number;
  readonly why: string;
  readonly kept: unknown;
  readonly evidence: Evidence;
  constructor(sourceRecordId: number, why: string, kept: unknown, evidence: Evidence) {
    super("Held until a person has looked.");
    this.sourceRecordId = sourceRecordId;
    this.why = why;
    this.kept = kept;
    this.evidence = evidence;
  }
}
