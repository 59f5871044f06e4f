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
    this.drop(id);
    this.#changed.set(id, { facts, prepared });
    for (const key of keysOf(prepared)) addTo(this.#sharing, key, id);
  }

  drop(id: number): void {
    const before = this.#changed.get(id);
    if (before) for (const key of keysOf(before.prepared)) this.#sharing.get(key)?.delete(id);
    this.#changed.set(id, null);
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
    const changed = this.#sharingChanged(prepared);
    changed.delete(id);
    const { near, compared } = nearOf(prepared, changed, (other) => this.#changed.get(other)?.prepared, this.#model);
    this.compared += compared;
    return near.length === 0 ? indexed : [...indexed, ...near];
  }

  /** As far as the index goes, which nothing changes before the batch is committed. */
  #nearInIndex(prepared: Prepared): readonly Neighbour[] {
    const known = this.#near.get(prepared);
    if (known) return known;
    const ids = new Set<number>();
    for (const key of keysOf(prepared)) for (const id of this.#index.sharing(key) ?? []) ids.add(id);
    const { near, compared } = nearOf(prepared, ids, (id) => this.#index.prepared(id), this.#model);
    this.compared += compared;
    this.#near.set(prepared, near);
    return near;
  }

  /** Of what the batch changed, the ids that share a key; a key that too many share by now says nothing. */
  #sharingChanged(prepared: Prepared): Set<number> {
    const found = new Set<number>();
    for (const key of keysOf(prepared)) {
      const sharing = this.#sharing.get(key);
      if (!sharing || sharing.size === 0 || this.#index.count(key) + sharing.size > RECORDS_PER_KEY_MAX) continue;
      for (const id of sharing) found.add(id);
    }
    return found;
  }

  /** Ids of those on file with the birth date and the sound of the family name. */
  namesakesOf(prepared: Prepared): Set<number> {
    const found = new Set<number>();
    for (const id of this.#index.namesakes(prepared)) if (!this.#changed.has(id)) found.add(id);
    for (const key of namesakeKeys(prepared)) for (const id of this.#sharing.get(key) ?? []) found.add(id);
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
  }
}

/** A key that more records share says nothing of who they are, and is passed over. */
export const RECORDS_PER_KEY_MAX = 200;

function addTo(sets: Map<bigint, Set<number>>, key: bigint, id: number): void {
  const known = sets.get(key);
  if (known) known.add(id);
  else sets.set(key, new Set([id]));
}
