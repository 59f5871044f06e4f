import { compare } from "@chesil/matching";
import type { MergeStatement } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, identityEvent, openTask } from "./application.ts";
import { evidenceOf } from "./match.ts";
import { addRecord } from "./place-record.ts";

/**
 * A sender's merge (A40): the retired id was a mistake, the survivor is the patient. The retired record stays, links to
 * the survivor's person, and redirects its later messages.
 *
 * Defined outcomes: an unknown retired id leaves a tombstone, so that a late message for it does not bring it back; an
 * unknown survivor is created; the same merge again, or its inverse, changes nothing; where the two sides carry
 * different NHS numbers, different authorities, or the retired id was merged elsewhere before, nothing moves and a
 * data manager is asked.
 */
export function applyMerge(application: Application, merge: MergeStatement): void {
  const { set, entry, moment, mint, model, warnings } = application;
  const nothingKnown = { identifiers: { recordedAt: moment.recordedAt, journalId: entry.journalId }, demographics: {} };
  const survivor = set.find(merge.survivor)?.record ?? addRecord(application, merge.survivor, nothingKnown);
  const prior = set.find(merge.retired);
  if (!prior) {
    const tombstone: StoredRecord = {
      ...survivor,
      ...nothingKnown,
      sourceRecordId: mint.number(),
      authority: merge.retired.authority,
      localId: merge.retired.localId,
      status: "retired",
      retiredInto: survivor.sourceRecordId,
      blockingKeys: [],
      createdBy: entry.journalId,
      updatedBy: entry.journalId,
    };
    set.put(tombstone, entry.journalId);
    set.identityEvents.push(
      identityEvent(application, tombstone, "retired", "sender", {
        fromPersonId: null,
        evidence: undefined,
        kept: null,
      }),
    );
    return;
  }
  if (prior.record.sourceRecordId === survivor.sourceRecordId) {
    warnings.push({ location: "MRG-1", code: "ignored", text: "These two ids were merged before: nothing changed." });
    return;
  }
  const evidence = compare(set.prepared(survivor), set.prepared(prior.record), model);
  const doubt = doubtOf(merge, prior.redirected, evidence.veto);
  if (doubt) {
    warnings.push({ location: "MRG-1", code: "ignored", text: `${doubt} The merge waits for a data manager.` });
    openTask(
      application,
      "merge-conflict",
      survivor,
      { record: prior.record, evidence },
      doubt,
      evidenceOf({ kind: "merge" }, evidence, model),
    );
    return;
  }
  retire(application, prior.record, survivor);
}

function doubtOf(merge: MergeStatement, mergedBefore: boolean, veto: string | undefined): string | undefined {
  if (merge.survivor.authority !== merge.retired.authority) return "The merge names ids of two different authorities.";
  if (mergedBefore) return "The retired id was merged into another record before.";
  if (veto === "different-nhs-numbers") return "The two records carry different valid NHS numbers.";
  return undefined;
}

/** Retires the record and moves to the survivor's person all that led to it: what was merged into it before as well. */
function retire(application: Application, prior: StoredRecord, survivor: StoredRecord): void {
  const { set, entry } = application;
  const left = prior.personId;
  const led = set
    .recordsOf(left)
    .filter((record) => record.status === "retired" && set.endOf(record).sourceRecordId === prior.sourceRecordId);
  set.touchedPersons.set(left, entry.journalId);
  const retired: StoredRecord = { ...prior, status: "retired", retiredInto: survivor.sourceRecordId };
  for (const record of [retired, ...led]) {
    const moved: StoredRecord = { ...record, personId: survivor.personId, updatedBy: entry.journalId };
    set.put(moved, entry.journalId);
    set.identityEvents.push(
      identityEvent(application, moved, record === retired ? "merged" : "moved", "sender", {
        fromPersonId: left === survivor.personId ? null : left,
        evidence: undefined,
        kept: { retiredInto: moved.retiredInto },
      }),
    );
  }
  if (left !== survivor.personId && set.recordsOf(left).length === 0)
    set.replacePerson(left, survivor.personId, entry.journalId);
}
