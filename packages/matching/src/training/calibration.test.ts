import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isotonicCalibration,
  isotonicSteps,
  type LabelledWeight,
  plattCalibration,
  plattScaling,
  pooled,
} from "./calibration.ts";
import { probabilityOf } from "./lambda.ts";
import { chance } from "./planted.arbitrary.ts";

const weight = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double(), fc.double({ min: -60, max: 60, noNaN: true }));
const labels: fc.Arbitrary<LabelledWeight[]> = fc.array(fc.record({ weight, isMatch: fc.boolean() }), {
  maxLength: 60,
});

/** Labels drawn from a true probability at each weight. */
function drawn(count: number, seed: number, probabilityAt: (weight: number) => number): LabelledWeight[] {
  const random = chance(seed);
  return Array.from({ length: count }, () => {
    const at = random() * 30 - 15;
    return { weight: at, isMatch: random() < probabilityAt(at) };
  });
}

const overconfident = (at: number) => probabilityOf(at * 0.6 - 1);

describe("isotonic regression", () => {
  it("rises, keeps the sum, does not change what it has made, and needs no order", () => {
    fc.assert(
      fc.property(labels, (all) => {
        const steps = isotonicSteps(all);
        for (const [n, step] of steps.entries()) {
          expect(step.probability).toBeGreaterThanOrEqual((steps[n - 1]?.probability ?? 0) - 1e-12);
          expect(step.probability).toBeLessThanOrEqual(1 + 1e-12);
        }
        const sum = steps.reduce((total, { probability, count }) => total + probability * count, 0);
        expect(sum).toBeCloseTo(all.filter((label) => label.isMatch && !Number.isNaN(label.weight)).length, 6);
        pooled(steps).forEach((step, n) => {
          expect(step.probability).toBeCloseTo(steps[n]?.probability ?? -1, 12);
        });
        expect(isotonicSteps(all.toReversed())).toEqual(steps);
      }),
      { numRuns: 500 },
    );
  });

  it("fits no worse than any other rising steps", () => {
    const points = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 8,
    });
    const rising = fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 })
      .map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(points, rising, (raw, other) => {
        const steps = raw.map(([probability, count], at) => ({ weight: at, probability, count }));
        const error = (valueAt: (n: number) => number) =>
          steps.reduce((sum, { probability, count }, n) => sum + count * (probability - valueAt(n)) ** 2, 0);
        const fitted = pooled(steps);
        expect(error((n) => fitted[n]?.probability ?? 0)).toBeLessThanOrEqual(error((n) => other[n] ?? 0) + 1e-9);
      }),
      { numRuns: 500 },
    );
  });
});

describe.each([
  ["isotonic", isotonicCalibration],
  ["Platt", (all: readonly LabelledWeight[]) => plattCalibration(plattScaling(all))],
])("%s calibration", (_, calibrationOf) => {
  it("gives a probability that never falls, whatever the labels and the weight", () => {
    fc.assert(
      fc.property(labels, fc.array(fc.double({ noNaN: true }), { minLength: 2 }), (all, weights) => {
        const calibration = calibrationOf(all);
        let before = 0;
        for (const at of weights.sort((a, b) => a - b)) {
          const probability = calibration(at);
          expect(probability > 0 && probability < 1).toBe(true);
          expect(probability).toBeGreaterThanOrEqual(before - 1e-12);
          before = probability;
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([1, 2, 3])("finds the true probabilities, seed %i", (seed) => {
    const calibration = calibrationOf(drawn(20_000, seed, overconfident));
    for (const at of [-10, -5, -2, 0, 2, 5, 10])
      expect(Math.abs(calibration(at) - overconfident(at))).toBeLessThan(0.08);
  });
});

describe("Platt scaling", () => {
  it.each([1, 2, 3])("finds slope and intercept from some hundreds of labels, seed %i", (seed) => {
    const { slope, intercept } = plattScaling(drawn(2000, seed, overconfident));
    expect(Math.abs(slope / (0.6 * Math.LN2) - 1)).toBeLessThan(0.15);
    expect(Math.abs(intercept + Math.LN2)).toBeLessThan(0.25);
  });

  it("leaves the weights alone where only one kind is labelled, and never turns them round", () => {
    expect(plattScaling([{ weight: 3, isMatch: true }])).toEqual({ slope: Math.LN2, intercept: 0 });
    expect(plattScaling(drawn(500, 1, (at) => overconfident(-at))).slope).toBe(0);
  });
});
