/** How often a field agrees between records of one person (m) and of two (u). */
export type FieldOdds = { readonly m: number; readonly u: number };

/** All pairs of so many records are counted; the description allows 50,000, which is 1.2 thousand million pairs. */
const SAMPLE_MAX = 6_000;
const ITERATIONS_MAX = 100;
const LAMBDA = 1 / 2_000_000;
const SETTLED = 1e-7;
const ODDS_MIN = 1e-7;
/** Before the first round: a field of one person mostly agrees. */
const FIRST_M = 0.9;

/**
 * m and u of each field by expectation maximisation over all pairs of a sample, two values agreeing only when equal,
 * with the share of matching pairs fixed. A field that either side lacks says nothing.
 *
 * @param columns for each field the value of each record as a number, 0 for none
 */
export function learnOdds(columns: readonly Int32Array[]): FieldOdds[] {
  const patterns = countPatterns(columns);
  let odds = columns.map((_, field) => ({ m: FIRST_M, u: shareThatAgrees(patterns, field) }));
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
    const next = maximise(patterns, odds);
    const moved = next.reduce((most, { m, u }, field) => {
      const before = odds[field] ?? { m, u };
      return Math.max(most, Math.abs(m - before.m), Math.abs(u - before.u));
    }, 0);
    odds = next;
    if (moved < SETTLED) break;
  }
  return odds;
}

/** A pattern is one digit a field: 0 missing, 1 different, 2 equal. */
type Patterns = readonly { readonly digits: Uint8Array; readonly count: number }[];

function countPatterns(columns: readonly Int32Array[]): Patterns {
  const size = columns[0]?.length ?? 0;
  const step = Math.max(1, Math.ceil(size / SAMPLE_MAX));
  const sampled = columns.map((column) => column.filter((_, place) => place % step === 0));
  const counts = new Float64Array(3 ** columns.length);
  const rows = sampled[0]?.length ?? 0;
  for (let left = 1; left < rows; left++) {
    for (let right = 0; right < left; right++) {
      let pattern = 0;
      for (let field = sampled.length - 1; field >= 0; field--) {
        const column = sampled[field] as Int32Array;
        const a = column[left];
        const b = column[right];
        pattern = pattern * 3 + (a === 0 || b === 0 ? 0 : a === b ? 2 : 1);
      }
      counts[pattern] = (counts[pattern] ?? 0) + 1;
    }
  }
  const patterns: { digits: Uint8Array; count: number }[] = [];
  counts.forEach((count, pattern) => {
    if (count === 0) return;
    const digits = Uint8Array.from(columns, (_, field) => Math.floor(pattern / 3 ** field) % 3);
    patterns.push({ digits, count });
  });
  return patterns;
}

function shareThatAgrees(patterns: Patterns, field: number): number {
  let [agree, known] = [0, 0];
  for (const { digits, count } of patterns) {
    if (digits[field] !== 0) known += count;
    if (digits[field] === 2) agree += count;
  }
  return bounded(agree / known);
}

/** One round: each pattern is a match with the odds of now; the odds of next are what matches and strangers then show. */
function maximise(patterns: Patterns, odds: readonly FieldOdds[]): FieldOdds[] {
  const sums = odds.map(() => ({ mAgree: 0, mKnown: 0, uAgree: 0, uKnown: 0 }));
  for (const { digits, count } of patterns) {
    let ifMatch = LAMBDA;
    let ifNot = 1 - LAMBDA;
    for (const [field, { m, u }] of odds.entries()) {
      if (digits[field] === 0) continue;
      ifMatch *= digits[field] === 2 ? m : 1 - m;
      ifNot *= digits[field] === 2 ? u : 1 - u;
    }
    const matching = (count * ifMatch) / (ifMatch + ifNot);
    for (const [field, sum] of sums.entries()) {
      if (digits[field] === 0) continue;
      sum.mKnown += matching;
      sum.uKnown += count - matching;
      if (digits[field] !== 2) continue;
      sum.mAgree += matching;
      sum.uAgree += count - matching;
    }
  }
  return sums.map(({ mAgree, mKnown, uAgree, uKnown }) => ({
    m: bounded(mAgree / mKnown),
    u: bounded(uAgree / uKnown),
  }));
}

/** Never 0 or 1, whose logarithms are no number; one half where nothing was seen. */
const bounded = (share: number): number =>
  Number.isNaN(share) ? 0.5 : Math.min(1 - ODDS_MIN, Math.max(ODDS_MIN, share));
