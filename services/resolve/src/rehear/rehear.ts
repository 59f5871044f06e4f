import type { IdentityOperation, SourceKey } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, noteAssertion } from "../application.ts";
import { hearFacts } from "../hear-facts.ts";
import { hearVisit, placeOfVisit } from "../hear-visit.ts";
import { moveVisits } from "../move-visit.ts";
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
 *
 * @param records every record of the patients. Of those that are retired only `retired` is heard again: what it said before.
 */
export function giveBackWords(application: Application, records: readonly StoredRecord[], retired?: number): void {
  const { set, entry } = application;
  for (const [id, { facts, heard }] of rehearWords(records, messagesAbout(application, records))) {
    const record = set.record(id);
    if (!record || !facts || (record.status === "retired" && id !== retired)) continue;
    const { former: _, ...bare } = record;
    const { overlaidBy, ...plain } = bare;
    // What made it look like somebody else was said of the other.
    const isCleared = (overlaidBy ?? null) !== null && !heard.has(overlaidBy ?? -1);
    const after = withKeys(set, { ...(isCleared ? plain : bare), ...facts });
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
  const deletedBy = deletionsIn(application, messages);
  set.visits.forget(ids, (journalId) => heardAnew.has(journalId), entry.journalId);
  set.facts.forget(ids, (journalId) => heardAnew.has(journalId));
  for (const message of messages) {
    const { entry: said, event, hearing } = message;
    const recordedAt = believedTime(event.recordedAt, said.receivedAt).at;
    const again: Application = {
      ...application,
      moment: { recordedAt, journalId: said.journalId },
      occurredAt: event.occurredAt,
      warnings: [],
    };
    for (const operation of event.operations) {
      const patient = patientOfVisits(operation);
      if (hearing?.isDoubted || !patient || !keys.has(keyOf(patient))) continue;
      bringAlong(again, ids, patient);
      applyToVisits(again, operation);
    }
    for (const { patient, encounter, facts, snapshots } of event.subjects) {
      const isHeard = keys.has(keyOf(patient.key)) && !hearing?.unheard.includes(keyOf(patient.key));
      const record = isHeard ? set.find(patient.key)?.record : undefined;
      const { deletedAt } = record ?? {};
      // What came before the deletion was heard, and went with it.
      const isSilenced =
        deletedAt !== undefined && recordedAt <= deletedAt && said.journalId > deletedBy(record?.sourceRecordId);
      if (!record || isSilenced) continue;
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

/** Visits that another patient's message brought to one of these records, when the ids were one: they come to whom it named. */
function bringAlong({ set, moment, ...application }: Application, ids: ReadonlySet<number>, patient: SourceKey): void {
  const owner = set.find(patient)?.record.sourceRecordId;
  if (owner === undefined) return;
  for (const { sourceRecordId, kind, number, intoSourceRecordId, intoNumber } of set.visits.broughtBy(
    moment.journalId,
  )) {
    if (ids.has(sourceRecordId) || !ids.has(intoSourceRecordId) || intoSourceRecordId === owner) continue;
    const [from, to] = [intoSourceRecordId, owner].map((id) => ({ sourceRecordId: id, number: intoNumber }));
    if (!from || !to) continue;
    if (kind === "visit" && set.visits.at(from)) moveVisits({ set, moment, ...application }, [{ from, to }]);
    set.visits.redirect(kind, { sourceRecordId, number }, to, moment.journalId);
  }
}

/** By record, the entry that deleted it last. */
function deletionsIn({ set }: Application, messages: readonly TookEffect[]): (id: number | undefined) => number {
  const deletedBy = new Map<number, number>();
  for (const { entry, event, hearing } of messages)
    for (const operation of hearing?.isDoubted ? [] : event.operations) {
      const record = operation.operation === "delete-record" ? set.find(operation.deleted)?.record : undefined;
      const at = believedTime(event.recordedAt, entry.receivedAt).at;
      if (record && record.deletedAt === at) deletedBy.set(record.sourceRecordId, entry.journalId);
    }
  return (id) => deletedBy.get(id ?? -1) ?? -1;
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
