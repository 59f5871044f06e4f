import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { peerOf } from "./addresses.ts";
import { backOffMs } from "./back-off.ts";
import type { MllpEvent, MllpPeer } from "./event.ts";
import { completeLimits, type MllpLimits } from "./limits.ts";
import { DRAIN_MS, OpenConnections } from "./open-connections.ts";
import { type Destination, errorCode, openSocket } from "./open-socket.ts";
import type { MllpListener, MllpListenerOptions } from "./server.ts";
import { type DialTls, type SecureDestination, secureDestination, tellOfEnding, verifiedCertificate } from "./tls.ts";

/** `host` and `port`: where to connect to. */
export type MllpDialOptions = MllpListenerOptions & { readonly tls?: DialTls };

export type MllpDialer = MllpListener & {
  /**
   * For the next connection; the one that stands stays. Throws a RangeError, and keeps what it had, when `next` can
   * not be used or the dialer was started without TLS.
   */
  reloadTls(next: DialTls): void;
};

/**
 * A listener that makes the connection itself: it dials, the other side sends messages, this side answers. One
 * connection at a time, made again whenever it is lost, until `stop`. Throws a RangeError for bad limits or TLS that
 * can not be used; everything else is told by events.
 */
export function dialMllpListener(options: MllpDialOptions): MllpDialer {
  return new Dialer(options);
}

class Dialer implements MllpDialer {
  readonly #options: MllpDialOptions;
  readonly #limits: MllpLimits;
  readonly #open: OpenConnections;
  readonly #stopped = new AbortController();
  readonly #over: Promise<void>;
  #secure: SecureDestination | undefined;
  #stopping: Promise<void> | undefined;
  #dialled = 0;
  /** Of the connection that stands: called with its frames once it has closed. */
  #onDisconnected: (frameCount: number) => void = () => {};

  constructor(options: MllpDialOptions) {
    this.#options = options;
    this.#limits = completeLimits(options.limits);
    this.#secure = options.tls && secureDestination(options.tls);
    this.#open = new OpenConnections(this.#limits, options, (event) => this.#tell(event));
    if (options.tls !== undefined) this.#tellOfEnding(options.tls);
    this.#over = this.#run();
  }

  connections(): number {
    return this.#open.count;
  }

  reloadTls(next: DialTls): void {
    if (this.#secure === undefined) throw new RangeError("MLLP TLS: the dialer was started without it.");
    this.#secure = secureDestination(next);
    this.#tellOfEnding(next);
  }

  stop(drainMs = DRAIN_MS): Promise<void> {
    this.#stopped.abort();
    this.#stopping ??= Promise.all([this.#open.stop(drainMs), this.#over]).then(() => {});
    return this.#stopping;
  }

  /** Connects, serves, and again: after longer waits while the other side is of no use. */
  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted; ) {
      const code = await this.#once(signal);
      if (signal.aborted) return;
      failures = code === undefined ? 0 : failures + 1;
      const retryMs = backOffMs(Math.max(1, failures), this.#limits);
      if (code !== undefined) this.#tell({ kind: "dial-failed", code, retryMs });
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }

  /** One connection from dial to close. Undefined when it was of use, else why not. */
  async #once(signal: AbortSignal): Promise<string | undefined> {
    try {
      const socket = await openSocket(this.#destination(), signal);
      return (await this.#serve(socket)) ? undefined : "closed-unused";
    } catch (error) {
      return errorCode(error);
    }
  }

  /** Until the connection has closed. True when it brought something, or stood so long that it is not to blame. */
  #serve(socket: Socket): Promise<boolean> {
    return new Promise((resolve) => {
      const sinceMs = performance.now();
      this.#onDisconnected = (frameCount) => {
        resolve(frameCount > 0 || performance.now() - sinceMs >= this.#limits.reconnectMsMax);
      };
      // The other side may close its own and still wait for its answers.
      socket.allowHalfOpen = true;
      this.#open.add(socket, this.#peerOf(socket));
      // `stop` has already gone through the connections there were.
      if (this.#stopped.signal.aborted) void this.#open.stop(0);
    });
  }

  #destination(): Destination {
    const { host, port } = this.#options;
    const { connectMs, tlsHandshakeMs, keepAliveMs } = this.#limits;
    return { host, port, connectMs, tlsHandshakeMs, keepAliveMs, secure: this.#secure };
  }

  #peerOf(socket: Socket): MllpPeer {
    const peer = peerOf(socket, String(++this.#dialled));
    const certificate = socket instanceof TLSSocket ? verifiedCertificate(socket) : undefined;
    return Object.freeze({ ...peer, ...(certificate && { certificate }) });
  }

  #tellOfEnding(tls: DialTls): void {
    tellOfEnding(tls, (event) => this.#tell(event));
  }

  #tell(event: MllpEvent): void {
    this.#options.onEvent?.(event);
    if (event.kind === "disconnected") this.#onDisconnected(event.frameCount);
  }
}
