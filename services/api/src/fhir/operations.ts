import type { Viewer } from "@chesil/access";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Answer, refused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { everything } from "./everything.ts";
import { pairsOfParameters } from "./everything-input.ts";
import { matchPatient, readMatchQuestion } from "./match.ts";
import type { PageTokens } from "./page-token.ts";
import { crossReference, type PixQuestion, pixQuestionOfBody, pixQuestionOfUrl } from "./pix.ts";

/** The operations on Patient: `$match`, `$ihe-pix` and `$everything`. Their bodies are JSON, which no search takes. */

/** One patient; far above any that is described by hand. */
export const OPERATION_BYTES_MAX = 64 * 1024;

type SignedIn = (
  handler: (request: FastifyRequest, viewer: Viewer) => Promise<Answer> | Answer,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export async function registerOperations(
  scope: FastifyInstance,
  deps: FhirDeps & { readonly tokens: PageTokens },
  helpers: {
    readonly signedIn: SignedIn;
    readonly parametersOf: (request: FastifyRequest) => [string, string][];
    readonly baseUrlOf: (request: FastifyRequest) => string;
  },
): Promise<void> {
  const { signedIn, parametersOf, baseUrlOf } = helpers;
  const types = ["application/json", "application/fhir+json"];
  scope.addContentTypeParser(types, { parseAs: "string", bodyLimit: OPERATION_BYTES_MAX }, (_, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      // What is wrong with it would be told with a piece of it.
      done(Object.assign(new Error("not JSON"), { statusCode: 400 }));
    }
  });
  const readsPatients = { schema: { hide: true }, config: { action: "fhir.read" } } as const;
  scope.post(
    "/Patient/$match",
    readsPatients,
    signedIn(async (request, viewer) => {
      const question = readMatchQuestion(request.body);
      return "status" in question ? question : matchPatient(deps, question, { viewer, baseUrl: baseUrlOf(request) });
    }),
  );
  const crossReferenced = (question: PixQuestion | Answer, viewer: Viewer) =>
    "status" in question ? question : crossReference(deps, question, viewer);
  scope.get(
    "/Patient/$ihe-pix",
    readsPatients,
    signedIn((request, viewer) => crossReferenced(pixQuestionOfUrl(parametersOf(request)), viewer)),
  );
  scope.post(
    "/Patient/$ihe-pix",
    readsPatients,
    signedIn((request, viewer) => {
      const { body } = request;
      // A form, or nothing but a URL, asks as GET does.
      const isJson = typeof body === "object" && body !== null;
      return crossReferenced(isJson ? pixQuestionOfBody(body) : pixQuestionOfUrl(parametersOf(request)), viewer);
    }),
  );
  const everythingOf = signedIn((request, viewer) => {
    const { body, params } = request;
    const isJson = typeof body === "object" && body !== null;
    const pairs = isJson ? pairsOfParameters(body) : [];
    if (pairs === undefined)
      return refused(400, { code: "invalid", diagnostics: "The body is Parameters, each with a name and a value." });
    const asked = [...parametersOf(request), ...pairs];
    return everything(deps, { viewer, baseUrl: baseUrlOf(request), id: (params as { id: string }).id, pairs: asked });
  });
  scope.get("/Patient/:id/$everything", readsPatients, everythingOf);
  scope.post("/Patient/:id/$everything", readsPatients, everythingOf);
  // An operation is asked for by its name; no name is an id of a patient.
  scope.get(
    "/Patient/$match",
    readsPatients,
    signedIn(() => refused(405, { code: "not-supported", diagnostics: "$match is asked for by POST." })),
  );
}
