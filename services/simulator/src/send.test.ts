import { createServer } from "node:net";
import { type AcknowledgementCode, acknowledge, acknowledgementCode, buildMessage, peek } from "@chesil/hl7";
import { type FrameAnswer, type MllpServer, startMllpServer } from "@chesil/mllp";
import { afterEach, describe, expect, it } from "vitest";
import { simulateDay } from "./day.ts";
import { Random } from "./random.ts";
import { type SendOptions, sendMessages } from "./send.ts";

const HOST = "127.0.0.1";
const FEED = { defaultAuthority: "A" };
const servers: MllpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(100)));
});

type Handler = (frame: Uint8Array, number: number, connection: string) => Promise<FrameAnswer> | FrameAnswer;

async function listen(onFrame: Handler): Promise<number> {
  let number = 0;
  const server = await startMllpServer({
    host: HOST,
    port: 0,
    onFrame: async (frame, { id }) => onFrame(frame, number++, id),
  });
  servers.push(server);
  return server.port;
}

function answer(frame: Uint8Array, code?: AcknowledgementCode): FrameAnswer {
  const peeked = peek(frame, FEED);
  const given = code ?? acknowledgementCode(peeked.header, peeked.ok ? "accept" : peeked.severity);
  const error = peeked.ok ? undefined : peeked.error;
  return { reply: acknowledge({ header: peeked.header, code: given, controlId: "R", at: new Date(0), error }) };
}

function adt(controlId: string, localId: string, retired?: string, acceptAck = ""): Uint8Array {
  const trigger = retired === undefined ? "A31" : "A40";
  const header = { 9: ["ADT", trigger], 10: controlId, 11: "P", 12: "2.4", 15: acceptAck };
  const patient = { id: "PID", fields: { 3: [localId, "", "", "A", "MR"], 5: ["Test"] } };
  const merge = { id: "MRG", fields: { 1: [retired ?? "", "", "", "A", "MR"] } };
  return buildMessage([{ id: "MSH", fields: header }, patient, ...(retired === undefined ? [] : [merge])]);
}

const controlIdOf = (frame: Uint8Array): string => peek(frame, FEED).header?.controlId ?? "";
const send = (port: number, messages: SendOptions["messages"], more: Partial<SendOptions> = {}) =>
  sendMessages({ messages, host: HOST, port, backOffMs: 1, ...more });
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Messages of a few patients in turn: patient p's nth message is `p-n`. */
function* ofPatients(patients: number, each: number): Generator<Uint8Array> {
  for (let number = 0; number < each; number++) {
    for (let patient = 0; patient < patients; patient++) yield adt(`${patient}-${number}`, `P${patient}`);
  }
}

/** The order in which messages of each patient were first seen is the order they were given in. */
function expectOrder(seen: readonly string[], patients: number, each: number): void {
  const first = [...new Set(seen)];
  for (let patient = 0; patient < patients; patient++) {
    const own = first.filter((id) => id.startsWith(`${patient}-`)).map((id) => Number(id.split("-")[1]));
    expect(own).toEqual(Array.from({ length: each }, (_, number) => number));
  }
}

describe("the sender", () => {
  it("sends a simulated region, every message accepted, in the codes of each system's mode", async () => {
    const options = { people: 150, hours: 24, seed: 1, startAt: new Date("2026-06-01T00:00:00Z") };
    const count = [...simulateDay(options).messages].length;
    const port = await listen((frame) => answer(frame));
    const messages = simulateDay(options).messages.map((message) => message.bytes);
    const report = await send(port, messages, { connections: 3 });
    expect(report).toMatchObject({ taken: count, sent: count, accepted: count, rejected: 0, errors: 0, resent: 0 });
    expect((report.byCode.AA ?? 0) + (report.byCode.CA ?? 0)).toBe(count);
    expect(report.byCode.CA).toBeGreaterThan(0);
    expect(report.unacknowledged).toEqual([]);
    expect(report.stopped).toBeUndefined();
    expect(report.messagesPerSecond).toBeGreaterThan(0);
    expect(report.p50Ms).toBeGreaterThan(0);
    expect(report.p99Ms).toBeGreaterThanOrEqual(report.p50Ms);
  });

  it("stops and waits: one message of a connection on the wire at a time, unless told otherwise", async () => {
    for (const windowMax of [1, 5]) {
      let open = 0;
      let most = 0;
      const port = await listen(async (frame) => {
        most = Math.max(most, ++open);
        await wait(2);
        open--;
        return answer(frame);
      });
      const report = await send(port, ofPatients(4, 15), { windowMax });
      expect(report.accepted).toBe(60);
      expect(most).toBe(windowMax);
    }
  });

  it.each([
    { connections: 1, windowMax: 1 },
    { connections: 4, windowMax: 1 },
    { connections: 1, windowMax: 8 },
    { connections: 3, windowMax: 8 },
  ])("loses nothing and keeps each patient's order over dropped connections: %j", async (more) => {
    const random = new Random(`drops/${more.connections}/${more.windowMax}`);
    const seen: string[] = [];
    const broken = new Set<string>();
    const port = await listen(async (frame, _, connection) => {
      // Half of the drops come after the message was taken in: the sender can not know. After one nothing is.
      const drop = broken.has(connection) || random.chance(0.1);
      if (!broken.has(connection) && (!drop || random.chance(0.5))) seen.push(controlIdOf(frame));
      if (drop) broken.add(connection);
      await wait(random.between(0, 2));
      if (drop) throw new Error("a passing fault");
      return answer(frame);
    });
    const report = await send(port, ofPatients(7, 30), { ...more, reconnectsMax: 50 });
    expect(report).toMatchObject({ taken: 210, sent: 210, accepted: 210, rejected: 0, unacknowledged: [] });
    expect(report.resent).toBeGreaterThan(5);
    expect(new Set(seen).size).toBe(210);
    expectOrder(seen, 7, 30);
  });

  it("lets a merge wait for both its patients, and what comes after wait for the merge", async () => {
    const open = new Set<string>();
    const done: string[] = [];
    const port = await listen(async (frame) => {
      const id = controlIdOf(frame);
      if (id.startsWith("merge")) expect([...open]).toEqual([]);
      open.add(id);
      await wait(id.startsWith("merge") ? 10 : 3);
      open.delete(id);
      done.push(id);
      return answer(frame);
    });
    const messages = ["a", "b", "c", "d"].flatMap((round) => [
      adt(`${round}1`, "LEFT"),
      adt(`${round}2`, "RIGHT"),
      adt(`merge-${round}`, "LEFT", "RIGHT"),
      adt(`${round}3`, "RIGHT"),
    ]);
    const report = await send(port, messages, { connections: 8 });
    expect(report.accepted).toBe(16);
    for (const round of ["a", "b", "c", "d"]) {
      const merge = done.indexOf(`merge-${round}`);
      expect(done.indexOf(`${round}1`)).toBeLessThan(merge);
      expect(done.indexOf(`${round}2`)).toBeLessThan(merge);
      expect(done.indexOf(`${round}3`)).toBeGreaterThan(merge);
    }
  });

  it("takes a negative acknowledgement as a verdict and keeps a few to show", async () => {
    let frames = 0;
    const port = await listen((frame) => {
      frames++;
      return answer(frame);
    });
    const wrong = Array.from({ length: 30 }, (_, number) => adt(`bad-${number}`, ""));
    const report = await send(port, [adt("good", "1"), ...wrong, Buffer.from("not HL7")]);
    expect(report).toMatchObject({ accepted: 1, rejected: 31, resent: 0, byCode: { AA: 1, AE: 30, AR: 1 } });
    expect(report.rejectedSamples).toHaveLength(20);
    expect(report.rejectedSamples[0]).toMatchObject({ controlId: "bad-0", code: "AE" });
    expect(frames).toBe(32);
  });

  it("does not believe an answer that names another message, and sends again", async () => {
    const port = await listen((frame, number) => answer(number === 1 ? adt("other", "1") : frame));
    const report = await send(port, ofPatients(1, 4));
    expect(report).toMatchObject({ accepted: 4, errors: 1, resent: 1, unacknowledged: [] });
  });

  it("gives a message up that is never answered to the point, and goes on with the next", async () => {
    const port = await listen((frame) => answer(controlIdOf(frame) === "0-1" ? adt("other", "1") : frame));
    const report = await send(port, ofPatients(1, 4));
    expect(report).toMatchObject({ taken: 4, sent: 4, accepted: 3, errors: 4, resent: 3, unacknowledged: [1] });
    expect(report.stopped).toBeUndefined();
  });

  it("does not wait for answers that are never sent", async () => {
    const port = await listen((frame) => answer(frame));
    const acknowledgement = [answer(adt("x", "1")).reply].flat()[0] ?? new Uint8Array();
    const unsendable = Buffer.concat([adt("y", "1"), Buffer.from([0x1c, 0x0d])]);
    const report = await send(port, [acknowledgement, adt("ne", "1", undefined, "NE"), unsendable, adt("z", "1")]);
    expect(report).toMatchObject({ taken: 4, sent: 1, accepted: 1, unacknowledged: [] });
    expect(report.skipped).toEqual([
      { index: 0, why: "never-answered" },
      { index: 1, why: "never-answered" },
      { index: 2, why: "not-frameable" },
    ]);
  });

  it("says so when nobody listens", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, HOST, resolve));
    const address = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const report = await send(port, ofPatients(3, 3), { reconnectsMax: 3, connections: 2 });
    expect(report).toMatchObject({ stopped: "unreachable", sent: 0, accepted: 0 });
    expect(report.unacknowledged).toHaveLength(report.taken);
  });

  it("gives up a receiver that takes messages and never answers", async () => {
    const port = await listen(() => ({ reply: null }));
    const report = await send(port, ofPatients(1, 2), { reconnectsMax: 2, answerTimeoutMs: 30 });
    expect(report).toMatchObject({ stopped: "unreachable", sent: 1, resent: 2, accepted: 0, unacknowledged: [0, 1] });
  });

  it("ends early when told to, with every message accounted for", async () => {
    const controller = new AbortController();
    const port = await listen((frame, number) => {
      if (number === 20) controller.abort();
      return answer(frame);
    });
    const report = await send(port, ofPatients(5, 100), { connections: 2, signal: controller.signal });
    expect(report.stopped).toBe("aborted");
    expect(report.accepted).toBeGreaterThan(10);
    expect(report.taken).toBeLessThan(500);
    expect(report.accepted + report.unacknowledged.length).toBe(report.taken);
  });

  it("keeps to a rate", async () => {
    const port = await listen((frame) => answer(frame));
    const report = await send(port, ofPatients(2, 10), { ratePerSecond: 100, connections: 2 });
    expect(report.accepted).toBe(20);
    expect(report.seconds).toBeGreaterThan(0.18);
    expect(report.seconds).toBeLessThan(2);
  });

  it("reads no faster than it sends", async () => {
    const release = Promise.withResolvers<void>();
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; read < 1000; read++) yield adt(`m${read}`, "1");
    }
    const port = await listen(async (frame) => {
      await release.promise;
      return answer(frame);
    });
    const sending = send(port, endless());
    await wait(100);
    expect(read).toBeLessThan(100);
    release.resolve();
    expect((await sending).accepted).toBe(1000);
  });

  it("passes on what the source throws, and leaves no connection behind", async () => {
    const port = await listen((frame) => answer(frame));
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield adt("1", "1");
      throw new Error("unreadable file");
    }
    await expect(send(port, failing())).rejects.toThrow("unreadable file");
    await wait(20);
    expect(servers[0]?.connections()).toBe(0);
  });

  it("tells of its progress, at the latest at the end", async () => {
    const port = await listen((frame) => answer(frame));
    const told: number[] = [];
    await send(port, ofPatients(1, 5), { onProgress: ({ accepted }) => told.push(accepted) });
    expect(told.at(-1)).toBe(5);
  });

  it.each([{ connections: 0 }, { connections: 1.5 }, { connections: 257 }, { windowMax: 0 }, { ratePerSecond: 0 }])(
    "refuses %j",
    async (wrong) => {
      await expect(send(1, [], wrong)).rejects.toThrow(RangeError);
    },
  );
});
