import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { type ListenerTls, listenerContext } from "@chesil/mllp";
import type { ItkExchange, ItkHttpReply } from "./itk-http.ts";

/** Where ITK comes in over TLS of our own, from who shows a certificate that is vouched for. */
export type ItkListening = { readonly host: string; readonly port: number; readonly tls: ListenerTls };

const CONNECTIONS_MAX = 1_024;
const HEADERS_MS = 10_000;
/** From the first byte of a request to its last: 32 MiB over a slow line. */
const REQUEST_MS = 120_000;
const KEEP_ALIVE_MS = 70_000;
/** How long a stop waits for answers that are due. */
const DRAIN_MS = 10_000;
const PATH = /^\/itk\/?(?:\?|$)/;

type Answer = (exchange: ItkExchange) => Promise<ItkHttpReply>;

/** All or none. Rejects when an address can not be listened on, or TLS settings will not do. */
export async function openItkListeners(all: readonly ItkListening[], answer: Answer): Promise<ItkListener[]> {
  const opened = await Promise.allSettled(all.map((each) => ItkListener.open(each, answer)));
  const listeners = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = opened.find((each) => each.status === "rejected");
  if (failed === undefined) return listeners;
  await stopItk(listeners);
  throw failed.reason;
}

/** Takes nothing new, answers what is in flight, closes. */
export async function stopItk(listeners: readonly ItkListener[]): Promise<void> {
  await Promise.all(listeners.map((each) => each.stop()));
}

/** A listener of ITK's own, with mutual TLS. */
class ItkListener {
  readonly #listening: ItkListening;
  readonly #server: Server;

  static async open(listening: ItkListening, answer: Answer): Promise<ItkListener> {
    const { host, port, tls } = listening;
    const server = createServer({
      ...listenerContext(tls),
      ...{ requestCert: true, rejectUnauthorized: true },
      ...{ requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    });
    server.maxConnections = CONNECTIONS_MAX;
    server.on("request", (request, response) => void serve(request, response, answer));
    server.listen(port, host);
    await once(server, "listening");
    return new ItkListener(listening, server);
  }

  private constructor(listening: ItkListening, server: Server) {
    this.#listening = listening;
    this.#server = server;
  }

  get address(): string {
    return `${this.#listening.host}:${(this.#server.address() as AddressInfo | null)?.port ?? 0}`;
  }

  /** Certificates for the next connections, of the listener of this address. Throws for those that will not do. */
  reloadTls(all: readonly ItkListening[]): void {
    const { host, port } = this.#listening;
    const own = all.find((each) => each.host === host && each.port === port);
    if (own) this.#server.setSecureContext(listenerContext(own.tls));
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS);
    await closed.finally(() => clearTimeout(timer));
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (exchange: ItkExchange) => Promise<ItkHttpReply>,
): Promise<void> {
  const { method = "", headers, url = "", socket } = request;
  if (!PATH.test(url)) return void response.writeHead(404, { "content-type": "text/plain" }).end("ITK is at /itk.");
  try {
    const {
      status,
      headers: said,
      body,
    } = await answer({
      ...{ method, headers, body: request },
      remoteAddress: socket.remoteAddress ?? "",
      certificate: (socket as TLSSocket).getPeerX509Certificate()?.fingerprint256,
    });
    response.writeHead(status, { ...said, "content-length": Buffer.byteLength(body) }).end(body);
  } catch {
    // Whoever sent has gone, or the body broke off: nothing was stored and nothing is answered.
    socket.destroy();
  }
}
