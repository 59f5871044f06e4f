import { forReview } from "@chesil/access";
import { type Decision, searchDecisions } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notAllowed, notFound } from "../problem.ts";
import { shownPage } from "../shown-page.ts";
import { cursorWord, numberedId, reasonText, typedText } from "../words.ts";
import { commandRoute } from "./command.ts";
import { isTheirs } from "./may-decide.ts";
import {
  type JournalledDecision,
  readJournalled,
  showableDecisions,
  verdictView,
  viewDecisions,
} from "./verdict-view.ts";

const DECISIONS_PER_PAGE = 50;

const decisionQuery = z.object({
  user: typedText(100).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  task: numberedId.optional(),
  state: z.enum(["applied", "refused", "awaiting", "outvoted"]).optional(),
  cursor: cursorWord.optional(),
});

/** What data managers decided, what became of it, and the way back. */
export function decisionRoutes(app: App, deps: Deps, cursors: Cursors): void {
  const { database } = deps;
  const config = { action: "review-task.read" } as const;

  app.get(
    "/api/v1/decisions",
    {
      config,
      schema: {
        tags: ["review"],
        summary: "Decisions about identities, the newest first: by user, time, task and what became of them",
        querystring: decisionQuery,
        response: { 200: z.object({ decisions: z.array(verdictView), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const viewer = forReview(viewerOf(request));
      const { cursor, user, from, to, task, state } = request.query;
      const list = ["decisions", viewer.username, user, from, to, task, state];
      const start = cursor === undefined ? null : cursors.open(list, cursor, z.number().int());
      const filter = {
        ...{ decidedBy: user, taskId: task, state },
        ...{ from: from === undefined ? undefined : new Date(from), to: to === undefined ? undefined : new Date(to) },
      };
      const page = await shownPage<Decision>({
        read: (last, limit) =>
          readAtOnce(database, (client) =>
            searchDecisions(client, filter, { before: last?.journalId ?? start, limit }),
          ),
        shown: (decisions) => showableDecisions(deps, viewer, decisions),
        size: DECISIONS_PER_PAGE,
      });
      return {
        decisions: await viewDecisions(deps, viewer, page.rows, "decision.list"),
        next: page.next ? cursors.seal(list, page.next.journalId) : null,
      };
    },
  );

  app.get(
    "/api/v1/decisions/:id",
    {
      config,
      schema: {
        tags: ["review"],
        summary: "One decision, and what became of it",
        params: z.object({ id: numberedId }),
        response: { 200: verdictView },
      },
    },
    async (request) => {
      const decision = await readJournalled(database.pool, request.params.id);
      const viewer = forReview(viewerOf(request));
      const [view] = await viewDecisions(deps, viewer, decision ? [decision] : [], "decision.view");
      if (!view) throw notFound();
      return view;
    },
  );

  commandRoute(
    app,
    deps,
    {
      url: "/api/v1/decisions/:id/undo",
      action: "review-task.decide",
      tag: "review",
      summary: "Take back what a decision laid down and lifted",
      params: z.object({ id: numberedId }),
      body: z.strictObject({ reason: reasonText }),
    },
    async (viewer, { id: journalId }, { reason }) => {
      const decision = await readJournalled(database.pool, journalId);
      const reviewer = forReview(viewer);
      const [view] = await viewDecisions(deps, reviewer, decision ? [decision] : [], "decision.undo");
      if (!decision || !view) throw notFound();
      if (!isTheirs(reviewer, view.optedOut)) throw notAllowed();
      refuseUndo(decision, viewer.username);
      return { command: "undo", journalId, by: viewer.username, reason };
    },
  );
}

/** @throws Problem 409 when there is nothing to take back, or it is not this person's to take back. */
function refuseUndo(decision: JournalledDecision, username: string): void {
  if (decision.undoneBy !== null) throw conflict("This decision is undone already");
  if (decision.state === "refused") throw conflict("This decision was refused: there is nothing to undo");
  if (decision.state === "pending") throw conflict("This decision is not carried out yet", "Try again in a moment.");
  if (decision.command === "assign") throw conflict("A task is not taken back", "Assign it to somebody else.");
  if (decision.command === "undo") throw conflict("An undo is not taken back", "Decide again what was undone.");
  if (decision.state === "awaiting" && decision.decidedBy !== username) {
    throw conflict("This verdict waits for a second one", "Until then only who gave it may take it back.");
  }
}
