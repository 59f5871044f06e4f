import type { ReviewReason } from "../decide.ts";
import { type PairGuards, vetoOf } from "../guards.ts";
import { type MatchingModel, probabilityOf } from "../model.ts";
import type { Prepared } from "../prepare.ts";
import { compare, type Evidence, guardedLevels } from "../score.ts";
import { type Change, changesOf } from "./counterfactual.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { sentenceOf } from "./sentence.ts";

/** One step of the waterfall: what a comparison found and how far it moves the total. Weights in bits. */
export type ExplainedComparison = {
  readonly comparison: string;
  /** A level of the comparison, `missing`, or `swapped` for a given name that the family name counts. */
  readonly level: string;
  readonly left?: string | undefined;
  readonly right?: string | undefined;
  /** How often two records of one person, and of two, come out at the level; absent where nothing is compared. */
  readonly m?: number | undefined;
  readonly u?: number | undefined;
  /** log2(m/u). */
  readonly levelWeight: number;
  /** What the rarity of the value adds to it; less than 0 for a common one. */
  readonly frequencyWeight: number;
  /** The match weight and probability of all up to here, the prior included. */
  readonly total: number;
  readonly probability: number;
};

/** What stands between the pair and a link. */
export type Obstacle =
  | { readonly kind: "guard"; readonly guard: NonNullable<Evidence["veto"]> }
  | { readonly kind: "weight"; readonly missingBits: number }
  | { readonly kind: "runner-up"; readonly missingBits: number };

export type Explanation = {
  readonly modelVersion: string;
  readonly prior: number;
  /** Every comparison, in the model's order: `prior` and all their weights add up to `weight`. */
  readonly comparisons: readonly ExplainedComparison[];
  readonly weight: number;
  readonly probability: number;
  readonly outcome: Outcome;
  /** Why a person must look; absent for a link and for two people. */
  readonly why?: ReviewReason | undefined;
  readonly thresholds: MatchingModel["thresholds"];
  /** Why it is not linked, all that apply; none for a link. */
  readonly obstacles: readonly Obstacle[];
  /** The next best person, by how many bits it is behind. */
  readonly runnerUp?: { readonly weight: number; readonly behindBits: number } | undefined;
  /** What alone would alter the outcome: for a comparison its smallest change, then the guard; the best one first. */
  readonly changes: readonly Change[];
  /** The same in a sentence or two of plain English. It quotes values of the records. */
  readonly sentence: string;
};

/**
 * Why two records are, or are not, taken for one person, and what would have to be otherwise. Pure.
 * @param runnerUp the evidence against the next best person, where there is one.
 * @param guards those of the pair among everybody else on file (`GuardsInContext.guardsOf`). Left out: of the two alone.
 */
export function explain(
  a: Prepared,
  b: Prepared,
  model: MatchingModel,
  runnerUp?: Evidence,
  guards: PairGuards = (levels) => vetoOf(levels, model.guards),
): Explanation {
  const compared = compare(a, b, model);
  const evidence = { ...compared, veto: guards(guardedLevels(compared.levels)) };
  const comparisons = waterfall(evidence, model);
  const decided = outcomeOf(evidence, model, runnerUp);
  const changes = changesOf({ a, evidence, runnerUp, model, guards, outcome: decided.outcome });
  const explained = {
    modelVersion: model.version,
    prior: evidence.prior,
    comparisons,
    weight: evidence.weight,
    probability: evidence.probability,
    ...decided,
    thresholds: model.thresholds,
    obstacles: obstaclesOf(evidence, model, runnerUp),
    runnerUp: runnerUp && { weight: runnerUp.weight, behindBits: evidence.weight - runnerUp.weight },
    changes,
  };
  return { ...explained, sentence: sentenceOf(explained) };
}

function waterfall({ levels, prior }: Evidence, model: MatchingModel): ExplainedComparison[] {
  let total = prior;
  return levels.map(({ comparison, level, weight, left, right }, index) => {
    const parameters = model.comparisons[index]?.levels.find(({ name }) => name === level);
    const levelWeight = parameters ? Math.log2(parameters.m / parameters.u) : 0;
    total += weight;
    return {
      comparison,
      level,
      left,
      right,
      m: parameters?.m,
      u: parameters?.u,
      levelWeight,
      frequencyWeight: weight - levelWeight,
      total,
      probability: probabilityOf(total, model),
    };
  });
}

function obstaclesOf(evidence: Evidence, { thresholds }: MatchingModel, runnerUp: Evidence | undefined): Obstacle[] {
  const obstacles: Obstacle[] = [];
  if (evidence.veto) obstacles.push({ kind: "guard", guard: evidence.veto });
  const short = thresholds.linkWeightMin - evidence.weight;
  if (short > 0) obstacles.push({ kind: "weight", missingBits: short });
  const behind = runnerUp ? runnerUp.weight + thresholds.marginWeightMin - evidence.weight : 0;
  if (behind > 0) obstacles.push({ kind: "runner-up", missingBits: behind });
  return obstacles;
}
