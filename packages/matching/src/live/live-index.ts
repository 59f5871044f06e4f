import { blockingKeys } from "../blocking/live-keys.ts";
import { type Prepared, prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { FactsStore } from "./facts-store.ts";
import { KeyTable } from "./key-table.ts";
import { namesakeKeys } from "./namesake-keys.ts";
import { PreparedCache } from "./prepared-cache.ts";
import { Slots } from "./slots.ts";

export type LiveIndexOptions = {
  /** Of a key that more records share nobody is a candidate: a placeholder, or a place where many live. */
  readonly recordsPerKeyMax: number;
  /** Prepared records kept at once, on the JavaScript heap. */
  readonly preparedMax: number;
};

/** Bytes by part. Prepared records that are kept are not in it. */
export type LiveIndexMemory = { readonly keysBytes: number; readonly factsBytes: number; readonly slotsBytes: number };

/**
 * The active records in memory, by the keys they are filed under: who is worth comparing to a record is known without a
 * question to the database. What it answers depends on the records that are in it alone, never on the order in which they
 * came, but for the order of ids in a list. Keys are read anew from the facts when a record goes: none are kept beside it.
 */
export class LiveIndex {
  readonly #recordsPerKeyMax: number;
  readonly #slots = new Slots();
  readonly #keys = new KeyTable();
  readonly #facts = new FactsStore();
  readonly #prepared: PreparedCache;

  constructor({ recordsPerKeyMax, preparedMax }: LiveIndexOptions) {
    this.#recordsPerKeyMax = recordsPerKeyMax;
    this.#prepared = new PreparedCache(preparedMax);
  }

  get records(): number {
    return this.#slots.count;
  }

  /**
   * Puts a record in, or another in its place.
   * @param id a whole number from 0 up to 2^53.
   * @param facts JSON of a MatchRecord, as a JSON writer writes it: without half surrogate pairs.
   * @param prepared what `prepare` gives for these facts and no others, where it is at hand; it is kept for `prepared`.
   * @param keys what `liveKeys` gives for it, where they are at hand.
   * @throws SyntaxError where the facts are not JSON; nothing is changed then.
   */
  put(id: number, facts: string, prepared?: Prepared, keys?: readonly bigint[]): void {
    let slot = this.#slots.slotOf(id);
    if (slot < 0 || this.#facts.get(slot) !== facts)
      slot = this.#file(id, facts, keys ?? liveKeys(prepared ?? preparedOf(facts)));
    if (prepared !== undefined) this.#prepared.set(slot, prepared);
  }

  /**
   * As `put`, with the keys at hand: many times as quick, for an index that is read back from where they are stored.
   * @param keys what `liveKeys` gives for these facts, all and no others: a record that goes is looked for under those.
   */
  load(id: number, facts: string, keys: readonly bigint[]): void {
    this.#file(id, facts, keys);
  }

  /** @returns whether there was such a record. */
  delete(id: number): boolean {
    const slot = this.#slots.slotOf(id);
    if (slot < 0) return false;
    this.#unfile(slot);
    this.#facts.delete(slot);
    this.#slots.release(slot);
    return true;
  }

  has(id: number): boolean {
    return this.#slots.slotOf(id) >= 0;
  }

  /** The JSON that was put under the id. */
  facts(id: number): string | undefined {
    const slot = this.#slots.slotOf(id);
    return slot < 0 ? undefined : this.#facts.get(slot);
  }

  /** The record ready to be compared: as it is kept, else read from its facts. */
  prepared(id: number): Prepared | undefined {
    const slot = this.#slots.slotOf(id);
    if (slot < 0) return undefined;
    let prepared = this.#prepared.get(slot);
    if (prepared === undefined) {
      prepared = this.#read(slot);
      this.#prepared.set(slot, prepared);
    }
    return prepared;
  }

  /**
   * The ids of the records that share a key of `blockingKeys`, in no order; undefined: more than so many do, as a rule
   * recordsPerKeyMax.
   */
  sharing(key: bigint, countMax = this.#recordsPerKeyMax): number[] | undefined {
    return this.#idsUnder(key, countMax);
  }

  /** How many records share the key, however many. */
  count(key: bigint): number {
    return this.#keys.count(key);
  }

  /** The ids of the records of that birth date and sound of a family name, in no order, each once, however many. */
  namesakes(prepared: Prepared): number[] {
    const ids = namesakeKeys(prepared).map((key) => this.#idsUnder(key, Number.POSITIVE_INFINITY) ?? []);
    return ids.length === 1 && ids[0] !== undefined ? ids[0] : [...new Set(ids.flat())];
  }

  memory(): LiveIndexMemory {
    return {
      keysBytes: this.#keys.bytes,
      factsBytes: this.#facts.bytes,
      slotsBytes: this.#slots.bytes + this.#facts.placesBytes + this.#prepared.bytes,
    };
  }

  #idsUnder(key: bigint, countMax: number): number[] | undefined {
    const ids = this.#keys.members(key, countMax);
    if (ids === undefined) return undefined;
    for (let place = 0; place < ids.length; place++) ids[place] = this.#slots.idAt(ids[place] as number);
    return ids;
  }

  #file(id: number, facts: string, keys: readonly bigint[]): number {
    let slot = this.#slots.slotOf(id);
    if (slot < 0) slot = this.#slots.take(id);
    else this.#unfile(slot);
    for (const key of keys) this.#keys.add(key, slot);
    this.#facts.put(slot, facts);
    return slot;
  }

  /** Takes the record out of all keys of its facts. */
  #unfile(slot: number): void {
    for (const key of liveKeys(this.#prepared.get(slot) ?? this.#read(slot))) this.#keys.remove(key, slot);
    this.#prepared.delete(slot);
  }

  #read(slot: number): Prepared {
    return preparedOf(this.#facts.get(slot) ?? "");
  }
}

const preparedOf = (facts: string): Prepared => prepare(JSON.parse(facts) as MatchRecord);

/** Whatever a record is filed under: its blocking keys and those of its namesakes. */
export const liveKeys = (prepared: Prepared): bigint[] => [...blockingKeys(prepared), ...namesakeKeys(prepared)];
