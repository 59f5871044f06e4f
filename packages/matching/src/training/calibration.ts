import { sigmoid } from "./parameters.ts";

/** A pair that somebody judged: its match weight in bits, and whether it is a match. `count` pairs alike are one. */
export type LabelledWeight = { readonly weight: number; readonly isMatch: boolean; readonly count?: number };

/** The probability of a match at a weight. Never falls as the weight rises. */
export type Calibration = (weight: number) => number;

/** A run of weights that share one probability, lowest first. */
export type Step = { readonly weight: number; readonly probability: number; readonly count: number };

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955): the rising steps that fit the labels best.
 * Makes no assumption on the shape, and wants some hundreds of labels. Equal weights are one step. Weights that are not
 * numbers are left out.
 */
export function isotonicSteps(labels: readonly LabelledWeight[]): Step[] {
  return pooled(grouped(labels));
}

/** Steps in the order of weight, with every fall between two of them pooled into their mean. */
export function pooled(points: readonly Step[]): Step[] {
  const blocks: { steps: Step[]; sum: number; count: number }[] = [];
  for (const point of points) {
    let block = { steps: [point], sum: point.probability * point.count, count: point.count };
    for (let last = blocks.at(-1); last && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block = { steps: [...last.steps, ...block.steps], sum: last.sum + block.sum, count: last.count + block.count };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ steps, sum, count }) => steps.map((step) => ({ ...step, probability: sum / count })));
}

function grouped(labels: readonly LabelledWeight[]): Step[] {
  const byWeight = new Map<number, { matches: number; count: number }>();
  for (const { weight, isMatch, count = 1 } of labels) {
    if (Number.isNaN(weight) || !(count > 0)) continue;
    const group = byWeight.get(weight) ?? { matches: 0, count: 0 };
    byWeight.set(weight, { matches: group.matches + (isMatch ? count : 0), count: group.count + count });
  }
  return [...byWeight]
    .sort(([a], [b]) => a - b)
    .map(([weight, { matches, count }]) => ({ weight, probability: matches / count, count }));
}

/**
 * Steps as a calibration: straight between them, level beyond the last. Kept off 0 and 1 by half a pair, as no number
 * of labels makes sure. Without labels every pair is even.
 */
export function isotonicCalibration(labels: readonly LabelledWeight[]): Calibration {
  const steps = isotonicSteps(labels);
  const total = steps.reduce((sum, { count }) => sum + count, 0);
  const margin = 0.5 / (total + 1);
  const bounded = (probability: number) => Math.min(1 - margin, Math.max(margin, probability));
  return (weight) => {
    const after = firstAbove(steps, weight);
    const [low, high] = [steps[after - 1], steps[after]];
    if (!low || !high) return bounded((low ?? high)?.probability ?? 0.5);
    const part = (weight - low.weight) / (high.weight - low.weight);
    const share = Number.isFinite(part) ? part : 0;
    return bounded(low.probability + share * (high.probability - low.probability));
  };
}

function firstAbove(steps: readonly Step[], weight: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] as Step).weight > weight) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The probability is 1 / (1 + e^-(slope * weight + intercept)). The slope is never negative. */
export type PlattScaling = { readonly slope: number; readonly intercept: number };

const NEWTON_STEPS_MAX = 100;
const HALVINGS_MAX = 30;
/** A little of each slope's square is charged, so that labels which a weight parts wholly still give a finite slope. */
const RIDGE = 1e-4;

/**
 * Platt scaling (1999), with his smoothed targets and the fitting of Lin, Lin and Weng (2007): two numbers only, so some
 * dozens of labels do. Weights are in bits; an uncalibrated model is slope ln 2 and intercept 0.
 */
export function plattScaling(labels: readonly LabelledWeight[]): PlattScaling {
  const known = labels.filter(({ weight, count = 1 }) => Number.isFinite(weight) && count > 0);
  const total = (isMatch: boolean) =>
    known.reduce((sum, label) => sum + (label.isMatch === isMatch ? (label.count ?? 1) : 0), 0);
  const [matches, others] = [total(true), total(false)];
  if (matches === 0 || others === 0) return { slope: Math.LN2, intercept: 0 };
  const target = { match: (matches + 1) / (matches + 2), other: 1 / (others + 2) };
  const loss = ({ slope, intercept }: PlattScaling) =>
    known.reduce(
      (sum, { weight, isMatch, count = 1 }) => {
        const logOdds = slope * weight + intercept;
        const wanted = isMatch ? target.match : target.other;
        return sum + count * (Math.max(logOdds, 0) - wanted * logOdds + Math.log1p(Math.exp(-Math.abs(logOdds))));
      },
      (RIDGE / 2) * slope * slope,
    );
  let scaling: PlattScaling = { slope: 0, intercept: Math.log((matches + 1) / (others + 1)) };
  for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
    const next = shortened(scaling, newtonStep(scaling, known, target), loss);
    if (next === undefined) break;
    scaling = next;
  }
  return scaling.slope >= 0 ? scaling : { slope: 0, intercept: Math.log((matches + 1) / (others + 1)) };
}

export const plattCalibration = ({ slope, intercept }: PlattScaling): Calibration => {
  return (weight) => {
    const logOdds = (slope === 0 ? 0 : slope * weight) + intercept;
    return sigmoid(Math.max(-LOG_ODDS_MAX, Math.min(LOG_ODDS_MAX, logOdds)));
  };
};

/** Beyond these odds a probability is 0 or 1 in all digits. */
const LOG_ODDS_MAX = 36;

function newtonStep(
  { slope, intercept }: PlattScaling,
  labels: readonly LabelledWeight[],
  target: { readonly match: number; readonly other: number },
): PlattScaling {
  let [ww, w1, one, toSlope, toIntercept] = [RIDGE, 0, 1e-12, RIDGE * slope, 0];
  for (const { weight, isMatch, count = 1 } of labels) {
    const probability = sigmoid(slope * weight + intercept);
    const curve = count * probability * (1 - probability);
    const error = count * (probability - (isMatch ? target.match : target.other));
    ww += curve * weight * weight;
    w1 += curve * weight;
    one += curve;
    toSlope += error * weight;
    toIntercept += error;
  }
  const determinant = ww * one - w1 * w1;
  return {
    slope: -(one * toSlope - w1 * toIntercept) / determinant,
    intercept: -(ww * toIntercept - w1 * toSlope) / determinant,
  };
}

/** The step, halved until the loss falls; undefined once it falls no more. */
function shortened(
  from: PlattScaling,
  step: PlattScaling,
  loss: (scaling: PlattScaling) => number,
): PlattScaling | undefined {
  const before = loss(from);
  for (let halving = 0, part = 1; halving < HALVINGS_MAX; halving++, part /= 2) {
    const next = { slope: from.slope + part * step.slope, intercept: from.intercept + part * step.intercept };
    const fall = before - loss(next);
    if (fall > 1e-12 * (1 + Math.abs(before))) return next;
  }
  return undefined;
}
