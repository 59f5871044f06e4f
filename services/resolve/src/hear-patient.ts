import type { IdentityOperation, PatientStatement, SourceKey } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, noteAssertion } from "./application.ts";
import { matchRecordOfFacts } from "./match-record.ts";
import { addRecord, findPerson, withKeys } from "./place-record.ts";
import { hear } from "./statement.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Hears what a message says of a patient, and finds the person where that is new or changed.
 *
 * @returns the record that heard it; none where the message itself deletes the patient.
 */
export function hearPatient(
  application: Application,
  patient: PatientStatement,
  operations: readonly IdentityOperation[],
): StoredRecord | undefined {
  const { set, moment, warnings } = application;
  if (operations.some((each) => each.operation === "delete-record" && isSame(each.deleted, patient.key)))
    return undefined;
  const found = set.find(knownKeyOf(application, patient, operations));
  if (!found) return addRecord(application, patient.key, hear(undefined, patient, moment));
  if (found.redirected) {
    const text = "This id was merged away or corrected: the message went to the surviving record.";
    warnings.push({ location: "PID-3", code: "retired-id", text });
  }
  const { record } = found;
  if (record.deletedAt !== undefined && moment.recordedAt <= record.deletedAt) {
    const text = "This patient was deleted later than the message was recorded: it changed nothing.";
    warnings.push({ location: "PID-3", code: "retired-id", text });
    return record;
  }
  return record.status === "deleted" ? restored(application, record, patient) : changed(application, record, patient);
}

const isSame = (one: SourceKey, other: SourceKey) => one.authority === other.authority && one.localId === other.localId;

/** A patient whose id is corrected by this very message is known by the wrong one, as far as it can be the same. */
function knownKeyOf(
  { set, moment }: Application,
  patient: PatientStatement,
  operations: readonly IdentityOperation[],
): SourceKey {
  const change = operations.find((each) => each.operation === "change-id" && isSame(each.right, patient.key));
  if (change?.operation !== "change-id" || set.find(patient.key)) return patient.key;
  const { wrong } = change;
  const record = set.find(wrong)?.record;
  if (!record || wrong.authority !== patient.key.authority) return patient.key;
  const known = matchRecordOfFacts(record).nhsNumber;
  const said = matchRecordOfFacts(hear(undefined, patient, moment)).nhsNumber;
  const differ = known && said && known.trust !== "invalid" && said.trust !== "invalid" && known.value !== said.value;
  return differ ? patient.key : wrong;
}

function changed(application: Application, before: StoredRecord, patient: PatientStatement): StoredRecord {
  const { set, entry, moment } = application;
  const facts = hear(before, patient, moment);
  const record = withKeys(set, { ...before, ...facts, feed: entry.feed, updatedBy: entry.journalId });
  set.put(record, entry.journalId);
  const isAsBefore = JSON.stringify(matchRecordOfFacts(before)) === JSON.stringify(matchRecordOfFacts(record));
  return isAsBefore || !isAlone(set, record) ? record : findPerson(application, record);
}

/** It speaks again: as a new record would, of which only the id is known. */
function restored(application: Application, before: StoredRecord, patient: PatientStatement): StoredRecord {
  const { set, entry, moment, warnings } = application;
  const text = "This patient was deleted before, and speaks again: the record is back, without what it said then.";
  warnings.push({ location: "PID-3", code: "identity", text });
  const facts = hear(undefined, patient, moment);
  const record = withKeys(set, {
    ...before,
    ...facts,
    status: "active",
    feed: entry.feed,
    updatedBy: entry.journalId,
  });
  set.put(record, entry.journalId);
  noteAssertion(application, record, "restored");
  return isAlone(set, record) ? findPerson(application, record) : record;
}

/** Only a record that is its person's only active one is matched again: others are tied by decisions that stand. */
const isAlone = (set: WorkingSet, record: StoredRecord) =>
  set.recordsOf(record.personId).filter((each) => each.status === "active").length === 1;
