import { createServer, type Server, type Socket } from "node:net";
import { Addresses, peerOf, plainAddress } from "./addresses.ts";
import type { FrameAnswer } from "./answers.ts";
import type { MllpFraming } from "./connection.ts";
import type { MllpEvent, MllpPeer } from "./event.ts";
import { completeLimits, type MllpLimits } from "./limits.ts";
import { DRAIN_MS, OpenConnections } from "./open-connections.ts";
import { type ListenerTls, tellOfEnding } from "./tls.ts";
import { TlsAcceptor } from "./tls-accept.ts";

/** What a listener needs, whichever side connects. */
export type MllpListenerOptions = {
  readonly host: string;
  readonly port: number;
  readonly framing?: MllpFraming;
  readonly limits?: Partial<MllpLimits>;
  /**
   * Called once for each whole frame, in order of arrival, many at a time (`framesInFlightMax` a connection). It must
   * settle. The frame is the message without VT and FS CR. Answers leave in order of arrival, whatever order they
   * resolve in. A rejection is a passing fault: the frame gets no answer, frames after it get none either, and the
   * connection closes once those before it are answered, so that the sender connects again and resends.
   */
  readonly onFrame: (frame: Uint8Array, connection: MllpPeer) => Promise<FrameAnswer>;
  /**
   * Called with the first 1 KiB at most of a frame over `frameBytesMax`, which is not read on: the answer leaves after
   * those before it, and the connection closes. Without it, or with commit bytes, which can only ask for another try,
   * the connection closes unanswered.
   */
  readonly onFrameTooLarge?: (beginning: Uint8Array, connection: MllpPeer) => Promise<FrameAnswer>;
  /** Must not throw. */
  readonly onEvent?: (event: MllpEvent) => void;
};

/** `port` 0: a free one is chosen. */
export type MllpServerOptions = MllpListenerOptions & { readonly tls?: ListenerTls };

export type MllpListener = {
  /** Connections open now. */
  connections(): number;
  /**
   * Accepts and reads no more, waits for the answers in flight, closes. After `drainMs` what is left is cut off.
   * Resolves when no connection is left. A second call joins the first.
   */
  stop(drainMs?: number): Promise<void>;
};

export type MllpServer = MllpListener & {
  readonly port: number;
  /**
   * For connections from now on; those that stand stay. Throws a RangeError, and keeps what it had, when `next` can
   * not be used or the server was started without TLS.
   */
  reloadTls(next: ListenerTls): void;
};

/**
 * Listens for MLLP. Rejects when the address can not be listened on, and with a RangeError for bad limits or TLS that
 * can not be used.
 */
export async function startMllpServer(options: MllpServerOptions): Promise<MllpServer> {
  const limits = completeLimits(options.limits);
  const onEvent = options.onEvent ?? (() => {});
  const open = new OpenConnections(limits, options, onEvent);
  const addresses = new Addresses(limits.connectionsPerAddressMax);
  const tls =
    options.tls &&
    new TlsAcceptor(options.tls, limits.tlsHandshakeMs, {
      onSecure: (socket, peer) => open.add(socket, peer),
      onFailed: (connection, reason, code) =>
        onEvent({ kind: "fault", connection, reason, code, bytes: new Uint8Array(0), byteCount: 0 }),
    });
  let accepted = 0;

  const server = createServer({
    // A peer may close its side and still wait for its answers.
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: limits.keepAliveMs,
  });
  server.maxConnections = limits.connectionsMax;
  server.on("connection", (socket: Socket) => {
    const peer = peerOf(socket, String(++accepted));
    if (!addresses.enter(peer.remoteAddress)) {
      socket.destroy();
      onEvent({ kind: "refused", remoteAddress: peer.remoteAddress, limit: "connectionsPerAddressMax" });
      return;
    }
    socket.once("close", () => addresses.leave(peer.remoteAddress));
    if (tls === undefined) open.add(socket, peer);
    else tls.accept(socket, peer);
  });
  server.on("drop", (data) => {
    onEvent({ kind: "refused", remoteAddress: plainAddress(data?.remoteAddress), limit: "connectionsMax" });
  });

  const port = await listen(server, options.host, options.port);
  // From here an error means one connection could not be accepted (no descriptor left): the others go on.
  server.on("error", (error: NodeJS.ErrnoException) => onEvent({ kind: "accept-failed", code: error.code ?? "" }));

  if (options.tls !== undefined) tellOfEnding(options.tls, onEvent);

  let stopping: Promise<void> | undefined;
  return {
    port,
    connections: () => open.count,
    reloadTls(next) {
      if (tls === undefined) throw new RangeError("MLLP TLS: the server was started without it.");
      tls.reload(next);
      tellOfEnding(next, onEvent);
    },
    stop(drainMs = DRAIN_MS) {
      const closed = () => new Promise<void>((resolve) => server.close(() => resolve()));
      stopping ??= Promise.all([closed(), tls?.stop(), open.stop(drainMs)]).then(() => {});
      return stopping;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}
