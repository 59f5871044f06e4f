import { type Comparison, type FrequencyOf, MISSING } from "./comparisons/comparison.ts";
import { comparisonsOf, type MatchingModel } from "./model.ts";
import type { Prepared } from "./prepare.ts";

/** What a level weighs, in bits, and how far the rarity of the value agreed upon moves it. */
type Level = { readonly weight: number; readonly termFrequencyWeight: number };

type Weighed = {
  readonly comparison: Comparison;
  readonly levels: readonly Level[];
  /** u of the exact level, the average over all values; and the least frequency that counts. */
  readonly exactU: number;
  readonly floor: number;
  readonly frequencyOf: FrequencyOf | undefined;
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
  readonly #weighed: readonly Weighed[];

  /** @throws RangeError for a model that `readModel` would have refused. */
  constructor(model: MatchingModel) {
    this.model = model;
    this.prior = Math.log2(model.lambda / (1 - model.lambda));
    this.comparisons = comparisonsOf(model);
    this.ranks = new Int8Array(this.comparisons.length);
    this.#weighed = this.comparisons.map((comparison, index) => weighed(model, comparison, index));
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
    this.rank(a, b);
    let weight = this.prior;
    for (let index = 0; index < this.ranks.length; index++) weight += this.weightAt(index, a, b);
    return weight;
  }

  /** What one comparison of the pair last ranked weighs: log2(m/u), for a value by its rarity; 0 where a side is silent. */
  weightAt(index: number, a: Prepared, b: Prepared): number {
    const rank = this.ranks[index] ?? MISSING;
    if (rank < 0) return 0;
    const { comparison, levels, exactU, floor, frequencyOf } = this.#weighed[index] as Weighed;
    const { weight, termFrequencyWeight } = levels[rank] as Level;
    if (termFrequencyWeight === 0 || frequencyOf === undefined || !comparison.frequency) return weight;
    const frequency = comparison.frequency(a, b, rank, frequencyOf);
    return weight + termFrequencyWeight * Math.log2(exactU / Math.max(frequency, floor));
  }
}

function weighed(model: MatchingModel, comparison: Comparison, index: number): Weighed {
  const parameters = model.comparisons[index]?.levels ?? [];
  const levels = parameters.map(({ m, u, termFrequencyWeight = 0 }) => ({
    weight: Math.log2(m / u),
    termFrequencyWeight,
  }));
  const bad = comparison.levels.find((_, rank) => !Number.isFinite(levels[rank]?.weight));
  if (bad !== undefined)
    throw new RangeError(`model ${model.version} has no finite weight for ${comparison.name}.${bad}`);
  const terms = model.termFrequencies[comparison.name];
  return {
    comparison,
    levels,
    exactU: parameters[0]?.u ?? 1,
    floor: terms?.floor ?? 1,
    frequencyOf: terms && frequencyIn(terms),
  };
}

function frequencyIn({ frequencies, other }: MatchingModel["termFrequencies"][string]): FrequencyOf {
  const table = new Map(Object.entries(frequencies));
  return (term) => table.get(term) ?? other;
}
