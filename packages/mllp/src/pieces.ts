import { GrowingBuffer } from "./growing-buffer.ts";

/**
 * The bytes of one unfinished frame, held until it is whole.
 *
 * Big chunks are kept by reference and copied once, when the frame is joined. Small ones are packed into blocks: a
 * sender that writes a byte at a time would otherwise cost a Buffer object (some 100 bytes) for every byte held, which
 * turns a frame limit of 1 MiB into 100 MiB. What is too large to be joined at once is put together as it comes.
 */
export class Pieces {
  readonly #bytesMax: number;
  #blocks: Buffer[] = [];
  #block: Buffer | undefined;
  #blockBytes = 0;
  #large: GrowingBuffer | undefined;
  #byteCount = 0;

  /** `bytesMax`: bytes that will be held at most. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  /** Takes over `piece`: the caller must not write into its memory afterwards. */
  add(piece: Buffer): void {
    this.#byteCount += piece.length;
    if (this.#large !== undefined) {
      this.#large.add(piece);
    } else if (piece.length >= KEPT_BYTES_MIN && piece.length * 2 >= piece.buffer.byteLength) {
      this.#seal();
      this.#blocks.push(piece);
    } else {
      // A short piece of a long chunk is copied as well: by reference it would pin the whole chunk.
      this.#pack(piece);
    }
    if (this.#byteCount > JOINED_BYTES_MAX && this.#large === undefined) this.#becomeLarge();
  }

  /** The first `byteCount` bytes of everything added followed by `last`, in memory of their own. Forgets what it held. */
  join(last: Buffer, byteCount: number): Buffer {
    let whole: Buffer;
    if (this.#large === undefined) {
      this.#seal();
      this.#blocks.push(last);
      whole = Buffer.concat(this.#blocks, byteCount);
    } else {
      this.#large.add(last);
      whole = this.#large.bytes.subarray(0, byteCount);
    }
    this.clear();
    return whole;
  }

  /** A copy of the first bytes, at most `bytesMax`. */
  head(bytesMax: number): Buffer {
    this.#seal();
    const byteCount = Math.min(bytesMax, this.#byteCount);
    const head = Buffer.allocUnsafeSlow(byteCount);
    let filled = 0;
    for (const block of this.#large === undefined ? this.#blocks : [this.#large.bytes]) {
      if (filled === byteCount) break;
      filled += block.copy(head, filled);
    }
    return head;
  }

  clear(): void {
    if (this.#byteCount === 0 && this.#blocks.length === 0) return;
    this.#blocks = [];
    this.#block = undefined;
    this.#blockBytes = 0;
    this.#large = undefined;
    this.#byteCount = 0;
  }

  #pack(piece: Buffer): void {
    let from = 0;
    while (from < piece.length) {
      if (this.#block === undefined || this.#blockBytes === this.#block.length) {
        this.#seal();
        // Blocks grow with the frame, so that a frame of 1 KiB cut in two does not cost 64 KiB.
        const wanted = Math.max(this.#byteCount, piece.length - from, BLOCK_BYTES_MIN);
        this.#block = Buffer.allocUnsafeSlow(Math.min(wanted, BLOCK_BYTES_MAX));
      }
      const copied = piece.copy(this.#block, this.#blockBytes, from);
      this.#blockBytes += copied;
      from += copied;
    }
  }

  #seal(): void {
    if (this.#block === undefined) return;
    this.#blocks.push(this.#block.subarray(0, this.#blockBytes));
    this.#block = undefined;
    this.#blockBytes = 0;
  }

  #becomeLarge(): void {
    this.#seal();
    this.#large = new GrowingBuffer(4 * JOINED_BYTES_MAX, Math.max(this.#bytesMax, this.#byteCount));
    for (const block of this.#blocks) this.#large.add(block);
    this.#blocks = [];
  }
}

const KEPT_BYTES_MIN = 16 * 1024;
const BLOCK_BYTES_MIN = 1024;
const BLOCK_BYTES_MAX = 64 * 1024;
/** Joining this much takes some 5 ms. */
const JOINED_BYTES_MAX = 8 * 1024 * 1024;
