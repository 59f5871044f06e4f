import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random, ranked, weighted } from "./random.ts";

describe("seeded chance", () => {
  it("gives the same stream for the same seed, on every machine", () => {
    const random = new Random("chesil");
    expect(Array.from({ length: 4 }, () => random.uint32())).toEqual([977669841, 3647373747, 1568252549, 3001904537]);
  });

  it("forks by seed and label only, whatever was drawn before", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(50), (seed, label, draws) => {
        const drawn = new Random(seed);
        for (let draw = 0; draw < draws; draw++) drawn.uint32();
        expect(drawn.fork(label).uint32()).toBe(new Random(seed).fork(label).uint32());
      }),
    );
  });

  it("stays within its bounds and reaches both ends", () => {
    const random = new Random(7);
    const draws = Array.from({ length: 2000 }, () => random.between(3, 9));
    expect(new Set(draws)).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
  });

  it("is even: each of 16 sixteenths is met as often as chance allows", () => {
    const random = new Random(11);
    const counts = new Array<number>(16).fill(0);
    for (let draw = 0; draw < 160_000; draw++) {
      const place = Math.floor(random.float() * 16);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    // Chi-square with 15 degrees of freedom: 37.7 is passed once in a thousand.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  it("draws by weight", () => {
    const random = new Random(5);
    const table = weighted([
      ["often", 9],
      ["never", 0],
      ["seldom", 1],
    ]);
    const draws = Array.from({ length: 20_000 }, () => random.from(table));
    expect(draws.filter((draw) => draw === "often").length / 20_000).toBeCloseTo(0.9, 1);
    expect(draws).not.toContain("never");
    expect(() => weighted([])).toThrow(RangeError);
  });

  it("ranks: the first of a list is the commonest", () => {
    const random = new Random(6);
    const draws = Array.from({ length: 5000 }, () => random.from(ranked(["a", "b", "c"], 1)));
    const count = (name: string) => draws.filter((draw) => draw === name).length;
    expect(count("a")).toBeGreaterThan(count("b"));
    expect(count("b")).toBeGreaterThan(count("c"));
  });

  it("shuffles without losing anything", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (values, seed) => {
        expect(new Random(seed).shuffled(values).toSorted()).toEqual(values.toSorted());
      }),
    );
  });
});
