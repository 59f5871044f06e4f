import { VETOES, type Veto } from "../guards.ts";
import { comparisonsOf, type MatchingModel } from "../model.ts";
import type { Prepared } from "../prepare.ts";
import { Scorer } from "../scorer.ts";
import type { Parameters } from "../training/parameters.ts";
import { TermCounter, termFrequenciesOf } from "../training/term-frequencies.ts";
import { type BatchData, type ComparisonInUse, comparisonsInUse } from "./batch-data.ts";

/** How far the rarity of the value agreed upon counts, by level: wholly where it is the same value, half where it is near. */
const TERM_FREQUENCY_WEIGHTS: Readonly<Record<string, number>> = {
  exact: 1,
  "exact-default": 1,
  "exact-foreign": 1,
  nickname: 0.5,
  close: 0.5,
  part: 0.5,
};

export type ModelParts = {
  readonly version: string;
  readonly source: string;
  readonly parameters: Parameters;
  /** How many pairs are expected to match. */
  readonly matches: number;
};

/** A model of the parameters learnt, with the rarity of values as the records show it and the policy that suits them. */
export function assembleModel(
  data: BatchData,
  { version, source, matches, parameters: { lambda, m, u } }: ModelParts,
): MatchingModel {
  const { records } = data;
  const inUse = comparisonsInUse(data);
  const comparisons = comparisonsOf({ comparisons: inUse.map((each) => ({ ...each, levels: [] })) });
  const shareOf = (name: string, level: string) => {
    const index = comparisons.findIndex((each) => each.name === name);
    return m[index]?.[comparisons[index]?.levels.indexOf(level) ?? -1];
  };
  const model: MatchingModel = {
    schemaVersion: 1,
    version,
    source,
    lambda,
    ...policyFor(shareOf),
    comparisons: comparisons.map(({ levels, terms }, index) => ({
      ...(inUse[index] as ComparisonInUse),
      levels: levels.map((name, rank) => {
        const weight = terms === undefined ? 0 : (TERM_FREQUENCY_WEIGHTS[name] ?? 0);
        const parameters = { name, m: m[index]?.[rank] ?? 0, u: u[index]?.[rank] ?? 0 };
        return weight > 0 ? { ...parameters, termFrequencyWeight: weight } : parameters;
      }),
    })),
    termFrequencies: {},
  };
  // As yet without the rarity of values, and so slower to take a rare one for a sign of one person.
  const scorer = new Scorer(model);
  const termFrequencies = comparisons.flatMap(({ name, terms }, index) => {
    if (terms === undefined) return [];
    const counter = new TermCounter();
    for (const record of records) counter.add(terms(record));
    const ofSamePerson = ((2 * matches) / Math.max(1, records.length)) * (m[index]?.[0] ?? 0);
    const ofSeveralPersons = (listed: ReadonlySet<string>) => termsOfSeveral({ records, terms, listed, scorer });
    return [[name, termFrequenciesOf(counter.counts(), { ofSamePerson, ofSeveralPersons })] as const];
  });
  return { ...model, termFrequencies: Object.fromEntries(termFrequencies) };
}

type TermSearch = {
  readonly records: readonly Prepared[];
  readonly terms: (record: Prepared) => readonly string[];
  readonly listed: ReadonlySet<string>;
  readonly scorer: Scorer;
};

/**
 * Of the terms those that two persons bear: two of its records are likelier two persons than one. Each record is
 * compared with the first that bears the term, until one differs; for all but a few terms that is the next one.
 */
function termsOfSeveral({ records, terms, listed, scorer }: TermSearch): ReadonlySet<string> {
  const several = new Set<string>();
  const first = new Map<string, Prepared>();
  for (const record of records) {
    for (const term of terms(record)) {
      if (!listed.has(term) || several.has(term)) continue;
      const bearer = first.get(term);
      if (bearer === undefined) first.set(term, record);
      else if (scorer.weigh(bearer, record) < 0) several.add(term);
    }
  }
  return several;
}

/** Where more than so many of one person's records are mistyped, a difference is a sign of dirt and not of two people. */
const MISTYPED_SHARE_MIN = 0.05;
/** Levels at which a value was mistyped. `else` is none: families differ so, and a training that went astray took them. */
const MISTYPED: Readonly<Record<string, readonly string[]>> = {
  givenName: ["close", "similar"],
  birthDate: ["slip", "decade-slip", "day-month-swap"],
};

/**
 * What is linked, and what is never linked without a person, by what the data is. Two NHS numbers are two people
 * everywhere. The other guards read a different given name as a twin and a different birth date as a parent. They stand
 * where records state either, unless the data is seen to be dirty: given names or birth dates mistyped in more than one match
 * of twenty. Where they stand, a link also needs a probability of 0.99. Else every pair is a weighing of errors: linked is
 * what is likelier one person than two.
 * @param shareOf the m of a level; undefined where the records do not state the field.
 */
function policyFor(
  shareOf: (comparison: string, level: string) => number | undefined,
): Pick<MatchingModel, "thresholds" | "guards"> {
  const mistyped = Object.entries(MISTYPED).flatMap(([comparison, levels]) => {
    const shares = levels.flatMap((level) => shareOf(comparison, level) ?? []);
    return shares.length === 0 ? [] : [shares.reduce((sum, share) => sum + share, 0)];
  });
  const isGuarded = mistyped.length > 0 && mistyped.every((share) => share < MISTYPED_SHARE_MIN);
  const thresholds = isGuarded
    ? { linkWeightMin: Math.log2(0.99 / 0.01), reviewWeightMin: 0, marginWeightMin: 5 }
    : { linkWeightMin: 0, reviewWeightMin: -3, marginWeightMin: 3 };
  return { thresholds, guards: isGuarded ? (Object.keys(VETOES) as Veto[]) : ["different-nhs-numbers"] };
}
