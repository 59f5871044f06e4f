import {
  type Bundle,
  type Encounter,
  type Issue,
  type OperationOutcome,
  operationOutcome,
  type Patient,
} from "@chesil/fhir";
import type { FastifyReply } from "fastify";

/** What a handler answers; the route sends it. */
export type Answer = {
  readonly status: number;
  readonly resource: Patient | Encounter | Bundle | OperationOutcome | object;
};

const FHIR_JSON = "application/fhir+json; charset=utf-8";

export const found = (resource: Answer["resource"]): Answer => ({ status: 200, resource });

export const refused = (status: number, ...issues: [Issue, ...Issue[]]): Answer => ({
  status,
  resource: operationOutcome(...issues),
});

/** One answer for what is not there, what may not be seen and what was never an id: nobody learns which it was. */
export const notFound = (type: string): Answer =>
  refused(404, { code: "not-found", diagnostics: `There is no such ${type}.` });

export const roleRefused = (): Answer =>
  refused(403, { code: "forbidden", diagnostics: "Your role does not include seeing patients." });

/** Sends FHIR JSON, never to be stored on the way; a resource with a version says it in the headers too. */
export function send(reply: FastifyReply, { status, resource }: Answer): FastifyReply {
  void reply.code(status).header("content-type", FHIR_JSON).header("cache-control", "no-store");
  const meta = "meta" in resource ? (resource.meta as { versionId?: string; lastUpdated?: string }) : undefined;
  if (meta?.versionId) void reply.header("etag", `W/"${meta.versionId}"`);
  if (meta?.lastUpdated) void reply.header("last-modified", new Date(meta.lastUpdated).toUTCString());
  // Serialised here: a resource is sent as it is, whatever serializer the application has set.
  return reply.send(JSON.stringify(resource));
}
