/** JavaScript's own `Map` holds 2^24 keys and throws at the next. */
const MAP_KEYS_MAX = 2 ** 24 - 1;

/**
 * A map of any number of keys: a full `Map` is followed by another. As quick as one `Map` up to 16.7 million keys; a
 * lookup beyond asks each in turn, the newest last.
 */
export class LargeMap<K, V> {
  readonly #maps: [Map<K, V>, ...Map<K, V>[]] = [new Map()];
  #newest: Map<K, V> = this.#maps[0];
  readonly #keysMax: number;

  /** @param keysMax of one `Map`, for tests. */
  constructor(keysMax: number = MAP_KEYS_MAX) {
    this.#keysMax = keysMax;
  }

  get size(): number {
    return (this.#maps.length - 1) * this.#keysMax + this.#newest.size;
  }

  /** A value of undefined is none. */
  get(key: K): V | undefined {
    if (this.#newest === this.#maps[0]) return this.#newest.get(key);
    for (const map of this.#maps) {
      const value = map.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  set(key: K, value: V): void {
    const holder = this.#maps.length === 1 ? undefined : this.#maps.find((map) => map.has(key));
    if (holder !== undefined) holder.set(key, value);
    else if (this.#newest.size < this.#keysMax || this.#newest.has(key)) this.#newest.set(key, value);
    else {
      this.#newest = new Map([[key, value]]);
      this.#maps.push(this.#newest);
    }
  }

  /** In the order in which the keys came. */
  *[Symbol.iterator](): Generator<[K, V]> {
    for (const map of this.#maps) yield* map;
  }
}
