import { rolesOf } from "@chesil/access";
import {
  appendCommands,
  countAssigned,
  type IdentityCommand,
  readDeciders,
  readReviewTasksById,
  readUsers,
  type StoredReviewTask,
  type StoredUser,
} from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notFound, unprocessable } from "../problem.ts";
import { admits } from "../roles.ts";
import { numberedId, reasonText, typedText } from "../words.ts";
import { deal } from "./deal.ts";
import { hadTheirSay } from "./may-decide.ts";
import { bothIn, personsOfTasks } from "./row.ts";

/** Tasks that one call hands out: their persons are asked about in one go. */
const TASKS_AT_ONCE_MAX = 500;
const IN_TURN = "round-robin";

const assignBody = z.strictObject({
  taskIds: z.array(numberedId).min(1).max(TASKS_AT_ONCE_MAX),
  /** A username; null: anybody's again; `round-robin`: in turn to the reviewers, those with the fewest open tasks first. */
  to: typedText(100).nullable(),
  reason: reasonText.default("Handed out"),
});

/** What is known of the tasks that are handed out. */
type Handed = {
  readonly tasks: readonly StoredReviewTask[];
  readonly deciders: ReadonlyMap<number, ReadonlySet<string>>;
  readonly users: readonly StoredUser[];
};
type Shares = ReadonlyMap<string | null, readonly number[]>;

/** Whose tasks these are from now on. */
export function assignRoute(app: App, deps: Deps): void {
  const { database, gate, clock } = deps;
  app.post(
    "/api/v1/review-tasks/assign",
    {
      config: { action: "review-task.assign" },
      schema: {
        tags: ["review"],
        summary: `Assign open tasks, at most ${TASKS_AT_ONCE_MAX}, to somebody, to nobody, or in turn to the reviewers`,
        body: assignBody,
        response: {
          202: z.object({
            commandIds: z.array(z.string()),
            assigned: z.array(z.object({ taskId: z.string(), to: z.string().nullable() })),
          }),
        },
      },
    },
    async (request, reply) => {
      const { username: by } = viewerOf(request);
      const { to, reason } = request.body;
      const taskIds = [...new Set(request.body.taskIds)];
      const handed = await readAtOnce(database, async (client) => ({
        tasks: await readReviewTasksById(client, taskIds),
        deciders: await readDeciders(client, taskIds),
        users: await readUsers(client),
      }));
      // Nothing of a patient is shown; whose tasks may not be told of are not there.
      const visible = await gate.reviewable(personsOfTasks(handed.tasks));
      if (handed.tasks.filter((task) => bothIn(visible, task)).length < taskIds.length) throw notFound();
      if (handed.tasks.some((task) => task.state === "closed")) throw conflict("One of the tasks is closed");
      const shares = to === IN_TURN ? await sharesInTurn(deps, handed, taskIds) : shareOfOne(handed, taskIds, to);
      await gate.record(by, "review-task.assign", { tasks: taskIds.map(String), to: to ?? "nobody" });
      const commands = [...shares].map(
        ([reviewer, ids]): IdentityCommand => ({ command: "assign", taskIds: ids, to: reviewer, by, reason }),
      );
      const commandIds = await appendCommands(database, commands, clock());
      const assigned = [...shares].flatMap(([reviewer, ids]) =>
        ids.map((taskId) => ({ taskId: String(taskId), to: reviewer })),
      );
      return reply.code(202).send({ commandIds: commandIds.map(String), assigned });
    },
  );
}

/** @throws Problem 422 where the tasks can not be this person's. */
function shareOfOne({ tasks, deciders, users }: Handed, taskIds: readonly number[], to: string | null): Shares {
  if (to !== null) {
    if (!whoCanDecide(users).some(({ username }) => username === to)) {
      throw unprocessable("There is nobody of this name who decides tasks");
    }
    if (tasks.some((task) => hadTheirSay(to, task, deciders))) {
      throw unprocessable("One of the tasks waits for another's verdict", "Who gave the first gives no second.");
    }
  }
  return new Map([[to, taskIds]]);
}

/** @throws Problem 422 where nobody is left to have a task. */
async function sharesInTurn(
  { database, config }: Deps,
  { tasks, deciders, users }: Handed,
  taskIds: readonly number[],
): Promise<Shares> {
  const named = config.review.reviewers;
  const reviewers = whoCanDecide(users)
    .filter(({ username, roles }) => (named.length > 0 ? named.includes(username) : roles.includes("data-manager")))
    .map(({ username }) => username);
  const load = await countAssigned(database.pool, reviewers);
  for (const { assignee } of tasks) if (assignee !== null) load.set(assignee, (load.get(assignee) ?? 0) - 1);
  const byId = new Map(tasks.map((task) => [task.taskId, task]));
  const inOrder = taskIds.flatMap((taskId) => byId.get(taskId) ?? []);
  const { dealt, left } = deal(
    inOrder.map((task) => ({
      taskId: task.taskId,
      notTo: new Set(reviewers.filter((reviewer) => hadTheirSay(reviewer, task, deciders))),
    })),
    reviewers,
    load,
  );
  if (left.length > 0) {
    throw unprocessable("There is nobody to hand these tasks to", "No reviewer is there, or each gave a verdict.");
  }
  return new Map(dealt);
}

const whoCanDecide = (users: readonly StoredUser[]) =>
  users.filter((user) => !user.disabled && admits("identity.decide", rolesOf(user.roles)));
