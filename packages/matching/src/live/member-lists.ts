import { grown } from "./grown.ts";

/** A list is a count and room for 2, 4, 8 … members: of so many at most, since a removal looks through all. */
const CLASSES = 11;

/**
 * Many short lists of whole numbers in one array. A list is known by its place, which `add` and `remove` may change: it
 * lies where there is just room for a power of two of members, and what it leaves is used again. In no order.
 */
export class MemberLists {
  static readonly COUNT_MAX = 2 ** (CLASSES - 1);

  #words = new Int32Array(16);
  /** From 1: no list is at place 0. */
  #used = 1;
  /** The first free room of each class, 0: none. A free room's first word says the next. */
  readonly #free = new Int32Array(CLASSES);

  get bytes(): number {
    return this.#words.byteLength + this.#free.byteLength;
  }

  /** A list of at least two. @returns its place, from 1 on. */
  create(members: readonly number[]): number {
    const list = this.#take(classOf(members.length));
    this.#words[list] = members.length;
    this.#words.set(members, list + 1);
    return list;
  }

  count(list: number): number {
    return this.#words[list] as number;
  }

  /** Until the next change. */
  members(list: number): Int32Array {
    return this.#words.subarray(list + 1, list + 1 + this.count(list));
  }

  copy(list: number): number[] {
    const count = this.count(list);
    const members: number[] = [];
    for (let at = 1; at <= count; at++) members.push(this.#words[list + at] as number);
    return members;
  }

  /** At most COUNT_MAX members find room. @returns the place from now on. */
  add(list: number, member: number): number {
    const count = this.count(list);
    const to = this.#moved(list, count, count + 1);
    this.#words[to + 1 + count] = member;
    this.#words[to] = count + 1;
    return to;
  }

  /** Two members must stay. @returns the place from now on; undefined: it is no member. */
  remove(list: number, member: number): number | undefined {
    const at = this.members(list).indexOf(member);
    if (at < 0) return undefined;
    const last = this.count(list) - 1;
    this.#words[list + 1 + at] = this.#words[list + 1 + last] as number;
    const to = this.#moved(list, last, last);
    this.#words[to] = last;
    return to;
  }

  /** The list is gone. */
  drop(list: number): void {
    const sizeClass = classOf(this.count(list));
    this.#words[list] = this.#free[sizeClass] as number;
    this.#free[sizeClass] = list;
  }

  /** Moves the members kept to where there is room for so many, if that is elsewhere. */
  #moved(list: number, kept: number, count: number): number {
    if (classOf(count) === classOf(this.count(list))) return list;
    const to = this.#take(classOf(count));
    this.#words.copyWithin(to + 1, list + 1, list + 1 + kept);
    this.drop(list);
    return to;
  }

  #take(sizeClass: number): number {
    const free = this.#free[sizeClass] as number;
    if (free !== 0) {
      this.#free[sizeClass] = this.#words[free] as number;
      return free;
    }
    const list = this.#used;
    this.#used += 1 + 2 ** sizeClass;
    this.#words = grown(this.#words, this.#used);
    return list;
  }
}

/** The power of two that so many fit into. */
const classOf = (count: number): number => 32 - Math.clz32(count - 1);
