/**
 * Chance that can be repeated: the same seed gives the same stream on every machine. The simulated region is drawn with
 * 32-bit integer arithmetic, division and square roots only, which IEEE 754 and ECMAScript define to the last bit;
 * logarithms and powers are not, so no draw uses them.
 */

/** A table to draw from by weight; build it once with `weighted`. */
export type WeightedTable<T> = { readonly values: readonly T[]; readonly ceilings: readonly number[] };

/** Values with relative weights (any positive numbers) as a table for `Random.from`. */
export function weighted<T>(entries: readonly (readonly [value: T, weight: number])[]): WeightedTable<T> {
  if (entries.length === 0) throw new RangeError("A weighted table needs at least one entry.");
  const ceilings: number[] = [];
  let total = 0;
  for (const [, weight] of entries) {
    total += weight;
    ceilings.push(total);
  }
  return { values: entries.map(([value]) => value), ceilings };
}

/**
 * A list in order of popularity as a table: the weight of place n is 1 / (n + flatness), close to how British family
 * and given names fall off. A larger `flatness` makes the first names less dominant.
 */
export function ranked<T>(values: readonly T[], flatness: number): WeightedTable<T> {
  return weighted(values.map((value, place) => [value, 1 / (place + flatness)] as const));
}

const UINT32 = 2 ** 32;
/** Outputs thrown away after seeding, so that similar seeds have parted before the first draw. */
const WARM_UP_DRAWS = 12;

/** A 32-bit hash of a text: FNV-1a with a final avalanche. `start` gives independent hashes of the same text. */
export function hashText(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A seeded stream of chance: the small fast counting generator sfc32 (128 bits of state, period at least 2^32). */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    this.#a = hashText(this.#seed);
    this.#b = hashText(this.#seed, 0x9e3779b9);
    this.#c = hashText(this.#seed, 0x7f4a7c15);
    for (let draw = 0; draw < WARM_UP_DRAWS; draw++) this.uint32();
  }

  /** A stream of its own for one purpose. It depends on the seed and the label only, never on what was drawn before. */
  fork(label: string): Random {
    return new Random(`${this.#seed}/${label}`);
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, not including, 1. */
  float(): number {
    return this.uint32() / UINT32;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.float() * (max - min + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.float() * values.length)];
    if (value === undefined) throw new RangeError("Nothing to pick from.");
    return value;
  }

  from<T>(table: WeightedTable<T>): T {
    const total = table.ceilings.at(-1) ?? 0;
    const target = this.float() * total;
    let low = 0;
    let high = table.ceilings.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (target < (table.ceilings[middle] ?? total)) high = middle;
      else low = middle + 1;
    }
    const value = table.values[low];
    if (value === undefined) throw new RangeError("Nothing to draw from.");
    return value;
  }

  /** The same values in another order, as a new list. */
  shuffled<T>(values: readonly T[]): T[] {
    const mixed = [...values];
    for (let index = mixed.length - 1; index > 0; index--) {
      const other = this.between(0, index);
      const held = mixed[index] as T;
      mixed[index] = mixed[other] as T;
      mixed[other] = held;
    }
    return mixed;
  }
}
