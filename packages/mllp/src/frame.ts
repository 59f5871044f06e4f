import { DEFAULT_MLLP_LIMITS } from "./limits.ts";
import { Pieces } from "./pieces.ts";

/**
 * MLLP release 1: VT message FS CR.
 *
 * A frame ends at FS CR and nowhere else: a lone FS inside it is data, unless the feed is one that leaves out the CR.
 * A second VT before the end means that the sender gave up the first frame and began anew: the first is set aside,
 * never joined to the second. CR, LF, NUL and space between frames are skipped. Whatever the chunks the bytes come in,
 * the same bytes give the same events.
 */
const VT = 0x0b;
const FS = 0x1c;
const CR = 0x0d;
/** How a TLS handshake record begins. */
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;
const FS_CR = Buffer.of(FS, CR);
const NOTHING = Buffer.alloc(0);

/** How many bytes of what was set aside are kept to show. */
const EVIDENCE_BYTES_MAX = 1024;

/**
 * `junk-before-frame`: bytes before a VT, tolerated. `aborted-frame`: a second VT before FS CR; the second frame goes
 * on. `frame-too-large`, `not-mllp` (junk over its limit) and `tls-on-plain-port` (a TLS handshake where a frame should
 * be): nothing after them can be trusted and the decoder ends.
 */
export type DecoderFault = "junk-before-frame" | "aborted-frame" | "frame-too-large" | "not-mllp" | "tls-on-plain-port";

/** Bytes set aside: their first 1 KiB at most, and how many there were. They may hold patient data. */
export type Evidence = { readonly bytes: Uint8Array; readonly byteCount: number };

export type DecoderEvent =
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  | { readonly kind: "empty" }
  | ({ readonly kind: "fault"; readonly reason: DecoderFault } & Evidence);

export type FrameDecoderOptions = {
  /** 1 MiB: bytes of one frame, without its framing. */
  readonly frameBytesMax?: number;
  /** 64: bytes before a VT. */
  readonly junkBytesMax?: number;
  /**
   * What FS without CR is. "data", as the standard has it; or "ends", for senders that leave out the CR: every FS ends
   * the frame, with or without a CR after it, because a sender that waits for its answer sends nothing to tell by.
   */
  readonly endBlockAlone?: "data" | "ends";
};

/** Where a decoder stands: between frames, inside one, in junk before one, or ended by a fault. */
type DecoderState = "between" | "frame" | "junk" | "ended";

/**
 * Bytes in any chunking to frames. Time is linear in the bytes pushed: each is searched once for VT and once for FS CR
 * whatever the number of frames or chunks, and copied at most twice.
 */
export class FrameDecoder {
  readonly #frameBytesMax: number;
  readonly #junkBytesMax: number;
  readonly #endsAtFs: boolean;
  readonly #pieces: Pieces;
  #state: DecoderState = "between";
  /** The last byte held is an FS: a CR first thing in the next chunk ends the frame. */
  #endsInFs = false;
  /** The last byte was an FS that ended a frame by itself: a CR right after it belongs to that frame. */
  #mayGetCr = false;
  #skippedBytes = 0;

  // The chunk at hand, and the next VT and FS CR in it. A position at or beyond the chunk's end means there is none.
  #chunk: Buffer = NOTHING;
  #nextVt = 0;
  #nextEnd = 0;
  /** Bytes of the frames that are views into the chunk at hand. */
  #viewedBytes = 0;

  constructor(options: FrameDecoderOptions = {}) {
    this.#frameBytesMax = options.frameBytesMax ?? DEFAULT_MLLP_LIMITS.frameBytesMax;
    this.#junkBytesMax = options.junkBytesMax ?? DEFAULT_MLLP_LIMITS.junkBytesMax;
    this.#endsAtFs = options.endBlockAlone === "ends";
    this.#pieces = new Pieces(Math.max(this.#frameBytesMax, this.#junkBytesMax) + 1);
  }

  /** Bytes held of an unfinished frame, or of junk. At most one more than the limit of either. */
  get partialBytes(): number {
    return this.#pieces.byteCount;
  }

  get state(): DecoderState {
    return this.#state;
  }

  /** CR, LF, NUL and space skipped between frames, in all. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  /**
   * Everything that `chunk` completes, in order. A frame may be a view into the chunk, so the chunk must not be
   * written to afterwards. Never throws. After a fault that ends it, it returns nothing and holds nothing.
   */
  push(chunk: Uint8Array): DecoderEvent[] {
    const events: DecoderEvent[] = [];
    this.#chunk = asBuffer(chunk);
    this.#nextVt = -1;
    this.#nextEnd = -1;
    this.#viewedBytes = 0;
    let at = 0;
    while (at < chunk.length && this.#state !== "ended") {
      at = this.#state === "frame" ? this.#readFrame(at, events) : this.#readGap(at, events);
    }
    // A small frame out of a large chunk would pin all of it for as long as the frame lives.
    if (this.#viewedBytes > 0 && this.#viewedBytes * 2 < chunk.buffer.byteLength) copyViews(events, chunk.buffer);
    this.#chunk = NOTHING;
    return events;
  }

  /** Gives up the unfinished frame or junk, and returns what there was of it. The decoder is between frames again. */
  abandon(): Evidence {
    const evidence = { bytes: this.#pieces.head(EVIDENCE_BYTES_MAX), byteCount: this.#pieces.byteCount };
    this.#enter("between");
    return evidence;
  }

  /** Between frames, or in junk. Returns where reading goes on. */
  #readGap(from: number, events: DecoderEvent[]): number {
    const chunk = this.#chunk;
    let at = from;
    if (this.#mayGetCr) {
      this.#mayGetCr = false;
      if (chunk[at] === CR) return at + 1;
    }
    if (this.#state === "between") {
      while (at < chunk.length && isSeparator(chunk[at])) at++;
      this.#skippedBytes += at - from;
      if (at === chunk.length) return at;
      if (chunk[at] === VT) {
        this.#enter("frame");
        return at + 1;
      }
      this.#enter("junk");
    }
    const vt = this.#vtFrom(at);
    const room = this.#junkBytesMax + 1 - this.#pieces.byteCount;
    const junk = chunk.subarray(at, Math.min(vt, at + room));
    if (this.#isTls(junk)) {
      const seen = junk.subarray(0, 2 - this.#pieces.byteCount);
      return this.#fault("tls-on-plain-port", seen, events, "ended", chunk.length);
    }
    if (junk.length === room) return this.#fault("not-mllp", junk, events, "ended", chunk.length);
    if (vt < chunk.length) return this.#fault("junk-before-frame", junk, events, "frame", vt + 1);
    this.#pieces.add(junk);
    return chunk.length;
  }

  /** Inside a frame, at a byte of its message. Returns where reading goes on. */
  #readFrame(at: number, events: DecoderEvent[]): number {
    const chunk = this.#chunk;
    const heldBytes = this.#pieces.byteCount;
    if (this.#endsInFs) {
      this.#endsInFs = false;
      if (chunk[at] === CR) {
        this.#frame(heldBytes === 1 ? NOTHING : this.#pieces.join(NOTHING, heldBytes - 1), events);
        return at + 1;
      }
    }
    const vt = this.#vtFrom(at);
    const end = this.#endFrom(at);
    const stop = Math.min(vt, end);
    const part = chunk.subarray(at, stop);
    const byteCount = heldBytes + part.length;
    const undecided = !this.#endsAtFs && stop === chunk.length && chunk[stop - 1] === FS;
    if (byteCount - (undecided ? 1 : 0) > this.#frameBytesMax) {
      const seen = part.subarray(0, Math.max(0, this.#frameBytesMax + 1 - heldBytes));
      return this.#fault("frame-too-large", seen, events, "ended", chunk.length);
    }
    if (end < vt) {
      if (heldBytes === 0) this.#viewedBytes += part.length;
      this.#frame(heldBytes === 0 ? part : this.#pieces.join(part, byteCount), events);
      return end + (this.#endsAtFs ? 1 : 2);
    }
    if (vt < chunk.length) return this.#fault("aborted-frame", part, events, "frame", vt + 1);
    this.#pieces.add(part);
    this.#endsInFs = undecided;
    return chunk.length;
  }

  /** Junk that begins as a TLS handshake does. Its `junk` may be the rest of a first byte that is held. */
  #isTls(junk: Buffer): boolean {
    const heldBytes = this.#pieces.byteCount;
    if (this.#junkBytesMax < 2 || heldBytes > 1 || heldBytes + junk.length < 2) return false;
    const first = heldBytes === 1 ? this.#pieces.head(1)[0] : junk[0];
    return first === TLS_HANDSHAKE && junk[1 - heldBytes] === TLS_MAJOR_VERSION;
  }

  #frame(bytes: Buffer, events: DecoderEvent[]): void {
    events.push(bytes.length === 0 ? { kind: "empty" } : { kind: "frame", bytes });
    this.#enter("between");
    this.#mayGetCr = this.#endsAtFs;
  }

  /** Sets aside what is held and `part`, its last bytes. Returns `at`, where reading goes on in state `next`. */
  #fault(reason: DecoderFault, part: Buffer, events: DecoderEvent[], next: DecoderState, at: number): number {
    const byteCount = this.#pieces.byteCount + part.length;
    let bytes: Buffer;
    if (this.#pieces.byteCount === 0) {
      bytes = Buffer.from(part.subarray(0, EVIDENCE_BYTES_MAX));
    } else {
      this.#pieces.add(part);
      bytes = this.#pieces.head(EVIDENCE_BYTES_MAX);
    }
    events.push({ kind: "fault", reason, bytes, byteCount });
    this.#enter(next);
    return at;
  }

  #enter(state: DecoderState): void {
    this.#state = state;
    this.#endsInFs = false;
    this.#mayGetCr = false;
    this.#pieces.clear();
  }

  #vtFrom(at: number): number {
    if (this.#nextVt < at) {
      const found = this.#chunk.indexOf(VT, at);
      this.#nextVt = found < 0 ? this.#chunk.length : found;
    }
    return this.#nextVt;
  }

  #endFrom(at: number): number {
    if (this.#nextEnd < at) {
      const chunk = this.#chunk;
      // One byte is found faster than two; two are right where the data is full of lone FS.
      let found = chunk.indexOf(FS, at);
      if (found >= 0 && !this.#endsAtFs && chunk[found + 1] !== CR) found = chunk.indexOf(FS_CR, found + 1);
      this.#nextEnd = found < 0 ? chunk.length : found;
    }
    return this.#nextEnd;
  }
}

/** True when the bytes can be framed: a VT or an FS CR inside them would end or abort the frame half-way. */
export function isFrameable(message: Uint8Array): boolean {
  const bytes = asBuffer(message);
  return !bytes.includes(VT) && !bytes.includes(FS_CR);
}

/** VT message FS CR in one buffer, so that one write sends it. Throws a RangeError for bytes that hold VT or FS CR. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  if (!isFrameable(message)) throw new RangeError("A message that holds VT or FS CR can not be framed.");
  return encodeFrames([message]);
}

/** Many frames in one buffer. Each message must be frameable. */
export function encodeFrames(messages: readonly Uint8Array[]): Buffer {
  let byteCount = 0;
  for (const message of messages) byteCount += message.length + 3;
  const frames = Buffer.allocUnsafe(byteCount);
  let at = 0;
  for (const message of messages) {
    frames[at] = VT;
    frames.set(message, at + 1);
    at += message.length + 3;
    frames[at - 2] = FS;
    frames[at - 1] = CR;
  }
  return frames;
}

function isSeparator(byte: number | undefined): boolean {
  return byte === CR || byte === 0x0a || byte === 0x00 || byte === 0x20;
}

function copyViews(events: DecoderEvent[], memory: ArrayBufferLike): void {
  for (const [index, event] of events.entries()) {
    if (event.kind !== "frame" || event.bytes.buffer !== memory) continue;
    events[index] = { kind: "frame", bytes: Buffer.from(event.bytes) };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
