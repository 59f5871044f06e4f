import type { PatternCounts } from "./patterns.ts";

/** By comparison, by level: how often pairs of one kind come out at it, where both sides state the field. */
export type LevelShares = readonly (readonly number[])[];

/** The parameters of Fellegi and Sunter (1969): what matches are like, what strangers are like, how many match. */
export type Parameters = { readonly lambda: number; readonly m: LevelShares; readonly u: LevelShares };

/**
 * Parameters laid out for a run over patterns: the levels of all comparisons one after another, and by pattern and
 * comparison the place of its level among them, or -1 where a side says nothing or the comparison is left out.
 */
export class Cells {
  readonly width: number;
  readonly levels: number;
  readonly starts: readonly number[];
  readonly #cells: Int32Array;

  /** @param counted by comparison, whether it is evidence; left out where a blocking rule fixes the field. */
  constructor({ levelCounts, ranks }: PatternCounts, counted: readonly boolean[]) {
    this.width = levelCounts.length;
    let levels = 0;
    this.starts = levelCounts.map((count) => {
      levels += count;
      return levels - count;
    });
    this.levels = levels;
    const { starts } = this;
    this.#cells = new Int32Array(ranks.length);
    for (let place = 0; place < ranks.length; place++) {
      const index = place % this.width;
      const rank = ranks[place] as number;
      this.#cells[place] = rank < 0 || counted[index] === false ? -1 : (starts[index] as number) + rank;
    }
  }

  /** What the levels of one pattern add up to. */
  sum(pattern: number, byLevel: Float64Array): number {
    const end = (pattern + 1) * this.width;
    let sum = 0;
    for (let place = pattern * this.width; place < end; place++) {
      const cell = this.#cells[place] as number;
      if (cell >= 0) sum += byLevel[cell] as number;
    }
    return sum;
  }

  /** Adds to every level of one pattern. */
  add(pattern: number, byLevel: Float64Array, amount: number): void {
    const end = (pattern + 1) * this.width;
    for (let place = pattern * this.width; place < end; place++) {
      const cell = this.#cells[place] as number;
      if (cell >= 0) (byLevel[cell] as number) += amount;
    }
  }

  /** The levels of all comparisons in one row, and back. */
  flat = (byLevel: LevelShares): Float64Array => Float64Array.from(byLevel.flat());
  nested = (byLevel: Float64Array, levelCounts: readonly number[]): number[][] =>
    levelCounts.map((count, index) => [...byLevel.subarray(this.starts[index], (this.starts[index] ?? 0) + count)]);
}

export const logit = (probability: number): number => Math.log(probability / (1 - probability));
export const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** ln(1 + e^x), without running over. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** By pattern, the probability that its pairs are matches. */
export function matchProbabilities(
  counts: PatternCounts,
  { lambda, m, u }: Parameters,
  counted: readonly boolean[] = [],
): Float64Array {
  const cells = new Cells(counts, counted);
  const weights = cells.flat(
    m.map((levels, index) => levels.map((share, rank) => Math.log(share / (u[index]?.[rank] ?? share)))),
  );
  const prior = logit(lambda);
  return counts.counts.map((_, pattern) => sigmoid(prior + cells.sum(pattern, weights)));
}

/** How many of the pairs are matches, by these parameters. */
export function expectedMatches(counts: PatternCounts, parameters: Parameters, counted?: readonly boolean[]): number {
  const probabilities = matchProbabilities(counts, parameters, counted);
  return probabilities.reduce((sum, probability, pattern) => sum + probability * (counts.counts[pattern] as number), 0);
}
