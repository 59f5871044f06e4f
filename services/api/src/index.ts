export type { ApiConfig, ApiOptions, Readiness } from "./deps.ts";
export type { FeedState, HistoryPoint, LiveSource, Snapshot } from "./live/snapshot.ts";
export { openApiDocument } from "./openapi.ts";
export { Passwords, passwordProblem } from "./session/password.ts";
export { makeSignInLink } from "./session/sign-in-link.ts";
export { type ApiHandle, startApi } from "./start.ts";
export type { ApiEvent, ApiTelemetry } from "./telemetry.ts";
