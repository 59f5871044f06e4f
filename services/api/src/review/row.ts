import { REVIEW_TASK_KINDS, type StoredPerson, type StoredReviewTask, taskDueAt, taskPriority } from "@chesil/store";
import { z } from "zod";
import { displayNameOf } from "../persons/texts.ts";
import type { ReviewPolicy } from "./policy.ts";

const HOUR_MS = 60 * 60_000;

export const taskKind = z.enum(REVIEW_TASK_KINDS);
export const taskStage = z.enum(["first", "second", "adjudication"]);
const side = z.object({ personId: z.string(), displayName: z.string() });
export const reviewTaskRow = z.object({
  taskId: z.string(),
  kind: taskKind,
  state: z.enum(["open", "closed"]),
  /** Whose turn it is: anybody's, a second reviewer's who does not see the first verdict, or a third's. */
  stage: taskStage,
  assignee: z.string().nullable(),
  openedAt: z.iso.datetime(),
  ageHours: z.number(),
  /** By the service level of its kind. */
  dueAt: z.iso.datetime(),
  overdue: z.boolean(),
  /** 0 to 100: by the risk of its kind, the probability that what is shown meanwhile is wrong, and its age. */
  priority: z.number(),
  weight: z.number().nullable(),
  why: z.string(),
  /** How the machine found it answered; null while it is open and where a person decided it. */
  settled: z.enum(["joined", "parted", "ruled", "deleted", "overtaken"]).nullable(),
  closedAt: z.iso.datetime().nullable(),
  left: side,
  right: side,
});
export type ReviewTaskRow = z.infer<typeof reviewTaskRow>;

/** A task in a list. Both persons must have passed the gate. */
export function taskRowOf(
  task: StoredReviewTask,
  persons: ReadonlyMap<string, StoredPerson>,
  { serviceLevelHours }: ReviewPolicy,
  now: Date,
): ReviewTaskRow {
  const sideOf = (personId: string) => ({
    personId,
    displayName: displayNameOf(persons.get(personId)?.golden.names?.value),
  });
  const dueAt = taskDueAt(task, serviceLevelHours);
  return {
    taskId: String(task.taskId),
    kind: task.kind,
    state: task.state,
    stage: task.stage,
    assignee: task.assignee,
    openedAt: task.openedAt.toISOString(),
    ageHours: Math.max(0, (now.getTime() - task.openedAt.getTime()) / HOUR_MS),
    dueAt: dueAt.toISOString(),
    overdue: task.state === "open" && dueAt < now,
    priority: Math.round(taskPriority(task, serviceLevelHours, task.closedAt ?? now)),
    weight: task.weight,
    why: task.why,
    settled: task.settled,
    closedAt: task.closedAt?.toISOString() ?? null,
    left: sideOf(task.personId),
    right: sideOf(task.otherPersonId),
  };
}

/** The persons of the tasks, each once. */
export function personsOfTasks(tasks: readonly StoredReviewTask[]): string[] {
  return [...new Set(tasks.flatMap((task) => [task.personId, task.otherPersonId]))];
}

/** Whether it is about somebody who opted out: a data manager never sees one. */
export function isOptedOut(optedOut: ReadonlySet<string>, { personId, otherPersonId }: StoredReviewTask): boolean {
  return optedOut.has(personId) || optedOut.has(otherPersonId);
}

/** A task names two persons; it may be shown where both may. */
export function bothIn(persons: ReadonlySet<string>, task: StoredReviewTask): boolean {
  return persons.has(task.personId) && persons.has(task.otherPersonId);
}
