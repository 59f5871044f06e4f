import { get } from "node:http";
import { describe, expect, it } from "vitest";
import type { MllpEvent } from "./event.ts";
import { type RawPeer, type Rig, startRig } from "./server-rig.ts";

const evidence = (event: MllpEvent) => (event.kind === "fault" ? Buffer.from(event.bytes).toString("latin1") : "");

/** The listener still serves: a new connection is answered. */
async function expectAlive(rig: Rig): Promise<void> {
  const before = rig.handed.all.length;
  const peer = await rig.peer();
  peer.send("still there?");
  await rig.handed.count(before + 1);
  rig.handed.all.at(-1)?.answer();
  await peer.answers.count(1);
  expect(peer.answers.all).toEqual(["re still there?"]);
}

async function expectAnswered(rig: Rig, peer: RawPeer, text: string): Promise<void> {
  await rig.handed.until((all) => all.some((handed) => handed.text === text));
  for (const handed of rig.handed.all) handed.answer();
  await peer.answers.until((all) => all.includes(`re ${text}`));
}

describe("a handler that fails", () => {
  it("closes its connection only; what came before is answered, what came after is not", async () => {
    const rig = await startRig();
    const [peer, other] = [await rig.peer(), await rig.peer()];
    peer.send("a", "b", "c");
    other.send("x");
    await rig.handed.count(4);
    const by = (text: string) => rig.handed.all.find((handed) => handed.text === text);
    const failure = new Error("storage down");
    by("c")?.answer();
    by("b")?.fail(failure);
    by("a")?.answer();
    await peer.closed;
    expect(peer.answers.all).toEqual(["re a"]);
    expect(await rig.event("handler-failed")).toMatchObject({ error: failure });
    expect(await rig.event("disconnected")).toMatchObject({ cause: "handler-failed", frameCount: 3, replyCount: 1 });
    by("x")?.answer();
    await other.answers.count(1);
    await expectAlive(rig);
  });

  it("hands over nothing more once one has failed", async () => {
    const rig = await startRig({ framesInFlightMax: 1 });
    const peer = await rig.peer();
    peer.send("a", "b");
    await rig.handed.count(1);
    rig.handed.all[0]?.fail(new Error("storage down"));
    await peer.closed;
    expect(rig.handed.all).toHaveLength(1);
    expect(peer.answers.all).toEqual([]);
  });

  it.each(["\x0b", "a\x1c\rb"])("counts a reply that can not be framed (%j) as failed", async (reply) => {
    const rig = await startRig();
    const peer = await rig.peer();
    peer.send("a");
    await rig.handed.count(1);
    rig.handed.all[0]?.answer({ reply: Buffer.from(reply, "latin1") });
    await peer.closed;
    expect(await rig.event("handler-failed")).toMatchObject({ error: expect.any(RangeError) });
    expect(peer.answers.all).toEqual([]);
  });
});

describe("a peer that does not speak MLLP", () => {
  it("HTTP: fault not-mllp, closed", async () => {
    const rig = await startRig();
    const headers = { "user-agent": "a browser that lost its way" };
    const failed = new Promise((resolve) => {
      get({ host: "127.0.0.1", port: rig.server.port, headers }).once("error", resolve);
    });
    await failed;
    expect(evidence(await rig.event("fault", "not-mllp"))).toMatch(/^GET \/ HTTP\/1\.1/);
    await rig.event("disconnected", "fault");
    expect(rig.handed.all).toEqual([]);
    await expectAlive(rig);
  });

  it("too short a request to be sure of: told when nothing follows in time", async () => {
    const rig = await startRig({ framePartialMs: 20 });
    const peer = await rig.peer();
    peer.write("GET / HTTP/1.0\r\n\r\n");
    await peer.closed;
    expect(evidence(await rig.event("fault", "not-mllp"))).toBe("GET / HTTP/1.0\r\n\r\n");
  });

  it("nothing but faults, never a frame: closed", async () => {
    const rig = await startRig({ faultsInRowMax: 3 });
    const peer = await rig.peer();
    peer.write("\x0ba\x0bb\x0bc\x0bd\x0be\x1c\r");
    await peer.closed;
    const reasons = rig.events.all.flatMap((event) => (event.kind === "fault" ? [event.reason] : []));
    expect(reasons).toEqual(["aborted-frame", "aborted-frame", "aborted-frame", "too-many-faults"]);
    expect(rig.handed.all).toEqual([]);
  });
});

describe("a frame that goes wrong", () => {
  it("aborted: set aside, and the connection goes on with the next", async () => {
    const rig = await startRig();
    const peer = await rig.peer();
    peer.write("\x0bMSH|first half\x0bMSH|second\x1c\r");
    await expectAnswered(rig, peer, "MSH|second");
    const fault = await rig.event("fault");
    expect(fault).toMatchObject({ reason: "aborted-frame", byteCount: 14 });
    expect(evidence(fault)).toBe("MSH|first half");
    expect(rig.handed.all).toHaveLength(1);
  });

  it("junk before it: told, and the frame is answered", async () => {
    const rig = await startRig();
    const peer = await rig.peer();
    peer.write("junk\x0bMSH|1\x1c\r");
    await expectAnswered(rig, peer, "MSH|1");
    expect(evidence(await rig.event("fault", "junk-before-frame"))).toBe("junk");
  });

  it("half of it, then silence: frame-timeout, closed, never handed over", async () => {
    const rig = await startRig({ framePartialMs: 20 });
    const peer = await rig.peer();
    peer.write("\x0bMSH|half");
    await peer.closed;
    const fault = await rig.event("fault");
    expect(fault).toMatchObject({ reason: "frame-timeout", byteCount: 8 });
    expect(evidence(fault)).toBe("MSH|half");
    await rig.event("disconnected", "fault");
    expect(rig.handed.all).toEqual([]);
    await expectAlive(rig);
  });

  it.each(["end", "destroy"] as const)("half of it, then %s: frame-incomplete, never handed over", async (how) => {
    const rig = await startRig();
    const peer = await rig.peer();
    peer.write("\x0bMSH|whole\x1c\r\x0bMSH|half");
    await rig.handed.count(1);
    peer.socket[how]();
    expect(evidence(await rig.event("fault", "frame-incomplete"))).toBe("MSH|half");
    // The whole frame before it is still answered to a peer that closed only its own side.
    rig.handed.all[0]?.answer();
    await Promise.all([rig.event("disconnected"), peer.closed]);
    expect(peer.answers.all).toEqual(how === "end" ? ["re MSH|whole"] : []);
    expect(rig.handed.all).toHaveLength(1);
    await expectAlive(rig);
  });

  const refusing = {
    onFrameTooLarge: async (beginning: Uint8Array) => ({
      reply: Buffer.from(`no ${Buffer.from(beginning).toString("latin1", 0, 8)} ${beginning.length}`),
    }),
  };

  it("larger than the limit: answered after what came before it, and closed once its sender has done", async () => {
    const rig = await startRig({ frameBytesMax: 10_000, framesInFlightMax: 1, closeLingerMs: 1 }, refusing);
    const peer = await rig.peer();
    peer.send("a", "b", `MSH|big|${"A".repeat(1_000_000)}`);
    expect(await rig.event("fault")).toMatchObject({ reason: "frame-too-large", byteCount: 10_001 });
    for (const at of [0, 1]) {
      await rig.handed.count(at + 1);
      rig.handed.all[at]?.answer();
    }
    await Promise.all([peer.closed, rig.event("disconnected", "fault")]);
    expect(peer.answers.all).toEqual(["re a", "re b", "no MSH|big| 1024"]);
    expect(rig.handed.all).toHaveLength(2);
    await expectAlive(rig);
  });

  it("larger than the limit: without an answer to give, or with commit bytes, closed", async () => {
    const silent = { onFrameTooLarge: async () => ({ reply: null }) };
    for (const options of [silent, { ...refusing, framing: { commitBytes: true } }]) {
      const rig = await startRig({ frameBytesMax: 100 }, options);
      const peer = await rig.peer();
      peer.send("A".repeat(101));
      await peer.closed;
      expect(peer.answers.all).toEqual([]);
      expect(rig.handed.all).toEqual([]);
    }
  });

  it("larger than the limit, without end: told and closed; what was whole before it is answered", async () => {
    const rig = await startRig({ frameBytesMax: 10_000 });
    const peer = await rig.peer();
    peer.send("a");
    peer.write("\x0b");
    const more = () => {
      while (!peer.socket.destroyed && peer.socket.write(Buffer.alloc(64 * 1024, "A")));
    };
    peer.socket.on("drain", more);
    more();
    const fault = await rig.event("fault");
    expect(fault).toMatchObject({ reason: "frame-too-large", byteCount: 10_001 });
    expect(evidence(fault)).toBe("A".repeat(1024));
    await rig.handed.count(1);
    rig.handed.all[0]?.answer();
    await peer.closed;
    expect(peer.answers.all).toEqual(["re a"]);
    expect(rig.handed.all).toHaveLength(1);
    await expectAlive(rig);
  });
});
