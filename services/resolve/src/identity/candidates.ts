import {
  type LiveIndex,
  type MatchingModel,
  namesakeKeys,
  nhsNumbersAreOne,
  type Prepared,
  scorerOf,
} from "@chesil/matching";
import { keysOf } from "../prepared-cache.ts";
import type { Neighbour, Surroundings } from "./component.ts";
import type { Wording } from "./wording.ts";

type Known = Wording & {
  readonly ids: Set<number>;
  /** What the index calls it; -1: it does not have it. */
  readonly number: number;
};

/** A key that came to say nothing, or to say something again, and the wordings that share it. */
export type TurnedKey = { readonly key: bigint; readonly isWorn: boolean; readonly wordings: readonly Wording[] };

/**
 * Whom records may be: what the index holds, as the batch has changed it so far. Nothing of the batch reaches the index
 * before it is committed.
 */
export class Candidates {
  readonly #index: LiveIndex;
  readonly #model: MatchingModel;
  /** What the batch made records say; null: they can not be matched any more. */
  readonly #changed = new Map<number, Known | null>();
  /** Every wording that was asked for: one that is not here is as the index has it. */
  readonly #byFacts = new Map<string, Known>();
  readonly #byNumber = new Map<number, Known>();
  /** By key, the wordings that somebody says by now and the index does not have. */
  readonly #added = new Map<bigint, Set<Known>>();
  /** By key, how many wordings of the index nobody says any more. */
  readonly #silenced = new Map<bigint, number>();
  /** Keys that came to say nothing, or to say something again. */
  readonly turned: TurnedKey[] = [];
  /** Of a wording, which in the index it may be, said by now or not. */
  readonly #near = new Map<Wording, readonly Neighbour[]>();
  /** Of two wordings, how much speaks for their being one. */
  readonly #weights = new Map<Wording, Map<Wording, number>>();
  /** Pairs compared so far. */
  compared = 0;

  constructor(index: LiveIndex, model: MatchingModel) {
    this.#index = index;
    this.#model = model;
  }

  /** @param facts the JSON text of the match record that `prepared` was made of. */
  put(id: number, facts: string, prepared: Prepared): void {
    this.#change(id, this.#known(facts, prepared));
  }

  drop(id: number): void {
    this.#change(id, null);
  }

  #change(id: number, now: Known | null): void {
    const before = this.#wordingOf(id);
    this.#changed.set(id, now);
    if (now === before) return;
    const left = new Set(before && this.#leave(before, id));
    const come = new Set(now && this.#join(now, id));
    for (const key of left.difference(come)) if (this.#count(key) === RECORDS_PER_KEY_MAX) this.#turn(key, false);
    for (const key of come.difference(left)) if (this.#count(key) === RECORDS_PER_KEY_MAX + 1) this.#turn(key, true);
  }

  #turn(key: bigint, isWorn: boolean): void {
    this.turned.push({ key, isWorn, wordings: this.#sharers(key) });
  }

  /** @returns the keys that have one wording less. */
  #leave(wording: Known, id: number): readonly bigint[] {
    wording.ids.delete(id);
    if (wording.ids.size > 0) return [];
    const keys = keysOf(wording.prepared);
    for (const key of keys) {
      if (wording.number < 0) this.#added.get(key)?.delete(wording);
      else this.#silenced.set(key, (this.#silenced.get(key) ?? 0) + 1);
    }
    return keys;
  }

  /** @returns the keys that have one wording more. */
  #join(wording: Known, id: number): readonly bigint[] {
    wording.ids.add(id);
    if (wording.ids.size > 1) return [];
    const keys = keysOf(wording.prepared);
    for (const key of keys) {
      if (wording.number < 0) addTo(this.#added, key, wording);
      else this.#silenced.set(key, (this.#silenced.get(key) ?? 0) - 1);
    }
    return keys;
  }

  prepared(id: number): Prepared | undefined {
    return this.wordingOf(id)?.prepared;
  }

  /** The JSON text of the match record; undefined: it can not be matched. */
  facts(id: number): string | undefined {
    return this.wordingOf(id)?.facts;
  }

  /** What the record says; undefined: it can not be matched. */
  wordingOf(id: number): Wording | undefined {
    return this.#wordingOf(id) ?? undefined;
  }

  /** Of facts, whether anybody says them or not. */
  wording(facts: string, prepared: Prepared): Wording {
    return this.#known(facts, prepared);
  }

  #wordingOf(id: number): Known | null {
    const changed = this.#changed.get(id);
    if (changed !== undefined) return changed;
    const number = this.#index.wordingOf(id);
    return number < 0 ? null : this.#indexed(number);
  }

  #known(facts: string, prepared: Prepared): Known {
    const known = this.#byFacts.get(facts);
    if (known) return known;
    const number = this.#index.wordingOfFacts(facts);
    if (number >= 0) return this.#indexed(number);
    const wording = { facts, prepared, number, ids: new Set<number>() };
    this.#byFacts.set(facts, wording);
    return wording;
  }

  /** Whoever left it or came to it was asked for what they say: until now it is as in the index. */
  #indexed(number: number): Known {
    const known = this.#byNumber.get(number);
    if (known) return known;
    const [facts, prepared] = [this.#index.factsAt(number), this.#index.preparedAt(number)];
    const wording = { facts, prepared, number, ids: new Set(this.#index.idsAt(number)) };
    this.#byNumber.set(number, wording);
    this.#byFacts.set(facts, wording);
    return wording;
  }

  /**
   * The wordings that records of this one may be, and how much speaks for it; itself among them, where somebody says it
   * and a key of it says anything. Each pair is compared once in a batch.
   */
  near(wording: Wording): Neighbour[] {
    const keys = keysOf(wording.prepared);
    const said = keys.filter((key) => this.#says(key));
    const near = this.#nearInIndex(wording, keys, said).filter((each) => each.wording.ids.size > 0);
    const added = new Set<Wording>();
    for (const key of said) for (const other of this.#added.get(key) ?? []) added.add(other);
    for (const other of added) {
      const weight = this.#weightOf(wording, other);
      if (this.#isNear(weight, wording.prepared, other.prepared)) near.push({ wording: other, weight });
    }
    return near;
  }

  /** For whoever follows the evidence. */
  surroundings(): Omit<Surroundings, "tiedTo"> {
    const { linkWeightMin } = this.#model.thresholds;
    return {
      wordingOf: (id) => this.wordingOf(id),
      neighboursOf: (wording) => this.near(wording),
      linksItself: (wording) => this.#weightOf(wording, wording) >= linkWeightMin,
    };
  }

  /** As far as the index goes, which nothing changes before the batch is committed. */
  #nearInIndex(wording: Wording, keys: readonly bigint[], said: readonly bigint[]): readonly Neighbour[] {
    // A key that the batch wears out, or that it frees, is another one for each message.
    const isSettled = keys.every((key) => said.includes(key) === this.#index.count(key) <= RECORDS_PER_KEY_MAX);
    const known = isSettled ? this.#near.get(wording) : undefined;
    if (known) return known;
    const { prepared } = wording;
    const scorer = scorerOf(this.#model);
    const near: Neighbour[] = [];
    for (const number of new Set(said.flatMap((key) => this.#inIndex(key)))) {
      const theirs = this.#byNumber.get(number)?.prepared ?? this.#index.preparedAt(number);
      const weight = scorer.weigh(prepared, theirs);
      this.compared++;
      if (this.#isNear(weight, prepared, theirs)) near.push({ wording: this.#indexed(number), weight });
    }
    if (isSettled) this.#near.set(wording, near);
    return near;
  }

  #weightOf(one: Wording, other: Wording): number {
    const weights = this.#weights.get(one) ?? new Map<Wording, number>();
    this.#weights.set(one, weights);
    const known = weights.get(other);
    if (known !== undefined) return known;
    const weight = scorerOf(this.#model).weigh(one.prepared, other.prepared);
    this.compared++;
    weights.set(other, weight);
    return weight;
  }

  #isNear(weight: number, one: Prepared, other: Prepared): boolean {
    return weight >= this.#model.thresholds.reviewWeightMin || nhsNumbersAreOne(one, other);
  }

  /** Whether few enough share the key for it to say who they are. */
  #says(key: bigint): boolean {
    return this.#count(key) <= RECORDS_PER_KEY_MAX;
  }

  /** How many wordings share the key by now. */
  #count(key: bigint): number {
    return this.#index.count(key) - (this.#silenced.get(key) ?? 0) + (this.#added.get(key)?.size ?? 0);
  }

  #sharers(key: bigint): Wording[] {
    const indexed = this.#inIndex(key).map((number) => this.#indexed(number));
    return [...indexed.filter(({ ids }) => ids.size > 0), ...(this.#added.get(key) ?? [])];
  }

  #inIndex(key: bigint): number[] {
    return this.#index.sharing(key, Number.POSITIVE_INFINITY) ?? [];
  }

  /** What is said by those on file with the birth date and the sound of the family name; undefined: too much to look at. */
  namesakesOf(prepared: Prepared): Set<Wording> | undefined {
    const found = new Set<Wording>();
    for (const key of namesakeKeys(prepared)) {
      if (!this.#says(key)) return undefined;
      for (const wording of this.#sharers(key)) found.add(wording);
    }
    return found;
  }

  /** The batch is committed: from now on this is how it is. */
  save(): void {
    for (const [id, changed] of this.#changed) {
      if (changed) this.#index.put(id, changed.facts, changed.prepared, keysOf(changed.prepared));
      else this.#index.delete(id);
    }
    for (const kept of [this.#changed, this.#byFacts, this.#byNumber, this.#added, this.#silenced]) kept.clear();
    for (const kept of [this.#near, this.#weights]) kept.clear();
  }
}

/** Of a key that more wordings share nobody is a candidate: it says nothing of who they are. */
export const RECORDS_PER_KEY_MAX = 200;

function addTo<Value>(sets: Map<bigint, Set<Value>>, key: bigint, value: Value): void {
  const known = sets.get(key);
  if (known) known.add(value);
  else sets.set(key, new Set([value]));
}
