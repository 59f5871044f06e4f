import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { type Gate, ROLES, type Viewer } from "@chesil/access";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { notAllowed, notSignedIn, Problem } from "./problem.ts";
import { type Action, ADMISSIONS, admits, isAction } from "./roles.ts";
import type { Sessions, SessionUser } from "./session/sessions.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route does, by its name in roles.ts. */
    action?: Action;
  }
  interface FastifyInstance {
    /** Every route there is and what it does: what the role table is tested against. */
    routeActions: readonly { readonly method: string; readonly url: string; readonly action: Action }[];
  }
  interface FastifyRequest {
    /** Who asks; null where nobody is signed in and the route needs nobody. */
    user: SessionUser | null;
  }
}

export const SESSION_COOKIE = "chesil_session";
const CSRF_HEADER = "x-chesil-request";
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** The name under which the bootstrap token acts. No user may take it. */
export const BOOTSTRAP_USERNAME = "bootstrap-token";
const BOOTSTRAP_USER: SessionUser = {
  username: BOOTSTRAP_USERNAME,
  displayName: "Bootstrap token",
  roles: ROLES,
  system: true,
};

/** Paths behind which nothing is told to strangers, not even that there is nothing. */
const RESERVED = /^\/(api|fhir|docs|itk|metrics)(\/|\?|$)/;

type Guard = {
  readonly sessions: Sessions;
  readonly gate: Gate;
  readonly bootstrapToken: string | undefined;
};

/**
 * Stands before every route: who asks, may they, and did they mean to. A route must name its action; one that does not
 * ends the start with an error, so nothing is ever open by being forgotten.
 */
export function guard(app: FastifyInstance, keys: Guard): void {
  const routeActions: { method: string; url: string; action: Action }[] = [];
  app.decorate("routeActions", routeActions);
  app.decorateRequest("user", null);
  app.addHook("onRoute", ({ method: methods, url, config }) => {
    const action = config?.action;
    if (!isAction(action)) throw new Error(`Route ${String(methods)} ${url} names no action of roles.ts.`);
    for (const method of [methods].flat()) routeActions.push({ method, url, action });
  });
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config.action === "itk.send") return refuseBrowsers(request);
    const bearer = bearerOf(request);
    if (!SAFE_METHODS.has(request.method) && bearer === undefined) refuseForgery(request);
    request.user = await userOf(request, bearer, keys);
    const action = request.routeOptions.config.action;
    if (action === undefined) {
      // No such route. Strangers are told to sign in first.
      if (RESERVED.test(request.url) && !request.user) throw notSignedIn();
      return;
    }
    const admission = ADMISSIONS[action];
    if (admission === "anybody") return;
    if (admission === "loopback") {
      if (!isLocal(request)) throw notAllowed();
      return;
    }
    if (!request.user) throw notSignedIn();
    if (!admits(action, request.user.roles)) throw notAllowed();
    if (request.user.username === BOOTSTRAP_USERNAME) {
      await keys.gate.record(BOOTSTRAP_USERNAME, "bootstrap-token.used", { action });
    }
  });
}

/** @throws Problem 401 when nobody is signed in: a route that needs no session asked for the viewer. */
export function viewerOf(request: FastifyRequest): Viewer {
  if (!request.user) throw notSignedIn();
  const { username, roles, system } = request.user;
  return { username, roles, ...(system ? { system } : {}) };
}

export function sessionTokenOf(request: FastifyRequest): string | undefined {
  return request.cookies[SESSION_COOKIE];
}

async function userOf(
  request: FastifyRequest,
  bearer: string | undefined,
  { sessions, bootstrapToken }: Guard,
): Promise<SessionUser | null> {
  if (bearer !== undefined) {
    return bootstrapToken !== undefined && isLocal(request) && isSame(bearer, bootstrapToken) ? BOOTSTRAP_USER : null;
  }
  const token = sessionTokenOf(request);
  return token === undefined ? null : ((await sessions.userOf(token, true)) ?? null);
}

/** No page of any site may have its reader's browser say something of patients. */
function refuseBrowsers({ headers }: FastifyRequest): void {
  if (headers.origin === undefined && headers["sec-fetch-site"] === undefined) return;
  throw new Problem(403, "The request came from a browser", { detail: "Systems send here, and no web page does." });
}

/**
 * A page of another site can not set the header without asking first, and is refused when it asks. What the browser
 * says of the page's origin must agree. A bearer token is no cookie: no browser sends it by itself.
 */
function refuseForgery(request: FastifyRequest): void {
  const site = request.headers["sec-fetch-site"];
  const origin = request.headers.origin;
  const isOurs =
    request.headers[CSRF_HEADER] === "1" &&
    (site === undefined || site === "same-origin") &&
    (origin === undefined || isOrigin(origin, request.host));
  if (!isOurs) {
    throw new Problem(403, "The request did not come from Chesil's own pages", {
      detail: `Requests that change something carry the header ${CSRF_HEADER}: 1.`,
    });
  }
}

/** Whether the origin is this host. Both are read as addresses, so that a port that goes without saying may be said. */
function isOrigin(origin: string, host: string): boolean {
  const from = URL.parse(origin);
  return from !== null && from.host !== "" && URL.parse(`${from.protocol}//${host}`)?.host === from.host;
}

function bearerOf(request: FastifyRequest): string | undefined {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" ? (token ?? "") : undefined;
}

/** Compared as digests: of one length, and in one time. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/**
 * The socket itself comes from this machine, and no proxy on this machine carried the request from another: headers
 * can be forged to look farther away, never nearer.
 */
export function isLocal(request: FastifyRequest): boolean {
  const { headers } = request;
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined || headers.via !== undefined)
    return false;
  return isLoopbackAddress(request.socket.remoteAddress);
}

export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined || isIP(address) === 0) return false;
  return /^(::ffff:)?127\./i.test(address) || address === "::1";
}
