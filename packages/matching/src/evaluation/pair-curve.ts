import { type PairAgreement, pairAgreement, truePairs } from "./agreement.ts";

/** Scored pairs as parallel arrays: records, and the match weight or probability. Each pair once, in either order. */
export type ScoredPairs = { readonly left: Int32Array; readonly right: Int32Array; readonly score: Float64Array };

/** Precision and recall at every distinct score: a pair counts as linked where its score is at least the threshold. */
export type PairCurve = {
  /** Descending and distinct. */
  readonly thresholds: Float64Array;
  /** Pairs linked at each threshold. */
  readonly linkedPairs: Float64Array;
  /** Those of them that are one person. */
  readonly sharedPairs: Float64Array;
  /** Over all records whose truth is known, so that a pair that blocking lost is missed at every threshold. */
  readonly truePairs: number;
};

export type CurvePoint = PairAgreement & { readonly threshold: number };

/**
 * The curve over scored pairs, before any clustering. Pairs with a record whose truth is not known are left out. A
 * score that is NaN links at no threshold. Empty where no pair is left.
 *
 * @throws RangeError where the parallel arrays differ in length
 */
export function pairCurve({ left, right, score }: ScoredPairs, truth: Int32Array): PairCurve {
  if (left.length !== right.length || left.length !== score.length) {
    throw new RangeError(`The arrays of pairs are ${left.length}, ${right.length} and ${score.length} long.`);
  }
  const rightScores = new Float64Array(score.length);
  const wrongScores = new Float64Array(score.length);
  let rights = 0;
  let wrongs = 0;
  for (let pair = 0; pair < score.length; pair++) {
    const a = truth[left[pair] as number] ?? -1;
    const b = truth[right[pair] as number] ?? -1;
    const value = score[pair] as number;
    if (a < 0 || b < 0 || Number.isNaN(value)) continue;
    if (a === b) rightScores[rights++] = value;
    else wrongScores[wrongs++] = value;
  }
  // Two plain numeric sorts and a merge: many times faster than sorting pairs by a comparator.
  const merged = merge(rightScores.subarray(0, rights).sort(), wrongScores.subarray(0, wrongs).sort());
  return { ...merged, truePairs: truePairs(truth) };
}

/** Both ascending; read from their ends, so that the thresholds come out descending. */
function merge(rightScores: Float64Array, wrongScores: Float64Array): Omit<PairCurve, "truePairs"> {
  let fromRight = rightScores.length;
  let fromWrong = wrongScores.length;
  const thresholds = new Float64Array(fromRight + fromWrong);
  const linkedPairs = new Float64Array(thresholds.length);
  const sharedPairs = new Float64Array(thresholds.length);
  let points = 0;
  while (fromRight > 0 || fromWrong > 0) {
    const threshold = Math.max(rightScores[fromRight - 1] ?? -Infinity, wrongScores[fromWrong - 1] ?? -Infinity);
    while (fromRight > 0 && rightScores[fromRight - 1] === threshold) fromRight--;
    while (fromWrong > 0 && wrongScores[fromWrong - 1] === threshold) fromWrong--;
    const shared = rightScores.length - fromRight;
    thresholds[points] = threshold;
    sharedPairs[points] = shared;
    linkedPairs[points] = shared + wrongScores.length - fromWrong;
    points++;
  }
  return {
    thresholds: thresholds.slice(0, points),
    linkedPairs: linkedPairs.slice(0, points),
    sharedPairs: sharedPairs.slice(0, points),
  };
}

/** The agreement where every pair scored at `threshold` or above is linked. */
export function agreementAt(curve: PairCurve, threshold: number): CurvePoint {
  let low = 0;
  let high = curve.thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((curve.thresholds[middle] as number) >= threshold) low = middle + 1;
    else high = middle;
  }
  return { ...agreementOf(curve, low - 1), threshold };
}

/** The point of the highest F1, of equals the one that links least. Undefined where no pair was scored. */
export function bestAgreement(curve: PairCurve): CurvePoint | undefined {
  let best = -1;
  let bestF1 = -1;
  for (let point = 0; point < curve.thresholds.length; point++) {
    const { f1 } = agreementOf(curve, point);
    if (f1 <= bestF1) continue;
    best = point;
    bestF1 = f1;
  }
  return best < 0 ? undefined : { ...agreementOf(curve, best), threshold: curve.thresholds[best] as number };
}

/** -1 is the point before the first, where nothing is linked. */
function agreementOf(curve: PairCurve, point: number): PairAgreement {
  return pairAgreement(curve.linkedPairs[point] ?? 0, curve.truePairs, curve.sharedPairs[point] ?? 0);
}
