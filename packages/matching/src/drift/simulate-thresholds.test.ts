import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultModel, probabilityOf } from "../model.ts";
import { judgeByLabels } from "./judge-labels.ts";
import { PairBins } from "./pair-bins.ts";
import { type JudgedWeight, probabilityByLabels, simulateThresholds, thresholdGrid } from "./simulate-thresholds.ts";

const weight = fc.double({ min: -80, max: 120, noNaN: true });
const pairs = fc.array(fc.record({ weight, isHeld: fc.boolean() }), { maxLength: 200 });
const labels = fc.array(fc.record({ weight, isHeld: fc.boolean(), isSame: fc.boolean() }), { maxLength: 200 });

const binsOf = (all: readonly { weight: number; isHeld: boolean }[]) => {
  const bins = new PairBins();
  for (const { weight, isHeld } of all) bins.add(weight, isHeld);
  return bins.bins();
};
const sum = (bins: ReturnType<typeof binsOf>) => bins.reduce((total, { free, held }) => total + free + held, 0);

describe("the weights of pairs", () => {
  it("lose no pair, stand in order, and are scaled", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const bins = binsOf(all);
        expect(sum(bins)).toBe(all.length);
        expect(bins.map(({ bits }) => bits)).toEqual([...bins.map(({ bits }) => bits)].sort((a, b) => a - b));
      }),
    );
    const half = new PairBins();
    half.add(3.3, true, 0.5);
    half.add(Number.NaN, false);
    expect(half.bins(10)).toEqual([{ bits: 3, free: 0, held: 5 }]);
  });
});

describe("simulated thresholds", () => {
  const byModel = probabilityByLabels(defaultModel, []);

  it("link less, and find less, the higher the link weight; link and ask of as many as before or fewer", () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: -20, max: 60 }), fc.integer({ min: 1, max: 20 }), (all, link, more) => {
        const bins = binsOf(all);
        const low = simulateThresholds(bins, { linkWeightMin: link, reviewWeightMin: link - 5 }, byModel);
        const high = simulateThresholds(bins, { linkWeightMin: link + more, reviewWeightMin: link - 5 }, byModel);
        expect(high.links).toBeLessThanOrEqual(low.links);
        expect(high.recall).toBeLessThanOrEqual(low.recall + 1e-12);
        expect(high.links + high.questions).toBe(low.links + low.questions);
        for (const share of [low.precision, low.recall, low.recallWithReview]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1 + 1e-12);
        }
        if (high.links > 0) expect(high.precision).toBeGreaterThanOrEqual(low.precision - 1e-12);
      }),
    );
  });

  it("never link what a guard holds: it is asked about", () => {
    const bins = binsOf([
      { weight: 50, isHeld: true },
      { weight: 50, isHeld: false },
      { weight: -50, isHeld: true },
    ]);
    expect(simulateThresholds(bins, { linkWeightMin: 10, reviewWeightMin: 0 }, byModel)).toMatchObject({
      links: 1,
      questions: 1,
    });
  });

  it("take every link weight with every review weight below it", () => {
    expect(thresholdGrid([4, 8], [2, 6])).toEqual([
      { linkWeightMin: 4, reviewWeightMin: 2 },
      { linkWeightMin: 8, reviewWeightMin: 2 },
      { linkWeightMin: 8, reviewWeightMin: 6 },
    ]);
  });
});

describe("what people decided", () => {
  it("counts for the weights that they were shown, and the model speaks beyond", () => {
    // Between 0 and 10 bits people find half of the pairs the same, whatever the model says.
    const judged: JudgedWeight[] = Array.from({ length: 200 }, (_, at) => ({
      weight: (at % 100) / 10,
      isSame: at >= 100,
      isHeld: false,
    }));
    const probabilityAt = probabilityByLabels(defaultModel, judged);
    expect(probabilityAt(5, false)).toBeCloseTo(0.5, 1);
    expect(probabilityAt(30, false)).toBe(probabilityOf(30, defaultModel));
    // Nobody was asked about pairs that a guard holds.
    expect(probabilityAt(5, true)).toBe(probabilityOf(5, defaultModel));
    const bins = binsOf([...Array.from({ length: 100 }, () => ({ weight: 5, isHeld: false }))]);
    const simulated = simulateThresholds(bins, { linkWeightMin: 4, reviewWeightMin: 0 }, probabilityAt);
    expect(simulated.precision).toBeCloseTo(0.5, 1);
  });

  it("is counted whole: of both kinds linked, asked or let be; the calibration table loses none", () => {
    fc.assert(
      fc.property(labels, (judged) => {
        const found = judgeByLabels(defaultModel, judged);
        expect(found.pairs).toBe(judged.length);
        expect(found.sameLinked + found.sameAsked).toBeLessThanOrEqual(found.same);
        expect(found.calibration.reduce((total, step) => total + step.pairs, 0)).toBe(judged.length);
        for (const { expected, found: share } of found.calibration) {
          expect(expected).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        const linked = found.sameLinked + found.differentLinked;
        if (linked > 0) expect(found.precision).toBe(found.sameLinked / linked);
      }),
    );
  });
});
