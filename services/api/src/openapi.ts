import { buildApp } from "./app.ts";
import type { ApiOptions } from "./deps.ts";

/** Nothing is asked of these while routes are described; anything that is would throw. */
function nothingBehind(part: string): never {
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        if (name === "pool" || name === "then") return undefined;
        throw new Error(`${part} is not there while the API is described.`);
      },
    },
  ) as never;
}

/** The OpenAPI document of this version, made from the routes: what stands in `schemas/openapi.json`. */
export async function openApiDocument(): Promise<Record<string, unknown>> {
  const options: ApiOptions = {
    database: nothingBehind("The database"),
    config: {
      http: { host: "127.0.0.1", port: 0, trustProxy: [] },
      session: { idleMinutes: 15, absoluteHours: 12 },
      review: nothingBehind("The review policy"),
    },
    model: nothingBehind("The model"),
    knownAt: nothingBehind("What was known"),
    models: nothingBehind("The model desk"),
    loadUploaded: nothingBehind("Loading"),
    answerItk: nothingBehind("ITK"),
    decider: "",
    live: nothingBehind("The live source"),
    dialectOf: () => ({ defaultAuthority: "" }),
    readiness: () => ({ ready: false, waitingFor: [] }),
    metricsText: async () => "",
    telemetry: { log: () => {} },
    clock: () => new Date(0),
  };
  const app = await buildApp(options);
  const document = app.swagger();
  await app.close();
  return JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
}
