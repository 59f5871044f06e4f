import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectationMaximisation, type Free } from "./expectation-maximisation.ts";
import { expectedMatches, matchProbabilities, type Parameters } from "./parameters.ts";
import { PatternCounter, type PatternCounts } from "./patterns.ts";
import { chance, farthest, isProper, levelCountsOf, PLANTED, plantedCounts } from "./planted.arbitrary.ts";

const even = (levels: number): number[] => new Array<number>(levels).fill(1 / levels);
const vague = (levels: number): number[] => even(levels).map((_, n) => (n === 0 ? 0.7 : 0.3 / (levels - 1)));
const START: Parameters = { lambda: 0.5, m: levelCountsOf(PLANTED).map(vague), u: PLANTED.u };
const FREE: Free = { lambda: true, m: true, u: false };
const SEEDS = [1, 2, 3, 4, 5];

const anyCounts: fc.Arbitrary<PatternCounts> = fc
  .array(
    fc.tuple(
      fc.integer({ min: -1, max: 2 }),
      fc.integer({ min: -1, max: 1 }),
      fc.integer({ min: -1, max: 3 }),
      fc.nat(50),
    ),
    {
      maxLength: 40,
    },
  )
  .map((rows) => {
    const counter = new PatternCounter([3, 2, 4]);
    for (const [a, b, c, count] of rows) counter.add([a, b, c], count);
    return counter.counts();
  });
const anyStart: fc.Arbitrary<Parameters> = fc
  .tuple(
    fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 18, maxLength: 18 }),
  )
  .map(([lambda, numbers]) => {
    const share = (from: number, to: number) => {
      const part = numbers.slice(from, to);
      const sum = part.reduce((all, number) => all + number, 0);
      return part.map((number) => number / sum);
    };
    return { lambda, m: [share(0, 3), share(3, 5), share(5, 9)], u: [share(9, 12), share(12, 14), share(14, 18)] };
  });
const anyFree: fc.Arbitrary<Free> = fc.record({ lambda: fc.boolean(), m: fc.boolean(), u: fc.boolean() });

describe("expectation-maximisation finds what was planted", () => {
  it.each(SEEDS)("m within 0.015 and lambda within a twentieth, seed %i", (seed) => {
    const counts = plantedCounts(PLANTED, { matches: 8000, others: 32_000 }, chance(seed));
    const { parameters, converged, matches } = expectationMaximisation(counts, { start: START, free: FREE });
    expect(converged).toBe(true);
    expect(farthest(parameters.m, PLANTED.m)).toBeLessThan(0.015);
    expect(Math.abs(parameters.lambda / 0.2 - 1)).toBeLessThan(0.05);
    expect(Math.abs(matches / 8000 - 1)).toBeLessThan(0.05);
  });

  it.each(SEEDS)("as well where three tenths of the values are missing, seed %i", (seed) => {
    const counts = plantedCounts(PLANTED, { matches: 8000, others: 32_000, missing: 0.3 }, chance(seed));
    const { parameters } = expectationMaximisation(counts, { start: START, free: FREE });
    expect(farthest(parameters.m, PLANTED.m)).toBeLessThan(0.025);
    expect(Math.abs(parameters.lambda / 0.2 - 1)).toBeLessThan(0.05);
  });

  it.each(SEEDS)("u too, from random pairs of which few match, seed %i", (seed) => {
    const counts = plantedCounts(PLANTED, { matches: 400, others: 99_600 }, chance(seed));
    const start: Parameters = { lambda: 0.004, m: PLANTED.m, u: levelCountsOf(PLANTED).map(even) };
    const { parameters } = expectationMaximisation(counts, { start, free: { lambda: false, m: false, u: true } });
    expect(farthest(parameters.u, PLANTED.u)).toBeLessThan(0.006);
    // Uncorrected, the 400 matches would make it 0.0041.
    expect(parameters.u[2]?.[0]).toBeLessThan(0.001);
  });

  it("few matches among many strangers, started far off", () => {
    const counts = plantedCounts(PLANTED, { matches: 500, others: 60_000 }, chance(9));
    const { parameters } = expectationMaximisation(counts, { start: START, free: FREE });
    expect(farthest(parameters.m, PLANTED.m)).toBeLessThan(0.08);
    expect(Math.abs(parameters.lambda / (500 / 60_500) - 1)).toBeLessThan(0.1);
  });
});

describe("expectation-maximisation", () => {
  it("never lets the likelihood fall, whatever is free", () => {
    fc.assert(
      fc.property(anyCounts, anyStart, anyFree, (counts, start, free) => {
        const { logLikelihoods } = expectationMaximisation(counts, { start, free, iterationsMax: 60 });
        for (const [n, value] of logLikelihoods.entries()) {
          const before = logLikelihoods[n - 1] ?? Number.NEGATIVE_INFINITY;
          expect(value).toBeGreaterThanOrEqual(before - 1e-9 * (1 + Math.abs(before)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gives proper probabilities for any counts: nothing, zeros, constants", () => {
    fc.assert(
      fc.property(anyCounts, anyStart, anyFree, (counts, start, free) => {
        const { parameters, matches } = expectationMaximisation(counts, { start, free });
        expect(isProper(parameters.m)).toBe(true);
        expect(isProper(parameters.u)).toBe(true);
        expect(parameters.lambda > 0 && parameters.lambda < 1).toBe(true);
        expect(Number.isFinite(matches)).toBe(true);
        for (const probability of matchProbabilities(counts, parameters)) expect(probability).toBeGreaterThanOrEqual(0);
        expect(expectedMatches(counts, parameters)).not.toBeNaN();
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on the order of the patterns", () => {
    fc.assert(
      fc.property(anyCounts, anyStart, anyFree, (counts, start, free) => {
        const reversed: PatternCounts = {
          ...counts,
          counts: counts.counts.toReversed(),
          ranks: Int8Array.from(
            Array.from({ length: counts.counts.length }, (_, n) => [...counts.ranks.subarray(n * 3, n * 3 + 3)])
              .reverse()
              .flat(),
          ),
        };
        const plan = { start, free, iterationsMax: 50, changeMax: 0 };
        const [one, other] = [expectationMaximisation(counts, plan), expectationMaximisation(reversed, plan)];
        expect(farthest(one.parameters.m, other.parameters.m)).toBeLessThan(1e-9);
        expect(farthest(one.parameters.u, other.parameters.u)).toBeLessThan(1e-9);
      }),
    );
  });

  it("holds what is not free, and what the blocking rule fixes", () => {
    fc.assert(
      fc.property(anyCounts, anyStart, anyFree, (counts, start, free) => {
        const counted = [true, false, true];
        const { parameters } = expectationMaximisation(counts, { start, free, counted });
        if (!free.m) expect(parameters.m).toEqual(start.m);
        if (!free.u) expect(parameters.u).toEqual(start.u);
        if (!free.lambda) expect(parameters.lambda).toBe(start.lambda);
        expect(parameters.m[1]).toEqual(start.m[1]);
        expect(parameters.u[1]).toEqual(start.u[1]);
      }),
    );
  });

  it("takes pairs that say nothing for neither", () => {
    const counter = new PatternCounter([3, 2, 4]);
    counter.add([-1, -1, -1], 1000);
    const start: Parameters = { lambda: 0.1, m: [vague(3), vague(2), vague(4)], u: [even(3), even(2), even(4)] };
    const { matches } = expectationMaximisation(counter.counts(), {
      start,
      free: { lambda: false, m: true, u: false },
    });
    expect(matches).toBeCloseTo(100);
  });
});
