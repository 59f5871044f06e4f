import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CallBacks } from "@chesil/forward";
import { ANONYMOUS, readAnswer, readSoap, writeSoap } from "@chesil/itk";
import { readXml } from "@chesil/xml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { type Door, envelopeWith, er7Payload, FEED, journalled, openDoor, SERVICES_USED, soapWith } from "./itk-rig.ts";
import { adt } from "./region.ts";

const { carried } = SERVICES_USED;
const MESSAGE = adt("A31", { id: "7" }, { controlId: "C7" });

/** Somebody who takes whatever is posted. */
class Mailbox {
  readonly got: { readonly action: string | undefined; readonly body: Buffer }[] = [];
  /** Statuses to answer with; 202 when there are none. */
  readonly statuses: number[] = [];
  readonly #server: Server;

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    mailbox.#server.listen(0, "127.0.0.1");
    await once(mailbox.#server, "listening");
    return mailbox;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const status = this.statuses.shift() ?? 202;
      if (status === 202)
        this.got.push({ action: request.headers.soapaction?.toString(), body: Buffer.concat(chunks) });
      response.writeHead(status).end();
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe("an answer that is wanted elsewhere", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let door: Door;
  let ours: Mailbox;
  let stranger: Mailbox;
  let callBacks: CallBacks;
  const urlOf = ({ port }: Mailbox) => `http://127.0.0.1:${port}/answers`;
  beforeEach(async () => {
    database = await freshDatabase();
    [ours, stranger] = [await Mailbox.open(), await Mailbox.open()];
    callBacks = new CallBacks([
      {
        ...{ name: "trust", host: "127.0.0.1", port: ours.port, feeds: [FEED.name], retryOn: [] },
        acknowledgements: { path: "/answers", odsCode: "QVV", organisation: "Record" },
      },
    ]);
    door = await openDoor(database, {
      feeds: [{ ...FEED, replyTo: urlOf(ours) }],
      callBack: (url, answer) => callBacks.send(url, answer),
    });
  });
  afterEach(async () => {
    await door.close();
    callBacks.close();
    for (const each of [ours, stranger]) each.close();
    await database.close();
  });

  const message = (trackingId: string, addressing: { replyTo?: string; faultTo?: string }, payload = MESSAGE) => {
    const envelope = envelopeWith(carried, [er7Payload(payload)], { trackingId });
    const at = soapWith("", carried);
    const security = /<wsse:Security.*<\/wsse:Security>/s.exec(at)?.[0] ?? "";
    return writeSoap({
      addressing: { messageId: `M-${trackingId}`, action: carried, ...addressing },
      body: envelope as never,
    }).replace("</soap:Header>", `${security}</soap:Header>`);
  };

  it("goes to the address that is configured for its sender, naming the message", async () => {
    const { status, body } = await door.reply(message("T1", { replyTo: urlOf(ours) }));
    expect([status, body]).toEqual([202, ""]);
    await expect.poll(() => ours.got).toHaveLength(1);
    const [answer] = ours.got;
    const reading = readXml(answer?.body ?? Buffer.alloc(0));
    expect(readAnswer(reading)).toEqual({ kind: "simple", trackingId: "T1" });
    const soap = readSoap(reading);
    expect(soap.ok && soap.message.addressing).toMatchObject({ relatesTo: "M-T1", to: urlOf(ours) });
    expect(answer?.action).toBe(`"${carried}Response"`);
    expect(await journalled(database)).toHaveLength(1);
  });

  it("goes to nobody else, whatever the message says: it is given on the same connection", async () => {
    for (const replyTo of [urlOf(stranger), ANONYMOUS, "file:///etc/passwd", "not an address"]) {
      const { status, body } = await door.reply(message("T2", { replyTo, faultTo: urlOf(stranger) }));
      expect([status, readAnswer(readXml(Buffer.from(body)))]).toEqual([200, { kind: "simple", trackingId: "T2" }]);
    }
    expect([stranger.got, ours.got]).toEqual([[], []]);
  });

  it("that is a fault goes to FaultTo, or else to ReplyTo", async () => {
    const wrong = new TextEncoder().encode("%PDF-1.4");
    for (const addressing of [{ replyTo: urlOf(ours) }, { replyTo: ANONYMOUS, faultTo: urlOf(ours) }])
      expect((await door.reply(message(`T${ours.got.length}`, addressing, wrong))).status).toBe(202);
    await expect.poll(() => ours.got).toHaveLength(2);
    for (const { body } of ours.got) expect(readAnswer(readXml(body))).toMatchObject({ fault: { errorCode: "1000" } });
  });

  it("is posted again where it was not taken", async () => {
    ours.statuses.push(503);
    await door.reply(message("T1", { replyTo: urlOf(ours) }));
    await expect.poll(() => ours.got, { timeout: 5_000 }).toHaveLength(1);
  });
});
