import { connect as connectTls } from "node:tls";
import { describe, expect, it } from "vitest";
import { encodeFrame, FrameDecoder } from "./frame.ts";
import { type RawPeer, type Rig, startRig } from "./server-rig.ts";

/** Rows B-01 to B-04 of what is sent to a listener by mistake or on purpose. After each it still serves. */

const MIB = 1024 * 1024;
/** Loopback sockets that are opened here at once. */
const MANY = 64;

const faultsOf = (rig: Rig) => rig.events.all.flatMap((event) => (event.kind === "fault" ? [event.reason] : []));

async function expectAlive(rig: Rig): Promise<void> {
  const before = rig.handed.all.length;
  const peer = await rig.peer();
  peer.send("still there?");
  await rig.handed.count(before + 1);
  rig.handed.all.at(-1)?.answer();
  await peer.answers.count(1);
  expect(peer.answers.all).toEqual(["re still there?"]);
}

describe("B-01 not MLLP, or not quite", () => {
  it.each([
    ["no VT", `${"A".repeat(70)}\x1c\r`, [], ["not-mllp"]],
    ["no FS", "\x0bA\r", [], ["frame-incomplete"]],
    ["FS without CR", "\x0bA\x1c", [], ["frame-incomplete"]],
    ["CR FS, swapped", "\x0bA\r\x1c", [], ["frame-incomplete"]],
    ["two VT", "\x0b\x0bA\x1c\r", ["A"], ["aborted-frame"]],
    ["an empty frame", "\x0b\x1c\r", [], []],
    ["FS in the data", "\x0bA\x1cB\x1c\r", ["A\x1cB"], []],
    ["VT in the data", "\x0bA\x0bB\x1c\r", ["B"], ["aborted-frame"]],
    ["only an end", "\x1c\r", [], ["not-mllp"]],
    ["an HTTP request", "GET / HTTP/1.1\r\nHost: chesil.example\r\nAccept: text/html, */*\r\n\r\n", [], ["not-mllp"]],
    ["a TLS client hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x0b\x0b\x0b", [], ["tls-on-plain-port"]],
    [
      "random bytes",
      Buffer.from(Array.from({ length: 300 }, (_, n) => ((n * 167 + 89) % 251) | 0x80)).toString("latin1"),
      [],
      ["not-mllp"],
    ],
  ])("%s", async (_name, wire, frames, faults) => {
    const rig = await startRig();
    const peer = await rig.peer();
    peer.write(wire);
    peer.socket.end();
    await rig.handed.count(frames.length);
    for (const handed of rig.handed.all) handed.answer();
    await Promise.all([peer.closed, rig.event("disconnected")]);
    expect(rig.handed.all.map((handed) => handed.text)).toEqual(frames);
    expect(faultsOf(rig)).toEqual(faults);
    await expectAlive(rig);
  });

  it("a TLS client is told apart and closed, not left to wait", async () => {
    const rig = await startRig();
    const client = connectTls({ host: "127.0.0.1", port: rig.server.port, rejectUnauthorized: false });
    await new Promise((resolve) => client.once("error", resolve));
    await rig.event("fault", "tls-on-plain-port");
    await expectAlive(rig);
  });
});

describe("B-02 every boundary", () => {
  const messages = ["MSH|^~\\&|\x1c|\xe9\r", "B", "C\x1c\x1c"];
  const wire = Buffer.concat(messages.map((message) => encodeFrame(Buffer.from(message, "latin1"))));
  const read = (chunks: readonly Buffer[]) => {
    const decoder = new FrameDecoder();
    return chunks
      .flatMap((chunk) => decoder.push(chunk))
      .map((event) => (event.kind === "frame" ? Buffer.from(event.bytes).toString("latin1") : event.kind));
  };

  it("every two cuts of the bytes give the same frames", () => {
    for (let one = 0; one <= wire.length; one++) {
      for (let two = one; two <= wire.length; two++) {
        expect(read([wire.subarray(0, one), wire.subarray(one, two), wire.subarray(two)])).toEqual(messages);
      }
    }
  });

  it("every byte written alone, on a socket", async () => {
    const rig = await startRig();
    const peer = await rig.peer();
    for (const byte of wire) {
      await new Promise((written) => peer.socket.write(Buffer.of(byte), written));
    }
    await rig.handed.count(messages.length);
    expect(rig.handed.all.map((handed) => handed.text)).toEqual(messages);
  });

  it("every pair of messages in one segment", async () => {
    const rig = await startRig();
    const peer = await rig.peer();
    const expected: string[] = [];
    for (const first of messages) {
      for (const second of messages) {
        peer.send(first, second);
        expected.push(first, second);
      }
    }
    await rig.handed.count(expected.length);
    expect(rig.handed.all.map((handed) => handed.text)).toEqual(expected);
  });
});

describe("B-03 peers that take their time", () => {
  it("a slow loris on many connections: every one is cut off, and what they hold is bounded", async () => {
    const rig = await startRig({ connectionsMax: MANY + 1, frameGraceMs: 30, frameBytesPerSecondMin: 1_000 });
    const peers = await Promise.all(Array.from({ length: MANY }, () => rig.peer()));
    const drip = () => {
      for (const peer of peers) peer.write("A");
    };
    for (const peer of peers) peer.write("\x0b");
    // 100 bytes a second, a tenth of what is asked.
    const dripping = setInterval(drip, 10);
    await expectAlive(rig);
    await Promise.all(peers.map((peer) => peer.closed));
    clearInterval(dripping);
    await rig.events.until(() => faultsOf(rig).length === MANY);
    expect(new Set(faultsOf(rig))).toEqual(new Set(["slow-sender"]));
    for (const event of rig.events.all) {
      if (event.kind === "fault") expect(event.byteCount).toBeLessThan(100);
    }
    expect(rig.handed.all.map((handed) => handed.text)).toEqual(["still there?"]);
  });

  it("a slow frame is borne as long as it comes at the least rate, whatever its grace", async () => {
    const rig = await startRig({ frameGraceMs: 1, frameBytesPerSecondMin: 1 });
    const peer = await rig.peer();
    peer.write("\x0bA");
    const dripping = setInterval(() => peer.write("A"), 1);
    const others = await startRig({ idleMs: 15 });
    for (let time = 0; time < 3; time++) await (await others.peer()).closed;
    clearInterval(dripping);
    peer.write("\x1c\r");
    await rig.handed.count(1);
    expect(faultsOf(rig)).toEqual([]);
  });

  it("open and idle on many connections: each is let go", async () => {
    const rig = await startRig({ connectionsMax: MANY, idleMs: 20 });
    const peers = await Promise.all(Array.from({ length: MANY }, () => rig.peer()));
    await Promise.all(peers.map((peer) => peer.closed));
    await rig.events.until((all) => all.filter((event) => event.kind === "disconnected").length === MANY);
    expect(rig.events.all.filter((event) => event.kind === "disconnected" && event.cause === "idle")).toHaveLength(
      MANY,
    );
    expect(rig.server.connections()).toBe(0);
    await expectAlive(rig);
  });
});

describe("B-04 larger than the limit", () => {
  it("a frame of exactly the limit passes, and one byte more does not", async () => {
    const rig = await startRig();
    const peer = await rig.peer();
    peer.send("A".repeat(MIB));
    await rig.handed.count(1);
    peer.send("A".repeat(MIB + 1));
    expect(await rig.event("fault", "frame-too-large")).toMatchObject({ byteCount: MIB + 1 });
    rig.handed.all[0]?.answer({ reply: null });
    await peer.closed;
    expect(rig.handed.all).toHaveLength(1);
  });

  it("streams without end on several connections: no more is held than the limit allows", async () => {
    const rig = await startRig({ frameBytesMax: MIB, bufferedBytesMax: 2 * MIB });
    const peers = await Promise.all(Array.from({ length: 8 }, () => rig.peer()));
    for (const peer of peers) streamForEver(peer);
    await Promise.all(peers.map((peer) => peer.closed));
    await rig.events.until(() => faultsOf(rig).length === peers.length);
    for (const event of rig.events.all) {
      if (event.kind !== "fault") continue;
      expect(["frame-too-large", "buffers-full"]).toContain(event.reason);
      expect(event.byteCount).toBeLessThanOrEqual(MIB + 1);
      expect(event.bytes.length).toBeLessThanOrEqual(1024);
    }
    await expectAlive(rig);
  });
});

function streamForEver(peer: RawPeer): void {
  const more = () => {
    while (!peer.socket.destroyed && peer.socket.write(Buffer.alloc(64 * 1024, "A")));
  };
  peer.socket.on("drain", more);
  peer.write("\x0b");
  more();
}
