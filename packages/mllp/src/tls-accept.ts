import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Deadline } from "./deadline.ts";
import type { MllpFault, MllpPeer } from "./event.ts";
import { type ListenerTls, listenerContext, verifiedCertificate } from "./tls.ts";

export type TlsListener = {
  onSecure(socket: TLSSocket, peer: MllpPeer): void;
  onFailed(peer: MllpPeer, reason: MllpFault, code: string): void;
};

type Handshake = {
  readonly raw: Socket;
  readonly peer: MllpPeer;
  readonly deadline: Deadline;
  /** Why it is failing, once that is known: its socket has yet to close. */
  code: string | undefined;
};

/** OpenSSL's ways to say that what came was no TLS record at all. */
const NOT_TLS: ReadonlySet<string> = new Set(["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_HTTP_REQUEST"]);

/** The TLS handshakes of one listener: accepted sockets in, sockets with a known peer out. */
export class TlsAcceptor {
  readonly #handshakeMs: number;
  readonly #listener: TlsListener;
  readonly #handshakes = new Map<string, Handshake>();
  #server: Server;

  /** Throws a RangeError when `tls` can not be used. */
  constructor(tls: ListenerTls, handshakeMs: number, listener: TlsListener) {
    this.#handshakeMs = handshakeMs;
    this.#listener = listener;
    this.#server = this.#serverWith(tls);
  }

  /**
   * For handshakes from now on. When it throws, all stays as it was. It is a new server, not a new context in the old
   * one: a session under the old certificates and authorities can then not be resumed.
   */
  reload(tls: ListenerTls): void {
    this.#server = this.#serverWith(tls);
  }

  accept(raw: Socket, peer: MllpPeer): void {
    if (raw.remotePort === undefined) {
      // Gone already. Nothing tells its socket apart from another that is gone.
      raw.destroy();
      this.#listener.onFailed(peer, "tls-handshake-failed", "ECONNRESET");
      return;
    }
    const key = keyOf(raw);
    const handshake: Handshake = {
      raw,
      peer,
      code: undefined,
      deadline: new Deadline(() => {
        handshake.code = "handshake-timeout";
        raw.destroy();
      }),
    };
    handshake.deadline.set(this.#handshakeMs);
    this.#handshakes.set(key, handshake);
    // Errors reach us by the server's `tlsClientError`; without a listener they would end the process as well.
    raw.on("error", () => {});
    raw.once("close", () => this.#failed(key, handshake));
    // A peer that leaves in the middle of a handshake waits for nothing.
    raw.allowHalfOpen = false;
    this.#server.emit("connection", raw);
  }

  /** Cuts off every handshake, and tells of none. */
  stop(): void {
    for (const { raw, deadline } of this.#handshakes.values()) {
      deadline.clear();
      raw.destroy();
    }
    this.#handshakes.clear();
  }

  #serverWith(tls: ListenerTls): Server {
    const { requireClientCertificate } = tls;
    // It never listens: it is given the sockets that the listener accepts.
    const server = createServer({
      ...listenerContext(tls),
      requestCert: tls.ca !== undefined,
      // Node would close without a word to us; what is wrong with a certificate must be told.
      rejectUnauthorized: false,
    });
    server.on("secureConnection", (socket) => this.#secured(socket, requireClientCertificate));
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      const handshake = this.#handshakes.get(keyOf(socket));
      if (handshake !== undefined) handshake.code ??= error.code ?? "unknown";
      socket.destroy();
    });
    return server;
  }

  #secured(socket: TLSSocket, requireClientCertificate: boolean): void {
    const key = keyOf(socket);
    const handshake = this.#handshakes.get(key);
    const certificate = verifiedCertificate(socket);
    if (handshake === undefined) {
      // The peer is gone already, and with it its address.
      socket.destroy();
    } else if (requireClientCertificate && certificate === undefined) {
      handshake.code =
        socket.getPeerX509Certificate() === undefined ? "no-certificate" : `${socket.authorizationError}`;
      socket.destroy();
    } else {
      this.#handshakes.delete(key);
      handshake.deadline.clear();
      socket.allowHalfOpen = true;
      this.#listener.onSecure(socket, Object.freeze({ ...handshake.peer, ...(certificate && { certificate }) }));
    }
  }

  /** Its socket has closed. Nothing of a handshake that succeeded is left here by then. */
  #failed(key: string, handshake: Handshake): void {
    if (this.#handshakes.get(key) !== handshake) return;
    this.#handshakes.delete(key);
    handshake.deadline.clear();
    const code = handshake.code ?? "ECONNRESET";
    this.#listener.onFailed(handshake.peer, NOT_TLS.has(code) ? "plain-on-tls-port" : "tls-handshake-failed", code);
  }
}

/** A TLS socket does not tell which socket it was made of: both tell the same two addresses. */
function keyOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
