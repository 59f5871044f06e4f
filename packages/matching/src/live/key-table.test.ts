import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeySegment } from "./key-segment.ts";
import { KeyTable } from "./key-table.ts";

const MANY = 5_000;
const sorted = (members: readonly number[]) => members.toSorted((a, b) => a - b);

/** Halves at the ends of what there is and close to one another: most keys want the place of another. */
const halves = fc.constantFrom(0, 1, 2, 3, -1, -2, 2 ** 31 - 1, -(2 ** 31));
const operations = fc.array(
  fc.record({
    low: halves,
    high: halves,
    member: fc.oneof(fc.nat(3), fc.constant(2 ** 31 - 2)),
    isAdded: fc.boolean(),
  }),
  { maxLength: 200 },
);

describe("a segment of keys", () => {
  it("is a map of sets, though all keys want the same places", () => {
    fc.assert(
      fc.property(operations, (history) => {
        const segment = new KeySegment();
        const model = new Map<string, Set<number>>();
        for (const { low, high, member, isAdded } of history) {
          const known = model.get(`${low} ${high}`) ?? new Set();
          model.set(`${low} ${high}`, known);
          if (!isAdded) segment.remove(low, high, member);
          else if (!known.has(member)) segment.add(low, high, member);
          if (isAdded) known.add(member);
          else known.delete(member);
        }
        for (const [key, members] of model) {
          const [low = 0, high = 0] = key.split(" ").map(Number);
          expect(segment.count(low, high)).toBe(members.size);
          expect(segment.members(low, high, members.size - 1)).toBeUndefined();
          expect(sorted(segment.members(low, high, members.size) ?? [])).toEqual(sorted([...members]));
        }
      }),
    );
  });

  it("grows by any number of keys, and their places are free again when they are gone", () => {
    const segment = new KeySegment();
    const lows = Array.from({ length: 5_000 }, (_, n) => Math.imul(n, 0x9e3779b1) >> (n % 3));
    const fill = () => {
      for (const [member, low] of lows.entries()) segment.add(low, member % 5, member);
    };
    fill();
    const { bytes } = segment;
    for (let round = 0; round < 3; round++) {
      expect(
        [...lows.entries()].filter(([member, low]) => !segment.members(low, member % 5, MANY)?.includes(member)),
      ).toEqual([]);
      for (const [member, low] of lows.entries()) segment.remove(low, member % 5, member);
      expect([...lows.entries()].filter(([member, low]) => segment.count(low, member % 5) > 0)).toEqual([]);
      fill();
    }
    expect(segment.bytes).toBe(bytes);
  });

  it("holds a key of any number of members through all sizes, up and down", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_600 }), { minLength: 1, maxLength: 6 }), (sizes) => {
        const segment = new KeySegment();
        segment.add(6, 0, 1);
        let size = 0;
        for (const target of sizes) {
          for (; size < target; size++) segment.add(5, 0, size * 3);
          for (; size > target; size--) segment.remove(5, 0, (size - 1) * 3);
          segment.remove(5, 0, 1);
          expect(segment.count(5, 0)).toBe(size);
          expect(sorted(segment.members(5, 0, MANY) ?? [])).toEqual(Array.from({ length: size }, (_, n) => n * 3));
        }
        expect(segment.members(6, 0, MANY)).toEqual([1]);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the memory of a segment", () => {
  it("is the same after keys of any number of members have come and gone over and over", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        const segment = new KeySegment();
        const comeAndGo = () => {
          for (const [low, size] of sizes.entries())
            for (let member = 0; member < size; member++) segment.add(low, 0, member);
          for (const [low, size] of sizes.entries())
            for (let member = 0; member < size; member++) segment.remove(low, 0, member);
        };
        comeAndGo();
        const { bytes } = segment;
        comeAndGo();
        comeAndGo();
        expect(segment.bytes).toBe(bytes);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a table of keys", () => {
  it("tells every signed 64-bit key from every other", () => {
    const keys = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constantFrom(0n, -1n, 1n, 2n ** 32n, -(2n ** 32n), 2n ** 63n - 1n, -(2n ** 63n)),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(keys, fc.nat(2 ** 31 - 2)), { selector: ([key]) => key }),
        keys,
        (entries, other) => {
          const table = new KeyTable();
          for (const [key, member] of entries) table.add(key, member);
          for (const [key, member] of entries) expect(table.members(key, MANY)).toEqual([member]);
          for (const [key, member] of entries.slice(1)) table.remove(key, member);
          for (const [place, [key]] of entries.entries()) expect(table.count(key)).toBe(place === 0 ? 1 : 0);
          expect(table.count(other)).toBe(entries[0]?.[0] === other ? 1 : 0);
        },
      ),
    );
  });
});
