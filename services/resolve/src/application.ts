import type { Evidence, MatchingModel } from "@chesil/matching";
import type { Warning } from "@chesil/model";
import type { IdentityEventWrite, JournalEntry, StoredRecord } from "@chesil/store";
import type { Mint } from "./mint.ts";
import type { Moment } from "./statement.ts";
import type { WorkingSet } from "./working-set.ts";

/** One message on its way into the working set. */
export type Application = {
  readonly set: WorkingSet;
  readonly entry: JournalEntry;
  readonly moment: Moment;
  readonly mint: Mint;
  readonly model: MatchingModel;
  readonly warnings: Warning[];
};

/** A dated event that ties a record to a person. */
export function identityEvent(
  { entry, mint }: Application,
  record: StoredRecord,
  kind: IdentityEventWrite["kind"],
  decidedBy: IdentityEventWrite["decidedBy"],
  why: { fromPersonId: string | null; evidence: Evidence | undefined; kept: unknown },
): IdentityEventWrite {
  return {
    eventId: mint.number(),
    journalId: entry.journalId,
    at: entry.receivedAt,
    kind,
    sourceRecordId: record.sourceRecordId,
    personId: record.personId,
    fromPersonId: why.fromPersonId,
    decidedBy,
    weight: why.evidence?.weight ?? null,
    evidence: why.kept,
  };
}

/** A question for a data manager. */
export function openTask(
  { set, entry, mint }: Application,
  kind: "possible-match" | "merge-conflict",
  record: StoredRecord,
  other: { record: StoredRecord; evidence?: Evidence },
  why: string,
  evidence: unknown,
): void {
  set.reviewTasks.push({
    taskId: mint.number(),
    kind,
    sourceRecordId: record.sourceRecordId,
    otherSourceRecordId: other.record.sourceRecordId,
    weight: other.evidence?.weight ?? null,
    why,
    evidence,
    journalId: entry.journalId,
    at: entry.receivedAt,
  });
}
