import type { Comparison, FrequencyOf } from "./comparisons/comparison.ts";
import { comparisonsOf, type MatchingModel } from "./model.ts";
import type { Prepared } from "./prepare.ts";

/** How common the values of a comparison are. */
type Terms = {
  /** u of the exact level, the average over all values; and the least frequency that counts. */
  readonly exactU: number;
  readonly floor: number;
  readonly frequencyOf: FrequencyOf;
};

const scorers = new WeakMap<MatchingModel, Scorer>();

/** The scorer of a model, worked out once per model object. */
export function scorerOf(model: MatchingModel): Scorer {
  let scorer = scorers.get(model);
  if (!scorer) {
    scorer = new Scorer(model);
    scorers.set(model, scorer);
  }
  return scorer;
}

/**
 * A model worked out for scoring by Fellegi and Sunter: a pair's ranks are looked up as weights and summed, in bits.
 * Pure but for its scratch: `ranks` holds what the last pair came out at.
 */
export class Scorer {
  readonly model: MatchingModel;
  /** log2 of the odds that two records drawn at random are one person. */
  readonly prior: number;
  readonly comparisons: readonly Comparison[];
  /** By comparison, the rank of the pair last ranked. */
  readonly ranks: Int8Array;
  /** By comparison and rank, row by row: what a level weighs, in bits, and how far the rarity of the value moves it. */
  readonly #weights: Float64Array;
  readonly #rarityShares: Float64Array;
  readonly #levelsMax: number;
  readonly #terms: readonly (Terms | undefined)[];

  /** @throws RangeError for a model that `readModel` would have refused. */
  constructor(model: MatchingModel) {
    this.model = model;
    this.prior = Math.log2(model.lambda / (1 - model.lambda));
    this.comparisons = comparisonsOf(model);
    this.ranks = new Int8Array(this.comparisons.length);
    this.#levelsMax = Math.max(...this.comparisons.map(({ levels }) => levels.length));
    this.#weights = new Float64Array(this.comparisons.length * this.#levelsMax);
    this.#rarityShares = new Float64Array(this.#weights.length);
    for (const [index, comparison] of this.comparisons.entries()) {
      for (const [rank, level] of comparison.levels.entries()) {
        const { m, u, termFrequencyWeight = 0 } = model.comparisons[index]?.levels[rank] ?? { m: 0, u: 0 };
        const weight = Math.log2(m / u);
        if (!Number.isFinite(weight))
          throw new RangeError(`model ${model.version} has no finite weight for ${comparison.name}.${level}`);
        this.#weights[index * this.#levelsMax + rank] = weight;
        this.#rarityShares[index * this.#levelsMax + rank] = termFrequencyWeight;
      }
    }
    this.#terms = this.comparisons.map((_, index) => termsOf(model, index));
  }

  /** The ranks of a pair, by comparison; overwritten by the next. */
  rank(a: Prepared, b: Prepared): Int8Array {
    const { comparisons, ranks } = this;
    for (let index = 0; index < comparisons.length; index++)
      ranks[index] = (comparisons[index] as Comparison).rank(a, b);
    return ranks;
  }

  /** The match weight of a pair: the prior and what every comparison weighs, in bits. */
  weigh(a: Prepared, b: Prepared): number {
    const ranks = this.rank(a, b);
    let weight = this.prior;
    for (let index = 0; index < ranks.length; index++) weight += this.weightAt(index, a, b);
    return weight;
  }

  /** What one comparison of the pair last ranked weighs: log2(m/u), for a value by its rarity; 0 where a side is silent. */
  weightAt(index: number, a: Prepared, b: Prepared): number {
    const rank = this.ranks[index] as number;
    if (rank < 0) return 0;
    const place = index * this.#levelsMax + rank;
    const weight = this.#weights[place] as number;
    const rarityShare = this.#rarityShares[place] as number;
    return rarityShare === 0 ? weight : weight + rarityShare * this.#rarityAt(index, rank, a, b);
  }

  /** By how many bits the value agreed upon is rarer than the average one. */
  #rarityAt(index: number, rank: number, a: Prepared, b: Prepared): number {
    const { frequency } = this.comparisons[index] as Comparison;
    const terms = this.#terms[index];
    if (terms === undefined || frequency === undefined) return 0;
    return Math.log2(terms.exactU / Math.max(frequency(a, b, rank, terms.frequencyOf), terms.floor));
  }
}

function termsOf(model: MatchingModel, index: number): Terms | undefined {
  const comparison = model.comparisons[index];
  const terms = comparison && model.termFrequencies[comparison.name];
  if (!comparison || !terms) return undefined;
  const { floor, other, frequencies } = terms;
  const table = new Map(Object.entries(frequencies));
  return { exactU: comparison.levels[0]?.u ?? 1, floor, frequencyOf: (term) => table.get(term) ?? other };
}
