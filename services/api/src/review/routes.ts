import { countReviewTasks, readPersons } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { notAllowed } from "../problem.ts";
import { cursorWord, numberedId } from "../words.ts";
import { reviewPage } from "./page.ts";
import { bothIn, personsOfTasks, reviewTaskRow, taskRowOf } from "./row.ts";
import { reviewTaskAnswer, viewReviewTask } from "./view.ts";

const place = z.object({ openedAt: z.iso.datetime(), taskId: z.number().int() });
const listAnswer = z.object({
  tasks: z.array(reviewTaskRow),
  next: z.string().nullable(),
  counts: z.object({ open: z.number(), closed: z.number() }),
});

/** Questions for data managers: listed and shown with their evidence. Deciding them is not offered yet. */
export function reviewRoutes(app: App, deps: Deps, cursors: Cursors): void {
  const { database, gate, clock } = deps;
  const config = { action: "review-task.read" } as const;

  app.get(
    "/api/v1/review-tasks",
    {
      config,
      schema: {
        tags: ["review"],
        summary: "Review tasks, the longest waiting first",
        querystring: z.object({ state: z.enum(["open", "closed"]).default("open"), cursor: cursorWord.optional() }),
        response: { 200: listAnswer },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { state, cursor } = request.query;
      const list = ["review-tasks", viewer.username, state];
      const opened = cursor === undefined ? null : cursors.open(list, cursor, place);
      const after = opened && { openedAt: new Date(opened.openedAt), taskId: opened.taskId };
      const { tasks, next } = await reviewPage(deps, state, after);
      const asked = personsOfTasks(tasks);
      const permitted = await gate.persons(viewer, asked, "review-task.list", { tasks: tasks.length });
      if (!permitted.allowed) throw notAllowed();
      const shown = tasks.filter((task) => bothIn(permitted.personIds, task));
      const { persons, counts } = await readAtOnce(database, async (client) => ({
        persons: new Map((await readPersons(client, asked)).map((person) => [person.personId, person])),
        counts: await countReviewTasks(client),
      }));
      return {
        tasks: shown.map((task) => taskRowOf(task, persons, clock())),
        next: next && cursors.seal(list, { openedAt: next.openedAt.toISOString(), taskId: next.taskId }),
        counts,
      };
    },
  );

  app.get(
    "/api/v1/review-tasks/:id",
    {
      config,
      schema: {
        tags: ["review"],
        summary: "One review task: both persons side by side, and the evidence level by level",
        params: z.object({ id: numberedId }),
        response: { 200: reviewTaskAnswer },
      },
    },
    async (request) => viewReviewTask(deps, viewerOf(request), request.params.id),
  );
}
