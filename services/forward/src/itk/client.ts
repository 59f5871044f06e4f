import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { DialTls } from "@chesil/mllp";

/** Where ITK messages are posted to. Nobody else is ever called: no redirect is followed, no address of a message used. */
export type ItkTarget = {
  /** `http:` or `https:`. */
  readonly url: string;
  readonly tls?: DialTls | undefined;
  readonly connectMs?: number | undefined;
  readonly answerMs?: number | undefined;
};

/** What HTTP brought back, or why it brought nothing. */
export type ItkReply =
  | { readonly kind: "answer"; readonly status: number; readonly bytes: Buffer }
  | { readonly kind: "none"; readonly code: string };

export const ITK_CLIENT_LIMITS = {
  connectMs: 10_000,
  answerMs: 30_000,
  /** Of an answer: an acknowledgement has kilobytes, what a query brings some more. */
  answerBytesMax: 4 * 1024 * 1024,
} as const;

class NoAnswer extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Posts messages one at a time on one connection that is kept; each is tried once. */
export class ItkClient {
  readonly #url: URL;
  readonly #target: ItkTarget;
  readonly #agent: HttpAgent;

  /** Throws a RangeError for an address that is none, and for a certificate without its key. */
  constructor(target: ItkTarget) {
    const url = URL.parse(target.url);
    if (url === null || !["http:", "https:"].includes(url.protocol)) throw new RangeError("ITK: no http address.");
    const { tls } = target;
    if ((tls?.key === undefined) !== (tls?.cert === undefined)) throw new RangeError("ITK: key and cert go together.");
    this.#url = url;
    this.#target = target;
    this.#agent = url.protocol === "https:" ? new HttpsAgent({ ...KEPT, ...secured(tls) }) : new HttpAgent(KEPT);
  }

  /** Never rejects. A connection that the other side closed while it was idle is opened again, once. */
  async post(action: string, body: string): Promise<ItkReply> {
    const first = await this.#try(action, body);
    return first.kind === "none" && first.isStale ? this.#try(action, body) : first;
  }

  close(): void {
    this.#agent.destroy();
  }

  #try(action: string, body: string): Promise<ItkReply & { isStale?: boolean }> {
    const bytes = Buffer.from(body);
    const headers = {
      "content-type": "text/xml; charset=utf-8",
      "content-length": bytes.length,
      soapaction: `"${action}"`,
    };
    const isSecure = this.#url.protocol === "https:";
    const request = (isSecure ? httpsRequest : httpRequest)(this.#url, {
      ...{ method: "POST", agent: this.#agent, headers },
    });
    const limit = (code: string, ms: number) => setTimeout(() => request.destroy(new NoAnswer(code)), ms);
    let timer = limit("connect-timeout", this.#target.connectMs ?? ITK_CLIENT_LIMITS.connectMs);
    const isConnected = () => {
      clearTimeout(timer);
      timer = limit("answer-timeout", this.#target.answerMs ?? ITK_CLIENT_LIMITS.answerMs);
    };
    request.once("socket", (socket) => {
      if (request.reusedSocket) isConnected();
      else socket.once(isSecure ? "secureConnect" : "connect", isConnected);
    });
    return new Promise<ItkReply & { isStale?: boolean }>((resolve) => {
      const fail = (error: Error) => resolve(failed(error, request.reusedSocket));
      request.once("error", fail);
      request.once("response", (response) => {
        bodyOf(response).then(
          (read) => resolve({ kind: "answer", status: response.statusCode ?? 0, bytes: read }),
          (error: Error) => {
            request.destroy();
            fail(error);
          },
        );
      });
      request.end(bytes);
    }).finally(() => clearTimeout(timer));
  }
}

const KEPT = { keepAlive: true, maxSockets: 1 } as const;

const secured = (tls: DialTls | undefined) => ({
  minVersion: "TLSv1.2" as const,
  rejectUnauthorized: true,
  ...(tls?.ca === undefined ? {} : { ca: [tls.ca].flat() as (string | Buffer)[] }),
  ...(tls?.cert === undefined || tls.key === undefined ? {} : { cert: tls.cert, key: tls.key }),
  ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
  ...(tls?.ciphers === undefined ? {} : { ciphers: tls.ciphers }),
});

function failed(error: Error, isReused: boolean): ItkReply & { isStale?: boolean } {
  const code = String((error as NodeJS.ErrnoException).code ?? error.name);
  // Closed under us before it said anything: whether it arrived is not known, and a resend is harmless.
  return { kind: "none", code, isStale: isReused && (code === "ECONNRESET" || code === "EPIPE") };
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    if (length > ITK_CLIENT_LIMITS.answerBytesMax) throw new NoAnswer("answer-too-large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
