import { grown } from "./grown.ts";

/** No more than so much of the table of ids is in use: few ids are then asked before the one that is looked for. */
const FULL_MAX = 0.5;

/** Numbers the ids, whole and up to 2^53, from 0 on: a slot. The slot of an id that is gone is given to the next. */
export class Slots {
  /** By slot: the id; of a free one, the next free one, below 0 (see `#free`). */
  #ids = new Float64Array(16);
  #used = 0;
  #count = 0;
  /** The first free slot: -2 and below is a slot (-2 is slot 0), NONE is none. */
  #free = NONE;
  /** Open addressing: the slot of an id and 1; 0: free. A power of two long. */
  #table = new Int32Array(32);

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#ids.byteLength + this.#table.byteLength;
  }

  /** @returns the slot of the id, -1: it has none. */
  slotOf(id: number): number {
    return (this.#table[this.#find(id)] as number) - 1;
  }

  idAt(slot: number): number {
    return this.#ids[slot] as number;
  }

  /** A slot for an id that has none. */
  take(id: number): number {
    if (this.#count + 1 > FULL_MAX * this.#table.length) this.#grow();
    const slot = this.#freeSlot();
    this.#ids[slot] = id;
    this.#table[this.#find(id)] = slot + 1;
    this.#count++;
    return slot;
  }

  /** The slot is in use. */
  release(slot: number): void {
    this.#clear(this.#find(this.idAt(slot)));
    this.#ids[slot] = this.#free;
    this.#free = -2 - slot;
    this.#count--;
  }

  #freeSlot(): number {
    if (this.#free === NONE) {
      this.#ids = grown(this.#ids, this.#used + 1);
      return this.#used++;
    }
    const slot = -2 - this.#free;
    this.#free = this.idAt(slot);
    return slot;
  }

  /** Where the id is, or the free place where it would be. */
  #find(id: number): number {
    let at = this.#home(id);
    for (;;) {
      const slot = (this.#table[at] as number) - 1;
      if (slot < 0 || this.#ids[slot] === id) return at;
      at = (at + 1) & (this.#table.length - 1);
    }
  }

  #home(id: number): number {
    const mixed = Math.imul(id | 0, 0x9e3779b1) ^ Math.imul((id / 2 ** 32) | 0, 0x85ebca77);
    return Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b) >>> (Math.clz32(this.#table.length) + 1);
  }

  /** Frees a place, and moves up those behind that were kept from a place nearer to home. */
  #clear(place: number): void {
    const mask = this.#table.length - 1;
    let gap = place;
    for (let at = (gap + 1) & mask; this.#table[at] !== 0; at = (at + 1) & mask) {
      const entry = this.#table[at] as number;
      if (((at - this.#home(this.idAt(entry - 1))) & mask) < ((at - gap) & mask)) continue;
      this.#table[gap] = entry;
      gap = at;
    }
    this.#table[gap] = 0;
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    // The table is only ever full when no slot is free.
    for (let slot = 0; slot < this.#used; slot++) this.#table[this.#find(this.idAt(slot))] = slot + 1;
  }
}

const NONE = -1;
