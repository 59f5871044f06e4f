import { randomUUID } from "node:crypto";
import { type ApiHandle, startApi } from "@chesil/api";
import type { FeedDialect } from "@chesil/hl7";
import { type FeedState, type IngestHandle, type MllpFeed, startIngest } from "@chesil/ingest";
import { defaultModel } from "@chesil/matching";
import { startResolve } from "@chesil/resolve";
import {
  type Config,
  type Connections,
  connect,
  createMetrics,
  Lifecycle,
  type Metrics,
  type Part,
  type Telemetry,
} from "@chesil/runtime";
import { dialectsOf } from "./dialects.ts";
import { LiveView } from "./live.ts";
import { ingestTelemetry, resolveTelemetry } from "./observe.ts";

/** Everything in one process, as parts that start in order and stop in reverse. */
export type All = {
  readonly lifecycle: Lifecycle;
  /** Where a first user signs in, once; undefined when there are users. Known once started. */
  signInUrl(): string | undefined;
  /** Where the web server listens. Known once started. */
  httpPort(): number | undefined;
  /** What ingest listens on. Known once started. */
  feeds(): readonly FeedState[];
  /** What a part failed with, at its start or later. */
  failure(): unknown;
};

/** What the parts share, and what each leaves for those after it. */
type Assembly = {
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly dialectOf: (feed: string) => FeedDialect;
  readonly consoleDir: string | undefined;
  readonly now: () => Date;
  readonly health: Lifecycle["health"];
  connections?: Connections;
  live?: LiveView;
  api?: ApiHandle;
  ingest?: IngestHandle;
};

/**
 * Consumers start before producers: the database, the decider, the web server, and last the listeners, which close
 * first. A message is only taken in when everything behind it stands.
 */
export function assembleAll(
  config: Config,
  telemetry: Telemetry,
  options: { consoleDir: string | undefined; now: () => Date },
): All {
  let failure: unknown;
  const assembly: Assembly = {
    config,
    telemetry,
    metrics: createMetrics(),
    dialectOf: dialectsOf(config.feeds),
    ...options,
    health: () => lifecycle.health(),
  };
  const lifecycle = new Lifecycle({
    parts: [databasePart, resolvePart, livePart, apiPart, ingestPart].map((part) => part(assembly)),
    drainMs: config.shutdown.drainMs,
    onEvent: (event) => {
      if (event.event === "part-failed") failure ??= event.error;
      telemetry.log(event);
    },
  });
  return {
    lifecycle,
    signInUrl: () => assembly.api?.signInUrl,
    httpPort: () => assembly.api?.port,
    feeds: () => assembly.ingest?.feeds() ?? [],
    failure: () => failure,
  };
}

/** What an earlier part left. The order of the parts makes sure of it. */
function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("A part was started before the one it needs.");
  return value;
}

const databasePart = (assembly: Assembly): Part => ({
  name: "database",
  async start() {
    const { config, telemetry, metrics, now } = assembly;
    const connections = await connect(config, (event) => telemetry.log(event));
    assembly.connections = connections;
    assembly.live = new LiveView({
      database: connections.database,
      metrics,
      config,
      feeds: () => assembly.ingest?.feeds() ?? [],
      now,
    });
    return { failed: connections.ended, stop: () => connections.close() };
  },
});

const resolvePart = (assembly: Assembly): Part => ({
  name: "resolve",
  start() {
    const { config, telemetry, metrics, dialectOf, now } = assembly;
    const { database, log } = given(assembly.connections);
    const fatal = Promise.withResolvers<never>();
    const handle = startResolve({
      database,
      log,
      model: defaultModel,
      dialectOf,
      batchMessagesMax: config.resolve.batchMessagesMax,
      now,
      onEvent: resolveTelemetry(metrics, telemetry),
      // The server inside belongs to this process alone (its folder is locked): a lease that a crash left is ours.
      owner: config.databaseUrl === undefined ? "embedded" : randomUUID(),
      onFatal: fatal.reject,
    });
    return { failed: fatal.promise, stop: () => handle.stop(), ready: () => (handle.ready() ? undefined : "no-lease") };
  },
});

const livePart = (assembly: Assembly): Part => ({
  name: "live",
  start() {
    const live = given(assembly.live);
    live.start();
    assembly.metrics.beforeScrape(() => live.refresh());
    return { stop: () => live.stop() };
  },
});

const apiPart = (assembly: Assembly): Part => ({
  name: "api",
  async start() {
    const { config, telemetry, metrics, dialectOf, consoleDir, now } = assembly;
    const api = await startApi({
      database: given(assembly.connections).database,
      config,
      live: given(assembly.live),
      dialectOf,
      readiness: async () => {
        const { ready, parts } = await assembly.health();
        return { ready, waitingFor: parts.filter((part) => !part.ready).map((part) => part.name) };
      },
      metricsText: () => metrics.text(),
      consoleDir,
      telemetry,
      clock: now,
    });
    assembly.api = api;
    return { stop: (deadline) => api.stop(deadline) };
  },
});

const ingestPart = (assembly: Assembly): Part => ({
  name: "ingest",
  async start() {
    const { config, telemetry, metrics, dialectOf, now } = assembly;
    const ingest = await startIngest({
      database: given(assembly.connections).database,
      feeds: config.feeds.map(
        (feed): MllpFeed => ({
          name: feed.name,
          host: feed.host,
          port: feed.port,
          reuseWindowHours: feed.reuseWindowHours,
          onStorageFailure: feed.acknowledgement.onStorageFailure,
          dialect: dialectOf(feed.name),
        }),
      ),
      limits: config.mllp,
      telemetry: ingestTelemetry(metrics, telemetry),
      now,
    });
    assembly.ingest = ingest;
    for (const feed of ingest.feeds())
      telemetry.log({ event: "feed-listening", feed: feed.name, address: `${feed.host}:${feed.port}` });
    return { stop: () => ingest.stop() };
  },
});
