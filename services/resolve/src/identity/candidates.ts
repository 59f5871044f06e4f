import { type LiveIndex, type MatchingModel, namesakeKeys, type Prepared } from "@chesil/matching";
import { keysOf } from "../prepared-cache.ts";
import { type Neighbour, nearOf } from "./component.ts";

/**
 * Whom records may be: what the index holds, as the batch has changed it so far. Nothing of the batch reaches the index
 * before it is committed.
 */
export class Candidates {
  readonly #index: LiveIndex;
  /** What the batch made of records; null: they can not be matched any more. */
  readonly #changed = new Map<number, { facts: string; prepared: Prepared } | null>();
  readonly #sharing = new Map<bigint, Set<number>>();
  /** How many that the index has under a key were changed, and are under it by `#sharing` if at all. */
  readonly #left = new Map<bigint, number>();
  /** Keys that came to say nothing, or to say something again, and who shares them. */
  readonly turned: { readonly key: bigint; readonly isWorn: boolean; readonly ids: readonly number[] }[] = [];
  /** Of a prepared record, whom in the index it may be. */
  readonly #near = new WeakMap<Prepared, readonly Neighbour[]>();
  readonly #model: MatchingModel;
  /** Pairs compared so far. */
  compared = 0;

  constructor(index: LiveIndex, model: MatchingModel) {
    this.#index = index;
    this.#model = model;
  }

  /** @param facts the JSON text of the match record that `prepared` was made of. */
  put(id: number, facts: string, prepared: Prepared): void {
    this.#change(id, { facts, prepared });
  }

  drop(id: number): void {
    this.#change(id, null);
  }

  #change(id: number, now: { facts: string; prepared: Prepared } | null): void {
    const before = this.#changed.get(id);
    const prepared = before === undefined ? this.#index.prepared(id) : before?.prepared;
    const left = new Set(prepared ? keysOf(prepared) : []);
    const come = new Set(now ? keysOf(now.prepared) : []);
    this.#changed.set(id, now);
    for (const key of left) {
      if (before === undefined) this.#left.set(key, (this.#left.get(key) ?? 0) + 1);
      else this.#sharing.get(key)?.delete(id);
    }
    for (const key of come) addTo(this.#sharing, key, id);
    for (const key of left.difference(come))
      if (this.#count(key) === RECORDS_PER_KEY_MAX) this.turned.push({ key, isWorn: false, ids: this.#sharers(key) });
    for (const key of come.difference(left))
      if (this.#count(key) === RECORDS_PER_KEY_MAX + 1)
        this.turned.push({ key, isWorn: true, ids: this.#sharers(key) });
  }

  prepared(id: number): Prepared | undefined {
    const changed = this.#changed.get(id);
    return changed === undefined ? this.#index.prepared(id) : changed?.prepared;
  }

  /** The JSON text of the match record; undefined: it can not be matched. */
  facts(id: number): string | undefined {
    const changed = this.#changed.get(id);
    return changed === undefined ? this.#index.facts(id) : changed?.facts;
  }

  /** Whom the record may be, by id and weight; itself left out. Each pair is compared once in a batch. */
  near(id: number, prepared: Prepared): Neighbour[] {
    const indexed = this.#nearInIndex(prepared).filter((each) => each.id !== id && !this.#changed.has(each.id));
    const changed = new Set<number>();
    for (const key of keysOf(prepared))
      if (this.#says(key)) for (const other of this.#sharing.get(key) ?? []) changed.add(other);
    changed.delete(id);
    const near = this.#compare(prepared, changed, (other) => this.#changed.get(other)?.prepared);
    return near.length === 0 ? indexed : [...indexed, ...near];
  }

  /** As far as the index goes, which nothing changes before the batch is committed. */
  #nearInIndex(prepared: Prepared): readonly Neighbour[] {
    const keys = keysOf(prepared);
    // A key that the batch wears out, or that it frees, is another one for each message.
    const isSettled = keys.every((key) => this.#says(key) === this.#index.count(key) <= RECORDS_PER_KEY_MAX);
    const known = isSettled ? this.#near.get(prepared) : undefined;
    if (known) return known;
    const ids = new Set<number>();
    for (const key of keys) if (this.#says(key)) for (const id of this.#indexed(key)) ids.add(id);
    const near = this.#compare(prepared, ids, (id) => this.#index.prepared(id));
    if (isSettled) this.#near.set(prepared, near);
    return near;
  }

  #compare(prepared: Prepared, ids: Set<number>, preparedOf: (id: number) => Prepared | undefined): Neighbour[] {
    const { near, compared } = nearOf(prepared, ids, preparedOf, this.#model);
    this.compared += compared;
    return near;
  }

  /** Whether few enough share the key for it to say who they are. */
  #says(key: bigint): boolean {
    return this.#count(key) <= RECORDS_PER_KEY_MAX;
  }

  /** How many share the key by now. */
  #count(key: bigint): number {
    return this.#index.count(key) - (this.#left.get(key) ?? 0) + (this.#sharing.get(key)?.size ?? 0);
  }

  #sharers(key: bigint): number[] {
    return [...this.#indexed(key).filter((id) => !this.#changed.has(id)), ...(this.#sharing.get(key) ?? [])];
  }

  #indexed(key: bigint): number[] {
    return this.#index.sharing(key, Number.POSITIVE_INFINITY) ?? [];
  }

  /** Ids of those on file with the birth date and the sound of the family name; undefined: too many to look at. */
  namesakesOf(prepared: Prepared): Set<number> | undefined {
    const found = new Set<number>();
    for (const key of namesakeKeys(prepared)) {
      if (!this.#says(key)) return undefined;
      for (const id of this.#sharers(key)) found.add(id);
    }
    return found;
  }

  /** The batch is committed: from now on this is how it is. */
  save(): void {
    for (const [id, changed] of this.#changed) {
      if (changed) this.#index.put(id, changed.facts, changed.prepared, keysOf(changed.prepared));
      else this.#index.delete(id);
    }
    this.#changed.clear();
    this.#sharing.clear();
    this.#left.clear();
  }
}

/** A key that more records share says nothing of who they are, and is passed over. */
export const RECORDS_PER_KEY_MAX = 200;

function addTo(sets: Map<bigint, Set<number>>, key: bigint, id: number): void {
  const known = sets.get(key);
  if (known) known.add(id);
  else sets.set(key, new Set([id]));
}
