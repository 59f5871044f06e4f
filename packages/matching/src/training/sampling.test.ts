import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shuffleOf } from "./random.ts";
import { pairsOf, sampleUPairs } from "./sampling.ts";

const keysOf = ({ left, right }: ReturnType<typeof sampleUPairs>) =>
  [...left].map((record, n) => `${record}-${right[n]}`);

describe("shuffleOf", () => {
  it("is a permutation for every size and seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (size, seed) => {
        const shuffled = shuffleOf(size, seed);
        const seen = new Set(Array.from({ length: size }, (_, place) => shuffled(place)));
        expect(seen.size).toBe(size);
        for (const value of seen) expect(value >= 0 && value < size).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("stays within the range up to 2^53", () => {
    const size = 2 ** 53 - 1;
    const shuffled = shuffleOf(size, 7);
    const seen = new Set(Array.from({ length: 5000 }, (_, place) => shuffled(place)));
    expect(seen.size).toBe(5000);
    for (const value of seen) expect(Number.isSafeInteger(value) && value < size).toBe(true);
    expect(Math.max(...seen)).toBeGreaterThan(size * 0.99);
  });
});

describe("sampleUPairs", () => {
  it("draws distinct pairs of distinct records, as many as asked or as there are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer(),
        (records, max, seed) => {
          const pairs = sampleUPairs(records, max, seed);
          expect(pairs.left.length).toBe(Math.min(max, pairsOf(records)));
          expect(new Set(keysOf(pairs)).size).toBe(pairs.left.length);
          pairs.left.forEach((left, n) => {
            expect(left >= 0 && left < (pairs.right[n] as number) && (pairs.right[n] as number) < records).toBe(true);
          });
          expect(sampleUPairs(records, max, seed)).toEqual(pairs);
        },
      ),
    );
  });

  it("is one sample, however many threads share it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer(),
        (records, of, seed) => {
          const whole = sampleUPairs(records, 1000, seed);
          const shares = Array.from({ length: of }, (_, place) => sampleUPairs(records, 1000, seed, { place, of }));
          expect(shares.flatMap(keysOf)).toEqual(keysOf(whole));
        },
      ),
    );
  });

  it("takes every pair as often as any other", () => {
    const drawn = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++)
      for (const key of keysOf(sampleUPairs(10, 9, seed))) drawn.set(key, (drawn.get(key) ?? 0) + 1);
    expect(drawn.size).toBe(45);
    // 400 each are due; six standard deviations are 107.
    for (const count of drawn.values()) expect(Math.abs(count - 400)).toBeLessThan(107);
  });

  it("reaches every part of ninety million records", () => {
    const { left, right } = sampleUPairs(90_000_000, 20_000, 3);
    const mean = (records: Int32Array) => records.reduce((sum, record) => sum + record / records.length, 0);
    // The lesser of two random records lies at a third, the greater at two thirds.
    expect(mean(left) / 90_000_000).toBeCloseTo(1 / 3, 1);
    expect(mean(right) / 90_000_000).toBeCloseTo(2 / 3, 1);
    left.forEach((record, n) => {
      expect(record).toBeLessThan(right[n] as number);
    });
  });
});
