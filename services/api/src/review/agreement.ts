import type { Verdict } from "@chesil/store";

/** How far two reviewers agree who judge the same questions without seeing each other. */
export type Agreement = {
  readonly pairs: number;
  /** The share of the pairs that agree; null without a pair. */
  readonly rate: number | null;
  /**
   * Cohen's kappa (Educational and Psychological Measurement 20, 1960): (p - e) / (1 - e), where p is the rate and e what
   * two who draw by chance, each as often as they gave each verdict, would agree on. 1: always; 0: as by chance. Null
   * without a pair, and where both gave one verdict only: chance would agree always, so nothing is measured.
   */
  readonly kappa: number | null;
};

export function agreementOf(pairs: readonly (readonly [Verdict, Verdict])[]): Agreement {
  const count = pairs.length;
  if (count === 0) return { pairs: 0, rate: null, kappa: null };
  const agreed = pairs.filter(([first, second]) => first === second).length;
  const verdicts = [...new Set(pairs.flat())];
  const times = (place: 0 | 1, verdict: Verdict) => pairs.filter((pair) => pair[place] === verdict).length;
  // In whole numbers until the end: one pair more or less must not hide in rounding.
  const byChance = verdicts.reduce((sum, verdict) => sum + times(0, verdict) * times(1, verdict), 0);
  const certain = count * count;
  const kappa = byChance === certain ? null : (agreed * count - byChance) / (certain - byChance);
  return { pairs: count, rate: agreed / count, kappa };
}
