import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LabelledWeight } from "./calibration.ts";
import { probabilityOf } from "./lambda.ts";
import { chance } from "./planted.arbitrary.ts";
import { thresholdFromLabels, thresholdsFromScores, wilsonLowerBound } from "./thresholds.ts";

const weights = fc.array(
  fc.oneof(
    fc.integer({ min: -8, max: 12 }),
    fc.integer({ min: -4000, max: 4000 }).map((weight) => weight / 100),
    fc.constant(Number.NaN),
  ),
  { maxLength: 100 },
);
const target = fc.double({ min: 0.5, max: 0.99999, noNaN: true });

describe("thresholds without labels", () => {
  it("keep the expected precision, ask no more than allowed, and are finite", () => {
    fc.assert(
      fc.property(weights, target, fc.nat(30), (all, precisionMin, reviewPairsMax) => {
        const chosen = thresholdsFromScores({ weights: Float64Array.from(all) }, { precisionMin, reviewPairsMax });
        const linked = all.filter((weight) => weight >= chosen.linkWeightMin);
        const asked = all.filter((weight) => weight >= chosen.reviewWeightMin && weight < chosen.linkWeightMin);
        expect(linked.length).toBe(chosen.linked);
        const expected = linked.reduce((sum, weight) => sum + probabilityOf(weight), 0);
        expect(expected).toBeGreaterThanOrEqual(precisionMin * linked.length - 1e-9);
        expect(chosen.reviewed).toBeLessThanOrEqual(reviewPairsMax);
        expect(asked.length).toBe(chosen.reviewed);
        expect(Number.isFinite(chosen.linkWeightMin) && Number.isFinite(chosen.reviewWeightMin)).toBe(true);
        expect(chosen.reviewWeightMin).toBeLessThan(chosen.linkWeightMin);
        expect(chosen.expectedPrecision >= 0 && chosen.expectedRecall <= 1 + 1e-9).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("leave nothing linked, and the model sound, where the calibration trusts no weight", () => {
    const all = { weights: new Float64Array([50, 60]), calibration: () => 0.3 };
    const chosen = thresholdsFromScores(all, { precisionMin: 0.99, reviewPairsMax: 1 });
    expect(chosen.linkWeightMin).toBeGreaterThan(60);
    expect(chosen).toMatchObject({ linked: 0, reviewed: 1, reviewWeightMin: 60 });
  });

  it("rise with the precision that is wanted", () => {
    fc.assert(
      fc.property(weights, target, target, (all, one, other) => {
        const linkAt = (precisionMin: number) =>
          thresholdsFromScores({ weights: Float64Array.from(all) }, { precisionMin }).linkWeightMin;
        expect(linkAt(Math.max(one, other))).toBeGreaterThanOrEqual(linkAt(Math.min(one, other)) - 1e-9);
      }),
    );
  });

  it("count what was never compared as missed", () => {
    const scored = { weights: new Float64Array(50).fill(20), matches: 100 };
    const { expectedRecall, linked } = thresholdsFromScores(scored, { precisionMin: 0.99 });
    expect(linked).toBe(50);
    expect(expectedRecall).toBeCloseTo(0.5, 3);
  });

  it("go by the calibration where there is one", () => {
    const all = Float64Array.from({ length: 400 }, (_, n) => n / 10 - 20);
    const plain = thresholdsFromScores({ weights: all }, { precisionMin: 0.999 });
    const calibration = (weight: number) => probabilityOf(weight / 2);
    expect(thresholdsFromScores({ weights: all, calibration }, { precisionMin: 0.999 }).linkWeightMin).toBeGreaterThan(
      plain.linkWeightMin,
    );
  });
});

describe("a threshold from labels", () => {
  const labels: fc.Arbitrary<LabelledWeight[]> = fc.array(
    fc.record({
      weight: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double()),
      isMatch: fc.boolean(),
      count: fc.nat(40),
    }),
    { maxLength: 60 },
  );

  it("holds the bound among the labels above it, in any order", () => {
    fc.assert(
      fc.property(labels, fc.double({ min: 0.1, max: 0.99, noNaN: true }), (all, precisionMin) => {
        const chosen = thresholdFromLabels(all, precisionMin);
        expect(thresholdFromLabels(all.toReversed(), precisionMin)).toEqual(chosen);
        if (!chosen.ok) return;
        const above = all.filter(({ weight }) => weight >= chosen.weightMin);
        const pairs = above.reduce((sum, { count = 1 }) => sum + count, 0);
        const matches = above.reduce((sum, { count = 1, isMatch }) => sum + (isMatch ? count : 0), 0);
        expect(chosen.labels).toBe(pairs);
        expect(wilsonLowerBound(matches, pairs)).toBeCloseTo(chosen.precisionBound);
        expect(chosen.precisionBound).toBeGreaterThanOrEqual(precisionMin);
      }),
      { numRuns: 500 },
    );
  });

  it("is too low for the truth in no more than about one set of labels in ten", () => {
    const random = chance(5);
    let failed = 0;
    for (let set = 0; set < 200; set++) {
      const all = Array.from({ length: 1500 }, () => {
        const weight = random() * 24 - 12;
        return { weight, isMatch: random() < probabilityOf(weight) };
      });
      const chosen = thresholdFromLabels(all, 0.97);
      if (!chosen.ok) continue;
      const grid = Array.from({ length: 500 }, (_, n) => chosen.weightMin + ((12 - chosen.weightMin) * n) / 499);
      if (grid.reduce((sum, weight) => sum + probabilityOf(weight), 0) / 500 < 0.97) failed++;
    }
    expect(failed).toBeLessThan(20);
  });

  it("says how many labels it would take", () => {
    const all = Array.from({ length: 50 }, () => ({ weight: 10, isMatch: true }));
    expect(thresholdFromLabels(all, 0.999)).toMatchObject({ ok: false, reason: expect.stringContaining("2703") });
    expect(thresholdFromLabels([], 0.9)).toMatchObject({ ok: false });
  });

  it.each([
    [0, 0, 0],
    [10, 10, 0.787],
    [0, 10, 0],
    [990, 1000, 0.9835],
  ])("Wilson's bound of %i of %i is %f", (successes, trials, bound) => {
    expect(wilsonLowerBound(successes, trials)).toBeCloseTo(bound, 3);
  });
});
