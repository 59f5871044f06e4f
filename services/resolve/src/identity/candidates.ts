import { type LiveIndex, namesakeKeys, type Prepared } from "@chesil/matching";
import { keysOf } from "../prepared-cache.ts";

/**
 * Whom records may be: what the index holds, as the batch has changed it so far. Nothing of the batch reaches the index
 * before it is committed.
 */
export class Candidates {
  readonly #index: LiveIndex;
  /** What the batch made of records; null: they can not be matched any more. */
  readonly #changed = new Map<number, { facts: string; prepared: Prepared } | null>();
  readonly #sharing = new Map<bigint, Set<number>>();

  constructor(index: LiveIndex) {
    this.#index = index;
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

  /**
   * Ids that share a key, a namesake's included; a key that too many share says nothing. The record's own may be among
   * them.
   */
  of(prepared: Prepared): Set<number> {
    const found = new Set<number>();
    for (const key of keysOf(prepared)) {
      const indexed = this.#index.sharing(key);
      const changed = this.#sharing.get(key);
      if (indexed === undefined || indexed.length + (changed?.size ?? 0) > RECORDS_PER_KEY_MAX) continue;
      for (const id of indexed) if (!this.#changed.has(id)) found.add(id);
      for (const id of changed ?? []) found.add(id);
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
