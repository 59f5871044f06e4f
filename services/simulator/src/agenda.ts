/** What is to happen when, in simulated time: a binary heap, first come first served within one instant. */

type Entry = { readonly atMs: number; readonly order: number; readonly act: () => void };

const isBefore = (left: Entry, right: Entry): boolean =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);

export class Agenda {
  readonly #heap: Entry[] = [];
  #order = 0;

  add(atMs: number, act: () => void): void {
    const entry = { atMs, order: this.#order++, act };
    let place = this.#heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = this.#heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = entry;
  }

  /** Takes the earliest entry off, or undefined when nothing is left. */
  take(): { atMs: number; act: () => void } | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [child, other] = [this.#heap[left], this.#heap[left + 1]];
      if (child === undefined) break;
      const next = other !== undefined && isBefore(other, child) ? left + 1 : left;
      const below = this.#heap[next];
      if (below === undefined || !isBefore(below, last)) break;
      this.#heap[place] = below;
      place = next;
    }
    this.#heap[place] = last;
    return first;
  }
}
