import {
  appendModelActivation,
  askForShadow,
  readModelsInForce,
  readShadowRun,
  readShadowRuns,
  readStoredModels,
  type ShadowRun,
  type StoredModel,
} from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notFound } from "../problem.ts";
import { reasonText } from "../words.ts";
import { changesRoute } from "./changes-route.ts";
import { measureRoutes } from "./measure-routes.ts";
import { modelRow, shadowView, versionWord } from "./words.ts";

const params = z.object({ version: versionWord });

/** The matching models of the store: which one decides, what another would change, and going over to it. */
export function modelRoutes(app: App, deps: Deps, cursors: Cursors): void {
  listRoute(app, deps);
  shadowRoutes(app, deps);
  changesRoute(app, deps, cursors);
  activateRoute(app, deps);
  measureRoutes(app, deps);
}

function listRoute(app: App, { database, model, gate }: Deps): void {
  app.get(
    "/api/v1/models",
    {
      config: { action: "model.read" },
      schema: {
        tags: ["models"],
        summary: "Matching models, the last added first; which one is in force, and which came before it",
        response: {
          200: z.object({
            inForce: z.string(),
            /** First to last: the way back is to activate the one before. */
            activations: z.array(z.object({ journalId: z.string(), version: z.string() })),
            models: z.array(modelRow),
          }),
        },
      },
    },
    async (request) => {
      await gate.record(viewerOf(request).username, "model.list");
      const { latest, history } = await readModelsInForce(database);
      const inForce = latest ?? (await model()).version;
      const runs = new Map((await readShadowRuns(database.pool)).map((run) => [run.version, run]));
      const models = await readStoredModels(database.pool);
      return {
        inForce,
        activations: history.map(({ from, version }) => ({ journalId: String(from), version })),
        models: models.map((each) => rowOf(each, inForce, runs.get(each.version))),
      };
    },
  );
}

const rowOf = ({ addedAt, ...model }: StoredModel, inForce: string, run: ShadowRun | undefined) => ({
  ...model,
  addedAt: addedAt.toISOString(),
  isInForce: model.version === inForce,
  shadow: run
    ? {
        ...{ state: run.state, share: run.share, askedBy: run.askedBy, askedAt: run.askedAt.toISOString() },
        finishedAt: run.finishedAt?.toISOString() ?? null,
      }
    : null,
});

function shadowRoutes(app: App, deps: Deps): void {
  const { database, models, gate, clock } = deps;
  app.get(
    "/api/v1/models/:version/shadow",
    {
      config: { action: "model.read" },
      schema: {
        tags: ["models"],
        summary:
          "What would change by a model, as far as it was tried: links, questions, expected precision and recall",
        params,
        response: { 200: shadowView },
      },
    },
    async (request) => {
      const { version } = request.params;
      await gate.record(viewerOf(request).username, "model.shadow-view", { version });
      const summary = await models.summarise(version);
      if (!summary) throw notFound();
      return summary;
    },
  );
  app.post(
    "/api/v1/models/:version/shadow",
    {
      config: { action: "model.try" },
      schema: {
        tags: ["models"],
        summary: "Try a model in the background beside the one in force; nothing of anybody changes",
        params,
        /** Of the records, how many are decided anew. */
        body: z.strictObject({ share: z.number().gt(0).max(1).default(1) }),
        response: { 202: z.object({ version: z.string(), share: z.number() }) },
      },
    },
    async (request, reply) => {
      const { username: by } = viewerOf(request);
      const { version } = request.params;
      const { share } = request.body;
      await requireModel(deps, version);
      if ((await readShadowRun(database.pool, version))?.state === "running")
        throw conflict("This model is being tried already");
      await gate.record(by, "model.shadow", { version, share });
      await askForShadow(database, { version, share, by, at: clock() });
      return reply.code(202).send({ version, share });
    },
  );
}

function activateRoute(app: App, deps: Deps): void {
  const { database, gate, clock } = deps;
  app.post(
    "/api/v1/models/:version/activate",
    {
      config: { action: "model.activate" },
      schema: {
        tags: ["models"],
        summary: "Match by this model from here on; the way back is to activate the one before",
        params,
        body: z.strictObject({ reason: reasonText }),
        response: { 202: z.object({ version: z.string(), journalId: z.string() }) },
      },
    },
    async (request, reply) => {
      const { username: by } = viewerOf(request);
      const { version } = request.params;
      await requireModel(deps, version);
      // Before the act: what can not be put on record is not done.
      await gate.record(by, "model.activate", { version, reason: request.body.reason });
      const journalId = await appendModelActivation(database, { version, by }, clock());
      if (journalId === undefined) throw conflict("This model is in force already");
      return reply.code(202).send({ version, journalId: String(journalId) });
    },
  );
}

/** @throws Problem 404 */
async function requireModel({ database }: Deps, version: string): Promise<void> {
  const models = await readStoredModels(database.pool);
  if (!models.some((model) => model.version === version)) throw notFound();
}
