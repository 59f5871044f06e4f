import {
  DEFAULT_MLLP_LIMITS,
  dialMllpListener,
  type FrameAnswer,
  type MllpEvent,
  type MllpListener,
  type MllpPeer,
  startMllpServer,
} from "@chesil/mllp";
import { AnswerElsewhere } from "./answer-elsewhere.ts";
import { keepsItsConnections, type MllpFeed } from "./feed.ts";
import type { FrameTaker } from "./take-frame.ts";
import type { IngestTelemetry } from "./telemetry.ts";

/** What operations see of a feed. */
export type FeedState = {
  readonly name: string;
  readonly mode: "listen" | "dial";
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly connections: number;
  readonly lastMessageAt: Date | null;
};

/** What a feed did, over restarts of its listener. */
export type FeedActivity = { lastMessageAt: Date | null; connections: number };

export type FeedContext = {
  readonly taker: FrameTaker;
  readonly telemetry: IngestTelemetry;
  /** A fault with its bytes, to be kept for operations. */
  readonly onFault: (feed: string, fault: Extract<MllpEvent, { kind: "fault" }>) => void;
};

/** How long a stop waits for answers that are due. */
const DRAIN_MS = 10_000;

/** The running side of one feed: its listener or its dialled connection, under settings that may be exchanged. */
export class FeedListener {
  readonly #context: FeedContext;
  readonly activity: FeedActivity;
  #feed: MllpFeed;
  #elsewhere: AnswerElsewhere | undefined;
  #listener: MllpListener | undefined;
  #port: number;
  #reloadTls: (tls: MllpFeed["tls"]) => void = () => {};

  /** Begins to listen or to dial. Rejects when the address can not be listened on. */
  static async open(feed: MllpFeed, context: FeedContext, activity?: FeedActivity): Promise<FeedListener> {
    const opened = new FeedListener(feed, context, activity ?? { lastMessageAt: null, connections: 0 });
    await opened.#open();
    return opened;
  }

  private constructor(feed: MllpFeed, context: FeedContext, activity: FeedActivity) {
    this.#feed = feed;
    this.#port = feed.port;
    this.#context = context;
    this.activity = activity;
    this.#answerElsewhere(feed);
  }

  get feed(): MllpFeed {
    return this.#feed;
  }

  get state(): FeedState {
    const { name, mode = "listen", host, tls } = this.#feed;
    return { name, mode, host, port: this.#port, isSecure: tls !== undefined, ...this.activity };
  }

  /**
   * Takes on other settings of the same feed, for the next frame of every connection; certificates, for the next
   * connection. Throws a RangeError for TLS settings that will not do: the old ones stay, all of them.
   */
  replace(feed: MllpFeed): void {
    if (!keepsItsConnections(this.#feed, feed)) throw new Error("Another address needs another listener.");
    if (feed.tls !== undefined) this.#reloadTls(feed.tls);
    const before = this.#feed;
    this.#feed = feed;
    if (JSON.stringify(before.answerTo) === JSON.stringify(feed.answerTo)) return;
    void this.#elsewhere?.close();
    this.#answerElsewhere(feed);
  }

  /** Reads no more, answers what is in flight, closes. */
  async stop(): Promise<void> {
    await this.#listener?.stop(DRAIN_MS);
    await this.#elsewhere?.close();
  }

  async #open(): Promise<void> {
    const { host, port, limits = {}, framing = {} } = this.#feed;
    const options = {
      host,
      port,
      limits,
      framing,
      onFrame: (frame: Uint8Array, peer: MllpPeer) => this.#take(frame, peer),
      onFrameTooLarge: async (beginning: Uint8Array) => this.#refuseTooLarge(beginning),
      onEvent: (event: MllpEvent) => this.#observe(event),
    };
    if (this.#feed.mode === "dial") {
      const dialer = dialMllpListener({ ...options, ...(this.#feed.tls ? { tls: this.#feed.tls } : {}) });
      this.#listener = dialer;
      this.#reloadTls = (tls) => dialer.reloadTls(tls as Parameters<typeof dialer.reloadTls>[0]);
      return;
    }
    const server = await startMllpServer({ ...options, ...(this.#feed.tls ? { tls: this.#feed.tls } : {}) });
    this.#listener = server;
    this.#port = server.port;
    this.#reloadTls = (tls) => server.reloadTls(tls as Parameters<typeof server.reloadTls>[0]);
  }

  #answerElsewhere({ name, answerTo }: MllpFeed): void {
    const { telemetry } = this.#context;
    this.#elsewhere =
      answerTo && new AnswerElsewhere(answerTo, (code, retryMs) => telemetry.undelivered(name, code, retryMs));
  }

  async #take(frame: Uint8Array, peer: MllpPeer): Promise<FrameAnswer> {
    const elsewhere = this.#elsewhere;
    const { replies, receivedAt } = await this.#context.taker.take(frame, this.#feed, peer);
    this.activity.lastMessageAt = receivedAt;
    return this.#answer(replies, elsewhere);
  }

  #refuseTooLarge(beginning: Uint8Array): FrameAnswer {
    const { frameBytesMax = DEFAULT_MLLP_LIMITS.frameBytesMax } = this.#feed.limits ?? {};
    return this.#answer(this.#context.taker.refuseTooLarge(beginning, this.#feed, frameBytesMax), this.#elsewhere);
  }

  #answer(replies: readonly Uint8Array[], elsewhere: AnswerElsewhere | undefined): FrameAnswer {
    if (elsewhere === undefined) return { reply: replies };
    for (const reply of replies) elsewhere.send(reply);
    return { reply: null };
  }

  #observe(event: MllpEvent): void {
    const { telemetry, onFault } = this.#context;
    const { name } = this.#feed;
    telemetry.wire(name, event);
    if (event.kind === "fault") onFault(name, event);
    if (event.kind === "connected") telemetry.connections(name, ++this.activity.connections);
    if (event.kind === "disconnected") telemetry.connections(name, --this.activity.connections);
  }
}
