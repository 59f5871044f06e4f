import type { HistoryPoint, LiveSource, Snapshot } from "@chesil/api";
import { OUTCOMES, type Outcome } from "@chesil/model";
import { RESOLVE_CONSUMER } from "@chesil/resolve";
import type { Metrics } from "@chesil/runtime";
import {
  type Backlog,
  type Database,
  foldTally,
  readBacklog,
  readCounts,
  readTally,
  type StoreCounts,
  type TallyName,
} from "@chesil/store";

type Tally = Awaited<ReturnType<typeof readTally>>;
type Reading = { readonly atMs: number; readonly tally: Tally; readonly backlog: Backlog };

/** What is shown of a feed, whatever it comes by. */
export type LiveFeed = Pick<Snapshot["feeds"][number], "name" | "kind" | "address" | "connections" | "connected"> & {
  readonly lastMessageAt: Date | null;
};

export type LiveViewOptions = {
  readonly database: Database;
  readonly metrics: Metrics;
  /** After how long without a message a feed counts as silent. */
  readonly silentAfterMinutes: (feed: string) => number;
  readonly feeds: () => readonly LiveFeed[];
  readonly now: () => Date;
};

const READ_MS = 1_000;
/** Fifteen minutes of points, one a second. */
const HISTORY_POINTS_MAX = 900;
/** Whole tables are counted no more often than this, and no more than a fiftieth of the time. */
const COUNT_MS = 2_000;
const COUNT_SHARE = 50;
const NOTHING_COUNTED: StoreCounts = {
  persons: 0,
  sourceRecords: 0,
  parkedIdentities: 0,
  oldestParkedAt: null,
  reviewTasks: [],
  oldestOpenTaskAt: null,
};
/** Rates are over this many readings: a second alone flickers. */
const RATE_READINGS = 5;

/**
 * The numbers of the live page and the gauges of `/metrics`, read once a second whoever watches: totals from the tally,
 * the backlog from the log's position, latencies from the metrics' own windows.
 */
export class LiveView implements LiveSource {
  readonly #options: LiveViewOptions;
  readonly #history: HistoryPoint[] = [];
  readonly #readings: Reading[] = [];
  #counts: StoreCounts = NOTHING_COUNTED;
  #countAgainAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;

  constructor(options: LiveViewOptions) {
    this.#options = options;
  }

  start(): void {
    const tick = () => {
      // A reading that fails leaves the last one standing; the page says how old it is.
      void this.refresh()
        .catch(() => {})
        .finally(() => {
          if (this.#timer) this.#timer = setTimeout(tick, READ_MS);
        });
    };
    this.#timer = setTimeout(tick, 0);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#reading?.catch(() => {});
  }

  /** Reads now; calls that come while one is under way join it. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { database, metrics, now } = this.#options;
    const [tally, backlog] = await Promise.all([readTally(database), readBacklog(database, RESOLVE_CONSUMER)]);
    const atMs = now().getTime();
    if (atMs >= this.#countAgainAtMs) {
      const began = performance.now();
      await foldTally(database);
      this.#counts = await readCounts(database);
      this.#countAgainAtMs = atMs + Math.max(COUNT_MS, (performance.now() - began) * COUNT_SHARE);
    }
    this.#readings.push({ atMs, tally, backlog });
    if (this.#readings.length > RATE_READINGS) this.#readings.shift();
    this.#history.push({
      at: new Date(atMs).toISOString(),
      received: this.#rate("received"),
      applied: this.#rate("applied"),
      ackP99Ms: metrics.recent.ack.percentiles()?.p99 ?? null,
      backlog: backlog.messages,
    });
    if (this.#history.length > HISTORY_POINTS_MAX) this.#history.shift();
    metrics.backlog("resolve", backlog.messages, this.#secondsSince(backlog.oldestAt));
    metrics.reviewTasks(this.#counts.reviewTasks, this.#secondsSince(this.#counts.oldestOpenTaskAt));
    metrics.parked(this.#counts.parkedIdentities, this.#secondsSince(this.#counts.oldestParkedAt));
  }

  async snapshot(): Promise<Snapshot> {
    const { metrics, now } = this.#options;
    const last = this.#readings.at(-1);
    const total = (name: TallyName) =>
      [...(last?.tally.values() ?? [])].reduce((sum, feed) => sum + (feed[name] ?? 0), 0);
    const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, total(outcome)])) as Record<
      Outcome,
      number
    >;
    const received = total("received");
    const backlog = last?.backlog ?? { messages: 0, oldestAt: null };
    return {
      at: new Date(last?.atMs ?? now().getTime()).toISOString(),
      ready: last !== undefined,
      feeds: this.#options.feeds().map((feed) => this.#feed(feed, last)),
      receivedPerSecond: this.#rate("received"),
      appliedPerSecond: this.#rate("applied"),
      outcomes,
      received,
      inFlight: Math.max(0, received - OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0)),
      ackMs: metrics.recent.ack.percentiles() ?? null,
      applyMs: metrics.recent.apply.percentiles() ?? null,
      backlog: { messages: backlog.messages, oldestSeconds: this.#secondsSince(backlog.oldestAt) },
      persons: this.#counts.persons,
      sourceRecords: this.#counts.sourceRecords,
      reviewTasksOpen: this.#counts.reviewTasks
        .filter((each) => each.state === "open")
        .reduce((sum, each) => sum + each.tasks, 0),
      parkedIdentities: this.#counts.parkedIdentities,
      parkedOldestSeconds: this.#secondsSince(this.#counts.oldestParkedAt),
    };
  }

  history(): HistoryPoint[] {
    return this.#history;
  }

  matchMs(): { p50: number; p99: number } | null {
    return this.#options.metrics.recent.match.percentiles() ?? null;
  }

  #feed({ lastMessageAt, ...feed }: LiveFeed, last: Reading | undefined): Snapshot["feeds"][number] {
    const { silentAfterMinutes, now } = this.#options;
    const silentMs = silentAfterMinutes(feed.name) * 60_000;
    return {
      ...feed,
      lastMessageAt: lastMessageAt?.toISOString() ?? null,
      receivedTotal: last?.tally.get(feed.name)?.received ?? 0,
      receivedPerSecond: this.#rate("received", feed.name),
      silent: lastMessageAt !== null && now().getTime() - lastMessageAt.getTime() > silentMs,
    };
  }

  #secondsSince(at: Date | null): number {
    return at ? Math.max(0, (this.#options.now().getTime() - at.getTime()) / 1000) : 0;
  }

  /** Messages a second between the first and the last of the recent readings, of one feed or all. */
  #rate(name: TallyName, feed?: string): number {
    const first = this.#readings[0];
    const last = this.#readings.at(-1);
    if (!first || !last || last.atMs <= first.atMs) return 0;
    const count = ({ tally }: Reading) =>
      [...tally].reduce(
        (sum, [key, counts]) => (feed === undefined || key === feed ? sum + (counts[name] ?? 0) : sum),
        0,
      );
    return Math.max(0, ((count(last) - count(first)) * 1000) / (last.atMs - first.atMs));
  }
}
