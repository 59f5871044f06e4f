import { isIP, connect as netConnect, type Socket } from "node:net";
import { checkServerIdentity, connect as tlsConnect } from "node:tls";
import { Deadline } from "./deadline.ts";
import type { SecureDestination } from "./tls.ts";

/** Where to connect and how: with `secure`, over TLS. */
export type Destination = {
  readonly host: string;
  readonly port: number;
  readonly connectMs: number;
  readonly tlsHandshakeMs: number;
  /** TCP's own silence before probes. */
  readonly keepAliveMs?: number;
  readonly secure?: SecureDestination | undefined;
};

/** Ours among the reasons why there is no connection. The others are the system's and OpenSSL's errors. */
export class OpenError extends Error {
  readonly code: "connect-timeout" | "handshake-timeout" | "closed" | "stopped";

  constructor(code: OpenError["code"]) {
    super(`MLLP: no connection (${code}).`);
    this.name = "OpenError";
    this.code = code;
  }
}

/** A connected socket, its TLS handshake done and the other side verified. Rejects with an error that has a code. */
export async function openSocket(destination: Destination, signal?: AbortSignal): Promise<Socket> {
  const { host, port, keepAliveMs, secure } = destination;
  const tcp = netConnect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    ...(keepAliveMs !== undefined && { keepAliveInitialDelay: keepAliveMs }),
  });
  await happens(tcp, "connect", destination.connectMs, "connect-timeout", signal);
  if (secure === undefined) return tcp;
  const name = secure.serverName ?? host;
  const socket = tlsConnect({
    socket: tcp,
    secureContext: secure.context,
    // Server name indication is for names only, while a certificate may be for an address.
    servername: isIP(name) ? "" : name,
    checkServerIdentity: (_servername, certificate) => checkServerIdentity(name, certificate),
  });
  await happens(socket, "secureConnect", destination.tlsHandshakeMs, "handshake-timeout", signal);
  return socket;
}

/** Waits for one event of a socket; else destroys it. An error says why, and a close without one that it was cut. */
function happens(
  socket: Socket,
  event: "connect" | "secureConnect",
  timeMs: number,
  lateCode: OpenError["code"],
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new OpenError("closed")));
    const onAbort = () => socket.destroy(new OpenError("stopped"));
    const deadline = new Deadline(() => socket.destroy(new OpenError(lateCode)));
    const settle = (then: () => void) => {
      deadline.clear();
      signal?.removeEventListener("abort", onAbort);
      socket.off(event, onEvent).off("close", onClose);
      then();
    };
    const onEvent = () => {
      socket.off("error", onError);
      settle(resolve);
    };
    deadline.set(timeMs);
    socket.once(event, onEvent).once("close", onClose);
    // It stays after a failure: a second error must find a listener.
    socket.on("error", onError);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort);
  });
}

export function errorCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown";
}
