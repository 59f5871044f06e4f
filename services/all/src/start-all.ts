import { randomUUID } from "node:crypto";
import { type ApiHandle, openIdentityQueries, startApi } from "@chesil/api";
import { CallBacks, type ForwardHandle, startForward } from "@chesil/forward";
import { type FeedState, type IngestHandle, type ItkSettings, type ReloadResult, startIngest } from "@chesil/ingest";
import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, startResolve, watchModels } from "@chesil/resolve";
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
import { readNotificationBacklog } from "@chesil/store";
import { accessPolicyOf, accessWarnings } from "./access-policy.ts";
import { type ActivatedSettings, activateSettings } from "./activate-settings.ts";
import { destinationsOf } from "./destinations.ts";
import { shownDialect } from "./dialects.ts";
import { mllpFeeds } from "./feeds.ts";
import { itkListening, itkSettings } from "./itk.ts";
import { knownOrTooMany } from "./known-at.ts";
import { type LiveFeed, LiveView } from "./live.ts";
import { openModelDesk } from "./model-desk.ts";
import { activateBuiltInModel, modelInForce } from "./model-in-force.ts";
import { ingestTelemetry, resolveTelemetry } from "./observe.ts";
import { loadUploaded } from "./uploaded-load.ts";

/** Everything in one process, as parts that start in order and stop in reverse. */
export type All = {
  readonly lifecycle: Lifecycle;
  /** Where a first user signs in, once; undefined when there are users. Known once started. */
  signInUrl(): string | undefined;
  /** Where the web server listens. Known once started. */
  httpPort(): number | undefined;
  /** What ingest listens on. Known once started. */
  feeds(): readonly FeedState[];
  /** The feeds as they are configured now. */
  configuredFeeds(): Config["feeds"];
  /**
   * Goes over to another configuration. Its feeds take effect at once, or not at all; what else is different waits for
   * a restart. Undefined before the feeds have begun.
   */
  reload(config: Config): Promise<ReloadResult | undefined>;
  /** What a part failed with, at its start or later. */
  failure(): unknown;
};

/** What the parts share, and what each leaves for those after it. */
type Assembly = {
  /** As it was at the start. */
  readonly config: Config;
  /** As they are now. */
  feeds: Config["feeds"];
  survivorship: Config["survivorship"];
  loads: Config["loads"];
  itk: Config["itk"];
  itkSettings: ItkSettings;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
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
    feeds: config.feeds,
    loads: config.loads,
    itk: config.itk,
    itkSettings: itkSettings(config),
    survivorship: config.survivorship,
    telemetry,
    metrics: createMetrics(),
    ...options,
    health: () => lifecycle.health(),
  };
  const lifecycle = new Lifecycle({
    parts: [databasePart, resolvePart, modelsPart, livePart, apiPart, forwardPart, ingestPart].map((part) =>
      part(assembly),
    ),
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
    configuredFeeds: () => assembly.feeds,
    reload: (next) => reload(assembly, next),
    failure: () => failure,
  };
}

async function reload(assembly: Assembly, next: Config): Promise<ReloadResult | undefined> {
  if (!assembly.ingest) return undefined;
  const feeds = mllpFeeds(next);
  // Before the first message can come by it: one that nobody has said how to read would be set aside.
  await activate(assembly, { ...next, survivorship: assembly.survivorship });
  const result = await assembly.ingest.reload(feeds, itkListening(next.itk)).catch(async (error: unknown) => {
    await activate(assembly, assembly);
    throw error;
  });
  const { feeds: configured, loads, itk, survivorship } = next;
  if (result.ok)
    Object.assign(assembly, {
      feeds: configured,
      loads,
      itk,
      itkSettings: itkSettings({ ...assembly.config, itk }),
      survivorship,
    });
  await activate(assembly, assembly);
  return result;
}

/** Journals what the configuration says of messages, loads and golden records from now on, unless it is so already. */
const activate = ({ connections, now }: Assembly, settings: ActivatedSettings) =>
  activateSettings(given(connections).database, settings, now());

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
      silentAfterMinutes: (feed) =>
        [...assembly.feeds, ...assembly.itk.feeds].find(({ name }) => name === feed)?.silentAfterMinutes ?? 0,
      feeds: () => liveFeeds(assembly),
      now,
    });
    return { failed: connections.ended, stop: () => connections.close() };
  },
});

/** Envelopes come by requests: who may send is connected as long as we take any. */
const liveFeeds = ({ ingest, itk }: Assembly): LiveFeed[] => [
  ...(ingest?.feeds() ?? []).map(({ name, host, port, connections, lastMessageAt }) => ({
    ...{ name, kind: "mllp", address: `${host}:${port}`, connections, connected: connections > 0, lastMessageAt },
  })),
  ...itk.feeds.map(({ name, organisation }) => ({
    ...{ name, kind: "itk", address: `/itk ${organisation}`, connections: 0, connected: ingest !== undefined },
    lastMessageAt: ingest?.itkLastMessageAt(name) ?? null,
  })),
];

/** The server inside belongs to this process alone (its folder is locked): a lease that a crash left is ours. */
const ownerOf = (config: Config) => (config.databaseUrl === undefined ? "embedded" : randomUUID());

const resolvePart = (assembly: Assembly): Part => ({
  name: "resolve",
  async start() {
    const { config, telemetry, metrics, now } = assembly;
    const { database, log } = given(assembly.connections);
    await activate(assembly, config);
    await activateBuiltInModel(database, now());
    const fatal = Promise.withResolvers<never>();
    const handle = startResolve({
      database,
      log,
      model: defaultModel,
      batchMessagesMax: config.resolve.batchMessagesMax,
      now,
      onEvent: resolveTelemetry(metrics, telemetry),
      owner: ownerOf(config),
      onFatal: fatal.reject,
    });
    return { failed: fatal.promise, stop: () => handle.stop(), ready: () => (handle.ready() ? undefined : "no-lease") };
  },
});

/** What candidates may take of one core while the region's messages come first. */
const SHADOW_CPU_SHARE = 0.2;
const SHADOW_RECORDS_PER_SECOND_MAX = 500;
const SHADOW_RECORDS_PER_STEP = 20;

const modelsPart = (assembly: Assembly): Part => ({
  name: "models",
  start() {
    const { telemetry, metrics, now } = assembly;
    const handle = watchModels({
      database: given(assembly.connections).database,
      cpuShare: SHADOW_CPU_SHARE,
      recordsPerSecondMax: SHADOW_RECORDS_PER_SECOND_MAX,
      recordsPerStep: SHADOW_RECORDS_PER_STEP,
      now,
      onDrift: (worst) => metrics.matchDrift(worst),
      onFailed: (error) => telemetry.log({ event: "unexpected-error", where: "models", error }),
    });
    return { stop: () => handle.stop() };
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
    const { config, telemetry, metrics, consoleDir, now } = assembly;
    for (const warning of accessWarnings(config)) telemetry.log(warning);
    const api = await startApi({
      database: given(assembly.connections).database,
      config: { ...config, privacy: accessPolicyOf(config) },
      live: given(assembly.live),
      model: modelInForce(given(assembly.connections).database),
      knownAt: (sourceRecordIds, at) => knownOrTooMany(given(assembly.connections).database, sourceRecordIds, at),
      loadUploaded: (file) => loadUploaded(given(assembly.connections).database, assembly.loads, file, now),
      answerItk: (exchange) => assembly.ingest?.answerItk(exchange),
      models: openModelDesk(given(assembly.connections).database, now),
      decider: RESOLVE_CONSUMER,
      dialectOf: (feed) => shownDialect(assembly, feed),
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

const forwardPart = (assembly: Assembly): Part => ({
  name: "forward",
  start() {
    const { config, telemetry, metrics, now } = assembly;
    const { database, log } = given(assembly.connections);
    metrics.beforeScrape(() => showNotificationBacklog(assembly));
    const handle: ForwardHandle = startForward({
      database,
      log,
      destinations: destinationsOf(config),
      decider: RESOLVE_CONSUMER,
      owner: ownerOf(config),
      telemetry: {
        settled: (destination, outcome, message) =>
          telemetry.log({ event: "forward-settled", destination, message, outcome }),
        attemptFailed: (destination, reason, attempt) =>
          telemetry.log({ event: "forward-failed", destination, reason, attempt }),
      },
      now,
    });
    return { stop: () => handle.stop() };
  },
});

/** Persons that a destination is to be told about. */
async function showNotificationBacklog({ config, connections, metrics, now }: Assembly): Promise<void> {
  for (const { name, send } of config.destinations) {
    if (send !== "identity") continue;
    const { messages, oldestAt } = await readNotificationBacklog(given(connections).database.pool, name);
    metrics.backlog(`notify-${name}`, messages, oldestAt ? (now().getTime() - oldestAt.getTime()) / 1000 : 0);
  }
}

const ingestPart = (assembly: Assembly): Part => ({
  name: "ingest",
  async start() {
    const { config, telemetry, metrics, now } = assembly;
    const callBacks = new CallBacks(destinationsOf(config));
    const ingest = await startIngest({
      database: given(assembly.connections).database,
      feeds: mllpFeeds(config),
      itk: () => assembly.itkSettings,
      itkListening: itkListening(config.itk),
      callBack: (url, answer) => callBacks.send(url, answer),
      telemetry: ingestTelemetry(metrics, telemetry),
      now,
      answerQuery: openIdentityQueries({
        database: given(assembly.connections).database,
        clock: now,
        policy: accessPolicyOf(config),
      }),
    });
    assembly.ingest = ingest;
    for (const feed of ingest.feeds())
      if (feed.mode === "listen")
        telemetry.log({ event: "feed-listening", feed: feed.name, address: `${feed.host}:${feed.port}` });
    for (const address of ingest.itkAddresses()) telemetry.log({ event: "feed-listening", feed: "itk", address });
    return { stop: () => ingest.stop().finally(() => callBacks.close()) };
  },
});
