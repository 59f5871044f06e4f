import { COUNTED_ELSEWHERE, type Comparison } from "./comparisons/comparison.ts";
import { type GuardedLevels, type Veto, vetoOf } from "./guards.ts";
import { type MatchingModel, probabilityOf } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import { type Scorer, scorerOf } from "./scorer.ts";

/** What one comparison found and what it weighs, in bits: more than 0 for one person, less for two. */
export type LevelEvidence = {
  readonly comparison: string;
  /** A level of the comparison, or `missing`; `swapped` for a given name that the family name already counts. */
  readonly level: string;
  readonly weight: number;
  readonly left?: string | undefined;
  readonly right?: string | undefined;
};

/** Why two records are, or are not, one person: `prior` and the weights of all levels add up to `weight`. */
export type Evidence = {
  /** log2 of the odds that the two are one person. */
  readonly weight: number;
  readonly probability: number;
  /** log2 odds before anything is compared. */
  readonly prior: number;
  readonly modelVersion: string;
  /** Every comparison, in a fixed order. */
  readonly levels: readonly LevelEvidence[];
  /** Why a person must look before the two are linked, however high the weight. */
  readonly veto?: Veto | undefined;
};

/**
 * The evidence that two records are one person, by Fellegi and Sunter. `compare(a, b)` and `compare(b, a)` weigh the
 * same. Pure; the values kept for reviewers are references, not copies.
 */
export function compare(a: Prepared, b: Prepared, model: MatchingModel): Evidence {
  const scorer = scorerOf(model);
  const ranks = scorer.rank(a, b);
  let weight = scorer.prior;
  const levels: LevelEvidence[] = [];
  for (const [index, comparison] of scorer.comparisons.entries()) {
    const bits = scorer.weightAt(index, a, b);
    weight += bits;
    const level = levelName(comparison, ranks[index] ?? -1);
    levels.push({ comparison: comparison.name, level, weight: bits, ...comparison.shown(a, b) });
  }
  return {
    weight,
    probability: probabilityOf(weight, model),
    prior: scorer.prior,
    modelVersion: model.version,
    levels,
    veto: vetoOf(guardedLevels(levels), model.guards),
  };
}

/** The levels that guards read, of the pair last ranked. */
export function levelsOfRanked({ comparisons, ranks }: Scorer): GuardedLevels {
  const found: Record<string, string> = {};
  for (let index = 0; index < ranks.length; index++) {
    const comparison = comparisons[index] as Comparison;
    if (comparison.name in SILENT) found[comparison.name] = levelName(comparison, ranks[index] ?? -1);
  }
  return { ...SILENT, ...found };
}

/** The levels that guards read, of evidence. */
export function guardedLevels(levels: readonly Pick<LevelEvidence, "comparison" | "level">[]): GuardedLevels {
  return { ...SILENT, ...Object.fromEntries(levels.map(({ comparison, level }) => [comparison, level])) };
}

const SILENT: GuardedLevels = {
  nhsNumber: "missing",
  familyName: "missing",
  givenName: "missing",
  birthDate: "missing",
  sex: "missing",
};

const levelName = ({ levels }: Comparison, rank: number): string =>
  levels[rank] ?? (rank === COUNTED_ELSEWHERE ? "swapped" : "missing");
