import type { PatientStatement } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { type Application, identityEvent, openTask } from "./application.ts";
import { evidenceOf, whoseRecord } from "./match.ts";
import { storedBlockingKeys, type WorkingSet } from "./working-set.ts";

/** Candidates of one record that become review tasks; the rest are less like it and stay in the evidence. */
const REVIEW_TASKS_PER_RECORD_MAX = 3;

/** A record nobody knew: it gets the person it is found to be, or a new one. */
export function addRecord(
  application: Application,
  key: PatientStatement["key"],
  facts: Pick<StoredRecord, "identifiers" | "demographics">,
): StoredRecord {
  const { set, entry, mint } = application;
  const record = withKeys(set, {
    sourceRecordId: mint.number(),
    authority: key.authority,
    localId: key.localId,
    feed: entry.feed,
    status: "active",
    retiredInto: null,
    personId: mint.uuid(),
    ...facts,
    blockingKeys: [],
    createdBy: entry.journalId,
    updatedBy: entry.journalId,
  });
  return findPerson(application, record);
}

/** The record with the blocking keys of its present facts. */
export const withKeys = (set: WorkingSet, record: StoredRecord): StoredRecord => ({
  ...record,
  blockingKeys: storedBlockingKeys(set.preparedAnew(record)),
});

/**
 * Decides whose the record is and puts it there. `record.personId` is the person it has now: freshly minted for a new
 * record, its own for one that is matched again.
 */
export function findPerson(application: Application, record: StoredRecord): StoredRecord {
  const { set, entry, model } = application;
  const isNew = set.record(record.sourceRecordId) === undefined;
  set.requireKeys(record.blockingKeys);
  const { decision, candidates } = whoseRecord(set, record, model);
  if (decision.kind === "link") {
    const linked = { ...record, personId: decision.personId };
    const { evidence } = decision;
    const why = { fromPersonId: isNew ? null : record.personId, evidence, kept: evidenceOf(decision, evidence, model) };
    set.put(linked, entry.journalId);
    set.identityEvents.push(identityEvent(application, linked, isNew ? "linked" : "moved", "model", why));
    if (!isNew) leaveForGood(application, record.personId, decision.personId, why);
    return linked;
  }
  set.put(record, entry.journalId);
  if (isNew) {
    const closest = decision.kind === "review" ? decision.candidates[0]?.evidence : decision.best?.evidence;
    const kept = evidenceOf(decision, closest, model);
    set.identityEvents.push(
      identityEvent(application, record, "created", "new", { fromPersonId: null, evidence: closest, kept }),
    );
  }
  if (decision.kind === "review") {
    for (const { evidence } of decision.candidates.slice(0, REVIEW_TASKS_PER_RECORD_MAX)) {
      const candidate = candidates.find((each) => each.evidence === evidence);
      if (candidate)
        openTask(application, "possible-match", record, candidate, decision.why, evidenceOf(decision, evidence, model));
    }
  }
  return record;
}

/** A person whose only active record moved: what was merged into that record goes along, and nobody is left. */
function leaveForGood(
  application: Application,
  personId: string,
  survivorId: string,
  why: Parameters<typeof identityEvent>[4],
): void {
  const { set, entry } = application;
  for (const record of set.recordsOf(personId)) {
    const moved = { ...record, personId: survivorId };
    set.put(moved, entry.journalId);
    set.identityEvents.push(identityEvent(application, moved, "moved", "model", why));
  }
  set.replacePerson(personId, survivorId, entry.journalId);
}
