import type { MatchingModel } from "@chesil/matching";
import type { CanonicalEvent, PatientStatement } from "@chesil/model";
import type { JournalEntry, StoredRecord } from "@chesil/store";
import type { Application } from "./application.ts";
import { encounterAfter } from "./encounter.ts";
import { matchRecordOfFacts } from "./match-record.ts";
import { applyMerge } from "./merge.ts";
import { Mint } from "./mint.ts";
import { addRecord, findPerson, withKeys } from "./place-record.ts";
import { believedTime, hear } from "./statement.ts";
import type { WorkingSet } from "./working-set.ts";

/** Far above any visit number of the standard (CX.1 ends at 15 or 20). */
const VISIT_NUMBER_LENGTH_MAX = 200;

/**
 * Applies one canonical event: hears the source, finds the person, retires what a merge names, moves the encounter.
 * Everything it does is in the working set; it throws only for a broken assumption.
 */
export function applyEvent(
  set: WorkingSet,
  entry: JournalEntry,
  event: CanonicalEvent,
  model: MatchingModel,
  decided: { by: number; at: Date },
): void {
  const time = believedTime(event.recordedAt, entry.receivedAt);
  const warnings = [...event.warnings];
  if (time.future)
    warnings.push({
      location: "EVN-2",
      code: "future-time",
      text: "Recorded in the future: taken as the time of receipt.",
    });
  const application: Application = {
    set,
    entry,
    moment: { recordedAt: time.at, journalId: entry.journalId },
    mint: new Mint(entry.journalId),
    model,
    warnings,
  };
  const heard = hearPatient(application, event.patient);
  for (const merge of event.merges) applyMerge(application, merge);
  const record = set.record(heard.sourceRecordId) ?? heard;
  if (event.encounter && event.encounter.visitNumber.length > VISIT_NUMBER_LENGTH_MAX) {
    warnings.push({
      location: "PV1-19",
      code: "ignored",
      text: `A visit number has at most ${VISIT_NUMBER_LENGTH_MAX} characters: the visit was left out.`,
    });
  } else if (event.encounter) {
    const known = set.encounter(record.sourceRecordId, event.encounter.visitNumber);
    set.putEncounter(
      encounterAfter(known, event.encounter, {
        sourceRecordId: record.sourceRecordId,
        encounterId: known?.encounterId ?? application.mint.number(),
        recordedAt: new Date(time.at),
        journalId: entry.journalId,
      }),
    );
  }
  set.outcomes.push({
    journalId: entry.journalId,
    outcome: "applied",
    reason: null,
    detail: null,
    decidedBy: decided.by,
    decidedAt: decided.at,
    sourceRecordId: record.sourceRecordId,
    personId: record.personId,
    warnings,
  });
}

function hearPatient(application: Application, patient: PatientStatement): StoredRecord {
  const { set, entry, moment, warnings } = application;
  const found = set.find(patient.key);
  if (found?.redirected) {
    warnings.push({
      location: "PID-3",
      code: "retired-id",
      text: "This id was merged away: the message went to the surviving record.",
    });
  }
  const facts = hear(found?.record, patient, moment);
  if (!found) return addRecord(application, patient.key, facts);
  const before = found.record;
  const record = withKeys(set, { ...before, ...facts, feed: entry.feed, updatedBy: entry.journalId });
  set.put(record, entry.journalId);
  if (
    isAlone(set, record) &&
    JSON.stringify(matchRecordOfFacts(before)) !== JSON.stringify(matchRecordOfFacts(record))
  ) {
    return findPerson(application, record);
  }
  return record;
}

/** Only a record that is its person's only active one is matched again: others are tied by decisions that stand. */
const isAlone = (set: WorkingSet, record: StoredRecord) =>
  set.recordsOf(record.personId).filter((each) => each.status === "active").length === 1;
