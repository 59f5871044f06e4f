import { Socket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { dialMllpListener } from "./dialer.ts";
import { encodeFrame, type FrameDecoderOptions } from "./frame.ts";
import { MllpSender } from "./sender.ts";
import { Ear, type RawPeer, type Rig, startFarSide, startRig } from "./server-rig.ts";
import { makeAuthority } from "./test-certificates.ts";

/** The framing scenarios that listeners are compared by, F1 to F17, as bytes on a real socket. F10 is the reader's. */

const MESSAGE = "MSH|^~\\&|PAS|RD3|CHESIL|ICS|20260101||ADT^A08|1|P|2.4\rPID|1||9990004951^^^NHS\r";
const OTHER = "MSH|^~\\&|PAS|RD3|CHESIL|ICS|20260101||ADT^A31|2|P|2.4\rPID|1||zoë\xe9\r";
const framed = (text: string) => `\x0b${text}\x1c\r`;

type Row = {
  readonly row: string;
  readonly name: string;
  readonly wire: string;
  readonly frames: readonly string[];
  readonly faults?: readonly string[];
  /** Separators that were skipped. */
  readonly skipped?: number;
  readonly framing?: Pick<FrameDecoderOptions, "endBlockAlone">;
  readonly junkBytesMax?: number;
};

const ROWS: readonly Row[] = [
  { row: "F1", name: "VT, message, FS, CR", wire: framed(MESSAGE), frames: [MESSAGE] },
  {
    row: "F2",
    name: "three frames at once",
    wire: framed(MESSAGE) + framed(OTHER) + framed(MESSAGE),
    frames: [MESSAGE, OTHER, MESSAGE],
  },
  {
    row: "F3",
    name: "FS without CR is data",
    wire: `\x0bA\x1cB\x1c\r`,
    frames: ["A\x1cB"],
  },
  {
    row: "F3",
    name: "FS without CR ends the frame of a feed that says so",
    wire: `\x0b${MESSAGE}\x1c\x0b${OTHER}\x1c`,
    frames: [MESSAGE, OTHER],
    framing: { endBlockAlone: "ends" },
  },
  {
    row: "F4",
    name: "CR LF, NUL and space between frames",
    wire: `${framed(MESSAGE)}\r\n\0\0 ${framed(OTHER)}\n`,
    frames: [MESSAGE, OTHER],
    skipped: 6,
  },
  {
    row: "F4",
    name: "FS LF instead of FS CR, for a feed that says so",
    wire: `\x0b${MESSAGE}\x1c\n\x0b${OTHER}\x1c\n`,
    frames: [MESSAGE, OTHER],
    skipped: 2,
    framing: { endBlockAlone: "ends" },
  },
  {
    row: "F5",
    name: "a second VT gives up the first frame, and is never joined to it",
    wire: `\x0b${MESSAGE.slice(0, 40)}${framed(OTHER)}`,
    frames: [OTHER],
    faults: [`aborted-frame ${MESSAGE.slice(0, 40)}`],
  },
  {
    row: "F6",
    name: "bytes before VT are kept, and reading goes on at VT",
    wire: `ready?\r\n${framed(MESSAGE)}`,
    frames: [MESSAGE],
    faults: ["junk-before-frame ready?\r\n"],
  },
  {
    row: "F6",
    name: "bytes before VT end the connection of a feed that bears none",
    wire: `ready?\r\n${framed(MESSAGE)}`,
    frames: [],
    faults: ["not-mllp r"],
    junkBytesMax: 0,
  },
  { row: "F7", name: "an empty frame is a keep-alive", wire: `\x0b\x1c\r${framed(MESSAGE)}`, frames: [MESSAGE] },
  { row: "F8", name: "FS inside a message", wire: framed("A\x1cB\x1c\x1c\nC"), frames: ["A\x1cB\x1c\x1c\nC"] },
];

const chunkings: readonly [string, (wire: Buffer) => Buffer[]][] = [
  ["in one piece", (wire) => [wire]],
  ["a byte at a time", (wire) => Array.from(wire, (byte) => Buffer.of(byte))],
  [
    "in pieces of seven",
    (wire) => Array.from({ length: Math.ceil(wire.length / 7) }, (_, n) => wire.subarray(n * 7, n * 7 + 7)),
  ],
];

const faultsOf = (rig: Rig) =>
  rig.events.all.flatMap((event) =>
    event.kind === "fault" ? [`${event.reason} ${Buffer.from(event.bytes).toString("latin1")}`] : [],
  );

async function expectRow(
  { wire, frames, faults = [], skipped = 0, framing = {}, junkBytesMax = 64 }: Row,
  chunks: Buffer[],
) {
  const rig = await startRig({ junkBytesMax }, { framing });
  const peer = await rig.peer();
  for (const chunk of chunks) peer.socket.write(chunk);
  peer.socket.end();
  await rig.handed.count(frames.length);
  for (const handed of rig.handed.all) handed.answer();
  expect(rig.handed.all.map((handed) => handed.text)).toEqual(frames);
  await peer.closed;
  expect(peer.answers.all).toEqual(frames.map((frame) => `re ${frame}`));
  expect(await rig.event("disconnected")).toMatchObject({ frameCount: frames.length, skippedBytes: skipped });
  expect(faultsOf(rig)).toEqual(faults);
  expect(Buffer.concat(chunks).toString("latin1")).toBe(wire);
}

describe.each(chunkings)("%s", (_name, cut) => {
  it.each(ROWS)("$row $name", (row) => expectRow(row, cut(Buffer.from(row.wire, "latin1"))));
});

it("F1 what is sent is exactly that, in one write", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  const received: Buffer[] = [];
  peer.socket.on("data", (chunk: Buffer) => received.push(chunk));
  peer.send("a");
  await rig.handed.count(1);
  const write = vi.spyOn(Socket.prototype, "write");
  rig.handed.all[0]?.answer({ reply: [Buffer.from("one"), Buffer.from("two")] });
  await peer.answers.count(2);
  const written = write.mock.calls.map(([bytes]) => Buffer.from(bytes as Uint8Array).toString("latin1"));
  write.mockRestore();
  expect(written).toEqual(["\x0bone\x1c\r\x0btwo\x1c\r"]);
  expect(Buffer.concat(received).toString("latin1")).toBe("\x0bone\x1c\r\x0btwo\x1c\r");
});

it("F2 one and a half frames: the half is no frame until the rest has come", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  const half = OTHER.indexOf("\xe9");
  peer.write(framed(MESSAGE) + framed(OTHER).slice(0, half));
  await rig.handed.count(1);
  rig.handed.all[0]?.answer();
  await peer.answers.count(1);
  expect(rig.handed.all).toHaveLength(1);
  peer.write(framed(OTHER).slice(half));
  await rig.handed.count(2);
  expect(rig.handed.all[1]?.text).toBe(OTHER);
});

it("F8 a document of 20 MB, full of FS", async () => {
  const message = Buffer.alloc(20 * 1024 * 1024, "base64 and \x1c and more of it \r");
  const rig = await startRig({ frameBytesMax: message.length });
  const peer = await rig.peer();
  peer.socket.write(encodeFrame(message));
  await rig.handed.count(1);
  expect(Buffer.from(rig.handed.all[0]?.text ?? "", "latin1").equals(message)).toBe(true);
});

it("F9 part of a frame, then nothing: kept as evidence, never taken for a whole one", async () => {
  const rig = await startRig({ framePartialMs: 20 });
  for (const leave of [() => {}, (peer: RawPeer) => peer.socket.end(), (peer: RawPeer) => peer.socket.destroy()]) {
    const peer = await rig.peer();
    peer.write(framed(MESSAGE).slice(0, -1));
    leave(peer);
    await peer.closed;
  }
  const part = `${MESSAGE}\x1c`;
  await rig.events.until(() => faultsOf(rig).length === 3);
  expect(faultsOf(rig).toSorted()).toEqual([
    `frame-incomplete ${part}`,
    `frame-incomplete ${part}`,
    `frame-timeout ${part}`,
  ]);
  expect(rig.handed.all).toEqual([]);
});

it("F11 answers to pipelined frames leave in order, whatever order they are ready in", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  peer.send("1", "2", "3", "4", "5");
  await rig.handed.count(5);
  for (const handed of rig.handed.all.toReversed()) handed.answer();
  await peer.answers.count(5);
  expect(peer.answers.all).toEqual(["re 1", "re 2", "re 3", "re 4", "re 5"]);
});

it("F12 a handler that is behind stops the reading: what is not read is not held", async () => {
  const rig = await startRig({ framesInFlightMax: 1, bytesInFlightMax: 1_000 });
  const peer = await rig.peer();
  peer.send("first");
  await rig.event("paused", "in-flight");
  peer.socket.write(Buffer.alloc(64 * 1024 * 1024, "\r"));
  const other = await rig.peer();
  other.send("second");
  await rig.handed.count(2);
  expect(peer.socket.writableLength).toBeGreaterThan(0);
});

it("F13 half-open, reset and idle connections leave nothing behind", async () => {
  const rig = await startRig({ idleMs: 20, connectionsMax: 8 });
  for (let round = 0; round < 5; round++) {
    const peers = await Promise.all(Array.from({ length: 8 }, () => rig.peer()));
    peers[0]?.socket.resetAndDestroy();
    peers[1]?.socket.end();
    await Promise.all(peers.map((peer) => peer.closed));
  }
  const count = (kind: string) => rig.events.all.filter((event) => event.kind === kind).length;
  await rig.events.until(() => count("connected") === count("disconnected"));
  expect(rig.server.connections()).toBe(0);
});

it("F14 dialled out, over TLS with a certificate each way, the frames are the same", async () => {
  const authority = makeAuthority("authority");
  const far = authority.issue({ name: "pas", hosts: ["127.0.0.1"] });
  const side = await startFarSide({ tls: { ...far, ca: authority.cert, requestCert: true, rejectUnauthorized: true } });
  const ear = new Ear();
  const dialer = dialMllpListener({
    host: "127.0.0.1",
    port: side.port,
    tls: { ca: authority.cert, ...authority.issue({ name: "chesil" }) },
    onFrame: ear.onFrame,
    onEvent: ear.onEvent,
  });
  onTestFinished(() => dialer.stop(0));
  await side.peers.count(1);
  side.peers.all[0]?.send(MESSAGE, OTHER);
  await ear.handed.count(2);
  for (const handed of ear.handed.all) handed.answer();
  await side.peers.all[0]?.answers.count(2);
  expect(side.peers.all[0]?.answers.all).toEqual([`re ${MESSAGE}`, `re ${OTHER}`]);
  expect(ear.handed.all[0]?.connection.certificate?.subject).toBe("CN=pas");
});

it("F15 commit bytes, for a feed that wants them: before the answer, and in place of one that failed", async () => {
  const rig = await startRig({}, { framing: { commitBytes: true } });
  const peer = await rig.peer();
  peer.send("a", "b");
  await rig.handed.count(2);
  rig.handed.all[0]?.answer();
  await peer.answers.count(2);
  // The other side commits our answer in turn: no message, and not to be answered.
  peer.send("\x06", "\x15");
  expect(await rig.event("fault", "commit-refused")).toMatchObject({ byteCount: 1 });
  rig.handed.all[1]?.fail(new Error("storage down"));
  await peer.closed;
  expect(peer.answers.all).toEqual(["\x06", "re a", "\x15"]);
  expect(rig.handed.all).toHaveLength(2);
});

it("F16 a handler that answers an acknowledgement with nothing sends nothing", async () => {
  const rig = await startRig();
  const peer = await rig.peer();
  peer.send("MSA|AA|1", "a");
  await rig.handed.count(2);
  rig.handed.all[0]?.answer({ reply: null });
  rig.handed.all[1]?.answer();
  await peer.answers.count(1);
  expect(peer.answers.all).toEqual(["re a"]);
});

it("F17 a sender takes the answer that names its message, in two stages, and no other", async () => {
  const rig = await startRig();
  const sender = new MllpSender({
    host: "127.0.0.1",
    port: rig.server.port,
    matches: (answer, message) => {
      const [code, id] = Buffer.from(answer).toString().split(" ");
      if (id !== Buffer.from(message).toString()) return undefined;
      return code === "CA" ? "accept" : "final";
    },
  });
  onTestFinished(() => sender.close(0));
  const delivered = sender.deliver(Buffer.from("m2"));
  await rig.handed.count(1);
  rig.handed.all[0]?.answer({ reply: ["AA m1", "CA m2", "CA m1", "AA m20", "AA m2"].map((text) => Buffer.from(text)) });
  const { answer, accept, attempts } = await delivered;
  expect([Buffer.from(answer).toString(), Buffer.from(accept ?? []).toString(), attempts]).toEqual([
    "AA m2",
    "CA m2",
    1,
  ]);
});
