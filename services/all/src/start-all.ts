import { type ApiHandle, startApi } from "@chesil/api";
import { type IngestHandle, type MllpFeed, startIngest } from "@chesil/ingest";
import { defaultModel } from "@chesil/matching";
import { startResolve } from "@chesil/resolve";
import {
  type Config,
  type Connections,
  connect,
  createMetrics,
  Lifecycle,
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
  feeds(): ReturnType<IngestHandle["feeds"]>;
  /** What a part failed with, at its start or later. */
  failure(): unknown;
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
  const metrics = createMetrics();
  const dialectOf = dialectsOf(config.feeds);
  const { now } = options;
  let connections: Connections;
  let api: ApiHandle | undefined;
  let ingest: IngestHandle | undefined;
  let live: LiveView;
  let failure: unknown;

  const parts: Part[] = [
    {
      name: "database",
      async start() {
        connections = await connect(config, (event) => telemetry.log(event));
        live = new LiveView({
          database: connections.database,
          metrics,
          config,
          feeds: () => ingest?.feeds() ?? [],
          now,
        });
        return { failed: connections.ended, stop: () => connections.close() };
      },
    },
    {
      name: "resolve",
      start() {
        const fatal = Promise.withResolvers<never>();
        const { database, log } = connections;
        const handle = startResolve({
          database,
          log,
          model: defaultModel,
          dialectOf,
          batchMessagesMax: config.resolve.batchMessagesMax,
          now,
          onEvent: resolveTelemetry(metrics, telemetry),
          onFatal: fatal.reject,
        });
        return {
          failed: fatal.promise,
          stop: () => handle.stop(),
          ready: () => (handle.ready() ? undefined : "no-lease"),
        };
      },
    },
    {
      name: "live",
      start() {
        live.start();
        metrics.beforeScrape(() => live.refresh());
        return { stop: () => live.stop() };
      },
    },
    {
      name: "api",
      async start() {
        api = await startApi({
          database: connections.database,
          config,
          live,
          dialectOf,
          readiness: async () => {
            const health = await lifecycle.health();
            return {
              ready: health.ready,
              waitingFor: health.parts.filter((part) => !part.ready).map((part) => part.name),
            };
          },
          metricsText: () => metrics.text(),
          consoleDir: options.consoleDir,
          telemetry,
          clock: now,
        });
        return { stop: () => api?.stop() };
      },
    },
    {
      name: "ingest",
      async start() {
        ingest = await startIngest({
          database: connections.database,
          feeds: config.feeds.map(
            (feed): MllpFeed => ({
              name: feed.name,
              host: feed.host,
              port: feed.port,
              reuseWindowHours: feed.reuseWindowHours,
              dialect: dialectOf(feed.name),
            }),
          ),
          limits: config.mllp,
          telemetry: ingestTelemetry(metrics, telemetry),
          now,
        });
        for (const feed of ingest.feeds())
          telemetry.log({ event: "feed-listening", feed: feed.name, address: `${feed.host}:${feed.port}` });
        return { stop: () => ingest?.stop() };
      },
    },
  ];
  const lifecycle = new Lifecycle({
    parts,
    drainMs: config.shutdown.drainMs,
    onEvent: (event) => {
      if (event.event === "part-failed") failure ??= event.error;
      telemetry.log(event);
    },
  });
  return {
    failure: () => failure,
    lifecycle,
    signInUrl: () => api?.signInUrl,
    httpPort: () => api?.port,
    feeds: () => ingest?.feeds() ?? [],
  };
}
