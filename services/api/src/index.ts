export type { ApiConfig, ApiOptions, Readiness } from "./deps.ts";
export { openIdentityQueries } from "./identity-queries/identity-queries.ts";
export type { FeedState, HistoryPoint, LiveSource, Snapshot } from "./live/snapshot.ts";
export { openApiDocument } from "./openapi.ts";
export { identityEventJsonSchema } from "./persons/identity-events.ts";
export { Passwords, passwordProblem } from "./session/password.ts";
export { makeSignInLink } from "./session/sign-in-link.ts";
export { type ApiHandle, startApi } from "./start.ts";
export type { ApiEvent, ApiTelemetry } from "./telemetry.ts";
