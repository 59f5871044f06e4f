export type { DialTls, ListenerTls, MllpPeer } from "@chesil/mllp";
export { arrivalOf } from "./arrival.ts";
export type { ReloadResult } from "./change-over.ts";
export type { Feed, MllpFeed } from "./feed.ts";
export type { FeedState } from "./feed-listener.ts";
export { type IngestHandle, startIngest } from "./start.ts";
export type { IngestTelemetry } from "./telemetry.ts";
