import type { Destination, ForwardHandle } from "@chesil/forward";
import { appendCommands, type Command } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { caughtUp, payloadIdOf, receiveEnvelope, SENDER, startAcknowledging } from "./itk-acknowledging.ts";
import { faults, ItkReceiver, says } from "./itk-receiver.ts";
import { adt, resolveAll } from "./region.ts";

let patients = 0;
const fine = () => adt("A31", { id: `P${++patients}`, family: `P${patients}` });
/** Of a type that is not mapped: it is quarantined. */
const poison = () => adt("A20", { id: `P${++patients}`, family: `P${patients}` });

describe("the acknowledgement of what came over ITK", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let receiver: ItkReceiver;
  let port: number;
  let handle: ForwardHandle | undefined;
  beforeEach(async () => {
    database = await freshDatabase();
    receiver = new ItkReceiver();
    port = await receiver.open();
  });
  afterEach(async () => {
    await handle?.stop();
    await receiver.close();
    await database.close();
  });

  const start = async (changes: Partial<Destination> = {}) => {
    handle = await startAcknowledging(database, port, changes);
  };
  const settle = async () => {
    await resolveAll(database);
    await caughtUp(database);
  };
  const command = (each: Pick<Command & { journalId: number }, "journalId"> & { command: "replay" | "skip" }) =>
    appendCommands(database, [{ ...each, by: "a data manager", reason: "looked at" }], new Date());
  const told = async () =>
    (await database.pool.query("select outcome, code from delivery order by journal_id")).rows.map(
      ({ outcome, code }) => `${outcome} ${code}`,
    );

  it("is AA, once it is applied and not before", async () => {
    await start();
    await receiveEnvelope(database, [fine()], { business: true, trackingId: "T1" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.got).toEqual([]);
    await settle();
    expect(receiver.codes()).toEqual(["AA"]);
    expect(receiver.got[0]).toMatchObject({
      action: '"urn:nhs-itk:services:201005:SendBusinessAck-v1-0"',
      username: "RDZ",
      envelope: {
        sender: { uri: "urn:nhs-uk:addressing:ods:RDZ" },
        addresses: [{ uri: `urn:nhs-uk:addressing:ods:${SENDER}:PAS` }],
      },
      acknowledgements: [
        { kind: "business", acknowledgement: { trackingId: "T1", items: [{ payloadId: "T1-1", code: "AA" }] } },
      ],
    });
  });

  it("is nothing where nobody asked for it", async () => {
    await start();
    await receiveEnvelope(database, [fine()], {});
    await settle();
    expect(receiver.got).toEqual([]);
  });

  it("is AE while it is held, with the reason in words that name nobody, and that once", async () => {
    await start();
    const [journalId = 0] = await receiveEnvelope(database, [poison()]);
    await settle();
    expect(receiver.codes()).toEqual(["AE"]);
    const [acknowledgement] = receiver.got[0]?.acknowledgements ?? [];
    expect(acknowledgement?.acknowledgement).toMatchObject({
      details: [{ type: "ER", code: "200", text: expect.stringContaining("not mapped yet") }],
    });
    expect(receiver.got[0]?.body.toString()).not.toMatch(/P\d+\^|A20/);
    await command({ command: "replay", journalId });
    await settle();
    await handle?.stop();
    await start();
    await receiveEnvelope(database, [fine()]);
    await settle();
    expect(receiver.codes()).toEqual(["AE", "AA"]);
    expect(new Set(receiver.got.map(({ envelope }) => envelope.trackingId)).size).toBe(2);
  });

  it("is AA after all when a person had it applied, and AR when they skipped it", async () => {
    await start();
    const [first = 0] = await receiveEnvelope(database, [poison()], { business: true, trackingId: "LATER" });
    const [second = 0] = await receiveEnvelope(database, [poison()], { business: true, trackingId: "NEVER" });
    await settle();
    expect(receiver.codes()).toEqual(["AE", "AE"]);
    await database.pool.query("update journal set raw = $2 where journal_id = $1", [first, Buffer.from(fine())]);
    await command({ command: "replay", journalId: first });
    await command({ command: "skip", journalId: second });
    await settle();
    expect(receiver.got.slice(2).map(({ acknowledgements: [each] }) => each?.acknowledgement)).toMatchObject([
      { code: "AA", trackingId: "LATER", details: [] },
      { code: "AR", trackingId: "NEVER", details: [{ text: "A person decided not to apply it." }] },
    ]);
    expect(await told()).toEqual(["delivered AA", "delivered AR"]);
  });

  it("is AA after all when the message that it waited for has come, also over a restart between", async () => {
    await start();
    const header = (controlId: string, pointer = "") =>
      `MSH|^~\\&|LAB|RBD|CHESIL|DORSET|20260501080000||ORU^R01|${controlId}|P|2.4||${pointer}`;
    const part = (...segments: string[]) => Buffer.from(`${segments.join("\r")}\r`);
    const report = [
      "PID|1||1001^^^RBD^MR||HARTLEY^ANNA||19700101|F",
      "OBR|1||L1|FBC^Full blood count^L|||20260501070000",
    ];
    await receiveEnvelope(database, [part(header("P1"), ...report, "OBX|1|NM|HB^Haemoglobin^L||13", "DSC|more|F")], {
      ...{ business: true, trackingId: "PART-1" },
    });
    await settle();
    expect(receiver.codes()).toEqual(["AE"]);
    await handle?.stop();
    await receiveEnvelope(database, [part(header("P2", "more"), "ADD|8|g/L||||||F")], { trackingId: "PART-2" });
    await resolveAll(database);
    await start();
    await caughtUp(database);
    expect(receiver.codes()).toEqual(["AE", "AA"]);
    expect(receiver.got[1]?.acknowledgements[0]?.acknowledgement.trackingId).toBe("PART-1");
  });

  it("is of several payloads the worst, and says of each what became of it", async () => {
    await start();
    const [, held = 0] = await receiveEnvelope(database, [fine(), poison(), fine()], {
      business: true,
      trackingId: "T3",
    });
    await settle();
    expect(receiver.codes()).toEqual(["AE"]);
    expect(receiver.got[0]?.acknowledgements[0]?.acknowledgement).toMatchObject({
      items: ["AA", "AE", "AA"].map((code, index) => ({
        ...{ payloadId: payloadIdOf("T3", index).replace("uuid_", ""), code },
      })),
    });
    await command({ command: "skip", journalId: held });
    await settle();
    expect(receiver.codes()).toEqual(["AE", "AR"]);
  });

  it("is never acknowledged itself, whatever it asks for", async () => {
    await start();
    const service = "urn:nhs-itk:services:201005:SendBusinessAck-v1-0";
    await receiveEnvelope(database, [fine()], { infrastructure: true, business: true, service });
    await settle();
    expect(receiver.got).toEqual([]);
    await receiveEnvelope(database, [fine()]);
    await settle();
    expect([...(receiver.got[0]?.envelope.handling.keys() ?? [])]).toEqual(["urn:nhs-itk:ns:201005:interaction"]);
  });

  it("goes to nobody but the destination that is configured for its feed", async () => {
    const stranger = new ItkReceiver();
    const replyTo = `http://127.0.0.1:${await stranger.open()}/itk`;
    try {
      await start();
      await receiveEnvelope(database, [fine()], { business: true, feed: "itk-other", replyTo });
      await receiveEnvelope(database, [fine()], { infrastructure: true, business: true, replyTo, trackingId: "OURS" });
      await settle();
      expect(stranger.got).toEqual([]);
      expect(receiver.codes()).toEqual(["OK", "AA"]);
      expect(receiver.got[1]?.acknowledgements[0]?.acknowledgement.trackingId).toBe("OURS");
    } finally {
      await stranger.close();
    }
  });

  it("of the infrastructure comes first, unless the answer on the same connection was it", async () => {
    await start();
    await receiveEnvelope(database, [poison()], { infrastructure: true, trackingId: "T5" });
    await expect.poll(() => receiver.codes(), { timeout: 5_000 }).toEqual(["OK"]);
    await settle();
    expect(receiver.got[0]?.acknowledgements[0]?.acknowledgement).toMatchObject({ trackingId: "T5", errors: [] });
    const service = "urn:nhs-itk:services:201005:sendRecvDistEnvelope";
    await receiveEnvelope(database, [fine()], { infrastructure: true, business: true, service });
    await settle();
    expect(receiver.codes()).toEqual(["OK", "AA"]);
  });

  it("is the same message, to the byte of its envelope, until there is an answer that stands", async () => {
    receiver.answers.push(faults(2100), "hang-up", "take");
    await start();
    await receiveEnvelope(database, [fine()]);
    await settle();
    expect(receiver.codes()).toEqual(["AA", "AA", "AA"]);
    expect(new Set(receiver.got.map(envelopeText)).size).toBe(1);
  });

  it("is a resend after a crash between sending and the note of it", async () => {
    await database.pool.query(
      "create function fail() returns trigger language plpgsql as $$ begin raise exception 'gone'; end $$",
    );
    await database.pool.query("create trigger crash before insert on delivery for each row execute function fail()");
    await start();
    await receiveEnvelope(database, [fine()]);
    await resolveAll(database);
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await handle?.stop();
    expect(await told()).toEqual([]);
    await database.pool.query("drop trigger crash on delivery");
    const before = receiver.got.length;
    await start();
    await caughtUp(database);
    expect(receiver.got.length).toBe(before + 1);
    expect(new Set(receiver.got.map(envelopeText)).size).toBe(1);
    expect(await told()).toEqual(["delivered AA"]);
  });

  it("that is refused is kept with the answer, and the next one goes", async () => {
    receiver.answers.push(faults(1000));
    await start();
    await receiveEnvelope(database, [fine()]);
    await receiveEnvelope(database, [fine()]);
    await settle();
    expect(await told()).toEqual(["refused AA", "delivered AA"]);
  });

  it("waits for a destination that is down or busy, in order", async () => {
    receiver.answers.push(says(503));
    await start();
    await receiveEnvelope(database, [fine()], { business: true, trackingId: "FIRST" });
    await receiveEnvelope(database, [poison()], { business: true, trackingId: "SECOND" });
    await settle();
    expect(receiver.got.map((each) => each.acknowledgements[0]?.acknowledgement.trackingId)).toEqual([
      "FIRST",
      "FIRST",
      "SECOND",
    ]);
  });
});

/** The envelope without the SOAP around it, which says when it was sent. */
const envelopeText = ({ body }: ItkReceiver["got"][number]) =>
  /<itk:DistributionEnvelope.*<\/itk:DistributionEnvelope>/s.exec(body.toString())?.[0];
