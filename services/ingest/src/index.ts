export type { Feed } from "./arrival.ts";
export { type FeedState, type IngestHandle, type MllpFeed, type IngestTelemetry, startIngest } from "./start.ts";
