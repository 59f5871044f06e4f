import { openGate } from "@chesil/access";
import cookie from "@fastify/cookie";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { guard } from "./admission.ts";
import { auditRoutes } from "./audit/routes.ts";
import { consentRoutes } from "./consent/routes.ts";
import { consoleFiles } from "./console-files.ts";
import { Cursors } from "./cursor.ts";
import type { ApiOptions, App, Deps } from "./deps.ts";
import { docs } from "./docs.ts";
import { documentRoutes } from "./documents/routes.ts";
import { handleFailures, problemOf, routeOf, sendProblem } from "./failure.ts";
import { feedRoutes } from "./feeds/routes.ts";
import { fhirRoutes } from "./fhir-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { itkRoute } from "./itk/route.ts";
import { liveRoutes } from "./live/routes.ts";
import { loadRoutes } from "./loads/routes.ts";
import { uploadRoute } from "./loads/upload.ts";
import { parkedRoutes } from "./messages/parked-routes.ts";
import { repairRoutes } from "./messages/repair-routes.ts";
import { messageRoutes } from "./messages/routes.ts";
import { settleRoutes } from "./messages/settle-routes.ts";
import { modelRoutes } from "./models/routes.ts";
import { personRoutes } from "./persons/routes.ts";
import { reviewRoutes } from "./review/routes.ts";
import { secure, secureHeaders } from "./security-headers.ts";
import { Passwords } from "./session/password.ts";
import { sessionRoutes } from "./session/routes.ts";
import { Sessions } from "./session/sessions.ts";
import { subjectAccessRoutes } from "./subject-access/routes.ts";
import { userRoutes } from "./users/routes.ts";

const MINUTE_MS = 60_000;

/** Limits of every request. Each is tested at its edge. */
export const HTTP_LIMITS = {
  bodyBytesMax: 64 * 1024,
  /** From the first byte of a request to its last. */
  requestMs: 30_000,
  /** From a whole request to its answer. */
  answerMs: 30_000,
  keepAliveMs: 70_000,
  connectionsMax: 1_024,
  pathParameterLengthMax: 100,
} as const;

/** The whole HTTP side, not listening yet. Throws when a route says not who may call it. */
export async function buildApp(options: ApiOptions): Promise<App> {
  const { database, config, clock, telemetry } = options;
  const deps: Deps = { ...options, gate: openGate({ database, clock, policy: config.privacy }) };
  const app: App = fastify({
    bodyLimit: HTTP_LIMITS.bodyBytesMax,
    requestTimeout: HTTP_LIMITS.requestMs,
    handlerTimeout: HTTP_LIMITS.answerMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    // An address that can not be read comes before any route and any hook; left alone it would be said back.
    frameworkErrors: (error, request, reply) => {
      secure(request, reply);
      return sendProblem(request, reply, problemOf(error));
    },
    routerOptions: { maxParamLength: HTTP_LIMITS.pathParameterLengthMax },
    ...(config.http.trustProxy.length > 0 ? { trustProxy: [...config.http.trustProxy] } : {}),
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = HTTP_LIMITS.connectionsMax;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // JSON only: a form of another site can send text/plain, and nothing here reads it.
  app.removeContentTypeParser("text/plain");
  handleFailures(app, telemetry);
  secureHeaders(app);
  app.addHook("onResponse", async (request, reply) => {
    telemetry.log({
      event: "http-answered",
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      ms: reply.elapsedTime,
    });
  });
  await app.register(cookie);
  const sessions = new Sessions(
    database,
    { idleMs: config.session.idleMinutes * MINUTE_MS, absoluteMs: config.session.absoluteHours * 60 * MINUTE_MS },
    clock,
  );
  guard(app, { sessions, gate: deps.gate, bootstrapToken: config.bootstrapToken });
  await docs(app);
  const cursors = new Cursors();
  const passwords = new Passwords();
  healthRoutes(app, deps);
  sessionRoutes(app, deps, sessions, passwords);
  userRoutes(app, deps, passwords);
  liveRoutes(app, deps, sessions);
  feedRoutes(app, deps);
  loadRoutes(app, deps, cursors);
  await uploadRoute(app, deps);
  await itkRoute(app, deps);
  messageRoutes(app, deps, cursors);
  settleRoutes(app, deps);
  repairRoutes(app, deps);
  parkedRoutes(app, deps, cursors);
  personRoutes(app, deps, cursors);
  documentRoutes(app, deps);
  subjectAccessRoutes(app, deps);
  consentRoutes(app, deps);
  reviewRoutes(app, deps, cursors);
  modelRoutes(app, deps, cursors);
  auditRoutes(app, deps, cursors);
  await fhirRoutes(app, deps);
  await consoleFiles(app, deps.consoleDir);
  await app.ready();
  return app;
}
