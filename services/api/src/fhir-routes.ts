import type { FastifyInstance } from "fastify";
import { viewerOf } from "./admission.ts";
import type { Deps } from "./deps.ts";
import { binaryRoute } from "./documents/binary.ts";
import { registerFhir } from "./fhir/index.ts";

/** FHIR under its own prefix. Its routes are one action: they read patients, through the same gate. */
export async function fhirRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  await registerFhir(app, { ...deps, viewerOf });
  binaryRoute(app, deps);
}
