/**
 * What one comparison found between two records: a level of its model, or `missing` where a side says nothing, which
 * is evidence of nothing. `left` and `right` are the values as a reviewer should see them.
 */
export type Outcome<Level extends string> = {
  readonly level: Level | "missing";
  readonly left: string | undefined;
  readonly right: string | undefined;
  /** How common the value agreed upon is, as a share of people; absent where the model counts no frequencies. */
  readonly frequency: number | undefined;
};

export function outcome<Level extends string>(
  level: Level,
  left: string | undefined,
  right: string | undefined,
  frequency?: number | undefined,
): Outcome<Level> {
  return { level, left, right, frequency };
}

/** A side says nothing. What the other says is kept for the reviewer. */
export function missing(left: string | undefined, right: string | undefined): Outcome<never> {
  return { level: "missing", left, right, frequency: undefined };
}

/** The share of people who bear a folded name, as the model counts it. */
export type FrequencyOf = (name: string) => number;

/**
 * The best outcome over all values of one side against all of the other: `ranks` are places in the level list, the
 * strongest first, so the lowest wins. The first of equals is kept.
 */
export function bestPair<T>(
  left: readonly T[],
  right: readonly T[],
  rankOf: (left: T, right: T) => number,
): { rank: number; left: T; right: T } | undefined {
  let best: { rank: number; left: T; right: T } | undefined;
  for (const a of left) {
    for (const b of right) {
      const rank = rankOf(a, b);
      if (best === undefined || rank < best.rank) best = { rank, left: a, right: b };
      if (rank === 0) return best;
    }
  }
  return best;
}

/** How the names of one kind are ranked, and by which word their frequency is counted. */
export type NameRanking<T> = {
  readonly rankOf: (left: T, right: T) => number;
  /** Disagreement, where rarity says nothing and is not looked up. */
  readonly rankOfElse: number;
  readonly termOf: (value: T) => string;
};

/**
 * `bestPair` for names: among pairs of one rank the rarest wins, which weighs most. A pair of two unlike names (a slip,
 * a short form) is as common as the commoner of them.
 */
export function rarestPair<T>(
  left: readonly T[],
  right: readonly T[],
  { rankOf, rankOfElse, termOf }: NameRanking<T>,
  frequencyOf: FrequencyOf,
): { rank: number; left: T; right: T; frequency: number | undefined } | undefined {
  const best = bestPair(left, right, rankOf);
  if (best === undefined) return undefined;
  let rarest = { rank: best.rank, left: best.left, right: best.right, frequency: undefined as number | undefined };
  if (best.rank === rankOfElse) return rarest;
  for (const a of left) {
    for (const b of right) {
      if (rankOf(a, b) !== best.rank) continue;
      const frequency = Math.max(frequencyOf(termOf(a)), frequencyOf(termOf(b)));
      if (rarest.frequency !== undefined && frequency >= rarest.frequency) continue;
      rarest = { rank: best.rank, left: a, right: b, frequency };
    }
  }
  return rarest;
}
