import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultModel } from "../model.ts";
import { driftFrom, driftFromTraining, worstDrift } from "./drift.ts";
import { candidateSteps, clusterSteps, type DriftFigures, NO_FIGURES, ratesOf, sumOfFigures } from "./figures.ts";
import { populationStability, stabilityByChance } from "./psi.ts";

const counts = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.nat(10_000));
const figures: fc.Arbitrary<DriftFigures> = fc.record({
  levels: fc.dictionary(fc.constantFrom("birthDate", "postcode"), counts),
  missing: fc.dictionary(
    fc.constantFrom("poole", "wessex"),
    fc.record({ records: fc.integer({ min: 10_000, max: 20_000 }), fields: counts }),
  ),
  candidates: fc.array(fc.nat(2000)).map(candidateSteps),
  compared: fc.record({ records: fc.nat(1000), candidates: fc.nat(1000) }),
  clusters: fc.array(fc.record({ size: fc.integer({ min: 1, max: 90 }), persons: fc.nat(100) })).map(clusterSteps),
  decisions: fc.record({ linked: fc.nat(1000), alone: fc.nat(1000), asked: fc.nat(1000) }),
});

describe("the population stability index", () => {
  it("is 0 of a distribution and itself, never less, and the same either way round", () => {
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        expect(populationStability(one, one)).toBe(0);
        const psi = populationStability(one, other);
        expect(psi).toBeGreaterThanOrEqual(0);
        expect(psi).toBeCloseTo(populationStability(other, one), 10);
        expect(Number.isFinite(psi)).toBe(true);
      }),
    );
  });

  it("is what the formula says, and finite for a class that only one side has", () => {
    // (0.5 - 0.8) ln(0.5 / 0.8) + (0.5 - 0.2) ln(0.5 / 0.2)
    expect(populationStability({ a: 50_000, b: 50_000 }, { a: 80_000, b: 20_000 })).toBeCloseTo(0.4159, 3);
    expect(populationStability({ a: 100 }, { b: 100 })).toBeGreaterThan(5);
    expect(populationStability({}, { a: 5 })).toBe(0);
  });

  it("holds shares of a model against counts", () => {
    expect(populationStability({ a: 0.9, b: 0.1 }, { a: 900, b: 100 })).toBeLessThan(0.001);
    expect(populationStability({ a: 0.9, b: 0.1 }, { a: 500, b: 500 })).toBeGreaterThan(0.5);
  });

  it("of two samples is by chance the larger the smaller they are", () => {
    expect(stabilityByChance({ a: 10, b: 10 }, { a: 10, b: 10 })).toBeCloseTo(0.1);
    expect(stabilityByChance({ a: 1000, b: 1000 }, { a: 1000, b: 1000 })).toBeCloseTo(0.001);
  });
});

describe("figures", () => {
  it("add up in any order", () => {
    fc.assert(
      fc.property(figures, figures, figures, (a, b, c) => {
        expect(sumOfFigures([sumOfFigures([a, b]), c])).toEqual(sumOfFigures([c, sumOfFigures([b, a])]));
        expect(sumOfFigures([a, NO_FIGURES])).toEqual(a);
      }),
    );
  });

  it("are rates of what was counted, and of nothing none", () => {
    const candidates = candidateSteps([...Array.from({ length: 99 }, () => 3), 700]);
    expect(candidates).toEqual({ "2": 99, "500": 1 });
    const decisions = { linked: 30, alone: 60, asked: 10 };
    const day = { ...NO_FIGURES, candidates, compared: { records: 100, candidates: 997 }, decisions };
    expect(ratesOf(day)).toEqual({ linked: 0.3, alone: 0.6, asked: 0.1, candidatesMean: 9.97, candidatesP99: 2 });
    expect(Object.values(ratesOf(NO_FIGURES))).toEqual([null, null, null, null, null]);
  });
});

describe("drift", () => {
  it("is none from the same figures, whatever they are", () => {
    fc.assert(
      fc.property(figures, (one) => {
        const drifts = driftFrom(one, one);
        expect(drifts.every(({ psi, state }) => psi === 0 && (state === "alike" || state === "few"))).toBe(true);
        expect(Object.values(worstDrift(drifts)).every((psi) => psi === 0)).toBe(true);
      }),
    );
  });

  it("is found where a feed stops sending birth dates, and names it; nothing is said of too few", () => {
    const day = (missing: number, records: number): DriftFigures => ({
      ...NO_FIGURES,
      missing: { poole: { records, fields: { birthDate: missing } }, wessex: { records: 1000, fields: { sex: 3 } } },
    });
    const drifts = driftFrom(day(10, 7000), day(600, 1000));
    expect(drifts.find(({ part }) => part === "poole birthDate")).toMatchObject({ what: "missing", state: "drift" });
    expect(drifts.find(({ part }) => part === "wessex sex")).toMatchObject({ state: "alike" });
    expect(worstDrift(drifts).missing).toBeGreaterThan(0.25);
    expect(driftFrom(day(10, 7000), day(30, 50)).find(({ part }) => part === "poole birthDate")?.state).toBe("few");
  });

  it("from training is small where links stand at the levels as m says", () => {
    const levels = Object.fromEntries(
      defaultModel.comparisons.map(({ name, levels }) => [
        name,
        Object.fromEntries(levels.map((level) => [level.name, Math.round(level.m * 100_000)])),
      ]),
    );
    const drifts = driftFromTraining(defaultModel, { ...NO_FIGURES, levels });
    expect(drifts).toHaveLength(defaultModel.comparisons.length);
    for (const { psi, state } of drifts) expect([psi < 0.02, state]).toEqual([true, "alike"]);
  });
});
