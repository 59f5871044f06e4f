import { blockingKeys } from "../blocking/live-keys.ts";
import { hash64 } from "../hash64.ts";
import { type Prepared, prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { FactsStore } from "./facts-store.ts";
import { grown } from "./grown.ts";
import { KeyTable } from "./key-table.ts";
import { namesakeKeys } from "./namesake-keys.ts";
import { PreparedCache } from "./prepared-cache.ts";
import { Slots } from "./slots.ts";

export type LiveIndexOptions = {
  /** Of a key that more wordings share nobody is a candidate: a placeholder, or a place where many live. */
  readonly recordsPerKeyMax: number;
  /** Prepared records kept at once, on the JavaScript heap. */
  readonly preparedMax: number;
};

/** Bytes by part. Prepared records that are kept are not in it. */
export type LiveIndexMemory = { readonly keysBytes: number; readonly factsBytes: number; readonly slotsBytes: number };

/**
 * The active records in memory, by the keys they are filed under: who is worth comparing to a record is known without a
 * question to the database. What is filed is each distinct *wording* once, however many records say it: matching can not
 * tell them apart, and a patient who gets a new id at each visit must not wear out their own keys. What it answers depends
 * on the records that are in it alone, never on the order in which they came, but for the order in a list and the numbers
 * of wordings. Keys are read anew from the facts when a wording goes: none are kept beside it.
 */
export class LiveIndex {
  readonly #recordsPerKeyMax: number;
  readonly #slots = new Slots();
  /** By a record's slot: what it says. */
  #wordingAt = new Int32Array(16);
  /** By the hash of their facts: the slots of the records. */
  readonly #speakers = new KeyTable();
  readonly #keys = new KeyTable();
  readonly #facts = new FactsStore();
  readonly #prepared: PreparedCache;
  /** Wordings are numbered from 0 on; the number of one that is gone is given to the next. */
  #numbers = 0;
  readonly #free: number[] = [];

  constructor({ recordsPerKeyMax, preparedMax }: LiveIndexOptions) {
    this.#recordsPerKeyMax = recordsPerKeyMax;
    this.#prepared = new PreparedCache(preparedMax);
  }

  get records(): number {
    return this.#slots.count;
  }

  /** How many distinct things the records say. */
  get wordings(): number {
    return this.#numbers - this.#free.length;
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
    const wording = this.#file(id, facts, () => keys ?? liveKeys(prepared ?? preparedOf(facts)));
    if (prepared !== undefined) this.#prepared.set(wording, prepared);
  }

  /**
   * As `put`, with the keys at hand: many times as quick, for an index that is read back from where they are stored.
   * @param keys what `liveKeys` gives for these facts, all and no others: a wording that goes is looked for under those.
   */
  load(id: number, facts: string, keys: readonly bigint[]): void {
    this.#file(id, facts, () => keys);
  }

  /** @returns whether there was such a record. */
  delete(id: number): boolean {
    const slot = this.#slots.slotOf(id);
    if (slot < 0) return false;
    this.#leave(slot);
    this.#slots.release(slot);
    return true;
  }

  has(id: number): boolean {
    return this.#slots.slotOf(id) >= 0;
  }

  /** The JSON that was put under the id. */
  facts(id: number): string | undefined {
    const wording = this.wordingOf(id);
    return wording < 0 ? undefined : this.#facts.get(wording);
  }

  /** The record ready to be compared: as it is kept, else read from its facts. */
  prepared(id: number): Prepared | undefined {
    const wording = this.wordingOf(id);
    return wording < 0 ? undefined : this.preparedAt(wording);
  }

  /** What the record says, as a number that holds until the next change; -1: there is no such record. */
  wordingOf(id: number): number {
    const slot = this.#slots.slotOf(id);
    return slot < 0 ? -1 : (this.#wordingAt[slot] as number);
  }

  /** The wording of these very facts, -1: nobody says that. */
  wordingOfFacts(facts: string): number {
    return this.#wordingOfFacts(facts, hash64(facts));
  }

  /** The facts of a wording that there is. */
  factsAt(wording: number): string {
    return this.#facts.get(wording) ?? "";
  }

  preparedAt(wording: number): Prepared {
    const known = this.#prepared.get(wording);
    if (known !== undefined) return known;
    const prepared = preparedOf(this.factsAt(wording));
    this.#prepared.set(wording, prepared);
    return prepared;
  }

  /** The ids of the records that say it, in no order. */
  idsAt(wording: number): number[] {
    return this.#slotsAt(wording, hash64(this.factsAt(wording))).map((slot) => this.#slots.idAt(slot));
  }

  /**
   * The wordings that share a key of `liveKeys`, in no order; undefined: more than so many do, as a rule
   * recordsPerKeyMax.
   */
  sharing(key: bigint, countMax = this.#recordsPerKeyMax): number[] | undefined {
    return this.#keys.members(key, countMax);
  }

  /** How many wordings share the key, however many. */
  count(key: bigint): number {
    return this.#keys.count(key);
  }

  memory(): LiveIndexMemory {
    return {
      keysBytes: this.#keys.bytes + this.#speakers.bytes,
      factsBytes: this.#facts.bytes,
      slotsBytes: this.#slots.bytes + this.#wordingAt.byteLength + this.#facts.placesBytes + this.#prepared.bytes,
    };
  }

  /** @returns what the record says from now on. */
  #file(id: number, facts: string, keysOf: () => readonly bigint[]): number {
    const hash = hash64(facts);
    const known = this.#wordingOfFacts(facts, hash);
    let slot = this.#slots.slotOf(id);
    if (slot >= 0 && this.#wordingAt[slot] === known) return known;
    const wording = known < 0 ? this.#word(facts, keysOf()) : known;
    if (slot < 0) slot = this.#slots.take(id);
    else this.#leave(slot);
    this.#wordingAt = grown(this.#wordingAt, slot + 1);
    this.#wordingAt[slot] = wording;
    this.#speakers.add(hash, slot);
    return wording;
  }

  /** Files what nobody has said before. */
  #word(facts: string, keys: readonly bigint[]): number {
    const wording = this.#free.pop() ?? this.#numbers++;
    for (const key of keys) this.#keys.add(key, wording);
    this.#facts.put(wording, facts);
    return wording;
  }

  /** The record says nothing any more; what nobody says any more is taken out of all its keys. */
  #leave(slot: number): void {
    const wording = this.#wordingAt[slot] as number;
    const hash = hash64(this.factsAt(wording));
    this.#speakers.remove(hash, slot);
    if (this.#slotsAt(wording, hash).length > 0) return;
    for (const key of liveKeys(this.preparedAt(wording))) this.#keys.remove(key, wording);
    this.#prepared.delete(wording);
    this.#facts.delete(wording);
    this.#free.push(wording);
  }

  /** Two facts of one hash are told apart. */
  #wordingOfFacts(facts: string, hash: bigint): number {
    let last = -1;
    for (const slot of this.#speakers.members(hash, Number.POSITIVE_INFINITY) ?? []) {
      const wording = this.#wordingAt[slot] as number;
      if (wording !== last && this.#facts.get(wording) === facts) return wording;
      last = wording;
    }
    return -1;
  }

  #slotsAt(wording: number, hash: bigint): number[] {
    const slots = this.#speakers.members(hash, Number.POSITIVE_INFINITY) ?? [];
    return slots.filter((slot) => this.#wordingAt[slot] === wording);
  }
}

const preparedOf = (facts: string): Prepared => prepare(JSON.parse(facts) as MatchRecord);

/** Whatever a record is filed under: its blocking keys and those of its namesakes. */
export const liveKeys = (prepared: Prepared): bigint[] => [...blockingKeys(prepared), ...namesakeKeys(prepared)];
