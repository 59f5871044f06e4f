import type { MatchingModel } from "@chesil/matching";
import type { CanonicalEvent } from "@chesil/model";
import type { Hearing, JournalEntry, StoredRecord } from "@chesil/store";
import { type Application, type HeardOtherwise, openTask } from "./application.ts";
import { isHeldElsewhere, takeBackWhereHeld } from "./document-set.ts";
import { hearFacts } from "./hear-facts.ts";
import { hearPatient, isHeardAfter, OverlayHeldError } from "./hear-patient.ts";
import { hearVisit } from "./hear-visit.ts";
import { settleLinks } from "./identity/settle-links.ts";
import { warnOfImpossible } from "./impossible.ts";
import { Mint } from "./mint.ts";
import { applyOperations } from "./operations/apply-operations.ts";
import { believedTime } from "./statement.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Applies one canonical event: hears what it says of its patients, carries out what it asserts of identities, then hears
 * what it says of their visits and facts, which so come to rest where the patients are now. Of a patient whose own words
 * it does not believe, it hears nothing.
 *
 * @returns `held`: nothing was taken, because it makes a patient look like somebody else and its feed is set so.
 *
 * Everything it does is in the working set; it throws only for a broken assumption, or for what was not loaded.
 */
export function applyEvent(
  set: WorkingSet,
  entry: JournalEntry,
  event: CanonicalEvent,
  model: MatchingModel,
  { by, at, onOverlay }: { by: number; at: Date; onOverlay: Application["onOverlay"] },
): "applied" | "held" {
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
    occurredAt: event.occurredAt,
    mint: new Mint(entry.journalId),
    model,
    warnings,
    onOverlay,
    hearings: new Map(),
  };
  const after = new Set(event.subjects.filter(({ patient }) => isHeardAfter(set, patient, event.operations)));
  const elsewhere = new Set(event.subjects.filter((subject) => isHeldElsewhere(set, subject)));
  const hear = (isAfter: boolean, as = application) =>
    event.subjects.map((subject) =>
      after.has(subject) === isAfter && !elsewhere.has(subject)
        ? hearPatient(as, subject.patient, event.operations)
        : undefined,
    );
  const takeBack = onOverlay === "hold" ? set.savepoint() : undefined;
  const before = orHeld(() => hear(false));
  if (before instanceof OverlayHeldError) {
    takeBack?.();
    holdBack(application, before, { by, at });
    return "held";
  }
  const isDoubted = !applyOperations(application, event.operations);
  // What was asserted is done and can not be held any more: whoever looks like somebody else is set aside.
  const afterwards = hear(true, onOverlay === "hold" ? { ...application, onOverlay: "flag" } : application);
  settleLinks(application);
  const records = event.subjects.map((subject, index) => {
    const { patient, encounter, ...said } = subject;
    const heard = before[index] ?? afterwards[index];
    if (elsewhere.has(subject)) return takeBackWhereHeld(application, subject);
    const record = set.record(heard?.sourceRecordId ?? -1) ?? set.find(patient.key)?.record;
    if (heard && record && !isSilenced(application, set.endOf(record))) {
      if (encounter) hearVisit(application, record, encounter);
      const of = event.source.triggerEvent === "GONE" ? set.find(patient.key)?.record.sourceRecordId : undefined;
      hearFacts(application, record, { ...said, of });
      warnOfImpossible(application, set.endOf(record), subject);
    }
    return record && set.endOf(record);
  });
  const [record] = records;
  set.outcomes.push({
    journalId: entry.journalId,
    outcome: "applied",
    reason: null,
    detail: null,
    decidedBy: by,
    decidedAt: at,
    sourceRecordId: record?.sourceRecordId ?? null,
    personId: record?.personId ?? null,
    warnings,
    hearing: hearingOf(application, isDoubted),
  });
  return "applied";
}

function hearingOf({ hearings = new Map<string, HeardOtherwise>() }: Application, isDoubted: boolean): Hearing | null {
  if (hearings.size === 0 && !isDoubted) return null;
  const thoseWho = (heard: HeardOtherwise) =>
    [...hearings].flatMap(([identity, how]) => (how === heard ? identity : []));
  const redirected = Object.fromEntries(
    [...hearings].flatMap(([identity, how]) => (typeof how === "number" ? [[identity, how] as const] : [])),
  );
  return { redirected, elsewhere: thoseWho("elsewhere"), unheard: thoseWho("unheard"), isDoubted };
}

function orHeld<Heard>(hear: () => Heard): Heard | OverlayHeldError {
  try {
    return hear();
  } catch (error) {
    if (error instanceof OverlayHeldError) return error;
    throw error;
  }
}

/** Nothing of the message is taken; a data manager sees both versions. */
function holdBack(
  application: Application,
  { sourceRecordId, why, kept, evidence }: OverlayHeldError,
  { by, at }: { by: number; at: Date },
): void {
  const { set, entry } = application;
  const record = set.record(sourceRecordId);
  // The message is decided again when somebody has looked, and mints from the beginning.
  const taskId = application.mint.last();
  if (record) openTask(application, "possible-overlay", record, { record, evidence }, why, kept, taskId);
  set.outcomes.push({
    journalId: entry.journalId,
    outcome: "quarantined",
    reason: "possible-overlay",
    detail: null,
    decidedBy: by,
    decidedAt: at,
    sourceRecordId,
    personId: record?.personId ?? null,
    warnings: [],
  });
}

/** What was recorded before its record was deleted has no effect any more. */
const isSilenced = ({ moment }: Application, { deletedAt }: StoredRecord) =>
  deletedAt !== undefined && moment.recordedAt <= deletedAt;
