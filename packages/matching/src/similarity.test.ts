import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "./similarity.golden.json" with { type: "json" };
import { editDistance, jaroWinkler, letterSet, mayBeSimilar } from "./similarity.ts";

const word = fc.string({ unit: fc.constantFrom(..."abcd"), maxLength: 12 });
const longWord = fc.string({ unit: fc.constantFrom(..."abc"), minLength: 25, maxLength: 200 });
const anyText = fc.string({ unit: fc.constantFrom(..."aé王ش\u{20bb7}"), maxLength: 12 });

/** The whole table of Lowrance and Wagner: no bound, nothing cut away. */
function plainEditDistance(a: string, b: string): number {
  const at = (i: number, j: number): number => table[i]?.[j] ?? Infinity;
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(Infinity));
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      let best = i === 0 || j === 0 ? i + j : Math.min(at(i - 1, j), at(i, j - 1)) + 1;
      if (i > 0 && j > 0) {
        best = Math.min(best, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
        const k = a.lastIndexOf(b[j - 1] as string, i - 2) + 1;
        const l = b.lastIndexOf(a[i - 1] as string, j - 2) + 1;
        if (i > 1 && j > 1 && k > 0 && l > 0) best = Math.min(best, at(k - 1, l - 1) + (i - k - 1) + 1 + (j - l - 1));
      }
      (table[i] as number[])[j] = best;
    }
  }
  return at(a.length, b.length);
}

/** Jaro by its definition: how many letters match, and how many of them stand out of order. */
function plainMatches(a: string, b: string): { common: number; outOfOrder: number } {
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Set<number>();
  const matched: string[] = [];
  for (let i = 0; i < a.length; i++) {
    for (let j = Math.max(0, i - reach); j <= i + reach && j < b.length; j++) {
      if (taken.has(j) || a[i] !== b[j]) continue;
      taken.add(j);
      matched.push(b[j] as string);
      break;
    }
  }
  const inB = [...taken].sort((x, y) => x - y);
  return { common: matched.length, outOfOrder: matched.filter((letter, at) => letter !== b[inB[at] as number]).length };
}

function plainJaroWinkler(a: string, b: string): number {
  const { common, outOfOrder } = plainMatches(a, b);
  if (common === 0) return 0;
  const jaro = (common / a.length + common / b.length + (common - Math.floor(outOfOrder / 2)) / common) / 3;
  let prefix = 0;
  while (prefix < Math.min(4, a.length, b.length) && a[prefix] === b[prefix]) prefix++;
  return jaro > 0.7 ? jaro + prefix * 0.1 * (1 - jaro) : jaro;
}

describe("DuckDB", () => {
  // similarity.golden.py writes the values, with the version of DuckDB they are of.
  it("gives the same for ASCII, to the last bit", () => {
    const pairs = golden.pairs as [string, string, number, number][];
    expect(pairs.map(([a, b]) => [a, b, jaroWinkler(a, b), editDistance(a, b, 1000)])).toEqual(pairs);
  });

  it("counts bytes where these kernels count letters", () => {
    // damerau_levenshtein('josé', 'jose') is 2, jaro_winkler_similarity('محمد', 'خديجة') is 0.55.
    expect(editDistance("josé", "jose", 5)).toBe(1);
    expect(jaroWinkler("محمد", "خديجة")).toBe(0);
  });
});

describe("editDistance", () => {
  it.each([
    ["words", word],
    ["letters of any script", anyText],
  ])("is the plain table's for %s, up to the limit", (_, text) => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 6 }), (a, b, limit) => {
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
    ["ca", "abc", 2],
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

  it.each([
    ["words", word],
    ["letters of any script", anyText],
    ["words that fit no machine word", longWord],
  ])("is what its definition gives for %s, whatever was compared before", (_, text) => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(jaroWinkler(a, b)).toBe(plainJaroWinkler(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  it("is natural's above 0.7 where the letters out of order are even, and never less", () => {
    const natural: (a: string, b: string, options: object) => number = createRequire(import.meta.url)(
      "natural/lib/natural/distance/jaro-winkler_distance",
    );
    fc.assert(
      fc.property(word, word, (a, b) => {
        const similarity = jaroWinkler(a, b);
        fc.pre(similarity > 0.7);
        if (plainMatches(a, b).outOfOrder % 2 === 0) expect(similarity).toBeCloseTo(natural(a, b, {}), 12);
        else expect(similarity).toBeGreaterThan(natural(a, b, {}));
      }),
      { numRuns: 1000 },
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
});

describe("mayBeSimilar", () => {
  it("never turns away a pair that is similar", () => {
    const name = fc.string({ unit: fc.constantFrom(..."abcdefghijé王"), minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(jaroWinkler(a, b) > 0.7);
        expect(mayBeSimilar(letterSet(a), a.length, letterSet(b), b.length)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("turns strangers away", () => {
    expect(mayBeSimilar(letterSet("smith"), 5, letterSet("jones"), 5)).toBe(false);
  });
});
