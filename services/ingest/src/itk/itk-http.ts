import type { IncomingHttpHeaders } from "node:http";
import type { FaultCode, ToolkitErrorCode } from "@chesil/itk";
import type { ItkReply } from "./itk-answer.ts";
import type { ItkRequest } from "./take-itk.ts";

/** A request as HTTP has it, its body unread. */
export type ItkExchange = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
  readonly remoteAddress: string;
  /** The sha-256 fingerprint of the certificate that the other side has shown. */
  readonly certificate?: string | undefined;
};

export type ItkHttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export const ITK_HTTP_LIMITS = {
  /** Of a whole message: documents of some megabytes in base64, and their envelope. */
  bodyBytesMax: 32 * 1024 * 1024,
  /** Of all messages that are coming in or being taken. While it is read each is in memory several times. */
  heldBytesMax: 128 * 1024 * 1024,
} as const;

const RETRY_AFTER_SECONDS = "2";
/** A page of another site can send none of these without asking first. */
const XML_TYPES = /^\s*(?:(?:text|application)\/xml|application\/soap\+xml)\s*(?:;|$)/i;

/**
 * ITK over HTTP: what can be said of a request before it is read, and how much is held at once. Whoever posts XML is
 * answered in SOAP, whatever is wrong.
 */
export class ItkHttp {
  readonly #take: (request: ItkRequest) => Promise<ItkReply>;
  readonly #refuse: (refusal: { faultCode: FaultCode; errorCode: ToolkitErrorCode; text: string }) => ItkReply;
  #heldBytes = 0;

  constructor(options: {
    take: (request: ItkRequest) => Promise<ItkReply>;
    refuse: (refusal: { faultCode: FaultCode; errorCode: ToolkitErrorCode; text: string }) => ItkReply;
  }) {
    this.#take = options.take;
    this.#refuse = options.refuse;
  }

  /** Rejects only where the body breaks off: nobody is there any more to be answered. */
  async answer(exchange: ItkExchange): Promise<ItkHttpReply> {
    const { method, headers, remoteAddress, certificate } = exchange;
    if (method !== "POST") return WRONG_METHOD;
    if (!XML_TYPES.test(headers["content-type"] ?? "")) return this.#fault(415, WRONG_TYPE);
    if (Number(headers["content-length"] ?? 0) > ITK_HTTP_LIMITS.bodyBytesMax) return this.#fault(413, TOO_LARGE);
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of exchange.body) {
        bytes += chunk.length;
        this.#heldBytes += chunk.length;
        if (bytes > ITK_HTTP_LIMITS.bodyBytesMax) return this.#fault(413, TOO_LARGE);
        if (this.#heldBytes > ITK_HTTP_LIMITS.heldBytesMax) return this.#fault(503, BUSY);
        chunks.push(chunk);
      }
      const soapAction = headers.soapaction === undefined ? undefined : String(headers.soapaction);
      const [only] = chunks;
      const body = chunks.length === 1 && only ? only : Buffer.concat(chunks);
      const { status, contentType, body: text } = await this.#take({ body, soapAction, remoteAddress, certificate });
      return { status, headers: text === "" ? {} : { "content-type": contentType }, body: text };
    } finally {
      this.#heldBytes -= bytes;
    }
  }

  /** In SOAP, by HTTP's own status: who reads only one of the two is told. What is not read to its end closes. */
  #fault(status: 413 | 415 | 503, refusal: { faultCode: FaultCode; errorCode: ToolkitErrorCode; text: string }) {
    const { contentType, body } = this.#refuse(refusal);
    const retry = status === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {};
    return { status, headers: { "content-type": contentType, connection: "close", ...retry }, body };
  }
}

const WRONG_METHOD: ItkHttpReply = {
  status: 405,
  headers: { "content-type": "text/plain; charset=utf-8", allow: "POST" },
  body: "ITK messages are posted here.",
};

const MIB = 1024 * 1024;
const TOO_LARGE = {
  faultCode: "Client",
  errorCode: 1000,
  text: `A message has at most ${ITK_HTTP_LIMITS.bodyBytesMax / MIB} MiB. This one has more, and nothing of it was stored.`,
} as const;
const WRONG_TYPE = {
  faultCode: "Client",
  errorCode: 1000,
  text: "The Content-Type is not text/xml: nothing of the message was read.",
} as const;
const BUSY = {
  faultCode: "Server",
  errorCode: 2100,
  text: "Nothing can be taken in just now. Send the message again in a moment, unchanged, under the same tracking id.",
} as const;
