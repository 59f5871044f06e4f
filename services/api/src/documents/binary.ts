import { binaryOf } from "@chesil/fhir";
import type { FastifyInstance } from "fastify";
import { viewerOf } from "../admission.ts";
import type { Deps } from "../deps.ts";
import { found, notFound, roleRefused, send } from "../fhir/answer.ts";
import { contentHeaders } from "./content-headers.ts";
import { findDocument } from "./find-document.ts";
import { readPartContent } from "./part-content.ts";

/**
 * FHIR Binary (R4, 2.18): the n-th document of a fact is `Binary/{fact}-{n}`. Its bytes as they are, in their own content
 * type; as a resource where FHIR is what is asked for, by Accept or `_format`.
 */
export function binaryRoute(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { id: string }; Querystring: { _format?: string } }>(
    "/fhir/Binary/:id",
    { schema: { hide: true }, config: { action: "fhir.read" } },
    async (request, reply) => {
      const asked = documentOf(request.params.id);
      // Asked for all the same: a look that finds nothing is on record too.
      const document = await findDocument(deps, viewerOf(request), asked ?? { factId: 0, n: 0 }, "fhir-read");
      if (document === "role") return send(reply, roleRefused());
      const binary = document && binaryOf(sourceOf(document.fact), document.n);
      const bytes = document && binary && (await readPartContent(deps, document));
      if (!bytes) return send(reply, notFound("Binary"));
      if (asksForResource(request.headers.accept, request.query._format)) {
        return send(reply, found({ ...binary, data: bytes.toString("base64") }));
      }
      return reply
        .headers(contentHeaders(document, bytes, binary.contentType))
        .header("etag", `W/"${binary.meta.versionId}"`)
        .header("x-security-context", binary.securityContext.reference ?? "")
        .send(bytes);
    },
  );
}

/** `12-3`: the third document of fact 12. */
function documentOf(id: string): { factId: number; n: number } | undefined {
  const [, factId, n] = /^([1-9]\d{0,15})-([1-9]\d{0,3})$/.exec(id) ?? [];
  return factId !== undefined && Number.isSafeInteger(Number(factId))
    ? { factId: Number(factId), n: Number(n) }
    : undefined;
}

type Stored = Exclude<Awaited<ReturnType<typeof findDocument>>, "role" | undefined>["fact"];

const sourceOf = ({ updatedBy, updatedAt, ...fact }: Stored) => ({
  ...fact,
  recordedAt: fact.recordedAt.toISOString(),
  version: { journalId: updatedBy, at: updatedAt ?? undefined },
});

const FHIR_JSON = /^(?:json|text\/json|application\/json|application\/fhir[+ ]json)$/;

/** A FHIR type is asked for before any other; whatever else is accepted, the document itself will do. */
function asksForResource(accept: string | undefined, format: string | undefined): boolean {
  const [first = ""] = (format?.trim() || accept || "").split(",");
  return FHIR_JSON.test((first.split(";")[0] ?? "").trim().toLowerCase());
}
