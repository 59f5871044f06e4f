import type { FrequencyOf } from "./comparisons/outcome.ts";
import { COMPARISON_LEVELS, type ComparisonName } from "./levels.ts";
import type { MatchingModel } from "./model.ts";

/** The weight of one level: log2(m/u), and what its adjustment for the rarity of a value is measured against. */
export type LevelWeight = {
  readonly weight: number;
  readonly termFrequencyWeight: number;
  /** u of the exact level, the average over all names; and the least frequency that counts. */
  readonly exactU: number;
  readonly floor: number;
};
export type LevelWeights = ReadonlyMap<string, LevelWeight>;

/** A model worked out for scoring, once per model object. */
export type Weights = {
  readonly prior: number;
  readonly levels: { readonly [C in ComparisonName]: LevelWeights };
  readonly frequencyOf: { readonly family: FrequencyOf; readonly given: FrequencyOf };
};

const worked = new WeakMap<MatchingModel, Weights>();

/** The weights of a model. Throws a RangeError for a model that lacks a level, which `readModel` would have refused. */
export function weightsOf(model: MatchingModel): Weights {
  let weights = worked.get(model);
  if (!weights) {
    weights = workOut(model);
    worked.set(model, weights);
  }
  return weights;
}

function workOut(model: MatchingModel): Weights {
  const names = Object.keys(COMPARISON_LEVELS) as ComparisonName[];
  const { familyName, givenName } = model.termFrequencies;
  return {
    prior: Math.log2(model.lambda / (1 - model.lambda)),
    levels: Object.fromEntries(names.map((name) => [name, levelsOf(model, name)])) as Weights["levels"],
    frequencyOf: { family: frequencyIn(familyName), given: frequencyIn(givenName) },
  };
}

function levelsOf(model: MatchingModel, name: ComparisonName): LevelWeights {
  const levels = model.comparisons.find((comparison) => comparison.name === name)?.levels ?? [];
  const exactU = levels[0]?.u ?? 1;
  const floor = name === "familyName" || name === "givenName" ? model.termFrequencies[name].floor : 1;
  const weights = new Map(
    levels.map(({ name: level, m, u, termFrequencyWeight = 0 }) => [
      level,
      { weight: Math.log2(m / u), termFrequencyWeight, exactU, floor },
    ]),
  );
  for (const level of COMPARISON_LEVELS[name]) {
    if (!Number.isFinite(weights.get(level)?.weight)) {
      throw new RangeError(`model ${model.version} has no finite weight for ${name}.${level}`);
    }
  }
  return weights;
}

type TermFrequencies = MatchingModel["termFrequencies"]["familyName"];

function frequencyIn({ frequencies, other }: TermFrequencies): FrequencyOf {
  const table = new Map(Object.entries(frequencies));
  return (name) => table.get(name) ?? other;
}
