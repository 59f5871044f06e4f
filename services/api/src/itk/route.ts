import type { IncomingHttpHeaders } from "node:http";
import type { App, Deps } from "../deps.ts";
import { Problem } from "../problem.ts";

/** NHS ITK comes in here and is answered as ITK has it; what it means is known elsewhere. */

/** A request with its body unread. */
export type ItkExchange = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
  readonly remoteAddress: string;
};
export type ItkHttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const RETRY_AFTER_SECONDS = 2;
/** From the whole header to the answer: large documents over slow lines. */
const EXCHANGE_MS = 120_000;

export async function itkRoute(parent: App, { answerItk }: Pick<Deps, "answerItk">): Promise<void> {
  await parent.register(async (app) => {
    // Whatever the body is, it is read where it is known what may be read of it.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, _body, done) => done(null));
    const route = (method: "GET" | "POST", schema: object) =>
      (app as App).route({
        ...{ method, url: "/itk", config: { action: "itk.send" }, handlerTimeout: EXCHANGE_MS, schema },
        handler: async ({ raw, headers, ip }, reply) => {
          const answering = answerItk({ method: raw.method ?? method, headers, body: raw, remoteAddress: ip });
          if (answering === undefined) throw notYet();
          const {
            status,
            headers: said,
            body,
          } = await answering.catch((error: unknown) => {
            // Whoever sent has gone in the middle of it: nothing was stored, and nobody is there to be told.
            if (raw.destroyed) reply.hijack();
            throw error;
          });
          return reply.code(status).headers(said).send(body);
        },
      });
    route("POST", {
      tags: ["itk"],
      summary: "NHS ITK: a SOAP message, or a bare Distribution Envelope. Answered once it is on disk",
      consumes: ["text/xml", "application/xml", "application/soap+xml"],
      produces: ["text/xml"],
    });
    route("GET", { hide: true });
  });
}

const notYet = () =>
  new Problem(503, "Nothing can be taken in just now", {
    detail: "Send the same message again in a moment, under the same tracking id.",
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
