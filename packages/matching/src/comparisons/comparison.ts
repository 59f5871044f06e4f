import type { Prepared } from "../prepare.ts";

/** A side says nothing, which is evidence of nothing. */
export const MISSING = -1;
/** What the two say is counted by another comparison already; it weighs nothing here. */
export const COUNTED_ELSEWHERE = -2;

/** The share of people who bear a term, as a model counts it. */
export type FrequencyOf = (term: string) => number;

/**
 * One thing that two records may agree upon. Its levels are places in a list, the strongest agreement first and `else`
 * last: a place is all that scoring, training and blocking need, so that a pair costs no allocation.
 */
export type Comparison = {
  readonly name: string;
  readonly levels: readonly string[];
  /** The place of the level that two records come out at, the same from both sides; or MISSING, or COUNTED_ELSEWHERE. */
  rank(a: Prepared, b: Prepared): number;
  /** The two values that the rank came of, as a reviewer should see them. */
  shown(a: Prepared, b: Prepared): Shown;
  /** How common is what the two agree upon at that rank; absent where no term can be counted. */
  readonly frequency?: (a: Prepared, b: Prepared, rank: number, frequencyOf: FrequencyOf) => number;
  /** The terms that a record brings to the counting of frequencies. */
  readonly terms?: (record: Prepared) => readonly string[];
};

type Shown = { readonly left: string | undefined; readonly right: string | undefined };

type Field<V> = {
  readonly name: string;
  readonly levels: readonly string[];
  /** The level of two values, or MISSING where they say nothing of each other. */
  readonly rankOf: (left: V, right: V) => number;
  readonly textOf: (value: V) => string;
  /** By which word the rarity of a value is counted. */
  readonly termOf?: (value: V) => string;
};

/** Compares a field of which a record states one value. */
export function oneValue<V>(field: Field<V> & { readonly of: (record: Prepared) => V | undefined }): Comparison {
  const { name, levels, of, rankOf, textOf, termOf } = field;
  const text = (value: V | undefined) => (value === undefined ? undefined : textOf(value));
  return {
    name,
    levels,
    rank(a, b) {
      const left = of(a);
      const right = of(b);
      return left === undefined || right === undefined ? MISSING : rankOf(left, right);
    },
    shown: (a, b) => ({ left: text(of(a)), right: text(of(b)) }),
    ...(termOf && {
      frequency(a, b, _rank, frequencyOf) {
        const [left, right] = [of(a), of(b)];
        if (left === undefined || right === undefined) return 1;
        return commoner(termOf(left), termOf(right), frequencyOf);
      },
      terms(record) {
        const value = of(record);
        return value === undefined ? [] : [termOf(value)];
      },
    }),
  };
}

/**
 * Compares a field of which a record may state several values, present and former: the closest pair counts.
 * @param field its `rank` is written out beside each field, by `bestRank`, as a function that is compiled for all fields
 * at once takes twice as long.
 */
export function anyValue<V>(
  field: Field<V> & Pick<Comparison, "rank"> & { readonly of: (record: Prepared) => readonly V[] },
): Comparison {
  const { name, levels, of, rank, rankOf, textOf, termOf } = field;
  return {
    name,
    levels,
    rank,
    shown(a, b) {
      const [left, right] = [of(a), of(b)];
      const best = bestRank(left, right, rankOf);
      for (const one of left)
        for (const other of right) if (rankOf(one, other) === best) return { left: textOf(one), right: textOf(other) };
      return { left: left[0] && textOf(left[0]), right: right[0] && textOf(right[0]) };
    },
    ...(termOf && {
      frequency(a, b, rank, frequencyOf) {
        const [left, right] = [of(a), of(b)];
        if (left.length === 1 && right.length === 1)
          return commoner(termOf(left[0] as V), termOf(right[0] as V), frequencyOf);
        return rarest(left, right, { rankOf, termOf, rank, frequencyOf });
      },
      terms: (record) => of(record).map(termOf),
    }),
  };
}

/** The lowest rank over all pairs: the strongest agreement. */
export function bestRank<V>(left: readonly V[], right: readonly V[], rankOf: (a: V, b: V) => number): number {
  if (left.length === 1 && right.length === 1) return rankOf(left[0] as V, right[0] as V);
  let best = MISSING;
  for (let i = 0; i < left.length; i++) {
    for (let j = 0; j < right.length; j++) {
      const rank = rankOf(left[i] as V, right[j] as V);
      if (rank === 0) return 0;
      if (rank >= 0 && (best < 0 || rank < best)) best = rank;
    }
  }
  return best;
}

type Rarity<V> = {
  readonly rankOf: (a: V, b: V) => number;
  readonly termOf: (value: V) => string;
  readonly rank: number;
  readonly frequencyOf: FrequencyOf;
};

/** A pair of two unlike values (a slip, a short form) is as common as the commoner of them. */
function commoner(left: string, right: string, frequencyOf: FrequencyOf): number {
  const frequency = frequencyOf(left);
  return left === right ? frequency : Math.max(frequency, frequencyOf(right));
}

/** Among pairs of the rank the rarest counts, which weighs most. */
function rarest<V>(left: readonly V[], right: readonly V[], { rankOf, termOf, rank, frequencyOf }: Rarity<V>): number {
  let least = 1;
  for (const one of left) {
    for (const other of right) {
      if (rankOf(one, other) !== rank) continue;
      least = Math.min(least, commoner(termOf(one), termOf(other), frequencyOf));
    }
  }
  return least;
}
