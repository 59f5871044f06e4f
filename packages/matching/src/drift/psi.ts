/** Counts, or shares, by name. */
export type Distribution = Readonly<Record<string, number>>;

/** Below this two distributions count as alike; above the second one as plainly different (Siddiqi, Credit Risk Scorecards, 2006). */
export const PSI_WATCH_MIN = 0.1;
export const PSI_DRIFT_MIN = 0.25;

/** No class is empty of a distribution that was only counted: half a case more of each keeps logarithms finite. */
const HALF_A_CASE = 0.5;
/** What a distribution counts for that was not counted but is known, as the shares of a model are. */
const CASES_OF_SHARES = 10_000;

/**
 * The population stability index of two distributions over the same classes: the sum over classes of
 * (p - q) ln(p / q), which is the symmetric Kullback-Leibler divergence, in nats. 0: alike; it does not matter which is
 * first. Counts are smoothed by half a case a class. Where a side counted nothing there is nothing to say: 0.
 */
export function populationStability(one: Distribution, other: Distribution): number {
  const classes = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const [p, q] = [sharesOf(one, classes), sharesOf(other, classes)];
  if (p === undefined || q === undefined) return 0;
  return classes.reduce((sum, _, at) => {
    const [a, b] = [p[at] as number, q[at] as number];
    return sum + (a - b) * Math.log(a / b);
  }, 0);
}

/**
 * What the index of two samples of one and the same distribution comes to by chance alone, in the mean: (classes - 1)
 * (1/n + 1/m) (Yurdakul, Statistical Properties of Population Stability Index, 2018).
 */
export function stabilityByChance(one: Distribution, other: Distribution): number {
  const classes = new Set([...Object.keys(one), ...Object.keys(other)]).size;
  const [n, m] = [casesOf(one), casesOf(other)];
  return n === 0 || m === 0 ? 0 : (classes - 1) * (1 / n + 1 / m);
}

function sharesOf(distribution: Distribution, classes: readonly string[]): number[] | undefined {
  const cases = casesOf(distribution);
  if (cases === 0) return undefined;
  const scale = isOfShares(distribution) ? CASES_OF_SHARES : 1;
  const smoothed = classes.map((name) => (distribution[name] ?? 0) * scale + HALF_A_CASE);
  const total = smoothed.reduce((sum, each) => sum + each, 0);
  return smoothed.map((each) => each / total);
}

const totalOf = (distribution: Distribution): number =>
  Object.values(distribution).reduce((sum, each) => sum + each, 0);

/** Shares add up to 1, but for rounding; counts are whole. */
const isOfShares = (distribution: Distribution): boolean =>
  Object.values(distribution).some((each) => !Number.isInteger(each));

const casesOf = (distribution: Distribution): number =>
  isOfShares(distribution) ? CASES_OF_SHARES : totalOf(distribution);
