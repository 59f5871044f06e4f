export type { Feed } from "./arrival.ts";
export { type FeedState, type IngestHandle, type IngestTelemetry, startIngest } from "./start.ts";
