import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distancesTo, jaroWinkler, letterSet, sizeOfSet, soundex } from "./text.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "1"), maxLength: 9 });

/** The textbook table, to hold the bit-parallel one to. */
function tableDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const kept = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min((above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, kept));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}

describe("the baselines' text measures", () => {
  it("count edits as the textbook table does, up to the limit, and say so beyond it", () => {
    fc.assert(
      fc.property(word, word, fc.nat(9), (a, b, limit) => {
        const distance = tableDistance(a, b);
        const found = distancesTo(a, limit)(b);
        if (distance <= limit) expect(found).toBe(distance);
        else expect(found).toBeGreaterThan(limit);
      }),
    );
  });

  it("never see more difference in the letters than there are edits", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(sizeOfSet(letterSet(a) & ~letterSet(b))).toBeLessThanOrEqual(tableDistance(a, b));
      }),
    );
  });

  it.each([
    ["martha", "marhta", 0.9611],
    ["dwayne", "duane", 0.84],
    ["dixon", "dicksonx", 0.8133],
    ["", "a", 0],
    ["", "", 0],
    ["same", "same", 1],
  ])("Jaro-Winkler of %s and %s is %d", (a, b, similarity) => expect(jaroWinkler(a, b)).toBeCloseTo(similarity, 4));

  it.each([
    ["Robert", "R163"],
    ["Rupert", "R163"],
    ["Ashcraft", "A261"],
    ["Tymczak", "T522"],
    ["Pfister", "P236"],
    ["Honeyman", "H555"],
    ["Lee", "L000"],
    ["", ""],
  ])("Soundex of %s is %s", (name, code) => expect(soundex(name)).toBe(code));
});
