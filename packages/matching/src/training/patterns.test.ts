import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  levelTotals,
  mergePatternCounts,
  PatternCounter,
  type PatternCounts,
  pairsIn,
  transferListOf,
} from "./patterns.ts";

const LEVELS = [3, 2, 6];
const rows = fc.array(fc.tuple(...LEVELS.map((levels) => fc.integer({ min: -2, max: levels - 1 }))), {
  maxLength: 300,
});

function count(all: readonly (readonly number[])[], levels = LEVELS): PatternCounts {
  const counter = new PatternCounter(levels);
  for (const row of all) counter.add(row);
  return counter.counts();
}

describe("pattern counts", () => {
  it("are a plain count of the rows, what is negative being missing", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const plain = new Map<string, number>();
        for (const row of all) {
          const key = row.map((rank) => Math.max(-1, rank)).join();
          plain.set(key, (plain.get(key) ?? 0) + 1);
        }
        const { ranks, counts } = count(all);
        expect(counts.length).toBe(plain.size);
        counts.forEach((pairs, place) => {
          expect(pairs).toBe(plain.get(ranks.subarray(place * 3, place * 3 + 3).join()));
        });
      }),
    );
  });

  it("do not depend on the order, nor on how the pairs were shared out", () => {
    fc.assert(
      fc.property(rows, fc.nat(), (all, cut) => {
        const at = all.length === 0 ? 0 : cut % all.length;
        const whole = count(all);
        expect(count(all.toReversed())).toEqual(whole);
        const parts = [count(all.slice(at)), count(all.slice(0, at))];
        expect(mergePatternCounts(LEVELS, parts)).toEqual(whole);
        expect(pairsIn(whole)).toBe(all.length);
      }),
    );
  });

  it("hold more patterns than the table had room for", () => {
    const levels = [100, 100, 100];
    const all = Array.from({ length: 20_000 }, (_, n) => [n % 100, Math.floor(n / 100) % 100, Math.floor(n / 10_000)]);
    const { counts, ranks } = count([...all, ...all], levels);
    expect(counts.length).toBe(20_000);
    expect(counts.every((pairs) => pairs === 2)).toBe(true);
    expect([...ranks.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it("take in more fields than any number could hold as one key", () => {
    const levels = new Array<number>(60).fill(9);
    const row = levels.map((_, index) => (index % 10) - 1);
    const { ranks, counts } = count([row, row, row.toReversed()], levels);
    expect([...counts].sort()).toEqual([1, 2]);
    expect(ranks.length).toBe(120);
  });

  it("are handed to another thread as they are", () => {
    const counts = count([[0, 1, 2]]);
    const posted = structuredClone(counts, { transfer: transferListOf(counts) });
    expect(posted).toEqual(count([[0, 1, 2]]));
    expect(counts.counts.length).toBe(0);
  });

  it("add up to totals by level, weighed by the share given", () => {
    const counts = count([
      [0, 0, -1],
      [0, 1, 5],
      [0, 1, 5],
    ]);
    expect(levelTotals(counts)).toEqual([
      [3, 0, 0],
      [1, 2],
      [0, 0, 0, 0, 0, 2],
    ]);
    expect(levelTotals(counts, new Float64Array([0, 0.5]))[0]).toEqual([1, 0, 0]);
  });

  it("refuse ranks and comparisons that can not be", () => {
    expect(() => new PatternCounter([128])).toThrow(RangeError);
    expect(() => new PatternCounter([0])).toThrow(RangeError);
    expect(() => new PatternCounter([2]).add([2])).toThrow(RangeError);
    expect(() => mergePatternCounts([2], [count([[0, 0, 0]])])).toThrow(RangeError);
  });
});
