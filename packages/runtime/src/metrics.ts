import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { RollingPercentiles } from "./rolling-percentiles.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const CANDIDATES = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** What one feed reports. Durations are in milliseconds here and in seconds outside. */
export type FeedMetrics = {
  received(): void;
  /** A query was answered. */
  queried(): void;
  /** `outcome` is one of `@chesil/model`'s OUTCOMES. */
  outcome(outcome: string, messages?: number): void;
  /** From the last byte of a message to the acknowledgement handed to the socket. */
  acknowledged(ms: number): void;
  /** From receipt to the record committed. */
  applied(ms: number): void;
  /** Connections open now; zero is a feed that is not connected. */
  connected(connections: number): void;
  lastMessage(at: Date): void;
};

export type ReviewCount = { readonly kind: string; readonly state: string; readonly tasks: number };

export type Metrics = {
  forFeed(feed: string): FeedMetrics;
  backlog(stage: string, messages: number, oldestSeconds: number): void;
  matched(ms: number, candidates: number, decision: string): void;
  reviewTasks(counts: readonly ReviewCount[], oldestSeconds: number): void;
  /** Identities held back, and how long the first of all that is held back has waited. */
  parked(identities: number, oldestSeconds: number): void;
  /** How far a day's decisions are from how they were, by what was counted: the population stability index. */
  matchDrift(worst: Readonly<Record<string, number>>): void;
  /** Over the last five minutes, of all feeds together: what the live page shows. */
  readonly recent: {
    readonly ack: RollingPercentiles;
    readonly apply: RollingPercentiles;
    readonly match: RollingPercentiles;
  };
  /** Called before each scrape, to set what is looked up and not counted. A failing one leaves the last values. */
  beforeScrape(refresh: () => Promise<void> | void): void;
  /** The page of `/metrics`. */
  text(): Promise<string>;
  readonly contentType: string;
};

/** The metrics of one process, in a registry of its own: a test may have as many as it likes. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const instruments = createInstruments(registry);
  const recent = { ack: new RollingPercentiles(), apply: new RollingPercentiles(), match: new RollingPercentiles() };
  const refreshers: (() => Promise<void> | void)[] = [];
  return {
    forFeed: (feed) => feedMetrics(instruments, recent, feed),
    backlog(stage, messages, oldestSeconds) {
      instruments.backlog.set({ stage }, messages);
      instruments.backlogOldest.set({ stage }, oldestSeconds);
    },
    matched(ms, candidates, decision) {
      instruments.match.observe(ms / 1000);
      instruments.candidates.observe(candidates);
      instruments.decisions.inc({ decision });
      recent.match.record(ms);
    },
    reviewTasks(counts, oldestSeconds) {
      // A kind or state that has no task any more would else keep its last number.
      instruments.tasks.reset();
      for (const { kind, state, tasks } of counts) instruments.tasks.set({ kind, state }, tasks);
      instruments.taskOldest.set(oldestSeconds);
    },
    parked(identities, oldestSeconds) {
      instruments.parked.set(identities);
      instruments.parkedOldest.set(oldestSeconds);
    },
    matchDrift(worst) {
      for (const [what, psi] of Object.entries(worst)) instruments.drift.set({ what }, psi);
    },
    recent,
    beforeScrape: (refresh) => void refreshers.push(refresh),
    async text() {
      await Promise.allSettled(refreshers.map(async (refresh) => refresh()));
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** interfaces.md, "Metrics". No patient or message identifier ever becomes a label. */
function createInstruments(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  return {
    received: counter("chesil_messages_received_total", "Messages received.", ["feed"]),
    queries: counter("chesil_queries_answered_total", "Queries answered (QBP, QCN); they are no messages.", ["feed"]),
    outcomes: counter("chesil_messages_outcome_total", "Messages by what became of them.", ["feed", "outcome"]),
    ack: histogram("chesil_ack_seconds", "From receipt to acknowledgement.", ["feed"], SECONDS),
    apply: histogram("chesil_apply_seconds", "From receipt to the record.", ["feed"], SECONDS),
    backlog: gauge("chesil_backlog_messages", "Messages waiting.", ["stage"]),
    backlogOldest: gauge("chesil_backlog_oldest_seconds", "Age of the oldest message waiting.", ["stage"]),
    match: histogram("chesil_match_seconds", "Finding and scoring the candidates of one record.", [], SECONDS),
    candidates: histogram("chesil_match_candidates", "Candidates scored for one record.", [], CANDIDATES),
    decisions: counter("chesil_match_decisions_total", "Decisions about one record.", ["decision"]),
    tasks: gauge("chesil_review_tasks", "Review tasks.", ["kind", "state"]),
    taskOldest: gauge("chesil_review_oldest_seconds", "Age of the oldest open review task.", []),
    parked: gauge("chesil_parked_identities", "Identities held behind a message that could not be applied.", []),
    parkedOldest: gauge("chesil_parked_oldest_seconds", "Age of the oldest that is held back, or unfinished.", []),
    drift: gauge("chesil_match_drift", "Largest population stability index of the latest day.", ["what"]),
    connected: gauge("chesil_feed_connected", "Connections a feed has open.", ["feed"]),
    lastMessage: gauge("chesil_feed_last_message_timestamp_seconds", "When a feed last sent a message.", ["feed"]),
  };
}

function feedMetrics(of: ReturnType<typeof createInstruments>, recent: Metrics["recent"], feed: string): FeedMetrics {
  const received = of.received.labels({ feed });
  const [ack, apply] = [of.ack.labels({ feed }), of.apply.labels({ feed })];
  const [connected, lastMessage] = [of.connected.labels({ feed }), of.lastMessage.labels({ feed })];
  // A feed that has not spoken yet is a zero on the page, not a gap that no alert sees.
  received.inc(0);
  connected.set(0);
  return {
    received: () => received.inc(),
    queried: () => of.queries.inc({ feed }),
    outcome: (outcome, messages = 1) => of.outcomes.inc({ feed, outcome }, messages),
    acknowledged(ms) {
      ack.observe(ms / 1000);
      recent.ack.record(ms);
    },
    applied(ms) {
      apply.observe(ms / 1000);
      recent.apply.record(ms);
    },
    connected: (connections) => connected.set(connections),
    lastMessage: (at) => lastMessage.set(at.getTime() / 1000),
  };
}
