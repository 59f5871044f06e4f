import { Buffer } from "node:buffer";
import type { App, Deps } from "../deps.ts";
import { Problem } from "../problem.ts";

/** NHS ITK comes in here and is answered as ITK has it; what it means is known elsewhere. */

export type ItkRequest = {
  readonly body: Uint8Array;
  readonly soapAction: string | undefined;
  readonly remoteAddress: string;
};
export type ItkReply = { readonly status: number; readonly contentType: string; readonly body: string };

/** Of a whole message: documents of some megabytes in base64, and their envelope. */
export const ITK_BODY_BYTES_MAX = 32 * 1024 * 1024;
/** Messages being taken at once: each is in memory several times while it is read. */
export const ITK_REQUESTS_MAX = 64;
const RETRY_AFTER_SECONDS = 2;

/** A page of another site can send none of these without asking first. */
const XML_TYPES = ["text/xml", "application/xml", "application/soap+xml"];

export async function itkRoute(parent: App, { takeItk }: Pick<Deps, "takeItk">): Promise<void> {
  let running = 0;
  await parent.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(XML_TYPES, { parseAs: "buffer", bodyLimit: ITK_BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );
    (app as App).post(
      "/itk",
      {
        config: { action: "itk.send" },
        bodyLimit: ITK_BODY_BYTES_MAX,
        schema: {
          tags: ["itk"],
          summary: "NHS ITK: a SOAP message, or a bare Distribution Envelope. Answered once it is on disk",
          consumes: XML_TYPES,
          produces: ["text/xml"],
        },
      },
      async (request, reply) => {
        const { body, headers } = request;
        if (running >= ITK_REQUESTS_MAX) throw busy();
        running++;
        try {
          const taken = await takeItk({
            body: Buffer.isBuffer(body) ? body : new Uint8Array(),
            soapAction: headers.soapaction === undefined ? undefined : String(headers.soapaction),
            remoteAddress: request.ip,
          });
          if (taken === undefined) throw busy();
          return reply.code(taken.status).type(taken.contentType).send(taken.body);
        } finally {
          running--;
        }
      },
    );
  });
}

const busy = () =>
  new Problem(503, "Nothing can be taken in just now", {
    detail: "Send the same message again in a moment, under the same tracking id.",
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
