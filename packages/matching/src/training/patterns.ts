/**
 * How often each pattern of levels occurs among pairs. A pattern is a pair's ranks, and all that training needs of it:
 * fifty million pairs come out as some thousands of patterns.
 */
export type PatternCounts = {
  /** By comparison, how many levels it has. */
  readonly levelCounts: readonly number[];
  /** Patterns by comparisons, row by row; a rank is the place of a level, or -1 where a side says nothing. */
  readonly ranks: Int8Array;
  /** By pattern: how many pairs, or what share of pairs. */
  readonly counts: Float64Array;
};

/** A rank is kept in a signed byte. */
const LEVELS_MAX = 127;
const SLOTS_AT_FIRST = 1024;
const EMPTY = -1;

/** Counts patterns as they come, in a hash table of rows: no key is made and no limit set on how many fields there are. */
export class PatternCounter {
  readonly #levelCounts: readonly number[];
  readonly #width: number;
  /** By slot, the place of a pattern, or EMPTY. Twice as many slots as patterns, a power of two. */
  #slots = new Int32Array(SLOTS_AT_FIRST).fill(EMPTY);
  #ranks: Int8Array;
  #counts: Float64Array;
  #patterns = 0;

  /** @throws RangeError for a comparison without levels or of more than 127. */
  constructor(levelCounts: readonly number[]) {
    const odd = levelCounts.find((levels) => !Number.isInteger(levels) || levels < 1 || levels > LEVELS_MAX);
    if (odd !== undefined) throw new RangeError(`A comparison has 1 to ${LEVELS_MAX} levels, not ${odd}.`);
    this.#levelCounts = [...levelCounts];
    this.#width = levelCounts.length;
    this.#counts = new Float64Array(SLOTS_AT_FIRST / 2);
    this.#ranks = new Int8Array((SLOTS_AT_FIRST / 2) * this.#width);
  }

  /**
   * Counts a pair of these ranks; what is negative counts as missing. The row is read from `start` on and not kept.
   * @throws RangeError for a rank that its comparison does not have.
   */
  add(ranks: ArrayLike<number>, count = 1, start = 0): void {
    const slot = this.#slotOf(ranks, start);
    const known = this.#slots[slot] as number;
    if (known !== EMPTY) {
      (this.#counts[known] as number) += count;
      return;
    }
    const pattern = this.#patterns++;
    this.#slots[slot] = pattern;
    for (let index = 0; index < this.#width; index++) {
      const rank = ranks[start + index] as number;
      const levels = this.#levelCounts[index] as number;
      if (!(rank < levels)) throw new RangeError(`Rank ${rank} of a comparison of ${levels} levels.`);
      this.#ranks[pattern * this.#width + index] = rank < 0 ? -1 : rank;
    }
    this.#counts[pattern] = count;
    if (this.#patterns === this.#counts.length) this.#grow();
  }

  /** What was counted, in the order of the ranks: the order in which pairs came is nothing. */
  counts(): PatternCounts {
    const width = this.#width;
    const rows = this.#ranks;
    const order = new Uint32Array(this.#patterns).map((_, pattern) => pattern);
    order.sort((a, b) => {
      for (let index = 0; index < width; index++) {
        const difference = (rows[a * width + index] as number) - (rows[b * width + index] as number);
        if (difference !== 0) return difference;
      }
      return 0;
    });
    const ranks = new Int8Array(order.length * width);
    const counts = new Float64Array(order.length);
    order.forEach((pattern, place) => {
      ranks.set(rows.subarray(pattern * width, (pattern + 1) * width), place * width);
      counts[place] = this.#counts[pattern] as number;
    });
    return { levelCounts: this.#levelCounts, ranks, counts };
  }

  /** The slot that holds the pattern of this row, or the free one where it belongs. */
  #slotOf(ranks: ArrayLike<number>, start: number): number {
    const width = this.#width;
    const mask = this.#slots.length - 1;
    let hash = 0;
    for (let index = 0; index < width; index++) {
      const rank = ranks[start + index] as number;
      hash = Math.imul(hash, 0x01000193) + (rank < 0 ? 0 : rank + 1);
    }
    let slot = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
    slot = (slot ^ (slot >>> 16)) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const pattern = this.#slots[slot] as number;
      if (pattern === EMPTY || this.#isRow(pattern * width, ranks, start)) return slot;
    }
  }

  #isRow(row: number, ranks: ArrayLike<number>, start: number): boolean {
    for (let index = 0; index < this.#width; index++) {
      const rank = ranks[start + index] as number;
      if (this.#ranks[row + index] !== (rank < 0 ? -1 : rank)) return false;
    }
    return true;
  }

  #grow(): void {
    const counts = new Float64Array(this.#counts.length * 2);
    counts.set(this.#counts);
    const ranks = new Int8Array(counts.length * this.#width);
    ranks.set(this.#ranks);
    this.#counts = counts;
    this.#ranks = ranks;
    this.#slots = new Int32Array(counts.length * 2).fill(EMPTY);
    for (let pattern = 0; pattern < this.#patterns; pattern++)
      this.#slots[this.#slotOf(ranks, pattern * this.#width)] = pattern;
  }
}

/**
 * The counts of several threads or of several blocking rules as one; their order is nothing.
 * @throws RangeError where they are of different comparisons.
 */
export function mergePatternCounts(levelCounts: readonly number[], parts: readonly PatternCounts[]): PatternCounts {
  const counter = new PatternCounter(levelCounts);
  for (const part of parts) {
    if (part.levelCounts.join() !== levelCounts.join())
      throw new RangeError("Patterns of different comparisons can not be added up.");
    for (let pattern = 0; pattern < part.counts.length; pattern++)
      counter.add(part.ranks, part.counts[pattern], pattern * levelCounts.length);
  }
  return counter.counts();
}

/** What to hand over, not copy, when counts are posted to another thread. They are plain data as they stand. */
export const transferListOf = ({ ranks, counts }: PatternCounts): ArrayBuffer[] =>
  [ranks.buffer, counts.buffer] as ArrayBuffer[];

/** How many pairs were counted. */
export function pairsIn({ counts }: PatternCounts): number {
  let pairs = 0;
  for (const count of counts) pairs += count;
  return pairs;
}

/** By comparison, how many pairs came out at each level; what is missing is in none. */
export function levelTotals({ levelCounts, ranks, counts }: PatternCounts, shareOf?: Float64Array): number[][] {
  const totals = levelCounts.map((levels) => new Array<number>(levels).fill(0));
  const width = levelCounts.length;
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const count = (counts[pattern] as number) * (shareOf?.[pattern] ?? 1);
    for (let index = 0; index < width; index++) {
      const rank = ranks[pattern * width + index] as number;
      if (rank >= 0) ((totals[index] as number[])[rank] as number) += count;
    }
  }
  return totals;
}
