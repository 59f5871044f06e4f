import { forReview, maySeeOptedOut, type Viewer } from "@chesil/access";
import {
  countReviewTasks,
  type ReviewTaskCount,
  type ReviewTaskFilter,
  readDeciders,
  readPersons,
  readReviewTasks,
} from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { notAllowed } from "../problem.ts";
import { cursorWord, numberedId, typedText } from "../words.ts";
import { assignRoute } from "./assign-route.ts";
import { decideRoute } from "./decide-route.ts";
import { decisionRoutes } from "./decision-routes.ts";
import { linkRuleRoutes } from "./link-rule-routes.ts";
import { mayDecide } from "./may-decide.ts";
import { bothIn, isOptedOut, personsOfTasks, reviewTaskRow, taskKind, taskRowOf, taskStage } from "./row.ts";
import { statisticsRoute } from "./statistics-route.ts";
import { reviewTaskAnswer, viewReviewTask } from "./view.ts";

const TASKS_PER_PAGE = 50;

const place = z.object({
  sort: z.number(),
  openedAt: z.iso.datetime(),
  taskId: z.number().int(),
  /** The time by which the first page was put in order. */
  now: z.iso.datetime(),
});
const listQuery = z.object({
  state: z.enum(["open", "closed"]).default("open"),
  kind: z.union([taskKind.transform((kind) => [kind]), z.array(taskKind)]).optional(),
  stage: taskStage.optional(),
  /** The reason as the task says it. */
  why: typedText(500).optional(),
  /** `me`, `nobody`, or a username. */
  assignee: typedText(100).optional(),
  overdue: z.enum(["true", "false"]).optional(),
  priorityMin: z.coerce.number().min(0).max(100).optional(),
  /** `true`: about somebody who opted out of sharing, for a privacy officer; nobody else is shown them. */
  optedOut: z.enum(["true", "false"]).optional(),
  cursor: cursorWord.optional(),
});
const tally = z.object({ open: z.number(), overdue: z.number(), closed: z.number() });
const listAnswer = z.object({
  tasks: z.array(
    reviewTaskRow.extend({
      mayDecide: z.boolean(),
      /** It is about somebody who opted out of sharing: the privacy officer's alone. */
      optedOut: z.boolean(),
    }),
  ),
  next: z.string().nullable(),
  /** Of all tasks that this viewer may be shown, whatever the filter. */
  counts: tally.extend({ kinds: z.array(tally.extend({ kind: taskKind })) }),
});

/** Questions for data managers: listed, shown with their evidence, handed out and decided. */
export function reviewRoutes(app: App, deps: Deps, cursors: Cursors): void {
  listRoute(app, deps, cursors);
  app.get(
    "/api/v1/review-tasks/:id",
    {
      config: { action: "review-task.read" },
      schema: {
        tags: ["review"],
        summary:
          "One review task: both persons side by side, the evidence as it was and as it is, and what changed since",
        params: z.object({ id: numberedId }),
        response: { 200: reviewTaskAnswer },
      },
    },
    async (request) => viewReviewTask(deps, forReview(viewerOf(request)), request.params.id),
  );
  statisticsRoute(app, deps);
  assignRoute(app, deps);
  decideRoute(app, deps);
  decisionRoutes(app, deps, cursors);
  linkRuleRoutes(app, deps);
}

function listRoute(app: App, deps: Deps, cursors: Cursors): void {
  const { database, gate, clock } = deps;
  const { review } = deps.config;
  app.get(
    "/api/v1/review-tasks",
    {
      config: { action: "review-task.read" },
      schema: {
        tags: ["review"],
        summary: "Review tasks: open ones the most urgent first, closed ones the last closed first",
        querystring: listQuery,
        response: { 200: listAnswer },
      },
    },
    async (request) => {
      const viewer = forReview(viewerOf(request));
      const { cursor, ...asked } = request.query;
      const list = ["review-tasks", viewer.username, asked];
      const after = cursor === undefined ? null : cursors.open(list, cursor, place);
      const now = after ? new Date(after.now) : clock();
      const start = after && { ...after, openedAt: new Date(after.openedAt) };
      // Ages count by the time of the first page on all of them, else tasks would change places in between.
      const order = { levels: review.serviceLevelHours, now };
      const found = await readAtOnce(database, (client) =>
        readReviewTasks(client, filterOf(asked, viewer), order, { after: start, limit: TASKS_PER_PAGE + 1 }),
      );
      const tasks = found.slice(0, TASKS_PER_PAGE);
      const next = found.length > TASKS_PER_PAGE ? tasks.at(-1) : undefined;
      const ids = personsOfTasks(tasks);
      const permitted = await gate.persons(viewer, ids, "review-task.list", { tasks: tasks.length });
      if (!permitted.allowed) throw notAllowed();
      const shown = tasks.filter((task) => bothIn(permitted.personIds, task));
      const { persons, counts, deciders } = await readAtOnce(database, async (client) => ({
        persons: new Map((await readPersons(client, ids)).map((person) => [person.personId, person])),
        counts: await countReviewTasks(client, review.serviceLevelHours, clock(), {
          withOptedOut: maySeeOptedOut(viewer),
        }),
        deciders: await readDeciders(
          client,
          shown.map(({ taskId }) => taskId),
        ),
      }));
      return {
        tasks: shown.map((task) => {
          const optedOut = isOptedOut(permitted.optedOut, task);
          return {
            ...taskRowOf(task, persons, review, clock()),
            ...{ mayDecide: mayDecide(viewer, { ...task, optedOut }, deciders), optedOut },
          };
        }),
        next: next
          ? cursors.seal(list, {
              ...{ sort: next.sort, taskId: next.taskId },
              ...{ openedAt: next.openedAt.toISOString(), now: now.toISOString() },
            })
          : null,
        counts: { ...totalOf(counts), kinds: counts },
      };
    },
  );
}

/** @throws Problem 403 where the tasks of those who opted out are asked for and may not be shown. */
function filterOf(asked: Omit<z.output<typeof listQuery>, "cursor">, viewer: Viewer): ReviewTaskFilter {
  const { state, kind, stage, why, assignee, overdue, priorityMin, optedOut } = asked;
  const isOfficer = maySeeOptedOut(viewer);
  if (optedOut === "true" && !isOfficer) throw notAllowed();
  return {
    ...{ state, kinds: kind, stage, why, priorityMin },
    assignee: assignee === "nobody" ? null : assignee === "me" ? viewer.username : assignee,
    overdue: flagOf(overdue),
    optedOut: isOfficer ? flagOf(optedOut) : false,
  };
}

const flagOf = (word: "true" | "false" | undefined) => (word === undefined ? undefined : word === "true");

function totalOf(counts: readonly ReviewTaskCount[]): z.infer<typeof tally> {
  const sum = (of: keyof z.infer<typeof tally>) => counts.reduce((total, count) => total + count[of], 0);
  return { open: sum("open"), overdue: sum("overdue"), closed: sum("closed") };
}
