import fastify, { type FastifyInstance } from "fastify";
import { handleFailures } from "../failure.ts";
import type { FhirDeps } from "./deps.ts";
import { registerFhir } from "./index.ts";

/** FHIR served alone, with the application's words for failures. For tests. */
export async function serveFhir(deps: FhirDeps): Promise<FastifyInstance> {
  const app = fastify();
  handleFailures(app, { log: () => {} });
  await registerFhir(app, deps);
  return app;
}
