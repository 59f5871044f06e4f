import type { IngestTelemetry } from "@chesil/ingest";
import type { ResolverEvent } from "@chesil/resolve";
import type { Metrics, Telemetry } from "@chesil/runtime";

/** What ingest reports, as metrics and log lines. */
export function ingestTelemetry(metrics: Metrics, telemetry: Telemetry): IngestTelemetry {
  return {
    received(feed, kind, at) {
      const of = metrics.forFeed(feed);
      of.received();
      of.lastMessage(at);
      if (kind === "duplicate" || kind === "conflict") of.outcome(kind);
      if (kind === "refused") of.outcome("rejected");
    },
    acknowledged: (feed, seconds) => metrics.forFeed(feed).acknowledged(seconds * 1000),
    connections: (feed, open) => metrics.forFeed(feed).connected(open),
    wireFault: (feed, reason) => telemetry.log({ event: "feed-fault", feed, reason }),
    storageFailed: (feed, code) =>
      telemetry.log({ event: "storage-failed", feed, messages: 1, error: { name: "Error", code } }),
  };
}

/** What the decider reports, as metrics and log lines. */
export function resolveTelemetry(metrics: Metrics, telemetry: Telemetry): (event: ResolverEvent) => void {
  return (event) => {
    if (event.kind === "retrying") {
      telemetry.log({ event: "batch-failed", attempt: event.attempt, error: { name: "Error", code: event.errorCode } });
    } else if (event.kind === "settled") {
      metrics.forFeed(event.feed).outcome(event.outcome);
      telemetry.log({ event: "message-set-aside", message: event.journalId, outcome: event.outcome });
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
