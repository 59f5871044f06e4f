import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { notFound } from "../problem.ts";
import { driftView, simulatedView, versionWord } from "./words.ts";

/** A grid is answered at once: so many weights of either kind. */
const WEIGHTS_MAX = 20;

/** `8,10,12`, in bits. */
const weights = z
  .string()
  .max(400)
  .regex(/^-?\d{1,3}(\.\d{1,3})?(,-?\d{1,3}(\.\d{1,3})?)*$/, "is no list of weights")
  .transform((text) => text.split(",").map(Number))
  .refine((list) => list.length <= WEIGHTS_MAX, `holds more than ${WEIGHTS_MAX} weights`);

/** What other thresholds would come to, and whether things still look as they did. Nothing of any patient. */
export function measureRoutes(app: App, { models, gate }: Deps): void {
  app.get(
    "/api/v1/models/:version/thresholds",
    {
      config: { action: "model.read" },
      schema: {
        tags: ["models"],
        summary:
          "Links, questions, precision and recall by other thresholds, from the weights of pairs and what people decided",
        params: z.object({ version: versionWord }),
        querystring: z.object({ link: weights.optional(), review: weights.optional() }),
        response: {
          200: z.object({
            /** The model's own. */
            thresholds: z.object({ linkWeightMin: z.number(), reviewWeightMin: z.number() }),
            measuredAt: z.iso.datetime(),
            records: z.number(),
            sampled: z.number(),
            /** Pairs that people decided. */
            labels: z.number(),
            simulated: z.array(simulatedView).readonly(),
          }),
        },
      },
    },
    async (request) => {
      const { version } = request.params;
      const { link: links, review: reviews } = request.query;
      await gate.record(viewerOf(request).username, "model.simulate", { version });
      const found = await models.simulate(version, { links, reviews });
      if (!found) throw notFound();
      return { ...found, measuredAt: found.measuredAt.toISOString() };
    },
  );
  app.get(
    "/api/v1/models/drift",
    {
      config: { action: "model.read" },
      schema: {
        tags: ["models"],
        summary: "How a day's records and decisions stand to the first week under the model in force",
        querystring: z.object({ day: z.iso.date().optional() }),
        response: { 200: driftView },
      },
    },
    async (request) => {
      await gate.record(viewerOf(request).username, "model.drift");
      return models.drift(request.query.day);
    },
  );
}
