import { z } from "zod";
import defaultParameters from "../models/default.json" with { type: "json" };
import { BUILT_IN_COMPARISONS } from "./comparisons/built-in.ts";
import type { Comparison } from "./comparisons/comparison.ts";
import { TEXT_KINDS, type TextKind, textComparison } from "./comparisons/text.ts";
import { VETOES, type Veto } from "./guards.ts";
import { withOwnVersion } from "./model-version.ts";

/**
 * The parameters of a match model: versioned, immutable data. A decision records `version`, which ends in a hash of the
 * rest: parameters that change are a new model under a new version. A key that nobody knows is refused, as it is a
 * setting that would silently not be heeded.
 */

/** No level of any two populations on earth is rarer; below it weights lose their digits. */
const PROBABILITY_MIN = 1e-20;
const probability = z.number().min(PROBABILITY_MIN).lt(1);

const level = z.strictObject({
  name: z.string(),
  m: probability.describe("How often two records of one person come out at this level, where both state the field."),
  u: probability.describe("How often two records of different persons do."),
  termFrequencyWeight: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("How much the rarity of the value counts: 1 wholly, 0 (or absent) not at all."),
  note: z.string().optional(),
});

const comparison = z.strictObject({
  name: z.string().min(1).describe("One of the built-in ones, or a column of the data whose kind is given."),
  kind: z
    .enum(Object.keys(TEXT_KINDS) as [TextKind, ...TextKind[]])
    .optional()
    .describe("For a column that has no comparison of its own: how it is compared."),
  levels: z.array(level).min(2),
  note: z.string().optional(),
});

const termFrequencies = z.strictObject({
  floor: probability.describe("No value counts as rarer than this."),
  other: probability.describe("The share of people taken for each value that is not listed."),
  frequencies: z.record(z.string(), probability).describe("Share of records by folded value: `oneill`, not `O'Neill`."),
});

const thresholds = z.strictObject({
  linkWeightMin: z.number().describe("A pair is linked without asking from this match weight (bits, prior included)."),
  reviewWeightMin: z.number().describe("A pair is shown to a data manager from this match weight."),
  marginWeightMin: z.number().min(0).describe("By how many bits the best person must lead the second to be linked."),
  note: z.string().optional().describe("Why these."),
});

/** A slope of 0 says that weights tell nothing, a negative one that they mislead: neither is a calibration. */
const CALIBRATION_SLOPE_MIN = 0.001;
const CALIBRATION_SLOPE_MAX = 1000;
const CALIBRATION_INTERCEPT_MAX = 1000;

/** Whether labels gave a calibration that a model may hold: its probabilities rise with the weight. */
export const isSoundCalibration = ({ slope, intercept }: { readonly slope: number; readonly intercept: number }) =>
  slope >= CALIBRATION_SLOPE_MIN && slope <= CALIBRATION_SLOPE_MAX && Math.abs(intercept) <= CALIBRATION_INTERCEPT_MAX;

const matchingModel = z.strictObject({
  schemaVersion: z.int().min(1).max(1),
  version: z
    .string()
    .min(1)
    .describe("A name and a hash of all else that is said here, `name+16 digits`; on reading the hash is put right."),
  source: z.string().min(1).describe("Where the numbers come from."),
  lambda: probability.describe("The share of pairs, drawn at random, that are one person."),
  thresholds,
  calibration: z
    .strictObject({
      slope: z.number().min(CALIBRATION_SLOPE_MIN).max(CALIBRATION_SLOPE_MAX),
      intercept: z.number().min(-CALIBRATION_INTERCEPT_MAX).max(CALIBRATION_INTERCEPT_MAX),
    })
    .optional()
    .describe(
      "What labelled pairs taught: a weight of w bits has the probability 1 / (1 + exp(-(slope w + intercept))).",
    ),
  guards: z
    .array(z.enum(Object.keys(VETOES) as [Veto, ...Veto[]]))
    .describe("What is never linked without a person looking, however high the weight."),
  comparisons: z.array(comparison).min(1),
  termFrequencies: z.record(z.string(), termFrequencies).describe("By comparison."),
});

export type MatchingModel = Immutable<z.infer<typeof matchingModel>>;
type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;

/** The model for UK care records that is used until a region trains its own. Its `source` says where it comes from. */
export const defaultModel: MatchingModel = withOwnVersion(defaultParameters as MatchingModel);

/** The probability that a pair of that match weight, in bits, is one person: the odds themselves, unless labels taught otherwise. */
export function probabilityOf(weight: number, { calibration }: Pick<MatchingModel, "calibration">): number {
  if (calibration === undefined) return 1 / (1 + 2 ** -weight);
  return 1 / (1 + Math.exp(-(calibration.slope * weight + calibration.intercept)));
}

/** The match weight, in bits, from which pairs have that probability. */
export function weightAt(probability: number, { calibration }: Pick<MatchingModel, "calibration">): number {
  const logOdds = Math.log(probability / (1 - probability));
  if (calibration === undefined) return logOdds / Math.LN2;
  return (logOdds - calibration.intercept) / calibration.slope;
}

export type ReadModelResult =
  | { readonly ok: true; readonly model: MatchingModel }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads a model from parsed JSON; all problems are reported together, each with its place. Its version is then its own,
 * also where the file was edited by hand and still bore the old one.
 */
export function readModel(value: unknown): ReadModelResult {
  const parsed = matchingModel.safeParse(value);
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "model"}: ${message}`),
    };
  }
  const problems = [...levelProblems(parsed.data), ...thresholdProblems(parsed.data)];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, model: withOwnVersion(parsed.data) };
}

const BUILT_IN: ReadonlyMap<string, Comparison> = new Map(BUILT_IN_COMPARISONS.map((each) => [each.name, each]));

/**
 * The comparisons of a model, in its order. The extras of a prepared record are in the order of those with a kind.
 * @throws RangeError for a comparison that nobody knows, which `readModel` would have refused.
 */
export function comparisonsOf(model: Pick<MatchingModel, "comparisons">): Comparison[] {
  let extras = 0;
  return model.comparisons.map(({ name, kind }) => {
    const comparison = kind === undefined ? BUILT_IN.get(name) : textComparison(name, kind, extras++);
    if (comparison === undefined) throw new RangeError(`No comparison is called ${name}.`);
    return comparison;
  });
}

/** The probabilities of a comparison's levels are a whole; rounding may leave this much. */
const SUM_TOLERANCE = 0.005;

function levelProblems(model: MatchingModel): string[] {
  const problems: string[] = [];
  for (const [index, { name, kind, levels }] of model.comparisons.entries()) {
    const known = kind === undefined ? BUILT_IN.get(name)?.levels : TEXT_KINDS[kind];
    if (known === undefined) {
      problems.push(`${name}: is none of ${[...BUILT_IN.keys()].join(", ")}, and no kind says how to compare it`);
      continue;
    }
    if (model.comparisons.findIndex((each) => each.name === name) < index) problems.push(`${name}: is there twice`);
    if (levels.map((each) => each.name).join() !== known.join())
      problems.push(`${name}: levels must be ${known.join(", ")}`);
    for (const side of ["m", "u"] as const) {
      const sum = levels.reduce((total, each) => total + each[side], 0);
      if (Math.abs(sum - 1) > SUM_TOLERANCE) problems.push(`${name}: ${side} sums to ${sum.toFixed(4)}, not 1`);
    }
    const isCounted = levels.some((each) => (each.termFrequencyWeight ?? 0) > 0);
    if (isCounted && !Object.hasOwn(model.termFrequencies, name))
      problems.push(`${name}: no term frequencies are kept for it`);
    if (isCounted && kind === undefined && BUILT_IN.get(name)?.frequency === undefined)
      problems.push(`${name}: its values have no terms to count`);
  }
  return problems;
}

function thresholdProblems({ thresholds }: MatchingModel): string[] {
  return thresholds.reviewWeightMin < thresholds.linkWeightMin
    ? []
    : ["thresholds: reviewWeightMin must be below linkWeightMin"];
}

/** The JSON Schema of a model file, for `schemas/matching-model.json`. `readModel` checks more than it can say. */
export function matchingModelJsonSchema(): object {
  return { title: "Chesil matching model", ...z.toJSONSchema(matchingModel, { io: "input" }) };
}
