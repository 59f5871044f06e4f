/** A level's probabilities: how often two records of one person, and of two, come out at it. */
type Shares = { readonly m: number; readonly u: number };

/** As much as `readModel` lets pass. */
const SUM_TOLERANCE = 0.004;

/**
 * Splink trains each level by itself and takes the median of several sessions, so that a comparison's m, or its u, need
 * not sum to 1, as ours must. They are shared out anew so that they do and every m/u is what it was: with it every weight
 * is. The level `base`, whose u is what term frequencies are measured by, is left alone where that can be.
 * Undefined where no such shares exist; the same levels where nothing is to be done.
 */
export function balanced<L extends Shares>(levels: readonly L[], base: number): readonly L[] | undefined {
  const sum = (side: "m" | "u") => levels.reduce((total, level) => total + level[side], 0);
  if (Math.abs(sum("m") - 1) <= SUM_TOLERANCE && Math.abs(sum("u") - 1) <= SUM_TOLERANCE) return levels;
  return scaled(levels, base) ?? scaled(levels, -1);
}

/**
 * Those of a higher m/u than is to remain are multiplied by one number, those of a lower by another: two equations, for
 * the sum of m and of u, whose one solution is positive where both kinds are there.
 */
function scaled<L extends Shares>(levels: readonly L[], fixed: number): L[] | undefined {
  const { m = 0, u = 0 } = levels[fixed] ?? {};
  const [restM, restU] = [1 - m, 1 - u];
  const isHigh = (level: Shares) => level.m / level.u > restM / restU;
  const [high, low] = [
    { m: 0, u: 0 },
    { m: 0, u: 0 },
  ];
  for (const [at, level] of levels.entries()) {
    if (at === fixed) continue;
    const side = isHigh(level) ? high : low;
    side.m += level.m;
    side.u += level.u;
  }
  const determinant = high.u * low.m - low.u * high.m;
  const highFactor = (restU * low.m - low.u * restM) / determinant;
  const lowFactor = (high.u * restM - high.m * restU) / determinant;
  if (!(highFactor > 0 && lowFactor > 0 && Number.isFinite(highFactor + lowFactor))) return undefined;
  return levels.map((level, at) => {
    if (at === fixed) return level;
    const factor = isHigh(level) ? highFactor : lowFactor;
    return { ...level, m: level.m * factor, u: level.u * factor };
  });
}
