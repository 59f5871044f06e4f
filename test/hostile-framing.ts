import { setImmediate as turn } from "node:timers/promises";
import { bytesOf, type Chesil, type FeedName, framed, type Wire } from "./hostile.ts";

/** Rows B-01 to B-04: what is no MLLP, or too slow, or too much. */
export type FramingRow = {
  readonly name: string;
  readonly feed?: FeedName;
  /** Sends it, and may wait. `good` makes good messages, each with a control id and a patient of that name. */
  readonly send: (wire: Wire, good: (name: string) => Buffer, chesil: Chesil) => unknown;
  /** `AA name`; without what the listener is sent afterwards to see whether it still takes something. */
  readonly answers?: readonly string[];
  readonly faults?: readonly string[];
  /** Whether the connection goes on. */
  readonly afterwards: "serves" | "closes";
  /** What it comes to, message by message. */
  readonly outcomes?: readonly string[];
};

const VT = Buffer.of(0x0b);
const FS = Buffer.of(0x1c);
const CR = Buffer.of(0x0d);
const NOTHING_STORED = { answers: [], outcomes: [] } as const;
const ONE_TAKEN = { answers: ["AA one"], outcomes: ["applied"] } as const;

/** As long as the limit for small frames, to the byte. */
function ofLength(byteCount: number, message: Buffer): Buffer {
  const note = "NTE|1||";
  return Buffer.concat([message, bytesOf(note + "x".repeat(byteCount - message.length - note.length - 1)), CR]);
}

const B01: readonly FramingRow[] = [
  {
    name: "no VT",
    send: (wire, good) => wire.write(Buffer.concat([good("one"), FS, CR])),
    faults: ["not-mllp"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
  {
    name: "a little junk, and a frame after it",
    send: (wire, good) => wire.write(Buffer.concat([bytesOf("hello\r\n"), framed(good("one"))])),
    faults: ["junk-before-frame"],
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "no FS CR: the next frame is not joined to it",
    send: (wire, good) => wire.write(Buffer.concat([VT, good("lost"), framed(good("one"))])),
    faults: ["aborted-frame"],
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "FS without CR",
    send: (wire, good) => wire.write(Buffer.concat([VT, good("lost"), FS, framed(good("one"))])),
    faults: ["aborted-frame"],
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "FS without CR, from a sender that is known for it",
    feed: "without-cr",
    send: (wire, good) => wire.write(Buffer.concat([VT, good("one"), FS])),
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "FS and LF",
    send: (wire, good) => wire.write(Buffer.concat([VT, good("lost"), FS, bytesOf("\n"), framed(good("one"))])),
    faults: ["aborted-frame"],
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "CR and FS swapped",
    send: (wire, good) => wire.write(Buffer.concat([VT, good("lost"), CR, FS, framed(good("one"))])),
    faults: ["aborted-frame"],
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "two VT",
    send: (wire, good) => wire.write(Buffer.concat([VT, framed(good("one"))])),
    faults: ["aborted-frame"],
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "two FS CR",
    send: (wire, good) => wire.write(Buffer.concat([framed(good("one")), FS, CR, framed(good("two"))])),
    faults: ["junk-before-frame"],
    afterwards: "serves",
    answers: ["AA one", "AA two"],
    outcomes: ["applied", "applied"],
  },
  {
    name: "an empty frame",
    send: (wire) => wire.write(framed("")),
    afterwards: "serves",
    ...NOTHING_STORED,
  },
  {
    name: "a frame of blanks",
    send: (wire) => wire.write(framed("\r\n \r")),
    afterwards: "serves",
    answers: ["AR "],
    outcomes: ["rejected no-header"],
  },
  {
    name: "FS in data",
    send: (wire, good) => wire.write(framed(Buffer.concat([good("one"), bytesOf("NTE|1||half\x1c and half\r")]))),
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "FS as the last byte of the data",
    send: (wire, good) => wire.write(framed(Buffer.concat([good("one"), bytesOf("NTE|1||half\x1c")]))),
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "FS CR in data: the message ends there, its rest is no message",
    send: (wire, good) => wire.write(framed(Buffer.concat([good("one"), bytesOf("NTE|1||half\x1c\r and half\r")]))),
    afterwards: "serves",
    faults: ["junk-before-frame"],
    ...ONE_TAKEN,
  },
  {
    name: "VT in data: neither half is taken for a message",
    send: (wire, good) => wire.write(framed(Buffer.concat([good("lost"), bytesOf("NTE|1||half\x0b and half\r")]))),
    faults: ["aborted-frame"],
    afterwards: "serves",
    answers: ["AR "],
    outcomes: ["rejected no-header"],
  },
  {
    name: "random bytes",
    send: (wire) => wire.write(Buffer.from(Array.from({ length: 500 }, (_, at) => 0x80 + ((at * 7919) % 127)))),
    faults: ["not-mllp"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
  {
    name: "random bytes in a frame",
    send: (wire) => wire.write(framed(Buffer.from(Array.from({ length: 500 }, (_, at) => 0x80 + ((at * 7919) % 127))))),
    afterwards: "serves",
    answers: ["AR "],
    outcomes: ["rejected no-header"],
  },
  {
    name: "a TLS ClientHello on the plain port",
    send: (wire) => wire.write(Buffer.from("16030100f8010000f40303cf21ad74e59a6111be1d8c021e65b891", "hex")),
    faults: ["tls-on-plain-port"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
  {
    name: "HTTP GET on the MLLP port",
    send: (wire) =>
      wire.write(
        bytesOf("GET /fhir/Patient HTTP/1.1\r\nHost: chesil:2575\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n"),
      ),
    faults: ["not-mllp"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
  {
    name: "a short HTTP GET, and no more",
    send: (wire) => {
      wire.write(bytesOf("GET / HTTP/1.0\r\n\r\n"));
      wire.end();
    },
    faults: ["not-mllp"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
  {
    name: "acknowledgements: none is answered",
    send: (wire) => {
      for (const code of ["AA", "AE", "CR"])
        wire.write(framed(`MSH|^~\\&|PAS|RBD|||20260501080000||ACK^A31|${code}|P|2.4\rMSA|${code}|ONE\r`));
    },
    afterwards: "serves",
    answers: [],
    outcomes: Array(3).fill("rejected acknowledgement"),
  },
  {
    name: "frames aborted again and again",
    send: (wire) => wire.write(Buffer.concat(Array(40).fill(Buffer.concat([VT, bytesOf("MSH|")])))),
    faults: [...Array(32).fill("aborted-frame"), "too-many-faults"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
];

const B02: readonly FramingRow[] = [
  {
    name: "every byte by itself",
    send: async (wire, good) => {
      for (const byte of framed(good("one"))) {
        wire.write(Buffer.of(byte));
        await turn();
      }
    },
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "in two pieces, cut at each byte in turn",
    send: async (wire, good) => {
      const first = framed(good("0"));
      for (let cut = 1; cut < first.length; cut += 1) {
        const bytes = framed(good(String(cut)));
        wire.write(bytes.subarray(0, cut));
        await turn();
        wire.write(bytes.subarray(cut));
        await wire.answered(cut);
      }
    },
    afterwards: "serves",
  },
  {
    name: "every pair in one segment",
    send: (wire, good) => {
      const kinds = [(name: string) => framed(good(name)), () => framed(""), () => framed("no message\r")];
      const pairs = kinds.flatMap((one, row) =>
        kinds.map((other, column) => [one(`p${row}${column}`), other(`q${row}${column}`)]),
      );
      for (const pair of pairs) wire.write(Buffer.concat(pair));
    },
    afterwards: "serves",
    answers: ["AA p00", "AA q00", "AA p01", "AA p02", "AR ", "AA q10", "AR ", "AR ", "AA q20", "AR ", "AR ", "AR "],
    outcomes: [
      ...["applied", "applied", "applied", "applied", "rejected no-header", "applied", "rejected no-header"],
      ...["rejected no-header", "applied", "rejected no-header", "rejected no-header", "rejected no-header"],
    ],
  },
  {
    name: "500 messages at once, read only afterwards",
    send: (wire, good) => wire.write(Buffer.concat(Array.from({ length: 500 }, (_, at) => framed(good(`m${at}`))))),
    afterwards: "serves",
    answers: Array.from({ length: 500 }, (_, at) => `AA m${at}`),
    outcomes: Array(500).fill("applied"),
  },
];

const B03: readonly FramingRow[] = [
  {
    name: "16 senders that begin a frame and stop, while the neighbour goes on",
    feed: "impatient",
    send: async (wire, _, chesil) => {
      const others = await Promise.all(Array.from({ length: 15 }, () => chesil.connect("impatient")));
      for (const each of [wire, ...others]) each.write(bytesOf("\x0bMSH|^~\\&|"));
      await chesil.neighbour();
      await Promise.all(others.map((each) => each.closed));
    },
    faults: ["slow-sender"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
  {
    name: "200 connections that say nothing",
    send: async (_, __, chesil) => {
      const idle = await Promise.all(Array.from({ length: 200 }, () => chesil.connect()));
      await chesil.neighbour();
      for (const each of idle) each.close();
    },
    afterwards: "serves",
    ...NOTHING_STORED,
  },
  {
    name: "half a message, and the connection closed",
    send: (wire, good) => {
      wire.write(framed(good("one")));
      wire.write(framed(good("lost")).subarray(0, 60));
      wire.end();
    },
    faults: ["frame-incomplete"],
    afterwards: "closes",
    ...ONE_TAKEN,
  },
];

const B04: readonly FramingRow[] = [
  {
    name: "a frame of exactly the limit",
    feed: "small",
    send: (wire, good) => wire.write(framed(ofLength(4096, good("one")))),
    afterwards: "serves",
    ...ONE_TAKEN,
  },
  {
    name: "one byte more",
    feed: "small",
    send: (wire, good) => wire.write(framed(ofLength(4097, good("lost")))),
    faults: ["frame-too-large"],
    afterwards: "closes",
    answers: ["AR lost"],
    outcomes: [],
  },
  {
    name: "1 MiB and a byte",
    send: (wire, good) => wire.write(framed(ofLength(1024 * 1024 + 1, good("lost")))),
    faults: ["frame-too-large"],
    afterwards: "closes",
    answers: ["AR lost"],
    outcomes: [],
  },
  {
    name: "a frame without end",
    send: async (wire) => {
      const piece = Buffer.alloc(64 * 1024, "A");
      for (let open = wire.write(VT); open; await turn()) open = wire.write(piece);
    },
    faults: ["frame-too-large"],
    afterwards: "closes",
    ...NOTHING_STORED,
  },
  {
    name: "larger than a commit's share, twenty times over",
    send: (wire, good) => {
      for (let at = 0; at < 20; at++) wire.write(framed(ofLength(1024 * 1024, good(`big${at}`))));
    },
    afterwards: "serves",
    answers: Array.from({ length: 20 }, (_, at) => `AA big${at}`),
    outcomes: Array(20).fill("applied"),
  },
];

export const FRAMING_ROWS: ReadonlyMap<string, readonly FramingRow[]> = new Map([
  ["B-01 what is no frame", B01],
  ["B-02 frames in pieces", B02],
  ["B-03 senders that stall", B03],
  ["B-04 frames too large", B04],
]);
