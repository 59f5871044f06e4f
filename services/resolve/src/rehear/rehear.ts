import type { IdentityOperation, SourceKey } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import { hearFacts } from "../hear-facts.ts";
import { hearVisit, placeOfVisit } from "../hear-visit.ts";
import { applyToVisits } from "../operations/apply-to-visits.ts";
import { withKeys } from "../place-record.ts";
import { believedTime } from "../statement.ts";
import { keyOf } from "../working-set.ts";
import type { TookEffect } from "./heard-messages.ts";
import { rehearWords } from "./rehear-words.ts";

/**
 * Every message about the patients of these records, in the order in which they took effect.
 * @throws MissingMessagesError the first time: the batch starts again with them.
 */
export const messagesAbout = ({ set }: Application, records: readonly StoredRecord[]): TookEffect[] =>
  set.heard.of(records.map(keyOf), set.outcomes);

/**
 * Gives records the words of their own messages and no others, after it was found who they are: a merge that is undone
 * must not leave on one patient what was said of the other (law 6).
 */
export function giveBackWords(application: Application, records: readonly StoredRecord[]): void {
  const { set, entry } = application;
  for (const [id, { facts, heard }] of rehearWords(set, records, messagesAbout(application, records))) {
    const record = set.record(id);
    if (!record || !facts) continue;
    const { overlaidBy, ...plain } = record;
    // What made it look like somebody else was said of the other.
    const isCleared = (overlaidBy ?? null) !== null && !heard.has(overlaidBy ?? -1);
    const after = withKeys(set, { ...(isCleared ? plain : record), ...facts });
    set.put(after, entry.journalId);
    if (isCleared) noteAssertion(application, after, "cleared");
  }
}

/**
 * The same of visits and facts, which are where their messages say, as they would be had nobody ever mistaken them. What was
 * moved to another patient stays there.
 */
export function giveBackVisits(application: Application, records: readonly StoredRecord[]): void {
  const { set, entry } = application;
  const messages = messagesAbout(application, records);
  const ids = new Set(records.map((record) => record.sourceRecordId));
  const keys = new Set(records.map(keyOf));
  const heardAnew = new Set(messages.map((message) => message.entry.journalId));
  set.visits.forget(ids, (journalId) => heardAnew.has(journalId), entry.journalId);
  set.facts.forget(ids, (journalId) => heardAnew.has(journalId));
  for (const { entry: said, event } of messages) {
    const recordedAt = believedTime(event.recordedAt, said.receivedAt).at;
    const again: Application = {
      ...application,
      moment: { recordedAt, journalId: said.journalId },
      occurredAt: event.occurredAt,
      warnings: [],
    };
    for (const operation of event.operations) {
      const patient = patientOfVisits(operation);
      if (patient && keys.has(keyOf(patient))) applyToVisits(again, operation);
    }
    for (const { patient, encounter, facts, snapshots } of event.subjects) {
      const record = keys.has(keyOf(patient.key)) ? set.find(patient.key)?.record : undefined;
      if (!record || (record.deletedAt !== undefined && recordedAt <= record.deletedAt)) continue;
      const isHere = ({ visitNumber, account }: VisitNamed) => {
        const place = visitNumber === undefined ? undefined : placeOfVisit(set, record, visitNumber, account);
        return place === undefined || ids.has(place.sourceRecordId);
      };
      if (encounter && isHere(encounter)) hearVisit(again, record, encounter);
      hearFacts(again, record, { facts: facts.filter(isHere), snapshots: snapshots.filter(isHere) });
    }
  }
  set.visits.heardAnew();
  set.facts.heardAnew();
}

type VisitNamed = { readonly visitNumber?: string | undefined; readonly account?: string | undefined };

/** Whose visits an operation speaks of from then on. */
function patientOfVisits(operation: IdentityOperation): SourceKey | undefined {
  switch (operation.operation) {
    case "merge":
      return operation.survivor;
    case "delete-record":
      return operation.deleted;
    case "move-account":
      return operation.to;
    case "link":
    case "unlink":
    case "move-record":
    case "change-id":
      return undefined;
    default:
      return operation.patient;
  }
}
