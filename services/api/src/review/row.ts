import type { StoredPerson, StoredReviewTask } from "@chesil/store";
import { z } from "zod";
import { displayNameOf } from "../persons/texts.ts";

const HOUR_MS = 60 * 60_000;

const side = z.object({ personId: z.string(), displayName: z.string() });
export const reviewTaskRow = z.object({
  taskId: z.string(),
  kind: z.enum(["possible-match", "merge-conflict", "link-conflict", "link-check", "identifier-conflict"]),
  state: z.enum(["open", "closed"]),
  openedAt: z.iso.datetime(),
  ageHours: z.number(),
  weight: z.number().nullable(),
  why: z.string(),
  left: side,
  right: side,
});
export type ReviewTaskRow = z.infer<typeof reviewTaskRow>;

/** A task in a list. Both persons must have passed the gate. */
export function taskRowOf(
  task: StoredReviewTask,
  persons: ReadonlyMap<string, StoredPerson>,
  now: Date,
): ReviewTaskRow {
  const sideOf = (personId: string) => ({
    personId,
    displayName: displayNameOf(persons.get(personId)?.golden.names?.value),
  });
  return {
    taskId: String(task.taskId),
    kind: task.kind,
    state: task.state,
    openedAt: task.openedAt.toISOString(),
    ageHours: Math.max(0, (now.getTime() - task.openedAt.getTime()) / HOUR_MS),
    weight: task.weight,
    why: task.why,
    left: sideOf(task.personId),
    right: sideOf(task.otherPersonId),
  };
}

/** The persons of the tasks, each once. */
export function personsOfTasks(tasks: readonly StoredReviewTask[]): string[] {
  return [...new Set(tasks.flatMap((task) => [task.personId, task.otherPersonId]))];
}

/** A task names two persons; it may be shown where both may. */
export function bothIn(persons: ReadonlySet<string>, task: StoredReviewTask): boolean {
  return persons.has(task.personId) && persons.has(task.otherPersonId);
}
