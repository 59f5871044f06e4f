import type { Viewer } from "@chesil/access";
import { readPersons, readRecordsOfPersons, readReviewTask, type StoredPerson, type StoredRecord } from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import { decisionOf, decisionView, personsInDecision } from "../decision.ts";
import type { Deps } from "../deps.ts";
import { goldenViewOf } from "../persons/golden-view.ts";
import { displayNameOf, FIELD_LABELS } from "../persons/texts.ts";
import { notFound } from "../problem.ts";
import { bothIn, personsOfTasks, reviewTaskRow, taskRowOf } from "./row.ts";

const sideView = z.object({
  personId: z.string(),
  displayName: z.string(),
  rows: z.array(z.object({ label: z.string(), text: z.string(), source: z.string() })),
});
export const reviewTaskAnswer = reviewTaskRow.extend({
  left: sideView,
  right: sideView,
  evidence: decisionView.nullable(),
});

/** One task with its evidence. @throws Problem 404 alike for no task and for one about somebody who is opted out. */
export async function viewReviewTask(
  { database, gate, clock }: Deps,
  viewer: Viewer,
  taskId: number,
): Promise<z.infer<typeof reviewTaskAnswer>> {
  const task = await readReviewTask(database.pool, taskId);
  if (!task) throw notFound();
  const ids = personsOfTasks([task]);
  const permitted = await gate.persons(viewer, ids, "review-task.view", { task: taskId });
  if (!permitted.allowed || !bothIn(permitted.personIds, task)) throw notFound();
  const { persons, records } = await readAtOnce(database, async (client) => ({
    persons: new Map((await readPersons(client, ids)).map((person) => [person.personId, person])),
    records: await readRecordsOfPersons(client, ids),
  }));
  const shown = await gate.withoutOptedOut(personsInDecision(task.evidence));
  const sideOf = (personId: string) =>
    sideViewOf(
      personId,
      persons.get(personId),
      records.filter((record) => record.personId === personId),
    );
  const by = task.kind === "possible-match" ? "model" : "sender";
  return {
    ...taskRowOf(task, persons, clock()),
    left: sideOf(task.personId),
    right: sideOf(task.otherPersonId),
    evidence: decisionOf(task.evidence, by, { shown, mayShowOther: true }),
  };
}

function sideViewOf(
  personId: string,
  person: StoredPerson | undefined,
  records: readonly StoredRecord[],
): z.infer<typeof sideView> {
  const golden = goldenViewOf(person?.golden ?? {}, records);
  const fields = Object.entries(FIELD_LABELS) as [keyof typeof FIELD_LABELS, string][];
  const values = fields.flatMap(([field, label]) => {
    const known = golden[field];
    return known ? [{ label, text: known.text, source: `${known.source.authority} ${known.source.localId}` }] : [];
  });
  const ids = records.map((record) => ({
    label: record.status === "active" ? "Local id" : "Retired local id",
    text: `${record.authority} ${record.localId}`,
    source: record.feed,
  }));
  return { personId, displayName: displayNameOf(person?.golden.names?.value), rows: [...values, ...ids] };
}
