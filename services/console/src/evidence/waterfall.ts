import type { DecisionLevel } from "../api/types.ts";

/**
 * The geometry of a waterfall of match weights: it starts at the prior, each comparison moves it right (evidence for one
 * person) or left (against), and it ends at the total. Positions are per cent of the chart's width, so that the drawing
 * fits any screen.
 */

export type Step = {
  kind: "prior" | "level" | "total";
  /** Cumulative log2 weight before and after this step. */
  from: number;
  to: number;
  weight: number;
  level?: DecisionLevel;
};

export type Scale = { min: number; max: number; ticks: number[] };
export type Waterfall = { steps: Step[]; scale: Scale };

/** Room left and right of the outermost bar, as a share of the span. */
const MARGIN = 0.04;
const TICKS_MAX = 7;

/**
 * The steps and their scale. `total` is the decision's weight, prior included, so the prior is what the levels leave of
 * it; without a total the prior is not known and no step is made for it.
 */
export function waterfall(levels: readonly DecisionLevel[], total: number | null): Waterfall {
  const sum = levels.reduce((running, level) => running + level.weight, 0);
  const prior = total === null ? 0 : total - sum;
  const steps: Step[] = total === null ? [] : [{ kind: "prior", from: 0, to: prior, weight: prior }];
  let running = prior;
  for (const level of levels) {
    const to = running + level.weight;
    steps.push({ kind: "level", from: running, to, weight: level.weight, level });
    running = to;
  }
  const end = total ?? sum;
  steps.push({ kind: "total", from: 0, to: end, weight: end });
  return { steps, scale: scaleOf(steps) };
}

function scaleOf(steps: readonly Step[]): Scale {
  const values = [0, ...steps.flatMap((step) => [step.from, step.to])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = Math.max(1, high - low);
  const min = low - span * MARGIN;
  const max = high + span * MARGIN;
  return { min, max, ticks: ticksBetween(min, max) };
}

/** Round values, 1, 2 or 5 times a power of ten apart, at most TICKS_MAX of them; zero is always one. */
function ticksBetween(min: number, max: number): number[] {
  const rough = (max - min) / TICKS_MAX;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 5, 10].map((step) => step * power).find((step) => step >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(min / interval); index * interval <= max; index++) ticks.push(index * interval);
  return ticks;
}

/** Where a cumulative weight lies, in per cent from the left. */
export function positionOf(value: number, scale: Scale): number {
  return ((value - scale.min) / (scale.max - scale.min)) * 100;
}

/** The bar of a step: left edge and width in per cent. */
export function barOf(step: Step, scale: Scale): { x: number; width: number } {
  const a = positionOf(step.from, scale);
  const b = positionOf(step.to, scale);
  return { x: Math.min(a, b), width: Math.abs(b - a) };
}
