import { once } from "node:events";
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttps, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import {
  acknowledgementsIn,
  type Envelope,
  faultBody,
  type ReceivedAcknowledgement,
  type Refusal,
  readEnvelope,
  readSoap,
  simpleResponseBody,
  writeSoap,
} from "@chesil/itk";
import { readXml } from "@chesil/xml";

/** What a receiver was sent. */
export type Posted = {
  readonly body: Buffer;
  readonly action: string | undefined;
  readonly path: string | undefined;
  readonly username: string | undefined;
  readonly envelope: Envelope;
  readonly acknowledgements: readonly ReceivedAcknowledgement[];
};

/** How it answers: takes it, says nothing and hangs up, or whatever a function writes. */
export type Answering = "take" | "hang-up" | ((response: ServerResponse, posted: Posted) => void);

/** A system that ITK messages are sent to, with a mind of its own about each. */
export class ItkReceiver {
  readonly got: Posted[] = [];
  readonly answers: Answering[] = [];
  connections = 0;
  address = "";
  #server: Server | undefined;

  async open(tls?: ServerOptions, at = 0): Promise<number> {
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response);
    const server = tls ? createHttps(tls, handle) : createHttp(handle);
    server.on(tls ? "secureConnection" : "connection", () => this.connections++);
    this.#server = server.listen(at, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    this.address = `${tls ? "https" : "http"}://127.0.0.1:${port}/itk`;
    return port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server?.listening) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** The codes of the acknowledgements that came, in order. */
  codes(): string[] {
    return this.got.flatMap(({ acknowledgements }) => acknowledgements.map(codeOf));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const posted = readPosted(request, Buffer.concat(chunks));
    this.got.push(posted);
    const answer = this.answers.shift() ?? "take";
    if (answer === "hang-up") request.socket.destroy();
    else if (answer === "take") takes(response, posted);
    else answer(response, posted);
  }
}

function readPosted({ headers, url }: IncomingMessage, body: Buffer): Posted {
  const reading = readXml(body);
  const soap = readSoap(reading);
  if (!reading.ok) throw new Error(reading.fault.text);
  const read = readEnvelope(reading.document, soap.ok ? soap.message.body : undefined);
  if (!read.ok) throw new Error(read.errors.map(({ text }) => text).join(" "));
  const { envelope } = read;
  return {
    ...{ body, envelope, path: url, action: headers.soapaction?.toString() },
    username: soap.ok ? soap.message.security?.username : undefined,
    acknowledgements: acknowledgementsIn(envelope),
  };
}

export const codeOf = ({ kind, acknowledgement }: ReceivedAcknowledgement): string =>
  kind === "business" ? acknowledgement.code : acknowledgement.isOk ? "OK" : "Failure";

const answer = (response: ServerResponse, status: number, text: string) =>
  response.writeHead(status, { "content-type": "text/xml" }).end(text);

export const takes = (response: ServerResponse, { envelope }: Posted) =>
  answer(response, 200, writeSoap({ addressing: {}, body: simpleResponseBody(envelope.trackingId) }));

export const faults =
  (errorCode: Refusal["errorCode"], status = 500): Answering =>
  (response) => {
    const faultCode = errorCode === 2100 || errorCode === 2200 ? "Server" : "Client";
    const body = faultBody({ faultCode, errorCode, text: "The reason." }, "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C03");
    answer(response, status, writeSoap({ addressing: {}, body }));
  };

export const says =
  (status: number, text = ""): Answering =>
  (response) =>
    void answer(response, status, text);
