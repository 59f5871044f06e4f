import type { Viewer } from "@chesil/access";
import {
  type Decision,
  readDeciders,
  readDecisionsOfPair,
  readDecisionsOfTask,
  readMessagesOfRecords,
  readPersons,
  readReviewTasksById,
  type StoredPerson,
  type StoredRecord,
} from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import { decisionOf, decisionView, personsInDecision } from "../decision.ts";
import type { Deps } from "../deps.ts";
import { goldenViewOf } from "../persons/golden-view.ts";
import { displayNameOf, FIELD_LABELS } from "../persons/texts.ts";
import { notFound } from "../problem.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { changedSinceAsked, changedView, evidenceNow, readLook } from "./look.ts";
import { mayDecide } from "./may-decide.ts";
import { overlayOf, overlayView, overlayViewOf } from "./overlay.ts";
import { bothIn, isOptedOut, personsOfTasks, reviewTaskRow, taskRowOf } from "./row.ts";
import { verdictView, viewDecisions } from "./verdict-view.ts";

const DECISIONS_OF_PAIR_MAX = 50;
const MESSAGES_OF_RECORD_MAX = 20;

const sideView = z.object({
  personId: z.string(),
  displayName: z.string(),
  /** The record that the question is about. */
  record: z.object({
    sourceRecordId: z.string(),
    authority: z.string(),
    localId: z.string(),
    feed: z.string(),
    status: z.enum(["active", "retired", "deleted"]),
  }),
  rows: z.array(z.object({ label: z.string(), text: z.string(), source: z.string() })),
  /** The last messages behind the record, newest first. */
  messageIds: z.array(z.string()),
});
export const reviewTaskAnswer = reviewTaskRow.extend({
  left: sideView,
  right: sideView,
  /** The evidence as it was when the question was asked. */
  evidence: decisionView.nullable(),
  /** The same two, compared as they are now. */
  evidenceNow: decisionView.nullable(),
  /** What is not as it was when the question was asked. */
  changed: changedView,
  /** Of a record whose words became somebody else's: before and after. */
  overlay: overlayView.nullable(),
  /** To be given back with a verdict: it says what was looked at. */
  fingerprint: z.string(),
  mayDecide: z.boolean(),
  /** It is about somebody who opted out of sharing: the privacy officer's alone. */
  optedOut: z.boolean(),
  /** What was decided about the question or the pair. A first verdict that a second reviewer must not see is withheld. */
  decisions: z.array(verdictView),
});

/** One task with its evidence. @throws Problem 404 alike for no task and for one that this viewer may not be shown. */
export async function viewReviewTask(
  deps: Deps,
  viewer: Viewer,
  taskId: number,
): Promise<z.infer<typeof reviewTaskAnswer>> {
  const { database, gate, clock, config, model } = deps;
  const [asked] = await readReviewTasksById(database.pool, [taskId]);
  if (!asked) throw notFound();
  const ids = personsOfTasks([asked]);
  const permitted = await gate.persons(viewer, ids, "review-task.view", { task: taskId });
  if (!permitted.allowed || !bothIn(permitted.personIds, asked)) throw notFound();
  const found = await readAtOnce(database, async (client) => {
    const look = await readLook(client, taskId);
    const { sourceRecordId: one, otherSourceRecordId: other } = asked;
    return {
      look,
      persons: new Map((await readPersons(client, ids)).map((person) => [person.personId, person])),
      messages: await readMessagesOfRecords(client, [one, other], MESSAGES_OF_RECORD_MAX),
      decisions: [
        ...(await readDecisionsOfTask(client, taskId)),
        ...(await readDecisionsOfPair(client, one, other, DECISIONS_OF_PAIR_MAX)),
      ],
      deciders: await readDeciders(client, [taskId]),
    };
  });
  const { look, persons, messages } = found;
  // A record that changed hands between the two reads has another person, whom the gate was not asked about.
  if (!look || !bothIn(permitted.personIds, look.task)) throw notFound();
  const { task, records } = look;
  const optedOut = isOptedOut(permitted.optedOut, task);
  const shown = await gate.withoutOptedOut(personsInDecision(task.evidence));
  const evidence = decisionOf(task.evidence, askedBy(task.kind), { shown, mayShowOther: true });
  const now = evidenceNow(look, await model());
  const overlay = overlayOf(task.evidence);
  const sideOf = (personId: string, recordId: number) => {
    const theirs = records.filter((record) => record.personId === personId);
    return sideViewOf(persons.get(personId), theirs, recordId, messages.get(recordId) ?? []);
  };
  return {
    ...taskRowOf(task, persons, config.review, clock()),
    left: sideOf(task.personId, task.sourceRecordId),
    right: sideOf(task.otherPersonId, task.otherSourceRecordId),
    evidence,
    evidenceNow: now,
    changed: changedSinceAsked(look, evidence, now),
    overlay: overlay && overlayViewOf(overlay),
    fingerprint: fingerprintOf(look),
    mayDecide: mayDecide(viewer, { ...task, optedOut }, found.deciders),
    optedOut,
    decisions: await viewDecisions(deps, viewer, once(found.decisions), "review-task.view"),
  };
}

/** Conflicts are raised by what a sender said, all else by what was compared. */
const askedBy = (kind: string) =>
  ["merge-conflict", "link-conflict", "link-check"].includes(kind) ? "sender" : "model";

const once = (decisions: readonly Decision[]): Decision[] =>
  [...new Map(decisions.map((decision) => [decision.journalId, decision])).values()].sort(
    (a, b) => b.journalId - a.journalId,
  );

function sideViewOf(
  person: StoredPerson | undefined,
  records: readonly StoredRecord[],
  recordId: number,
  messageIds: readonly number[],
): z.infer<typeof sideView> {
  const record = records.find(({ sourceRecordId }) => sourceRecordId === recordId);
  if (!record) throw notFound();
  const golden = goldenViewOf(person?.golden ?? {}, records);
  const fields = Object.entries(FIELD_LABELS) as [keyof typeof FIELD_LABELS, string][];
  const values = fields.flatMap(([field, label]) => {
    const known = golden[field];
    return known ? [{ label, text: known.text, source: `${known.source.authority} ${known.source.localId}` }] : [];
  });
  const ids = records.map((each) => ({
    label: each.status === "active" ? "Local id" : "Retired local id",
    text: `${each.authority} ${each.localId}`,
    source: each.feed,
  }));
  const { authority, localId, feed, status } = record;
  return {
    personId: record.personId,
    displayName: displayNameOf(person?.golden.names?.value),
    record: { sourceRecordId: String(recordId), authority, localId, feed, status },
    rows: [...values, ...ids],
    messageIds: messageIds.map(String),
  };
}
