import type { IngestTelemetry, MllpPeer } from "@chesil/ingest";
import type { ResolverEvent } from "@chesil/resolve";
import type { LogEvent, Metrics, Telemetry } from "@chesil/runtime";

/** What ingest reports, as metrics and log lines. */
export function ingestTelemetry(metrics: Metrics, telemetry: Telemetry): IngestTelemetry {
  return {
    received(feed, kind, at) {
      const of = metrics.forFeed(feed);
      of.received();
      of.lastMessage(at);
      if (kind === "duplicate" || kind === "conflict") of.outcome(kind);
      if (kind === "refused" || kind === "out-of-sequence") of.outcome("rejected");
    },
    queried: (feed) => metrics.forFeed(feed).queried(),
    acknowledged: (feed, seconds) => metrics.forFeed(feed).acknowledged(seconds * 1000),
    connections: (feed, open) => metrics.forFeed(feed).connected(open),
    wire(feed, event) {
      const line = wireLine(feed, event);
      if (line) telemetry.log(line);
    },
    batchFault: (feed, reason) => telemetry.log({ event: "feed-fault", feed, reason }),
    storageFailed: (feed, code) =>
      telemetry.log({ event: "storage-failed", feed, messages: 1, error: { name: "Error", code } }),
    undelivered: (feed, code, retryMs) =>
      telemetry.log({ event: "answer-undelivered", feed, error: { name: "Error", code }, retryMs }),
  };
}

/** What happened on the wire as a log line, without a byte of what was received. */
function wireLine(feed: string, event: Parameters<IngestTelemetry["wire"]>[1]): LogEvent | undefined {
  const errorOf = (code: string) => ({ name: "Error", code });
  switch (event.kind) {
    case "connected":
      return { event: "feed-connected", feed, ...remoteOf(event.connection) };
    case "disconnected":
      return { event: "feed-disconnected", feed, ...remoteOf(event.connection), frames: event.frameCount };
    case "fault":
      return {
        event: "feed-fault",
        feed,
        ...remoteOf(event.connection),
        reason: event.reason,
        bytes: event.byteCount,
        ...(event.code ? { error: errorOf(event.code) } : {}),
      };
    case "refused":
      return { event: "feed-refused", feed, remote: event.remoteAddress, reason: REFUSALS[event.limit] };
    case "accept-failed":
      return { event: "feed-refused", feed, reason: event.code };
    case "dial-failed":
      return { event: "feed-dial-failed", feed, error: errorOf(event.code), retryMs: event.retryMs };
    case "certificate-ending":
      return { event: "certificate-ending", feed, days: event.daysLeft };
    case "paused":
      return { event: "feed-paused", feed, connection: event.connection.id };
    case "resumed":
      return { event: "feed-resumed", feed, connection: event.connection.id };
    case "handler-failed":
      // Told as storage-failed.
      return undefined;
  }
}

const REFUSALS = {
  connectionsMax: "connections-max",
  connectionsPerAddressMax: "connections-per-address-max",
} as const;

const remoteOf = ({ id, remoteAddress, remotePort }: MllpPeer) => ({
  connection: id,
  remote: `${remoteAddress}:${remotePort}`,
});

/** What the decider reports, as metrics and log lines. */
export function resolveTelemetry(metrics: Metrics, telemetry: Telemetry): (event: ResolverEvent) => void {
  return (event) => {
    if (event.kind === "retrying") {
      telemetry.log({ event: "batch-failed", attempt: event.attempt, error: { name: "Error", code: event.errorCode } });
    } else if (event.kind === "settled") {
      metrics.forFeed(event.feed).outcome(event.outcome);
      telemetry.log({ event: "message-set-aside", message: event.journalId, outcome: event.outcome });
    } else if (event.kind === "loaded") {
      telemetry.log({ event: "index-loaded", records: event.records, ms: Math.round(event.seconds * 1000) });
    } else if (event.kind === "unsettled") {
      telemetry.log({ event: "record-not-resettled", record: event.sourceRecordId, error: { name: event.detail } });
    } else if (event.kind === "matched") {
      metrics.matched(event.ms, event.candidates, event.decision);
    } else {
      telemetry.log({ event: "batch-applied", messages: event.messages, ms: Math.round(event.seconds * 1000) });
      for (const { feed, outcome, applySeconds } of event.outcomes) {
        metrics.forFeed(feed).outcome(outcome);
        if (outcome === "applied") metrics.forFeed(feed).applied(applySeconds * 1000);
      }
    }
  };
}
