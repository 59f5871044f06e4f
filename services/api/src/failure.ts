import { ArchivedEntryError } from "@chesil/store";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { Problem, STATUS_TITLES, unprocessable } from "./problem.ts";
import type { ApiTelemetry } from "./telemetry.ts";

/** SQLSTATE query_canceled: a statement ran into its timeout. */
const QUERY_CANCELED = "57014";

const ISSUES_SHOWN_MAX = 5;

/**
 * Every failure leaves through here, so that none says more than it should: words written for people, or the status
 * alone. What an unexpected error says stays inside; its class goes to telemetry.
 */
export function handleFailures(app: FastifyInstance, telemetry: ApiTelemetry): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.statusCode >= 500) {
      telemetry.log({
        event: "http-failed",
        method: request.method,
        route: routeOf(request),
        status: problem.statusCode,
        error,
      });
    }
    return sendProblem(request, reply, problem);
  });
}

/** The pattern of the route, never the address asked for. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? "/*";
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Its words name a number and a folder.
  if (error instanceof ArchivedEntryError) return unprocessable("The message is in an archive", error.message);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.slice(0, ISSUES_SHOWN_MAX).map((issue) => {
      const place = issue.instancePath.replace(/^\//, "").replaceAll("/", ".");
      return place ? `${place}: ${issue.message ?? "not valid"}` : (issue.message ?? "not valid");
    });
    return new Problem(400, "Something in the request is not right", { detail: issues.join("; ") });
  }
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  if (code === QUERY_CANCELED) {
    return new Problem(503, "This search took too long", { detail: "Give it more to go by and try again." });
  }
  const status = typeof statusCode === "number" && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
  return new Problem(
    status,
    STATUS_TITLES[status] ?? (status < 500 ? "The request was refused" : "There is a problem with Chesil"),
  );
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { statusCode, title, detail, retryAfterSeconds, members } = problem;
  reply.code(statusCode);
  if (retryAfterSeconds !== undefined) reply.header("retry-after", String(retryAfterSeconds));
  // A string, sent as it is: the route's response schema describes answers, not problems.
  if (request.url.startsWith("/fhir/") || request.url.startsWith("/fhir?") || request.url === "/fhir") {
    return reply
      .type("application/fhir+json; charset=utf-8")
      .serializer(String)
      .send(JSON.stringify(outcomeOf(problem)));
  }
  const body = {
    ...members,
    type: "about:blank",
    title,
    status: statusCode,
    ...(detail === undefined ? {} : { detail }),
  };
  return reply.type("application/problem+json; charset=utf-8").serializer(String).send(JSON.stringify(body));
}

const ISSUE_CODES: Readonly<Record<number, string>> = {
  400: "invalid",
  401: "login",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  413: "too-long",
  429: "throttled",
  503: "transient",
};

function outcomeOf({ statusCode, title, detail }: Problem) {
  const code = ISSUE_CODES[statusCode] ?? (statusCode < 500 ? "processing" : "exception");
  const text = detail === undefined ? title : `${title}. ${detail}`;
  return { resourceType: "OperationOutcome", issue: [{ severity: "error", code, details: { text } }] };
}
