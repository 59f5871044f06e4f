import type { FastifyReply } from "fastify";
import { Problem } from "../problem.ts";
import { SECURITY_HEADERS } from "../security-headers.ts";
import type { LiveSource, Snapshot } from "./snapshot.ts";

export const LIVE_LIMITS = {
  streamsMax: 128,
  /** A few tabs and a wall screen. */
  streamsPerUserMax: 8,
  snapshotMs: 1_000,
  /** How often a stream shows that it lives, and its session is looked at again. */
  heartbeatMs: 15_000,
  /** A reader that is this far behind is let go: it may come back. */
  unreadBytesMax: 256 * 1024,
} as const;

type Stream = {
  readonly username: string;
  readonly reply: FastifyReply;
  readonly isStillAllowed: () => Promise<boolean>;
};

/**
 * The open live streams. One snapshot a second is taken for all of them, and none while nobody watches.
 */
export class LiveStreams {
  readonly #live: LiveSource;
  readonly #streams = new Set<Stream>();
  readonly #heartbeatMs: number;
  #ticking: NodeJS.Timeout | undefined;
  #beating: NodeJS.Timeout | undefined;
  #isTaking = false;

  constructor(live: LiveSource, heartbeatMs: number = LIVE_LIMITS.heartbeatMs) {
    this.#live = live;
    this.#heartbeatMs = heartbeatMs;
  }

  get count(): number {
    return this.#streams.size;
  }

  /**
   * Turns the reply into a stream and starts it with a snapshot.
   *
   * @throws Problem 503 when too many are open.
   */
  async open(stream: Stream): Promise<void> {
    const { reply } = stream;
    const own = [...this.#streams].filter((each) => each.username === stream.username);
    if (this.#streams.size >= LIVE_LIMITS.streamsMax || own.length >= LIVE_LIMITS.streamsPerUserMax) {
      throw new Problem(503, "Too many live pages are open", { retryAfterSeconds: 10 });
    }
    this.#streams.add(stream);
    reply.raw.on("close", () => this.#forget(stream));
    reply.hijack();
    reply.raw.writeHead(200, {
      ...SECURITY_HEADERS,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // Nothing else is ever asked on this connection: when the stream ends it ends too, and a stop need not wait.
      connection: "close",
      // Proxies that gather answers would gather for ever.
      "x-accel-buffering": "no",
    });
    reply.raw.write("retry: 3000\n\n");
    this.#start();
    const first = await this.#take();
    if (first) this.#send(stream, eventOf(first));
  }

  /** Ends every stream. */
  stop(): void {
    for (const stream of [...this.#streams]) this.#end(stream);
  }

  #start(): void {
    this.#ticking ??= setInterval(() => void this.#tick(), LIVE_LIMITS.snapshotMs);
    this.#beating ??= setInterval(() => void this.#beat(), this.#heartbeatMs);
  }

  async #tick(): Promise<void> {
    // A snapshot slower than a second is awaited, never overtaken.
    if (this.#isTaking) return;
    this.#isTaking = true;
    const taken = await this.#take();
    this.#isTaking = false;
    if (!taken) return;
    const event = eventOf(taken);
    for (const stream of this.#streams) this.#send(stream, event);
  }

  /** Undefined while the numbers can not be had: the page says by itself that they are old. */
  async #take(): Promise<Snapshot | undefined> {
    try {
      return await this.#live.snapshot();
    } catch {
      return undefined;
    }
  }

  async #beat(): Promise<void> {
    for (const stream of [...this.#streams]) {
      // A session that can not be looked at is not let on.
      const allowed = await stream.isStillAllowed().catch(() => false);
      if (!allowed) this.#end(stream);
      else this.#send(stream, ": still here\n\n");
    }
  }

  #send(stream: Stream, text: string): void {
    if (stream.reply.raw.writableLength > LIVE_LIMITS.unreadBytesMax) stream.reply.raw.destroy();
    else stream.reply.raw.write(text);
  }

  #end(stream: Stream): void {
    this.#forget(stream);
    stream.reply.raw.end();
  }

  #forget(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#ticking);
    clearInterval(this.#beating);
    this.#ticking = undefined;
    this.#beating = undefined;
  }
}

const eventOf = (taken: Snapshot) => `event: snapshot\ndata: ${JSON.stringify(taken)}\n\n`;
