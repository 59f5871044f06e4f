import { randomBytes } from "node:crypto";
import { type MllpEvent, type MllpLimits, type MllpServer, startMllpServer } from "@chesil/mllp";
import { type Appended, appendArrivals, type Database, recordWireFault } from "@chesil/store";
import { arrivalOf, type Feed } from "./arrival.ts";
import { GroupCommit } from "./group-commit.ts";

export type MllpFeed = Feed & { readonly host: string; readonly port: number };

/** What operations see of a feed. */
export type FeedState = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly lastMessageAt: Date | null;
};

export type IngestTelemetry = {
  received(feed: string, appended: Appended["kind"], at: Date): void;
  acknowledged(feed: string, seconds: number): void;
  wireFault(feed: string, reason: string): void;
  connections(feed: string, open: number): void;
  /** A message that could not be committed: its connection was closed without an answer. */
  storageFailed(feed: string, errorCode: string): void;
};

export type IngestHandle = {
  feeds(): FeedState[];
  stop(): Promise<void>;
};

type FeedActivity = { lastMessageAt: Date | null; connections: number };

/** How long a stop waits for answers that are due. */
const DRAIN_MS = 10_000;

/**
 * Listens on every feed's port. The order that makes an acknowledgement true: frame, peek, commit, answer.
 * A frame that can not be committed is not answered and its connection closes, so that its sender sends it again.
 */
export async function startIngest(options: {
  database: Database;
  feeds: readonly MllpFeed[];
  limits: Partial<MllpLimits>;
  telemetry: IngestTelemetry;
  now: () => Date;
}): Promise<IngestHandle> {
  const { database, telemetry, now } = options;
  const commits = new GroupCommit((arrivals) => appendArrivals(database, arrivals));
  const nextControlId = answerControlIds();
  const listeners: { feed: MllpFeed; server: MllpServer; state: FeedActivity }[] = [];
  const stop = async () => {
    await Promise.all(listeners.map(({ server }) => server.stop(DRAIN_MS)));
  };
  try {
    for (const feed of options.feeds) {
      const state: FeedActivity = { lastMessageAt: null, connections: 0 };
      const server = await startMllpServer({
        host: feed.host,
        port: feed.port,
        limits: options.limits,
        async onFrame(frame, connection) {
          const receivedAt = now();
          const started = performance.now();
          state.lastMessageAt = receivedAt;
          const arrival = arrivalOf(frame, feed, {
            connection: `${connection.remoteAddress}/${connection.id}`,
            receivedAt,
            answerControlId: nextControlId(),
          });
          const appended = await commits.commit(arrival).catch((error: unknown) => {
            telemetry.storageFailed(feed.name, String((error as { code?: unknown }).code ?? "unknown"));
            if (feed.onStorageFailure === "close") throw error;
          });
          if (!appended) return { reply: arrival.storageAnswer().bytes };
          telemetry.received(feed.name, appended.kind, receivedAt);
          telemetry.acknowledged(feed.name, (performance.now() - started) / 1000);
          return { reply: appended.answer };
        },
        onEvent: (event) => {
          if (event.kind === "fault") recordFault(event, feed.name);
          if (event.kind === "connected") telemetry.connections(feed.name, ++state.connections);
          if (event.kind === "disconnected") telemetry.connections(feed.name, --state.connections);
        },
      });
      listeners.push({ feed, server, state });
    }
  } catch (error) {
    await stop();
    throw error;
  }

  function recordFault(event: Extract<MllpEvent, { kind: "fault" }>, feed: string): void {
    telemetry.wireFault(feed, event.reason);
    const fault = {
      feed,
      at: now(),
      remoteAddress: event.connection.remoteAddress,
      reason: event.reason,
      bytes: event.bytes,
    };
    recordWireFault(database, fault).catch((error: unknown) => {
      telemetry.storageFailed(feed, String((error as { code?: unknown }).code ?? "unknown"));
    });
  }

  return {
    feeds: () =>
      listeners.map(({ feed, server, state }) => ({
        name: feed.name,
        host: feed.host,
        port: server.port,
        connections: state.connections,
        lastMessageAt: state.lastMessageAt,
      })),
    stop,
  };
}

/** Control ids of our answers: unique over restarts by a random prefix, at most 20 characters (MSH-10 before v2.7). */
function answerControlIds(): () => string {
  const prefix = randomBytes(5).toString("hex").toUpperCase();
  let count = 0;
  return () => `${prefix}${(++count).toString(36).toUpperCase().padStart(7, "0")}`;
}
