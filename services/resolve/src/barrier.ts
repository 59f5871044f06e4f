/**
 * Which message may run (law 4): a message is runnable when no earlier unfinished message shares any identity it names,
 * aliases included. Messages are announced in order; different identities never wait for each other.
 *
 * What a merge, link, move or change of an id joins is one identity for every message announced after it: when it is
 * done, a message for the survivor and one for the retired id change the same record, and still have to keep their order.
 *
 * It knows neither clock nor store. One instance lives as long as its names are few: a batch, or a test's history.
 */
export class Barrier {
  /** Of each name another of its class, up to the one that stands for the class. */
  readonly #parents = new Map<string, string>();
  /** Of each class the message announced last. It waits for the one before, and so on: to wait for it is to wait for all. */
  readonly #last = new Map<string, number>();
  readonly #unfinished = new Map<number, Unfinished>();

  /** A message that was found unfinished: it holds the identity, and waits for nobody known here. */
  hold(id: number, name: string): void {
    if (!this.#unfinished.has(id)) this.#unfinished.set(id, { waitsFor: new Set(), followers: [], head: id });
    this.#last.set(this.#classOf(name), id);
  }

  /**
   * The next message, the names it is about, and which of them it joins.
   *
   * @returns the message at the head of the queue it stands in; undefined: it is runnable.
   */
  announce(id: number, names: readonly string[], joins: readonly (readonly string[])[] = []): number | undefined {
    const before = new Set<number>();
    for (const name of [...names, ...joins.flat()]) {
      const last = this.#last.get(this.#classOf(name));
      if (last !== undefined && last !== id && this.#unfinished.has(last)) before.add(last);
    }
    for (const joined of joins) this.#join(joined);
    for (const name of [...names, ...joins.flat()]) this.#last.set(this.#classOf(name), id);
    const [first] = before;
    const head = first === undefined ? id : (this.#unfinished.get(first)?.head ?? first);
    this.#unfinished.set(id, { waitsFor: before, followers: this.#unfinished.get(id)?.followers ?? [], head });
    for (const each of before) this.#unfinished.get(each)?.followers.push(id);
    return first === undefined ? undefined : head;
  }

  isRunnable(id: number): boolean {
    return this.#unfinished.get(id)?.waitsFor.size === 0;
  }

  /** @returns the messages that are runnable now and were not before. */
  finish(id: number): number[] {
    const followers = this.#unfinished.get(id)?.followers ?? [];
    this.#unfinished.delete(id);
    return followers.filter((follower) => {
      const waitsFor = this.#unfinished.get(follower)?.waitsFor;
      return waitsFor?.delete(id) && waitsFor.size === 0;
    });
  }

  #classOf(name: string): string {
    let root = name;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) root = parent;
    for (let at = name; at !== root; ) {
      const next = this.#parents.get(at) ?? root;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  #join([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    for (const other of others) {
      const [root, joined] = [this.#classOf(first), this.#classOf(other)];
      if (root !== joined) this.#parents.set(joined, root);
    }
  }
}

type Unfinished = {
  /** The last messages of its classes when it was announced, as far as they are unfinished. */
  readonly waitsFor: Set<number>;
  readonly followers: number[];
  /** Whom the whole queue waits for, along its first identity. */
  readonly head: number;
};
