import type { MllpEvent } from "@chesil/mllp";
import type { Appended } from "@chesil/store";

/** What ingest tells whoever watches. Nothing of it holds patient data but the bytes of a wire fault. */
export type IngestTelemetry = {
  received(feed: string, appended: Appended["kind"], at: Date): void;
  /** A query that was answered: no message, and counted as none. */
  queried(feed: string, at: Date): void;
  acknowledged(feed: string, seconds: number): void;
  connections(feed: string, open: number): void;
  /** Something on the wire: a connection, a fault, a limit reached. */
  wire(feed: string, event: MllpEvent): void;
  /** A batch whose envelope does not agree with its messages. */
  batchFault(feed: string, reason: string): void;
  /** A message that could not be committed: its connection was closed without an answer, or it was told so. */
  storageFailed(feed: string, errorCode: string): void;
  /** An acknowledgement that goes elsewhere did not get there; it is tried again after `retryMs`, or (0) given up. */
  undelivered(feed: string, errorCode: string, retryMs: number): void;
};
