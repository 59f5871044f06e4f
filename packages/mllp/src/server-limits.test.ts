import { expect, it } from "vitest";
import type { MllpEvent } from "./event.ts";
import { type Rig, startRig } from "./server-rig.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const MIB = 1024 * 1024;

/** Time passes by the server's own idle clock: this many connections are let go, one after the other. */
async function letIdle(rig: Rig, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await (await rig.peer()).closed;
}

it("does not read a socket with framesInFlightMax unanswered, and loses nothing by it", async () => {
  const rig = await startRig({ framesInFlightMax: 8, idleMs: 100 });
  const peer = await rig.peer();
  peer.send(...names(200));
  await rig.event("paused", "in-flight");
  // More than the system's own buffers take: if the server read on, all of it would leave.
  peer.socket.write(Buffer.alloc(64 * MIB, "\n"));
  await letIdle(rig, 3);
  expect(rig.handed.all).toHaveLength(8);
  expect(peer.socket.writableLength).toBeGreaterThan(0);
  expect(rig.events.all.some((event) => event.kind === "resumed")).toBe(false);

  for (let answered = 0; answered < 200; answered++) {
    await rig.handed.count(answered + 1);
    rig.handed.all[answered]?.answer();
  }
  await peer.answers.count(200);
  await rig.event("resumed");
  expect(peer.answers.all).toEqual(names(200).map((name) => `re ${name}`));
});

it("reads on when fewer than half of framesInFlightMax are unanswered", async () => {
  const rig = await startRig({ framesInFlightMax: 8 });
  const peer = await rig.peer();
  peer.send(...names(8));
  await rig.event("paused", "in-flight");
  for (const handed of rig.handed.all.slice(0, 4)) handed.answer();
  await peer.answers.count(4);
  expect(rig.events.all.some((event) => event.kind === "resumed")).toBe(false);
  rig.handed.all[4]?.answer();
  await rig.event("resumed");
});

it("does not read a socket with bytesInFlightMax unanswered; a larger frame still passes alone", async () => {
  const rig = await startRig({ bytesInFlightMax: 1_000 });
  const peer = await rig.peer();
  peer.send("L".repeat(5_000));
  await rig.event("paused", "in-flight");
  rig.handed.all[0]?.answer();
  await rig.event("resumed");
  peer.send("next");
  await rig.handed.count(2);
});

it("refuses a connection over connectionsMax, and takes another when one has left", async () => {
  const rig = await startRig({ connectionsMax: 1 });
  const first = await rig.peer();
  await rig.event("connected");
  const second = await rig.peer();
  await second.closed;
  expect(await rig.event("refused")).toMatchObject({ remoteAddress: "127.0.0.1" });
  first.socket.end();
  await rig.event("disconnected", "peer");
  const third = await rig.peer();
  third.send("a");
  await rig.handed.count(1);
});

it("survives a storm of connections and has none left after it", async () => {
  const rig = await startRig({ connectionsMax: 20 });
  const connectOnce = async (index: number) => {
    const peer = await rig.peer();
    if (index % 3 === 0) peer.socket.resetAndDestroy();
    else if (index % 3 === 1) peer.write("\x0bhalf");
    peer.socket.end();
    await peer.closed;
  };
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 30 }, (_, index) => connectOnce(index)));
  }
  const count = (kind: string) => rig.events.all.filter((event) => event.kind === kind).length;
  await rig.events.until(() => count("connected") === count("disconnected"));
  expect(rig.server.connections()).toBe(0);
  const peer = await rig.peer();
  peer.send("a");
  await rig.handed.count(1);
});

it("lets a silent connection go, but not one that is owed an answer", async () => {
  const rig = await startRig({ idleMs: 20 });
  const peer = await rig.peer();
  peer.send("a");
  await rig.handed.count(1);
  await letIdle(rig, 3);
  rig.handed.all[0]?.answer();
  await peer.answers.count(1);
  await peer.closed;
  const isIdle = (event: MllpEvent) => event.kind === "disconnected" && event.cause === "idle";
  await rig.events.until((all) => all.filter(isIdle).length === 4);
});

it("does not call a frame late that it does not read", async () => {
  const rig = await startRig({ framesInFlightMax: 1, framePartialMs: 20, idleMs: 20 });
  const peer = await rig.peer();
  peer.write("\x0ba\x1c\r\x0bhal");
  await rig.event("paused");
  peer.write("f\x1c\r");
  await letIdle(rig, 3);
  rig.handed.all[0]?.answer();
  await rig.handed.count(2);
  expect(rig.handed.all[1]?.text).toBe("half");
  expect(rig.events.all.some((event) => event.kind === "fault")).toBe(false);
});

it("gives up the largest unfinished frame when unfinished frames fill bufferedBytesMax", async () => {
  const rig = await startRig({ frameBytesMax: 1_000, bufferedBytesMax: 1_500 });
  const [large, small] = [await rig.peer(), await rig.peer()];
  large.write(`\x0b${"L".repeat(900)}`);
  small.write(`\x0b${"S".repeat(700)}`);
  expect(await rig.event("fault", "buffers-full")).toMatchObject({ byteCount: 900 });
  await large.closed;
  small.write("\x1c\r");
  await rig.handed.count(1);
  expect(rig.handed.all[0]?.text).toBe("S".repeat(700));
});

it("reads no more while frames in flight fill bufferedBytesMax, and goes on when they are answered", async () => {
  const rig = await startRig({ frameBytesMax: 1_000, bufferedBytesMax: 1_500 });
  const [first, second] = [await rig.peer(), await rig.peer()];
  first.send("F".repeat(900));
  await rig.handed.count(1);
  second.write(`\x0b${"S".repeat(700)}`);
  await rig.event("paused", "buffers-full");
  second.write("\x1c\r");
  rig.handed.all[0]?.answer();
  await rig.event("resumed");
  await rig.handed.count(2);
  expect(rig.events.all.some((event) => event.kind === "fault")).toBe(false);
});

it("cuts off a peer that does not read its answers", async () => {
  const rig = await startRig({ answerStallMs: 30 });
  const peer = await rig.peer();
  peer.socket.pause();
  peer.send(...names(4));
  await rig.handed.count(4);
  // More than the system's own buffers take.
  for (const handed of rig.handed.all) handed.answer({ reply: Buffer.alloc(16 * MIB, "A") });
  await rig.event("paused", "answers-unread");
  await rig.event("fault", "answers-unread");
  await rig.event("disconnected", "fault");
});
