import type { Prepared } from "../prepare.ts";
import { grown } from "./grown.ts";

/**
 * Prepared records by slot, so many at most. Who is to go when it is full: a hand goes round and takes the first that was
 * not asked for since it last came by (second chance, Corbató 1968): as good as the least recently used, without a list.
 */
export class PreparedCache {
  readonly #max: number;
  /** By slot: its place and 1; 0: none. */
  #placeOf = new Int32Array(16);
  /** By place. */
  readonly #records: (Prepared | undefined)[] = [];
  readonly #slotAt: Int32Array;
  readonly #isAskedFor: Uint8Array;
  #hand = 0;

  constructor(max: number) {
    this.#max = max;
    this.#slotAt = new Int32Array(max);
    this.#isAskedFor = new Uint8Array(max);
  }

  get bytes(): number {
    return this.#placeOf.byteLength + this.#slotAt.byteLength + this.#isAskedFor.byteLength;
  }

  get(slot: number): Prepared | undefined {
    const place = (this.#placeOf[slot] ?? 0) - 1;
    if (place < 0) return undefined;
    this.#isAskedFor[place] = 1;
    return this.#records[place];
  }

  set(slot: number, record: Prepared): void {
    if (this.#max === 0) return;
    this.#placeOf = grown(this.#placeOf, slot + 1);
    const known = (this.#placeOf[slot] as number) - 1;
    const place = known < 0 ? this.#freePlace() : known;
    this.#records[place] = record;
    this.#slotAt[place] = slot;
    this.#placeOf[slot] = place + 1;
  }

  delete(slot: number): void {
    const place = (this.#placeOf[slot] ?? 0) - 1;
    if (place < 0) return;
    this.#placeOf[slot] = 0;
    this.#records[place] = undefined;
    this.#isAskedFor[place] = 0;
  }

  #freePlace(): number {
    if (this.#records.length < this.#max) return this.#records.push(undefined) - 1;
    for (; this.#isAskedFor[this.#hand] === 1; this.#hand = (this.#hand + 1) % this.#max)
      this.#isAskedFor[this.#hand] = 0;
    const place = this.#hand;
    this.#hand = (this.#hand + 1) % this.#max;
    if (this.#records[place] !== undefined) this.#placeOf[this.#slotAt[place] as number] = 0;
    return place;
  }
}
