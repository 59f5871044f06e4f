import { type Blocks, visitPairs } from "../blocking/blocks.ts";
import { type MatchingModel, probabilityOf } from "../model.ts";
import type { Prepared } from "../prepare.ts";
import { scorerOf } from "../scorer.ts";

/** Scored pairs as parallel arrays: `left[n]` and `right[n]` are places of records, left the smaller; weight in bits. */
export type Edges = {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weight: Float64Array;
};

/** Which of the records a thread takes as the left of pairs: every `step`-th from `from` on. */
export type Share = { readonly from: number; readonly step: number };

export type Scored = Edges & {
  /** Pairs compared, those that weighed too little to be kept included. */
  readonly compared: number;
  /** Matches among the pairs compared, by their own probabilities. */
  readonly expectedMatches: number;
  /** By whole bits from HISTOGRAM_BITS_MIN on: how many pairs weigh so much. */
  readonly histogram: Float64Array;
};

export const HISTOGRAM_BITS_MIN = -60;
const HISTOGRAM_BINS = 160;

/** Compares every pair that the blocks propose, once, and keeps those of at least `keepWeightMin` bits. */
export function scorePairs(
  records: readonly Prepared[],
  blocks: readonly Blocks[],
  model: MatchingModel,
  { share, keepWeightMin }: { share: Share; keepWeightMin: number },
): Scored {
  const scorer = scorerOf(model);
  const edges = new EdgeList();
  const histogram = new Float64Array(HISTOGRAM_BINS);
  let compared = 0;
  let expectedMatches = 0;
  visitPairs(blocks, records.length, share, (left, right) => {
    const weight = scorer.weigh(records[left] as Prepared, records[right] as Prepared);
    compared++;
    expectedMatches += probabilityOf(weight, model);
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor(weight) - HISTOGRAM_BITS_MIN));
    histogram[bin] = (histogram[bin] as number) + 1;
    if (weight >= keepWeightMin) edges.add(left, right, weight);
  });
  return { ...edges.edges(), compared, expectedMatches, histogram };
}

/** What several threads found, as if one had. */
export function mergedScores(parts: readonly Scored[]): Scored {
  const edges = new EdgeList();
  const histogram = new Float64Array(HISTOGRAM_BINS);
  let compared = 0;
  let expectedMatches = 0;
  for (const part of parts) {
    compared += part.compared;
    expectedMatches += part.expectedMatches;
    part.histogram.forEach((pairs, bin) => {
      histogram[bin] = (histogram[bin] as number) + pairs;
    });
    for (let at = 0; at < part.left.length; at++)
      edges.add(part.left[at] as number, part.right[at] as number, part.weight[at] as number);
  }
  return { ...edges.edges(), compared, expectedMatches, histogram };
}

const EDGES_AT_FIRST = 1024;

/** Grows as edges come. */
class EdgeList {
  #left = new Int32Array(EDGES_AT_FIRST);
  #right = new Int32Array(EDGES_AT_FIRST);
  #weight = new Float64Array(EDGES_AT_FIRST);
  #length = 0;

  add(left: number, right: number, weight: number): void {
    if (this.#length === this.#left.length) this.#grow();
    this.#left[this.#length] = left;
    this.#right[this.#length] = right;
    this.#weight[this.#length++] = weight;
  }

  edges(): Edges {
    return {
      left: this.#left.slice(0, this.#length),
      right: this.#right.slice(0, this.#length),
      weight: this.#weight.slice(0, this.#length),
    };
  }

  #grow(): void {
    const length = this.#length * 2;
    const larger = <A extends Int32Array | Float64Array>(to: A, from: A): A => {
      to.set(from);
      return to;
    };
    this.#left = larger(new Int32Array(length), this.#left);
    this.#right = larger(new Int32Array(length), this.#right);
    this.#weight = larger(new Float64Array(length), this.#weight);
  }
}
