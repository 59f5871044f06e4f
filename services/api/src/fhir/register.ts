import type { Viewer } from "@chesil/access";
import { capabilityStatement } from "@chesil/fhir";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import manifest from "../../package.json" with { type: "json" };
import { type Answer, found, refused, roleRefused, send } from "./answer.ts";
import { auditEventSearcher, readAuditEvent } from "./audit-event.ts";
import type { FhirDeps } from "./deps.ts";
import { acceptsJson, isStrict } from "./negotiation.ts";
import { registerOperations } from "./operations.ts";
import { openPageTokens } from "./page-token.ts";
import { PARTY_TYPES, partySearcher, readParty } from "./party.ts";
import { patientSearcher, readPatient } from "./patient.ts";
import { provenanceSearcher, readProvenance } from "./provenance.ts";
import { readRecord, recordSearcher } from "./record.ts";
import { RECORD_TYPES, type RecordType } from "./record-source.ts";
import { refusedFor, type Searcher, search } from "./search.ts";
import { shaped, shapeOf } from "./shape.ts";

/** A form of search parameters; also of those in a URL. Far above any search by hand, and a page link holds it. */
const SEARCH_BYTES_MAX = 4_096;
const FORM = "application/x-www-form-urlencoded";

type Handler = (request: FastifyRequest, viewer: Viewer) => Promise<Answer> | Answer;

/**
 * Puts FHIR R4 under `/fhir`: metadata, every type of `SUPPORTED` by id and by search, operations on Patient. Everything
 * asks who is signed in; everything about a patient passes the read gate. Refusals are OperationOutcomes; errors thrown here are left to the
 * application's error handler, which makes them so too.
 *
 * The application must not log the URLs of requests: a client's own search may name a patient there.
 */
export async function registerFhir(app: FastifyInstance, deps: FhirDeps): Promise<void> {
  const tokens = openPageTokens(deps.clock, deps.pageKey);

  /** Who asks, and in which format, before anything else is looked at. */
  const signedIn = (handler: Handler) => async (request: FastifyRequest, reply: FastifyReply) => {
    const viewer = deps.viewerOf(request);
    const { accept } = request.headers;
    if (!acceptsJson(accept, parametersOf(request).find(([name]) => name === "_format")?.[1])) {
      const diagnostics = "Chesil speaks FHIR in JSON: application/fhir+json.";
      return send(reply, refused(406, { code: "not-supported", diagnostics }));
    }
    return send(reply, await handler(request, viewer));
  };

  const searched = (searcher: Searcher) =>
    signedIn(async (request, viewer) => {
      const pairs = parametersOf(request);
      const bytes = Buffer.byteLength(pairs.flat().join());
      const isPage = pairs.some(([name]) => name === "_page");
      if (bytes > SEARCH_BYTES_MAX && !isPage)
        return refused(414, { code: "too-long", diagnostics: `A search has at most ${SEARCH_BYTES_MAX} bytes.` });
      const asked = { viewer, baseUrl: baseUrlOf(deps, request), pairs, isStrict: isStrict(request.headers.prefer) };
      const answer = await search({ database: deps.database, tokens }, searcher, asked);
      return answer === "role" ? roleRefused() : answer;
    });

  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(FORM, { parseAs: "string", bodyLimit: SEARCH_BYTES_MAX }, (_, body, done) => {
        done(null, body);
      });
      scope.setNotFoundHandler((_request, reply) =>
        send(reply, refused(404, { code: "not-supported", diagnostics: "This server does not offer that." })),
      );
      // FHIR describes itself in its CapabilityStatement, not in OpenAPI.
      const schema = { hide: true };
      const readsPatients = { schema, config: { action: "fhir.read" } } as const;
      scope.get(
        "/metadata",
        { schema, config: { action: "docs.read" } },
        signedIn((request) =>
          found(capabilityStatement({ version: manifest.version, baseUrl: baseUrlOf(deps, request) })),
        ),
      );
      const baseUrl = (request: FastifyRequest) => baseUrlOf(deps, request);
      await scope.register((operations) =>
        registerOperations(operations, { ...deps, tokens }, { signedIn, parametersOf, baseUrlOf: baseUrl }),
      );
      for (const { searcher, read } of typesOf(deps)) {
        const path = `/${searcher.type}`;
        scope.get(path, readsPatients, searched(searcher));
        scope.get(`${path}/_search`, readsPatients, searched(searcher));
        scope.post(`${path}/_search`, readsPatients, searched(searcher));
        scope.get(
          `${path}/:id`,
          readsPatients,
          signedIn((request, viewer) =>
            shapedAnswer(parametersOf(request), () => read((request.params as { id: string }).id, viewer)),
          ),
        );
      }
    },
    { prefix: "/fhir" },
  );
}

type Served = {
  readonly searcher: Searcher;
  readonly read: (id: string, viewer: Viewer) => Promise<Answer>;
};

/** Every type, and how it is read and searched. */
function typesOf(deps: FhirDeps): Served[] {
  return [
    { searcher: patientSearcher(deps), read: (id, viewer) => readPatient(deps, id, viewer) },
    ...(Object.keys(RECORD_TYPES) as RecordType[]).map((type) => ({
      searcher: recordSearcher(deps, type),
      read: (id: string, viewer: Viewer) => readRecord(deps, type, id, viewer),
    })),
    ...PARTY_TYPES.map((type) => ({
      searcher: partySearcher(deps, type),
      read: (id: string, viewer: Viewer) => readParty(deps, type, id, viewer),
    })),
    { searcher: provenanceSearcher(deps), read: (id, viewer) => readProvenance(deps, id, viewer) },
    { searcher: auditEventSearcher(deps), read: (id, viewer) => readAuditEvent(deps, id, viewer) },
  ];
}

/** What is read, as much of it as `_elements` and `_summary` ask for. */
async function shapedAnswer(pairs: readonly [string, string][], read: () => Promise<Answer>): Promise<Answer> {
  const textOf = (name: string) => pairs.find(([key, value]) => key === name && value.trim() !== "")?.[1].trim();
  const shape = shapeOf(textOf("_elements"), textOf("_summary"));
  if ("text" in shape) return refusedFor({ ok: false, code: "value", text: shape.text });
  if (shape.summary === "count")
    return refusedFor({ ok: false, code: "not-supported", text: "_summary=count is of searches: read it without." });
  const answer = await read();
  return answer.status === 200 ? found(shaped(answer.resource, shape)) : answer;
}

/** Names and values of the URL, then of the form. */
function parametersOf(request: FastifyRequest): [string, string][] {
  const url = request.raw.url ?? "";
  const query = url.includes("?") ? url.slice(url.indexOf("?")) : "";
  const form = typeof request.body === "string" ? request.body : "";
  return [...new URLSearchParams(query), ...new URLSearchParams(form)];
}

/** Where clients reach us: as configured, else as this one did. A host that is no host is not repeated. */
function baseUrlOf(deps: FhirDeps, request: FastifyRequest): string {
  if (deps.baseUrl !== undefined) return deps.baseUrl;
  const host = /^[\w.:[\]-]+$/.test(request.host) ? request.host : "localhost";
  return `${request.protocol}://${host}/fhir`;
}
