import { MemberLists } from "./member-lists.ts";

/** A key's two halves, and who has it: 0 nobody (the place is free), one member, a list or a crowd. */
const WORDS = 3;
const PLACES_MIN = 4;
const FULL_MAX = 0.75;
const GROWTH = 1.5;
/** One member is the member and 1, a list its place below 0, a crowd its number below this. */
const CROWDS = -(2 ** 30);

/**
 * A table from 64-bit keys to members: whole numbers from 0 on, below 2^31 - 1. Open addressing, neighbours probed: the
 * halves of a key and its only member lie together, in one line of memory, since most keys have one member only. More
 * are a list, and more than a list looks through quickly are a crowd, so that a key of any number is as cheap to change.
 */
export class KeySegment {
  #table = new Int32Array(WORDS * PLACES_MIN);
  #places = PLACES_MIN;
  #keys = 0;
  readonly #lists = new MemberLists();
  readonly #crowds = new Map<number, Set<number>>();
  #crowdsMade = 0;

  get bytes(): number {
    let crowdBytes = 0;
    for (const crowd of this.#crowds.values()) crowdBytes += crowd.size * SET_BYTES_PER_MEMBER;
    return this.#table.byteLength + this.#lists.bytes + crowdBytes;
  }

  /** The member must not have the key. */
  add(low: number, high: number, member: number): void {
    if (this.#keys + 1 > FULL_MAX * this.#places) this.#grow();
    const at = this.#find(low, high);
    const who = this.#who(at);
    if (who === 0) {
      this.#keys++;
      this.#table[at] = low;
      this.#table[at + 1] = high;
    }
    this.#table[at + 2] = this.#joined(who, member);
  }

  /** Nothing happens where the member has not the key. */
  remove(low: number, high: number, member: number): void {
    const at = this.#find(low, high);
    const who = this.#who(at);
    if (who > 0) {
      if (who === member + 1) this.#clear(at);
    } else if (who < 0) this.#table[at + 2] = this.#parted(who, member);
  }

  count(low: number, high: number): number {
    return this.#count(this.#who(this.#find(low, high)));
  }

  /** In no order; undefined: more than so many. */
  members(low: number, high: number, countMax: number): number[] | undefined {
    const who = this.#who(this.#find(low, high));
    if (this.#count(who) > countMax) return undefined;
    if (who >= 0) return who === 0 ? [] : [who - 1];
    return who < CROWDS ? [...this.#crowd(who)] : this.#lists.copy(-who);
  }

  #count(who: number): number {
    if (who >= 0) return who === 0 ? 0 : 1;
    return who < CROWDS ? this.#crowd(who).size : this.#lists.count(-who);
  }

  #joined(who: number, member: number): number {
    if (who === 0) return member + 1;
    if (who > 0) return -this.#lists.create([who - 1, member]);
    if (who < CROWDS) {
      this.#crowd(who).add(member);
      return who;
    }
    if (this.#lists.count(-who) < MemberLists.COUNT_MAX) return -this.#lists.add(-who, member);
    const crowd = CROWDS - 1 - this.#crowdsMade++;
    this.#crowds.set(crowd, new Set(this.#lists.members(-who)).add(member));
    this.#lists.drop(-who);
    return crowd;
  }

  #parted(who: number, member: number): number {
    if (who < CROWDS) {
      const crowd = this.#crowd(who);
      crowd.delete(member);
      // Half a list, so that one record that comes and goes does not move them all each time.
      if (crowd.size > MemberLists.COUNT_MAX / 2) return who;
      this.#crowds.delete(who);
      return -this.#lists.create([...crowd]);
    }
    const members = this.#lists.members(-who);
    if (members.length > 2) return -(this.#lists.remove(-who, member) ?? -who);
    if (!members.includes(member)) return who;
    const other = members[member === members[0] ? 1 : 0] as number;
    this.#lists.drop(-who);
    return other + 1;
  }

  #crowd(who: number): Set<number> {
    return this.#crowds.get(who) as Set<number>;
  }

  #who(at: number): number {
    return this.#table[at + 2] as number;
  }

  /** Where the key is, or the free place where it would be. */
  #find(low: number, high: number): number {
    const table = this.#table;
    let at = this.#home(low);
    while (table[at + 2] !== 0 && (table[at] !== low || table[at + 1] !== high)) at = this.#after(at);
    return at;
  }

  /** The low half as a fraction of all there are: keys stay in the order of their low halves, so a larger table is filled from front to back. */
  #home(low: number): number {
    return WORDS * Math.floor(((low >>> 0) / 2 ** 32) * this.#places);
  }

  #after(at: number): number {
    const after = at + WORDS;
    return after === this.#table.length ? 0 : after;
  }

  /** Frees a place, and moves up those behind that were kept from a place nearer to home: no graves are left. */
  #clear(place: number): void {
    const table = this.#table;
    let gap = place;
    for (let at = this.#after(gap); table[at + 2] !== 0; at = this.#after(at)) {
      const toHome = at - this.#home(table[at] as number);
      const toGap = at - gap;
      const { length } = table;
      if ((toHome < 0 ? toHome + length : toHome) < (toGap < 0 ? toGap + length : toGap)) continue;
      table.copyWithin(gap, at, at + WORDS);
      gap = at;
    }
    table.fill(0, gap, gap + WORDS);
    this.#keys--;
  }

  #grow(): void {
    const before = this.#table;
    this.#places = Math.ceil(this.#places * GROWTH);
    this.#table = new Int32Array(WORDS * this.#places);
    for (let at = 0; at < before.length; at += WORDS) {
      if (before[at + 2] === 0) continue;
      const to = this.#find(before[at] as number, before[at + 1] as number);
      for (let word = 0; word < WORDS; word++) this.#table[to + word] = before[at + word] as number;
    }
  }
}

/** As V8 lays out a `Set`: two words a member and one for every two, with room to grow. */
const SET_BYTES_PER_MEMBER = 30;
