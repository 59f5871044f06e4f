import { describe, expect, it } from "vitest";
import { prepare } from "../prepare.ts";
import { levelOf } from "./level-fixture.ts";
import { familyNameComparison, givenNameComparison } from "./name.ts";

type Name = { family?: string; given: string[] };
const rate = (name: string) => ({ smith: 0.0115, david: 0.018 })[name] ?? 0.0001;
const levels = (a: Name[], b: Name[]) => {
  const [left, right] = [a, b].map((names) =>
    prepare({ names, postcodes: [], addressLines: [], phones: [], emails: [] }),
  );
  if (!left || !right) throw new Error("unreachable");
  return {
    family: levelOf(familyNameComparison, left, right),
    given: levelOf(givenNameComparison, left, right),
    frequency: familyNameComparison.frequency?.(left, right, familyNameComparison.rank(left, right), rate),
  };
};
const family = (a: string, b: string) =>
  levels([{ family: a, given: ["David"] }], [{ family: b, given: ["David"] }]).family;
const given = (a: string[], b: string[]) =>
  levels([{ family: "Smith", given: a }], [{ family: "Smith", given: b }]).given;

describe("family name", () => {
  it.each([
    ["O'Neill", "ONEILL", "exact"],
    ["O Neill", "O'Neill", "exact"],
    ["Smith-Jones", "Smith Jones", "exact"],
    ["van der Berg", "Vanderberg", "exact"],
    ["Mac Donald", "MacDonald", "exact"],
    ["Müller", "Muller", "exact"],
    ["Wilson", "Willson", "close"],
    ["Robertson", "Robretson", "close"],
    ["McDonald", "MacDonald", "close"],
    ["Smith-Jones", "Jones", "part"],
    ["van der Berg", "Berg", "part"],
    ["Smith", "Smyth", "close"],
    ["Reid", "Read", "similar"],
    ["Smith", "Jones", "else"],
    ["Lee", "Lea", "similar"],
    ["Unknown", "Unknown", "missing"],
    ["Smith", "", "missing"],
  ])("%s and %s are %s", (a, b, expected) => {
    expect(family(a, b)).toBe(expected);
    expect(family(b, a)).toBe(expected);
  });
});

describe("given name", () => {
  it.each([
    [["David"], ["DAVID"], "exact"],
    [["Anne-Marie"], ["Annemarie"], "exact"],
    [["Anne", "Marie"], ["Anne"], "exact"],
    [["John", "Paul"], ["John", "P"], "exact"],
    [["John", "Paul"], ["John", "Peter"], "middle-differs"],
    [["Robert"], ["Bob"], "nickname"],
    [["Evie", "Linda"], ["Evelyn", "Lisa"], "middle-differs"],
    [["Evie", "Linda"], ["Evelyn", "L"], "nickname"],
    [["Evie", "Linda"], ["Evelyn"], "nickname"],
    [["Margarett", "Ann"], ["Margaret", "Rose"], "middle-differs"],
    [["Katherine"], ["Catherine"], "nickname"],
    [["Margarett"], ["Margaret"], "close"],
    [["Jayden"], ["Kayden"], "similar"],
    [["Bob"], ["Rob"], "similar"],
    [["John", "David"], ["David"], "part"],
    [["Emily", "Grace"], ["Olivia", "Grace"], "else"],
    [["J"], ["John"], "initial"],
    [["J"], ["J"], "initial"],
    [["J"], ["Peter"], "else"],
    [["Jack"], ["Zack"], "else"],
    [["Emily"], ["Olivia"], "else"],
    [["Baby"], ["Emily"], "missing"],
    [[], [], "missing"],
  ])("%j and %j are %s", (a, b, expected) => {
    expect(given(a, b)).toBe(expected);
    expect(given(b, a)).toBe(expected);
  });
});

describe("names", () => {
  it("agree when any present or former name does", () => {
    const now = { family: "Jones", given: ["Emily"] };
    const maiden = { family: "Kowalska", given: ["Emily"] };
    expect(levels([now, maiden], [maiden])).toMatchObject({ family: "exact", given: "exact" });
  });

  it("count the rarest of several agreements", () => {
    for (const rare of ["Kowalska", "Zielinska"]) {
      const both = ["Smith", rare].map((family) => ({ family, given: ["Emily"] }));
      expect(levels(both, both).frequency).toBe(0.0001);
    }
  });

  it("are found when written in each other's place, and then the given name abstains", () => {
    const right = { family: "Kowalski", given: ["David"] };
    const wrong = { family: "David", given: ["Kowalskii"] };
    expect(levels([right], [wrong])).toMatchObject({ family: "swapped", given: "swapped" });
  });

  it("of John Doe are nobody's", () => {
    const doe = { family: "Doe", given: ["John"] };
    expect(levels([doe], [doe])).toMatchObject({ family: "missing", given: "missing" });
  });
});
