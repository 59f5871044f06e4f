import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { middleNames, splitFullName } from "./full-name.ts";

describe("splitFullName", () => {
  it.each([
    ["John Smith", ["John"], "Smith"],
    ["John Paul Smith", ["John", "Paul"], "Smith"],
    ["Dr. John Smith", ["John"], "Smith"],
    ["Mr Smith", [], "Smith"],
    ["Prof Sir John Smith OBE", ["John"], "Smith"],
    ["Smith, John Paul", ["John", "Paul"], "Smith"],
    ["SMITH, Mr John", ["John"], "SMITH"],
    ["van der Berg, Anna", ["Anna"], "van der Berg"],
    ["John Smith, Jr.", ["John"], "Smith"],
    ["sir walter bryant, 1st baronet", ["walter"], "bryant"],
    ["John Smith, Earl of Wool", ["John"], "Smith"],
    ["Ludwig van Beethoven", ["Ludwig"], "van Beethoven"],
    ["Maria de la Cruz", ["Maria"], "de la Cruz"],
    ["Van Morrison", ["Van"], "Morrison"],
    ["Jill St John", ["Jill"], "St John"],
    ["Smith-Jones", [], "Smith-Jones"],
    ["Robert (Bob) Hill", ["Robert"], "Hill"],
    ["Nee Hill", ["Nee"], "Hill"],
    ["constance herbert)", ["constance"], "herbert"],
    ["", [], ""],
    [",", [], ""],
  ])("takes %j apart", (text, given, family) => {
    expect(splitFullName(text)).toEqual({ given, family, birthFamily: "" });
  });

  it("knows a name at birth", () => {
    const parts = { given: ["constance"], family: "smith", birthFamily: "herbert" };
    expect(splitFullName("constance smith (née herbert)")).toEqual(parts);
    expect(splitFullName("constance smith nee herbert")).toEqual(parts);
  });

  it("keeps every word of a plain name, in either order of writing", () => {
    const word = fc.stringMatching(/^[A-Z][a-z]{3,8}q$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, (given, family) => {
        const parts = { given, family, birthFamily: "" };
        expect(splitFullName([...given, family].join(" "))).toEqual(parts);
        expect(splitFullName(`${family}, ${given.join(" ")}`)).toEqual(parts);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(splitFullName(text).family).not.toMatch(/^\s|\s$/);
      }),
    );
  });
});

describe("middleNames", () => {
  it("are the words between, where the rest agrees", () => {
    const full = splitFullName("walter john bryant");
    expect(middleNames(full, "Walter", "Bryant")).toEqual(["john"]);
    expect(middleNames(full, "wally", "bryant")).toEqual([]);
    expect(middleNames(splitFullName(""), "walter", "bryant")).toEqual([]);
  });
});
