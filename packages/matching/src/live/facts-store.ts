import { grown } from "./grown.ts";

/** A slab is filled from front to back. Each text in it has a header of two words: its slot and how many bytes it is. */
type Slab = { readonly bytes: Uint8Array; readonly words: Int32Array; usedBytes: number; deadBytes: number };

/** The first slab, and as far as they double from one to the next. */
const SLAB_BYTES = { first: 64 * 1024, max: 16 * 1024 * 1024 };
const WORD_BYTES = 4;
const HEADER_BYTES = 2 * WORD_BYTES;
/** A text that takes a larger share of a slab has one of its own: the end of a slab that is left empty stays short. */
const TEXT_SHARE_MAX = 1 / 4;
/** The number of a slab and a place in it are one number. */
const SLAB_SPAN = 2 ** 32;

/**
 * Texts by slot as UTF-8, in slabs of memory outside the JavaScript heap: a heap of millions of strings would be walked
 * by every collection. A slab of which more than half is dead hands its living texts to the newest and is let go. A text
 * of half a surrogate pair, which no JSON writer writes, is read back with U+FFFD in its place.
 */
export class FactsStore {
  readonly #slabBytesMax: number;
  /** Undefined: let go, the number is free. */
  readonly #slabs: (Slab | undefined)[] = [];
  /** The number of the slab that is being filled. */
  #open: number;
  /** By slot: slab and place of the text; 0: none. */
  #places = new Float64Array(16);
  #scratch = new Uint8Array(1024);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** @param slabBytesMax a multiple of 4, for tests. */
  constructor(slabBytesMax: number = SLAB_BYTES.max) {
    this.#slabBytesMax = slabBytesMax;
    this.#open = this.#newSlab(Math.min(SLAB_BYTES.first, slabBytesMax));
  }

  get bytes(): number {
    return this.#slabs.reduce((sum, slab) => sum + (slab?.bytes.length ?? 0), 0);
  }

  /** Of the places by slot. */
  get placesBytes(): number {
    return this.#places.byteLength;
  }

  get(slot: number): string | undefined {
    const place = this.#places[slot];
    if (!place) return undefined;
    const { bytes, words } = this.#slabAt(place);
    const start = place % SLAB_SPAN;
    return this.#decoder.decode(bytes.subarray(start, start + (words[start / WORD_BYTES - 1] as number)));
  }

  /** In place of what the slot had. */
  put(slot: number, text: string): void {
    this.delete(slot);
    this.#places = grown(this.#places, slot + 1);
    // A unit of UTF-16 is three bytes at most.
    if (this.#scratch.length < text.length * 3) this.#scratch = new Uint8Array(text.length * 3);
    const { written } = this.#encoder.encodeInto(text, this.#scratch);
    this.#append(slot, this.#scratch.subarray(0, written));
  }

  delete(slot: number): void {
    const place = this.#places[slot];
    if (!place) return;
    this.#places[slot] = 0;
    const slab = this.#slabAt(place);
    slab.deadBytes += entryBytes(slab.words[(place % SLAB_SPAN) / WORD_BYTES - 1] as number);
    const number = Math.floor(place / SLAB_SPAN);
    if (number !== this.#open) this.#compactIfDue(number);
  }

  #append(slot: number, text: Uint8Array): void {
    const bytes = entryBytes(text.length);
    const number = this.#slabFor(bytes);
    const slab = this.#slabs[number] as Slab;
    const start = slab.usedBytes + HEADER_BYTES;
    slab.words[start / WORD_BYTES - 2] = slot;
    slab.words[start / WORD_BYTES - 1] = text.length;
    slab.bytes.set(text, start);
    slab.usedBytes += bytes;
    this.#places[slot] = number * SLAB_SPAN + start;
  }

  /** The number of a slab with so much room. */
  #slabFor(bytes: number): number {
    if (bytes > this.#openSlab.bytes.length * TEXT_SHARE_MAX) return this.#newSlab(bytes);
    while (this.#openSlab.usedBytes + bytes > this.#openSlab.bytes.length) {
      const full = this.#open;
      this.#open = this.#newSlab(Math.min(this.#openSlab.bytes.length * 2, this.#slabBytesMax));
      this.#compactIfDue(full);
    }
    return this.#open;
  }

  get #openSlab(): Slab {
    return this.#slabs[this.#open] as Slab;
  }

  #compactIfDue(number: number): void {
    const { bytes, words, usedBytes, deadBytes } = this.#slabs[number] as Slab;
    if (deadBytes * 2 <= usedBytes) return;
    for (let start = HEADER_BYTES; start < usedBytes; ) {
      const slot = words[start / WORD_BYTES - 2] as number;
      const length = words[start / WORD_BYTES - 1] as number;
      if (this.#places[slot] === number * SLAB_SPAN + start) this.#append(slot, bytes.subarray(start, start + length));
      start += entryBytes(length);
    }
    this.#slabs[number] = undefined;
  }

  #newSlab(length: number): number {
    const buffer = new ArrayBuffer(length);
    const slab = { bytes: new Uint8Array(buffer), words: new Int32Array(buffer), usedBytes: 0, deadBytes: 0 };
    const free = this.#slabs.indexOf(undefined);
    if (free < 0) return this.#slabs.push(slab) - 1;
    this.#slabs[free] = slab;
    return free;
  }

  #slabAt(place: number): Slab {
    return this.#slabs[Math.floor(place / SLAB_SPAN)] as Slab;
  }
}

/** Of a text of so many bytes, with its header, up to where the next may start. */
const entryBytes = (length: number): number => HEADER_BYTES + Math.ceil(length / WORD_BYTES) * WORD_BYTES;
