import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sharesFromLabels } from "./labels.ts";
import { lambdaFromRules, matchesMissed } from "./lambda.ts";
import { levelSharesOf } from "./level-shares.ts";
import { PatternCounter } from "./patterns.ts";
import { chance, farthest, isProper, PLANTED, plantedCounts } from "./planted.arbitrary.ts";

const count = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e7, noNaN: true }), fc.integer({ min: 0, max: 30 }));
const row = (levels: number) => fc.array(count, { minLength: levels, maxLength: levels });
const pairOfRows = fc.integer({ min: 1, max: 8 }).chain((levels) => fc.tuple(row(levels), row(levels)));
const weights = ({ m, u }: { m: number[][]; u: number[][] }) =>
  (m[0] ?? []).map((share, level) => Math.log2(share / (u[0]?.[level] ?? 1)));

describe("levelSharesOf", () => {
  it("gives proper shares and finite weights for any counts", () => {
    fc.assert(
      fc.property(pairOfRows, ([matches, others]) => {
        const shares = levelSharesOf({ matches: [matches], others: [others] });
        expect(isProper(shares.m) && isProper(shares.u)).toBe(true);
        for (const weight of weights(shares)) expect(Number.isFinite(weight)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("is the plain share where there is plenty of both", () => {
    const plenty = fc.array(fc.integer({ min: 200, max: 100_000 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(plenty, plenty, (matches, others) => {
        const { m, u } = levelSharesOf({ matches: [matches], others: [others] });
        const share = (counts: number[], level: number) => (counts[level] ?? 0) / counts.reduce((a, b) => a + b, 0);
        for (let level = 0; level < 4; level++) {
          expect(Math.abs(Math.log2((m[0]?.[level] ?? 0) / share(matches, level)))).toBeLessThan(0.05);
          expect(Math.abs(Math.log2((u[0]?.[level] ?? 0) / share(others, level)))).toBeLessThan(0.05);
        }
      }),
    );
  });

  it("gives a level that never occurs the weight between its neighbours", () => {
    const shares = levelSharesOf({ matches: [[900, 0, 50, 50]], others: [[100, 0, 10_000, 989_900]] });
    const [exact = 0, never = 0, part = 0] = weights(shares);
    expect(never).toBeCloseTo((exact + part) / 2, 0);
  });

  it("gives it the weight of another model where one is given", () => {
    const counts = { matches: [[900, 0, 100]], others: [[100, 0, 999_900]] };
    expect(Math.abs((weights(levelSharesOf(counts, [[0, 4.5, 0]]))[1] ?? 0) - 4.5)).toBeLessThan(0.2);
  });

  it("does not make a strong agreement of one chance match", () => {
    const [, once = 0] = weights(levelSharesOf({ matches: [[900, 1, 99]], others: [[100, 0, 999_900]] }));
    const plain = Math.log2(1 / 1000 / (1 / 3 / 1e6));
    expect(once).toBeLessThan(plain);
  });
});

describe("sharesFromLabels", () => {
  it("finds what was planted, u from random pairs", () => {
    const random = chance(1);
    const labelled = (matches: number, others: number) =>
      plantedCounts(PLANTED, { matches, others, missing: 0.1 }, random);
    const shares = sharesFromLabels(
      { matches: labelled(5000, 0), others: labelled(0, 10) },
      { random: labelled(0, 50_000) },
    );
    expect(farthest(shares.m, PLANTED.m)).toBeLessThan(0.03);
    expect(farthest(shares.u, PLANTED.u)).toBeLessThan(0.01);
  });

  it("needs no label at all to stay proper, and says where patterns do not fit", () => {
    const none = new PatternCounter([3, 2]).counts();
    const { m, u } = sharesFromLabels({ matches: none, others: none });
    expect(isProper(m) && isProper(u)).toBe(true);
    expect(() => sharesFromLabels({ matches: none, others: new PatternCounter([3]).counts() })).toThrow(RangeError);
  });
});

describe("lambda", () => {
  it("from rules lies between 0 and 1 for any counts", () => {
    const any = fc.oneof(fc.nat(), fc.constant(0), fc.double({ min: 0, max: 1e15, noNaN: true }));
    fc.assert(
      fc.property(any, any, fc.double({ min: 0, max: 1, noNaN: true }), (found, pairs, recall) => {
        const lambda = lambdaFromRules({ found, pairs, recall });
        expect(lambda > 0 && lambda < 1).toBe(true);
      }),
    );
    expect(lambdaFromRules({ found: 800, pairs: 1_000_000 })).toBeCloseTo(0.001, 5);
  });

  it("counts what independent passes missed", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 0.95, noNaN: true }), fc.integer({ min: 2, max: 5 }), (recall, passes) => {
        const found = Array.from({ length: 2 ** passes - 1 }, (_, n) => {
          const times = (n + 1).toString(2).replaceAll("0", "").length;
          return { passes: n + 1, matches: 100_000 * recall ** times * (1 - recall) ** (passes - times) };
        });
        // Chao's estimate is a lower bound, and exact where all passes find alike.
        expect(Math.abs((matchesMissed(found, passes) ?? 0) - 100_000 * (1 - recall) ** passes)).toBeLessThan(500);
      }),
    );
    expect(matchesMissed([{ passes: 1, matches: 10 }], 1)).toBeUndefined();
    expect(matchesMissed([], 3)).toBe(0);
  });
});
