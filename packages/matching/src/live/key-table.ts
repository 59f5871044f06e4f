import { KeySegment } from "./key-segment.ts";

/** The table is cut by the first bits of the keys: when one segment of a table of tens of millions grows, a millisecond passes. */
const SEGMENT_BITS = 10;

/** Who has which 64-bit key: whole numbers from 0 on, below 2^31 - 1, each at most once a key. */
export class KeyTable {
  /** Made when the first of their keys comes: a table of few records costs little. */
  readonly #segments: (KeySegment | undefined)[] = new Array(2 ** SEGMENT_BITS).fill(undefined);
  /** A key is taken apart here: no bigint is made. */
  readonly #key = new BigInt64Array(1);
  readonly #halves = new Int32Array(this.#key.buffer);

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + (segment?.bytes ?? 0), 0);
  }

  /** The member must not have the key. */
  add(key: bigint, member: number): void {
    this.#segment(key).add(this.#low, this.#high, member);
  }

  remove(key: bigint, member: number): void {
    this.#segment(key).remove(this.#low, this.#high, member);
  }

  count(key: bigint): number {
    return this.#segment(key).count(this.#low, this.#high);
  }

  /** In no order; undefined: more than so many. */
  members(key: bigint, countMax: number): number[] | undefined {
    return this.#segment(key).members(this.#low, this.#high, countMax);
  }

  #segment(key: bigint): KeySegment {
    this.#key[0] = key;
    const at = this.#high >>> (32 - SEGMENT_BITS);
    const known = this.#segments[at];
    if (known !== undefined) return known;
    const made = new KeySegment();
    this.#segments[at] = made;
    return made;
  }

  get #low(): number {
    return this.#halves[0] as number;
  }

  get #high(): number {
    return this.#halves[1] as number;
  }
}
