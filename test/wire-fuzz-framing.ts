import type { Random } from "../packages/hl7/src/mutation.ts";

/** MLLP as a hostile or broken sender speaks it, and what a listener is to make of it. */

const VT = 0x0b;
const FS = 0x1c;
const CR = 0x0d;
const SEPARATORS = [CR, 0x0a, 0x00, 0x20];
const TLS_CLIENT_HELLO = Buffer.from("1603010200010001fc0303", "hex");

/** The listener's limits that what is sent here can reach. */
const JUNK_BYTES_MAX = 64;
const FAULTS_IN_ROW_MAX = 32;
const FRAME_BYTES_MAX = 1024 * 1024;

/**
 * What the bytes of one connection mean, read one byte at a time and written from the standard and the documented
 * limits alone: the oracle that the decoder, which searches and slices, is held against.
 */
export class FrameReference {
  readonly frames: Buffer[] = [];
  readonly faults: string[] = [];
  #state: "between" | "frame" | "junk" | "ended" = "between";
  #held: number[] = [];
  #faultsInRow = 0;

  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#state === "frame") this.#inFrame(byte);
      else if (this.#state !== "ended") this.#inGap(byte);
    }
  }

  /** The peer has closed its side. */
  end(): void {
    if (this.#state === "frame") this.#fault("frame-incomplete", "ended");
    else if (this.#state === "junk") this.#fault("not-mllp", "ended");
  }

  #inGap(byte: number): void {
    if (byte === VT) {
      if (this.#state === "junk") this.#fault("junk-before-frame", "frame");
      else this.#enter("frame");
    } else if (this.#state === "junk" || !SEPARATORS.includes(byte)) {
      this.#state = "junk";
      this.#held.push(byte);
      if (this.#held.length === 2 && this.#held[0] === 0x16 && byte === 0x03) this.#fault("tls-on-plain-port", "ended");
      else if (this.#held.length > JUNK_BYTES_MAX) this.#fault("not-mllp", "ended");
    }
  }

  #inFrame(byte: number): void {
    const isAfterFs = this.#held.at(-1) === FS;
    if (byte === VT) this.#fault("aborted-frame", "frame");
    else if (byte === CR && isAfterFs) this.#whole(Buffer.from(this.#held.slice(0, -1)));
    else {
      this.#held.push(byte);
      if (this.#held.length - (byte === FS ? 1 : 0) > FRAME_BYTES_MAX) this.#fault("frame-too-large", "ended");
    }
  }

  #whole(frame: Buffer): void {
    this.#enter("between");
    if (frame.length === 0) return;
    this.frames.push(frame);
    this.#faultsInRow = 0;
  }

  #fault(reason: string, next: "frame" | "ended"): void {
    this.faults.push(reason);
    this.#enter(next);
    if (next === "ended" || ++this.#faultsInRow < FAULTS_IN_ROW_MAX) return;
    this.faults.push("too-many-faults");
    this.#enter("ended");
  }

  #enter(state: "between" | "frame" | "ended"): void {
    this.#state = state;
    this.#held = [];
  }
}

type Framing = (message: Buffer, random: Random) => readonly Uint8Array[];

const framed: Framing = (message) => [Buffer.of(VT), message, Buffer.of(FS, CR)];
const some = (byteCount: number, random: Random) =>
  Buffer.from(Array.from({ length: byteCount }, () => random.below(256)));

/** Each with how often it is taken. */
const FRAMINGS: readonly (readonly [weight: number, framing: Framing])[] = [
  [140, framed],
  [4, (message) => [message, Buffer.of(FS, CR)]],
  [6, (message) => [Buffer.of(VT), message]],
  [6, (message) => [Buffer.of(VT), message, Buffer.of(FS)]],
  [6, (message) => [Buffer.of(VT), message, Buffer.of(CR, FS)]],
  [6, (message, random) => [Buffer.of(VT), ...framed(message, random)]],
  [6, (message, random) => [some(random.below(JUNK_BYTES_MAX), random), ...framed(message, random)]],
  [6, (message, random) => [...framed(message, random), Buffer.from(SEPARATORS), Buffer.of(VT, FS, CR)]],
  [
    3,
    (message, random) => [
      Buffer.of(VT),
      message.subarray(0, random.below(message.length + 1)),
      ...framed(message, random),
    ],
  ],
  [2, (_, random) => [some(random.below(200), random)]],
  [1, () => [TLS_CLIENT_HELLO]],
  [1, () => [Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html,application/xhtml+xml,*/*\r\n\r\n")]],
];
const WEIGHT = FRAMINGS.reduce((sum, [weight]) => sum + weight, 0);

/** A message framed, mostly as it should be. */
export function framedAtRandom(message: Uint8Array, random: Random): Buffer {
  let left = random.below(WEIGHT);
  for (const [weight, framing] of FRAMINGS) {
    if (left < weight) return Buffer.concat(framing(Buffer.from(message), random));
    left -= weight;
  }
  return Buffer.concat(framed(Buffer.from(message), random));
}

/** The bytes in pieces: of one byte, of some, or of many. */
export function chunksAtRandom(bytes: Buffer, random: Random): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    // One byte a time only for a while: a long message would be nothing else.
    const most = [4, 600, 8_192, 65_536][random.below(4)] ?? 1;
    const run = random.below(most === 4 ? 40 : 3) + 1;
    for (let count = 0; count < run && at < bytes.length; count++) {
      const size = 1 + random.below(most);
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
  }
  return chunks;
}
