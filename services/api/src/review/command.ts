import { setTimeout } from "node:timers/promises";
import { forReview, type Viewer } from "@chesil/access";
import { appendCommands, type IdentityCommand, readDecisions } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import type { Action } from "../roles.ts";
import { readJournalled, verdictView, viewDecisions } from "./verdict-view.ts";

/** Longest that an answer waits for a command to be carried out. */
const WAIT_MS_MAX = 5_000;
const LOOK_EVERY_MS = 50;

const commandQuery = z.object({
  /** Milliseconds to wait for what becomes of it; 0: do not. The command stands, whether it is waited for or not. */
  wait: z
    .string()
    .regex(/^\d{1,6}$/, "is no number of milliseconds")
    .transform((text) => Math.min(Number(text), WAIT_MS_MAX))
    .default(0),
});

const commandAnswer = z.object({
  /** Its journal entry: `GET /api/v1/decisions/{commandId}` says what became of it. */
  commandId: z.string(),
  /** What has become of it; null where it was not waited for. */
  decision: verdictView.nullable(),
});

/**
 * A route by which a person gives a command about identities. `commandOf` asks the gate, puts the act on record and refuses
 * what can not be; what it returns is journalled, and waited for where that is asked for.
 */
export function commandRoute<Params extends z.ZodType, Body extends z.ZodType>(
  app: App,
  deps: Deps,
  route: {
    readonly url: string;
    readonly action: Action;
    readonly tag: string;
    readonly summary: string;
    readonly params: Params;
    readonly body: Body;
  },
  commandOf: (viewer: Viewer, params: z.output<Params>, body: z.output<Body>) => Promise<IdentityCommand>,
): void {
  const { url, action, tag, summary, params, body } = route;
  app.post(
    url,
    {
      config: { action },
      schema: { tags: [tag], summary, params, querystring: commandQuery, body, response: { 202: commandAnswer } },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const command = await commandOf(viewer, request.params as z.output<Params>, request.body as z.output<Body>);
      return reply.code(202).send(await journalCommand(deps, forReview(viewer), command, request.query.wait));
    },
  );
}

/**
 * Journals a command, to be carried out by the one decider in journal order, and waits for that where it is asked for.
 */
async function journalCommand(
  deps: Deps,
  viewer: Viewer,
  command: IdentityCommand,
  waitMs: number,
): Promise<z.infer<typeof commandAnswer>> {
  const { database, clock } = deps;
  const [journalId = 0] = await appendCommands(database, [command], clock());
  const commandId = String(journalId);
  if (waitMs === 0) return { commandId, decision: null };
  for (let waited = 0; waited < waitMs; waited += LOOK_EVERY_MS) {
    if ((await readDecisions(database.pool, [journalId])).length > 0) break;
    await setTimeout(Math.min(LOOK_EVERY_MS, waitMs - waited));
  }
  const decision = await readJournalled(database.pool, journalId);
  const [view] = await viewDecisions(deps, viewer, decision ? [decision] : [], "decision.view");
  return { commandId, decision: view ?? null };
}
