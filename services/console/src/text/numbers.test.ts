import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countOf, formatMilliseconds, formatProbability, formatRate, formatSeconds, formatWeight } from "./numbers.ts";

describe("numbers on the screen", () => {
  it("never turn a probability into a certainty", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (probability) => {
        expect(["100%", "100.0%", "100.00%", "0%", "0.0%", "0.00%"]).not.toContain(formatProbability(probability));
      }),
    );
  });

  it.each([
    [0.9834, "98.3%"],
    [0.99983, "99.98%"],
    [0.0051, "0.51%"],
    [1, "more than 99.99%"],
    [0, "less than 0.01%"],
  ])("print the probability %d as %s", (probability, text) => expect(formatProbability(probability)).toBe(text));

  it.each([
    [4.24, "+4.2"],
    [-3.06, "−3.1"],
    [0.04, "0.0"],
    [-0.04, "0.0"],
  ])("print the weight %d as %s", (weight, text) => expect(formatWeight(weight)).toBe(text));

  it.each([
    [0, "0 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [200, "3 min 20 s"],
    [7500, "2 h 5 min"],
    [97_200, "1 d 3 h"],
    [-2, "0 s"],
  ])("print %d seconds as %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it("print rates, times and counts", () => {
    expect([0, 0.5, 99.94, 1234.5].map(formatRate)).toEqual(["0", "0.5", "99.9", "1,235"]);
    expect([0.84, 41.7, 1300, 90_000].map(formatMilliseconds)).toEqual(["0.8 ms", "42 ms", "1.3 s", "1 min 30 s"]);
    expect([countOf(1, "message"), countOf(2100, "message"), countOf(2, "identity", "identities")]).toEqual([
      "1 message",
      "2,100 messages",
      "2 identities",
    ]);
  });
});
