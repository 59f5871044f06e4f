import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, jaroWinkler, letterSet, mayBeSimilar } from "./similarity.ts";

const word = fc.string({ unit: fc.constantFrom(..."abcd"), maxLength: 12 });
const longWord = fc.string({ unit: fc.constantFrom(..."abc"), minLength: 100, maxLength: 200 });

/** The textbook form: the whole table, no bound, nothing cut away. */
function plainEditDistance(a: string, b: string): number {
  const at = (i: number, j: number): number => (i < 0 || j < 0 ? Infinity : (table[i]?.[j] ?? Infinity));
  const table: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    table.push([]);
    for (let j = 0; j <= b.length; j++) {
      const same = i > 0 && j > 0 && a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const best = Math.min(cost, swapped ? at(i - 2, j - 2) + 1 : Infinity);
      table[i]?.push(i === 0 && j === 0 ? 0 : best);
    }
  }
  return at(a.length, b.length);
}

describe("editDistance", () => {
  it("is the plain table's, up to the limit", () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 6 }), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(Math.min(limit + 1, plainEditDistance(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it("is the plain table's for words beyond its scratch", () => {
    fc.assert(
      fc.property(longWord, longWord, (a, b) => {
        expect(editDistance(a, b, 400)).toBe(plainEditDistance(a, b));
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["ab", "ba", 1],
    ["ca", "abc", 3],
    ["smith", "smith", 0],
    ["smith", "smyth", 1],
    ["", "abc", 3],
  ])("of %j and %j is %i", (a, b, distance) => expect(editDistance(a, b, 5)).toBe(distance));
});

describe("jaroWinkler", () => {
  it("is symmetric, within 0 and 1, and 1 for equal words alone", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const similarity = jaroWinkler(a, b);
        expect(similarity).toBe(jaroWinkler(b, a));
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity === 1).toBe(a === b && a !== "");
      }),
      { numRuns: 2000 },
    );
  });

  // Known values: Winkler 1990 (martha, dwayne, dixon), RapidFuzz's documentation (johnathan).
  it.each([
    ["martha", "marhta", 0.961111],
    ["dwayne", "duane", 0.84],
    ["dixon", "dicksonx", 0.813333],
    ["johnathan", "jonathan", 0.903704],
    ["abc", "xyz", 0],
    ["a", "a", 1],
    ["a", "b", 0],
    ["", "", 0],
    ["", "a", 0],
    // Three letters out of order make one transposition, not one and a half.
    ["abcdef", "bcadef", 0.944444],
  ])("of %j and %j is %f", (a, b, similarity) => expect(jaroWinkler(a, b)).toBeCloseTo(similarity, 5));

  it("works beyond its scratch", () => {
    const long = "abcdefghij".repeat(30);
    expect(jaroWinkler(long, `${long.slice(0, -1)}x`)).toBeGreaterThan(0.99);
  });
});

describe("mayBeSimilar", () => {
  it("never turns away a pair that is similar", () => {
    const name = fc.string({ unit: fc.constantFrom(..."abcdefghijé王"), minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(jaroWinkler(a, b) > 0.7);
        expect(mayBeSimilar(a, letterSet(a), b, letterSet(b))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("turns strangers away", () => {
    expect(mayBeSimilar("smith", letterSet("smith"), "jones", letterSet("jones"))).toBe(false);
  });
});
