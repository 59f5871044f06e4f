import type { Prepared } from "../prepare.ts";
import type { Distribution } from "./psi.ts";

/** What some days' decisions looked like, as counts, so that days add up. */
export type DriftFigures = {
  /** By comparison: how many of the links that the model decided stood at each level. */
  readonly levels: Readonly<Record<string, Distribution>>;
  /** By feed: new records that were looked at, and of each field how many said nothing. */
  readonly missing: Readonly<Record<string, { readonly records: number; readonly fields: Distribution }>>;
  /** New records by how many they were compared to, in steps. */
  readonly candidates: Distribution;
  /** Those new records, and all that they were compared to. */
  readonly compared: { readonly records: number; readonly candidates: number };
  /** Persons with whom anything happened, by their records, in steps. */
  readonly clusters: Distribution;
  /** New records that were linked, or nobody known; and questions. */
  readonly decisions: { readonly linked: number; readonly alone: number; readonly asked: number };
};

export const NO_FIGURES: DriftFigures = {
  levels: {},
  missing: {},
  candidates: {},
  compared: { records: 0, candidates: 0 },
  clusters: {},
  decisions: { linked: 0, alone: 0, asked: 0 },
};

/** The figures of several days together. */
export function sumOfFigures(days: readonly DriftFigures[]): DriftFigures {
  return days.reduce(
    (sum, day) => ({
      levels: merged(sum.levels, day.levels, added),
      missing: merged(sum.missing, day.missing, (one, other) => ({
        records: one.records + other.records,
        fields: added(one.fields, other.fields),
      })),
      candidates: added(sum.candidates, day.candidates),
      compared: {
        records: sum.compared.records + day.compared.records,
        candidates: sum.compared.candidates + day.compared.candidates,
      },
      clusters: added(sum.clusters, day.clusters),
      decisions: {
        linked: sum.decisions.linked + day.decisions.linked,
        alone: sum.decisions.alone + day.decisions.alone,
        asked: sum.decisions.asked + day.decisions.asked,
      },
    }),
    NO_FIGURES,
  );
}

const added = (one: Distribution, other: Distribution): Distribution => merged(one, other, (a, b) => a + b);

function merged<Value>(
  one: Readonly<Record<string, Value>>,
  other: Readonly<Record<string, Value>>,
  join: (a: Value, b: Value) => Value,
): Record<string, Value> {
  const sum: Record<string, Value> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const known = sum[name];
    sum[name] = known === undefined ? value : join(known, value);
  }
  return sum;
}

/** The lowest number of each step; the last has no end. */
const CANDIDATE_STEPS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const CLUSTER_STEPS = [1, 2, 3, 4, 5, 10, 20, 50];

/** Numbers as counts by step, each named by its lowest number, so that they can be put in order again. */
function inSteps(steps: readonly number[], numbers: Iterable<readonly [number, number]>): Distribution {
  const counts: Record<string, number> = {};
  for (const [number, times] of numbers) {
    const step = String(steps.findLast((lowest) => lowest <= number) ?? steps[0]);
    counts[step] = (counts[step] ?? 0) + times;
  }
  return counts;
}

/** @param numbers candidates of each record. */
export const candidateSteps = (numbers: readonly number[]): Distribution =>
  inSteps(
    CANDIDATE_STEPS,
    numbers.map((number) => [number, 1]),
  );

export const clusterSteps = (sizes: readonly { readonly size: number; readonly persons: number }[]): Distribution =>
  inSteps(
    CLUSTER_STEPS,
    sizes.map(({ size, persons }) => [size, persons]),
  );

/** The lowest number of the step in which the given share of cases is reached; undefined where there is none. */
function stepAt(distribution: Distribution, share: number): number | undefined {
  const steps = Object.entries(distribution).sort(([a], [b]) => Number(a) - Number(b));
  const total = steps.reduce((sum, [, cases]) => sum + cases, 0);
  let reached = 0;
  for (const [step, cases] of steps) {
    reached += cases;
    if (total > 0 && reached >= share * total) return Number(step);
  }
  return undefined;
}

/** The fields of which a record says nothing that can be compared. */
export function missingFields(record: Prepared): string[] {
  return Object.entries(SAYS).flatMap(([field, says]) => (says(record) ? [] : [field]));
}

const SAYS: Readonly<Record<string, (record: Prepared) => boolean>> = {
  nhsNumber: ({ nhsNumber }) => nhsNumber !== undefined,
  familyName: ({ families }) => families.length > 0,
  givenName: ({ givens }) => givens.length > 0,
  birthDate: ({ birthDate }) => birthDate !== undefined,
  sex: ({ sex }) => sex !== undefined,
  postcode: ({ postcodes }) => postcodes.length > 0,
  address: ({ addresses }) => addresses.length > 0,
  phone: ({ phones }) => phones.length > 0,
  email: ({ emails }) => emails.length > 0,
  practice: ({ practice }) => practice !== undefined,
};

/** The figures as rates; null where nothing was counted. */
export type DriftRates = {
  /** Of new records and questions together: what was linked, was nobody known, and was asked about. */
  readonly linked: number | null;
  readonly alone: number | null;
  readonly asked: number | null;
  readonly candidatesMean: number | null;
  /** 99 of 100 new records were compared to no more than the step that begins here. */
  readonly candidatesP99: number | null;
};

export function ratesOf({ decisions, candidates, compared }: DriftFigures): DriftRates {
  const { linked, alone, asked } = decisions;
  const all = linked + alone + asked;
  const rate = (of: number) => (all === 0 ? null : of / all);
  return {
    linked: rate(linked),
    alone: rate(alone),
    asked: rate(asked),
    candidatesMean: compared.records === 0 ? null : compared.candidates / compared.records,
    candidatesP99: stepAt(candidates, 0.99) ?? null,
  };
}
