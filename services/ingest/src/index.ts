export type { Feed } from "./arrival.ts";
export { type FeedState, type IngestHandle, type IngestTelemetry, type MllpFeed, startIngest } from "./start.ts";
