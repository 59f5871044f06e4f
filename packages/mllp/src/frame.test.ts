import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecoderEvent, type DecoderFault, encodeFrame, FrameDecoder } from "./frame.ts";

const VT = 0x0b;
const FS = 0x1c;
const CR = 0x0d;
const SEPARATORS = [CR, 0x0a, 0x00, 0x20];
const EVIDENCE_BYTES_MAX = 1024;

type Limits = { frameBytesMax: number; junkBytesMax: number; endBlockAlone?: "data" | "ends" };
const ROOMY: Limits = { frameBytesMax: 1024 * 1024, junkBytesMax: 64 };

/** Events as plain text, to compare and to read in a failure. */
function told(events: readonly DecoderEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === "empty") return "empty";
    const text = Buffer.from(event.bytes).toString("latin1");
    return event.kind === "frame" ? `frame ${text}` : `${event.reason} ${event.byteCount} ${text}`;
  });
}

function decode(chunks: readonly Uint8Array[], limits: Partial<Limits> = {}): string[] {
  const decoder = new FrameDecoder(limits);
  return told(chunks.flatMap((chunk) => decoder.push(chunk)));
}

/** The rules of the wire, a byte at a time and as plain as they can be written: what the decoder must agree with. */
function decodePlainly(wire: Uint8Array, { frameBytesMax, junkBytesMax, endBlockAlone }: Limits): string[] {
  const events: DecoderEvent[] = [];
  let state: "between" | "junk" | "frame" | "ended" = "between";
  let held: number[] = [];
  const fault = (reason: DecoderFault) => {
    const bytes = Buffer.from(held.slice(0, EVIDENCE_BYTES_MAX));
    events.push({ kind: "fault", reason, bytes, byteCount: held.length });
    held = [];
  };
  for (const byte of wire) {
    if (state === "ended") break;
    if (state === "frame") {
      if (endBlockAlone === "ends" ? byte === FS : byte === CR && held.at(-1) === FS) {
        if (endBlockAlone !== "ends") held.pop();
        events.push(held.length === 0 ? { kind: "empty" } : { kind: "frame", bytes: Buffer.from(held) });
        held = [];
        state = "between";
        continue;
      }
      if (byte === VT && held.length <= frameBytesMax) {
        fault("aborted-frame");
        continue;
      }
      // One byte over is borne while it may be the FS that ends the frame.
      if (held.length < frameBytesMax || (held.length === frameBytesMax && byte === FS)) {
        held.push(byte);
        continue;
      }
      if (held.length === frameBytesMax) held.push(byte);
      fault("frame-too-large");
      state = "ended";
    } else if (byte === VT) {
      if (state === "junk") fault("junk-before-frame");
      state = "frame";
    } else if (state === "junk" || !SEPARATORS.includes(byte)) {
      state = "junk";
      held.push(byte);
      if (held.length === 2 && junkBytesMax >= 2 && held[0] === 0x16 && held[1] === 0x03) {
        fault("tls-on-plain-port");
        state = "ended";
      } else if (held.length > junkBytesMax) {
        fault("not-mllp");
        state = "ended";
      }
    }
  }
  return told(events);
}

function cut(wire: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((place) => place % (wire.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((place, index) => wire.slice(place, places[index] ?? wire.length));
}

const bytesOf = (...alphabet: number[]) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes));
/** Mostly framing bytes: where all the decisions are. */
const noise = bytesOf(VT, FS, CR, 0x0a, 0x00, 0x20, 0x41);
const framed = bytesOf(FS, CR, 0x0a, 0x41, 0x42, 0xc3, 0xa9).map((bytes) => Uint8Array.from([VT, ...bytes, FS, CR]));
const piece = fc.oneof(
  framed,
  framed,
  noise,
  bytesOf(...SEPARATORS),
  bytesOf(0x41, FS),
  fc.uint8Array({ maxLength: 9 }),
);
const helloBytes = bytesOf(0x16, 0x03);
const wireBytes = fc
  .array(fc.oneof({ arbitrary: piece, weight: 40 }, { arbitrary: helloBytes, weight: 1 }), { maxLength: 12 })
  .map((pieces) => Uint8Array.from(Buffer.concat(pieces)));
const endBlockAlone = fc.constantFrom("data" as const, "data" as const, "ends" as const);
const limitsOf = fc.oneof(
  endBlockAlone.map((alone) => ({ ...ROOMY, endBlockAlone: alone })),
  fc.record({
    frameBytesMax: fc.integer({ min: 1, max: 8 }),
    junkBytesMax: fc.integer({ min: 0, max: 6 }),
    endBlockAlone,
  }),
);
const cutsOf = fc.array(fc.nat(200), { maxLength: 20 });

describe("framing", () => {
  it("gives the same events for any chunking, and those that the rules give", () => {
    fc.assert(
      fc.property(wireBytes, limitsOf, cutsOf, (wire, limits, cuts) => {
        const expected = decodePlainly(wire, limits);
        expect(decode([wire], limits)).toEqual(expected);
        expect(decode(cut(wire, cuts), limits)).toEqual(expected);
        expect(
          decode(
            Array.from(wire, (byte) => Uint8Array.of(byte)),
            limits,
          ),
        ).toEqual(expected);
      }),
      { numRuns: 4_000 },
    );
  });

  it("gives back what was encoded, for every message that can be framed", () => {
    const message = fc
      .uint8Array({ minLength: 1, maxLength: 300 })
      .map((bytes) => bytes.filter((byte) => byte !== VT))
      .filter((bytes) => bytes.length > 0 && !Buffer.from(bytes).includes(Buffer.of(FS, CR)));
    fc.assert(
      fc.property(fc.array(message), cutsOf, (messages, cuts) => {
        const wire = Buffer.concat(messages.map(encodeFrame));
        const expected = messages.map((bytes) => `frame ${Buffer.from(bytes).toString("latin1")}`);
        expect(decode(cut(wire, cuts))).toEqual(expected);
      }),
    );
  });

  it("never throws, never holds more than its limits, and keeps evidence short", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5_000, size: "max" })), limitsOf, (chunks, limits) => {
        const decoder = new FrameDecoder(limits);
        for (const chunk of chunks) {
          for (const event of decoder.push(chunk)) {
            if (event.kind === "fault") expect(event.bytes.length).toBeLessThanOrEqual(EVIDENCE_BYTES_MAX);
          }
          expect(decoder.partialBytes).toBeLessThanOrEqual(Math.max(limits.frameBytesMax, limits.junkBytesMax) + 1);
        }
      }),
    );
  });

  it.each([
    ["one frame", "\x0bMSH|1\x1c\r", ["frame MSH|1"]],
    ["many frames in one chunk, and half of one", "\x0bA\x1c\r\x0bB\x1c\r\x0bC", ["frame A", "frame B"]],
    ["an empty frame: a keep-alive", "\x0b\x1c\r\x0bA\x1c\r", ["empty", "frame A"]],
    ["a lone FS as data", "\x0bA\x1cB\x1c\nC\x1c\x1c\r", ["frame A\x1cB\x1c\nC\x1c"]],
    ["separators between frames", "\r\n\0 \x0bA\x1c\r\n\0\0 \x0bB\x1c\r\r\r", ["frame A", "frame B"]],
    ["a frame given up for another: never one of both", "\x0bA\rB\x0bC\x1c\r", ["aborted-frame 3 A\rB", "frame C"]],
    [
      "FS LF: no end, so the next VT gives the frame up",
      "\x0bA\x1c\n\x0bB\x1c\r",
      ["aborted-frame 3 A\x1c\n", "frame B"],
    ],
    ["FS with no CR: no end", "\x0bA\x1c\x0bB\x1c\r", ["aborted-frame 2 A\x1c", "frame B"]],
    ["bytes before VT", "?!\r\n\x0bA\x1c\r", ["junk-before-frame 4 ?!\r\n", "frame A"]],
    ["FS CR with no frame", "\x1c\r\x0bA\x1c\r", ["junk-before-frame 2 \x1c\r", "frame A"]],
  ])("%s", (_name, wire, expected) => expect(decode([Buffer.from(wire, "latin1")])).toEqual(expected));

  it.each([
    ["FS alone ends a frame", "\x0bA\x1c\x0bB\x1c", ["frame A", "frame B"]],
    ["FS CR ends it as ever", "\x0bA\x1c\r\x0bB\x1c\r", ["frame A", "frame B"]],
    ["FS LF ends it", "\x0bA\x1c\n\x0bB\x1c\n", ["frame A", "frame B"]],
    ["an empty frame", "\x0b\x1c\x0bA\x1c", ["empty", "frame A"]],
    ["a second VT still gives the frame up", "\x0bA\x0bB\x1c", ["aborted-frame 1 A", "frame B"]],
  ])('with endBlockAlone "ends": %s', (_name, wire, expected) => {
    expect(decode([Buffer.from(wire, "latin1")], { endBlockAlone: "ends" })).toEqual(expected);
  });

  it("does not count the CR of FS CR as skipped, whatever FS alone means", () => {
    for (const alone of ["data", "ends"] as const) {
      const decoder = new FrameDecoder({ endBlockAlone: alone });
      for (const byte of "\x0bA\x1c\r\r\n") decoder.push(Buffer.from(byte, "latin1"));
      expect(decoder.skippedBytes).toBe(2);
    }
  });

  it("ends at HTTP, and gives nothing for what follows", () => {
    const request = "GET / HTTP/1.1\r\nHost: chesil.example:2575\r\nUser-Agent: a browser\r\nAccept: */*\r\n\r\n";
    const decoder = new FrameDecoder();
    expect(told(decoder.push(Buffer.from(request)))).toEqual([`not-mllp 65 ${request.slice(0, 65)}`]);
    expect(decoder.push(encodeFrame(Buffer.from("A")))).toEqual([]);
    expect(decoder.state).toBe("ended");
  });

  it("takes a frame of the limit, and not of one byte more, however it is cut", () => {
    for (const extra of [0, 1]) {
      const wire = encodeFrame(Buffer.alloc(ROOMY.frameBytesMax + extra, "A"));
      for (const tail of [0, 1, 2, 3, 4]) {
        const place = wire.length - tail;
        const [event] = decode([wire.subarray(0, place), wire.subarray(place)]);
        expect(event?.slice(0, 9)).toBe(extra === 0 ? "frame AAA" : "frame-too");
      }
    }
  });

  it("does not hold a frame that is too large while it still comes", () => {
    const decoder = new FrameDecoder({ frameBytesMax: 10_000 });
    const events = decoder.push(Uint8Array.of(VT));
    let most = 0;
    for (let megabytes = 0; megabytes < 64; megabytes += 1) {
      events.push(...decoder.push(Buffer.alloc(1024 * 1024, "A")));
      most = Math.max(most, decoder.partialBytes);
    }
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: "fault", reason: "frame-too-large", byteCount: 10_001 });
    expect(most).toBeLessThanOrEqual(10_001);
  });

  it("takes time in proportion to a frame's size: 64 MB in packets would not end in this test's time otherwise", () => {
    const message = Buffer.alloc(64 * 1024 * 1024, "a lone \x1c and text ");
    const wire = encodeFrame(message);
    const decoder = new FrameDecoder({ frameBytesMax: message.length });
    const events: DecoderEvent[] = [];
    for (let at = 0; at < wire.length; at += 1_400) events.push(...decoder.push(wire.slice(at, at + 1_400)));
    expect(events).toHaveLength(1);
    expect(events[0]?.kind === "frame" && message.equals(events[0].bytes)).toBe(true);
  });

  it("does not pin a large chunk for a small frame", () => {
    const chunk = new Uint8Array(64 * 1024);
    chunk.set(encodeFrame(Buffer.from("A")), 30_000);
    const [event] = new FrameDecoder().push(chunk);
    expect(event?.kind === "frame" && event.bytes.buffer !== chunk.buffer).toBe(true);
  });

  it("reads a view into larger memory as that view", () => {
    const memory = Uint8Array.from([VT, 0x58, ...encodeFrame(Buffer.from("A")), VT]);
    expect(decode([memory.subarray(2, 6)])).toEqual(["frame A"]);
  });

  it("counts the separators it skips, and gives up an unfinished frame when asked", () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.from("\r\n \x0bhalf", "latin1"));
    expect([decoder.skippedBytes, decoder.state, decoder.partialBytes]).toEqual([3, "frame", 4]);
    const { bytes, byteCount } = decoder.abandon();
    expect([Buffer.from(bytes).toString(), byteCount]).toEqual(["half", 4]);
    expect([decoder.state, decoder.partialBytes]).toEqual(["between", 0]);
  });
});

describe("encodeFrame", () => {
  it("is VT message FS CR", () => {
    expect([...encodeFrame(Uint8Array.of(0x41))]).toEqual([VT, 0x41, FS, CR]);
    expect([...encodeFrame(new Uint8Array(0))]).toEqual([VT, FS, CR]);
  });

  it.each([[[VT]], [[FS, CR]], [[0x41, FS, CR, 0x42]]])("refuses %j, which would break the frame", (bytes) => {
    expect(() => encodeFrame(Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
