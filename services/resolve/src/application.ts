import { compare, type Evidence, type MatchingModel } from "@chesil/matching";
import type { Warning } from "@chesil/model";
import type { IdentityEventWrite, JournalEntry, ReviewTaskKind, StoredRecord } from "@chesil/store";
import { evidenceOf } from "./identity/evidence.ts";
import type { Mint } from "./mint.ts";
import type { Moment } from "./statement.ts";
import type { WorkingSet } from "./working-set.ts";

/** One message on its way into the working set. */
export type Application = {
  readonly set: WorkingSet;
  readonly entry: JournalEntry;
  readonly moment: Moment;
  /** EVN-6, when the sender gave it: ISO instant, UTC. */
  readonly occurredAt: string | undefined;
  readonly mint: Mint;
  readonly model: MatchingModel;
  readonly warnings: Warning[];
  /** What becomes of a message that makes a patient look like somebody else; `take`: a person has looked. */
  readonly onOverlay: "flag" | "hold" | "take";
  /** Of the patients who are not heard by the record of their own id: by identity, what becomes of them. */
  readonly hearings?: Map<string, HeardOtherwise>;
};

/** Heard by the record of this id, to which its own leads; not heard by that, being somebody else; heard by nobody. */
export type HeardOtherwise = number | "elsewhere" | "unheard";

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

/** Notes what a sender's assertion made of a record. */
export function noteAssertion(
  application: Application,
  record: StoredRecord,
  kind: IdentityEventWrite["kind"],
  kept: unknown = null,
  fromPersonId: string | null = null,
): void {
  application.set.identityEvents.push(
    identityEvent(application, record, kind, "sender", { fromPersonId, evidence: undefined, kept }),
  );
}

/** A question for a data manager. */
export function openTask(
  { set, entry, mint }: Application,
  kind: ReviewTaskKind,
  record: StoredRecord,
  other: { record: StoredRecord; evidence?: Evidence },
  why: string,
  evidence: unknown,
  taskId = mint.number(),
): void {
  set.reviewTasks.push({
    taskId,
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

/** A question about what a sender asserted, with what the two records look like beside each other. */
export function askAbout(
  application: Application,
  kind: ReviewTaskKind,
  record: StoredRecord,
  other: StoredRecord,
  why: string,
  evidence = evidenceBetween(application, record, other),
): void {
  const { model } = application;
  openTask(application, kind, record, { record: other, evidence }, why, evidenceOf("assertion", evidence, model));
}

const evidenceBetween = ({ set, model }: Application, one: StoredRecord, other: StoredRecord): Evidence =>
  compare(set.prepared(one), set.prepared(other), model);
