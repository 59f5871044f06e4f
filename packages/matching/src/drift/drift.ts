import type { MatchingModel } from "../model.ts";
import type { DriftFigures } from "./figures.ts";
import { type Distribution, PSI_DRIFT_MIN, PSI_WATCH_MIN, populationStability, stabilityByChance } from "./psi.ts";

/**
 * `alike`, `watch`, `drift` by the limits of the index, beyond what chance alone comes to; `few`: too few cases to say.
 */
export type DriftState = "alike" | "watch" | "drift" | "few";

/** How far one distribution is from what it was. */
export type Drift = {
  readonly what: "levels" | "missing" | "candidates" | "clusters" | "decisions";
  /** The comparison; of `missing`, the feed and the field. */
  readonly part: string | null;
  readonly psi: number;
  readonly state: DriftState;
  readonly observed: Distribution;
  readonly expected: Distribution;
};

/** Of fewer cases than this nothing is said. */
const CASES_MIN = 100;

/** Everything that is counted, held against the same of another time. What only one side has any case of is left out. */
export function driftFrom(baseline: DriftFigures, now: DriftFigures): Drift[] {
  const found = [
    ...shared(baseline.levels, now.levels, (comparison, expected, observed) => [
      driftOf("levels", comparison, expected, observed),
    ]),
    ...shared(baseline.missing, now.missing, (feed, expected, observed) =>
      [...new Set([...Object.keys(expected.fields), ...Object.keys(observed.fields)])].sort().map((field) => {
        const split = ({ records, fields }: typeof expected): Distribution => {
          const missing = fields[field] ?? 0;
          return { stated: records - missing, missing };
        };
        return driftOf("missing", `${feed} ${field}`, split(expected), split(observed));
      }),
    ),
    driftOf("candidates", null, baseline.candidates, now.candidates),
    driftOf("clusters", null, baseline.clusters, now.clusters),
    driftOf("decisions", null, { ...baseline.decisions }, { ...now.decisions }),
  ];
  return found.filter(({ expected, observed }) => casesOf(expected) > 0 && casesOf(observed) > 0);
}

/**
 * The levels of links decided, held against m of the model's training. Only where both sides say something, as m is. Links
 * that were decided are likelier to agree than all matches: a hint until there is a week to compare with, not an alarm.
 */
export function driftFromTraining(model: Pick<MatchingModel, "comparisons">, now: DriftFigures): Drift[] {
  return model.comparisons.flatMap(({ name, levels }) => {
    const counted = now.levels[name] ?? {};
    const observed = Object.fromEntries(levels.map((level) => [level.name, counted[level.name] ?? 0]));
    const expected = Object.fromEntries(levels.map((level) => [level.name, level.m]));
    return casesOf(observed) > 0 ? [driftOf("levels", name, expected, observed)] : [];
  });
}

function driftOf(what: Drift["what"], part: string | null, expected: Distribution, observed: Distribution): Drift {
  const psi = populationStability(expected, observed);
  return { what, part, psi, state: stateOf(psi, expected, observed), observed, expected };
}

function stateOf(psi: number, expected: Distribution, observed: Distribution): DriftState {
  const isKnown = Object.values(expected).some((each) => !Number.isInteger(each));
  if (casesOf(observed) < CASES_MIN || (!isKnown && casesOf(expected) < CASES_MIN)) return "few";
  const beyondChance = psi - stabilityByChance(expected, observed);
  if (beyondChance >= PSI_DRIFT_MIN) return "drift";
  return beyondChance >= PSI_WATCH_MIN ? "watch" : "alike";
}

const casesOf = (distribution: Distribution): number =>
  Object.values(distribution).reduce((sum, each) => sum + each, 0);

function shared<Value>(
  one: Readonly<Record<string, Value>>,
  other: Readonly<Record<string, Value>>,
  each: (name: string, one: Value, other: Value) => Drift[],
): Drift[] {
  return Object.keys(one)
    .sort()
    .flatMap((name) => {
      const [a, b] = [one[name], other[name]];
      return a === undefined || b === undefined ? [] : each(name, a, b);
    });
}

/** Of each kind of figure the largest index among those of which enough is known; 0 where none is. */
export function worstDrift(drifts: readonly Drift[]): Readonly<Record<Drift["what"], number>> {
  const worst = { levels: 0, missing: 0, candidates: 0, clusters: 0, decisions: 0 };
  for (const { what, psi, state } of drifts) if (state !== "few") worst[what] = Math.max(worst[what], psi);
  return worst;
}
