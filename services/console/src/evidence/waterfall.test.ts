import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barOf, positionOf, waterfall } from "./waterfall.ts";

const weight = fc.double({ min: -40, max: 40, noNaN: true });
const levels = fc.array(
  weight.map((value) => ({ comparison: "family-name", level: "exact", weight: value })),
  { maxLength: 12 },
);

describe("waterfall", () => {
  it("starts at the prior, steps without a break, and ends at the total", () => {
    fc.assert(
      fc.property(levels, weight, (found, total) => {
        const { steps } = waterfall(found, total);
        expect(steps.map((step) => step.kind)).toEqual(["prior", ...found.map(() => "level"), "total"]);
        const moves = steps.slice(0, -1);
        for (const [index, step] of moves.entries()) {
          expect(step.from).toBe(index === 0 ? 0 : moves[index - 1]?.to);
          expect(step.to - step.from).toBeCloseTo(step.weight, 6);
        }
        expect(moves.at(-1)?.to).toBeCloseTo(total, 6);
        expect(steps.at(-1)).toMatchObject({ from: 0, to: total, weight: total });
      }),
    );
  });

  it("keeps every bar inside the chart and every tick on it", () => {
    fc.assert(
      fc.property(levels, weight, (found, total) => {
        const { steps, scale } = waterfall(found, total);
        for (const step of steps) {
          const { x, width } = barOf(step, scale);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(width).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(100);
        }
        expect(scale.ticks).toContain(0);
        expect(scale.ticks.length).toBeLessThanOrEqual(8);
        for (const tick of scale.ticks) {
          expect(positionOf(tick, scale)).toBeGreaterThanOrEqual(0);
          expect(positionOf(tick, scale)).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it("has no prior to show when no total is known", () => {
    const { steps } = waterfall([{ comparison: "sex", level: "same", weight: 0.9 }], null);
    expect(steps.map((step) => step.kind)).toEqual(["level", "total"]);
    expect(steps.at(-1)?.to).toBeCloseTo(0.9);
  });

  it("draws something even when there is nothing", () => {
    const { scale, steps } = waterfall([], 0);
    expect(scale.max).toBeGreaterThan(scale.min);
    expect(steps).toHaveLength(2);
  });
});
