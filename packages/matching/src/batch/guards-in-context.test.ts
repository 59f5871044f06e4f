import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explanation/explain.ts";
import { nhsNumbersEqual } from "../guards.ts";
import { matchRecord } from "../match-record.arbitrary.ts";
import { defaultModel } from "../model.ts";
import { type Prepared, prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { compare } from "../score.ts";
import { scorerOf } from "../scorer.ts";
import { GuardsInContext, type Verdict } from "./guards-in-context.ts";

const NUMBER = "9990004951";
const OTHER_NUMBER = "9990238359";

type Said = {
  family?: string;
  given?: string;
  born?: string;
  number?: string;
  sex?: "male" | "female";
  trust?: "verified";
};

const person = ({ family = "Smith", given, born = "1957-03-12", number, sex, trust }: Said): MatchRecord => ({
  ...(number === undefined ? {} : { nhsNumber: { value: number, trust: trust ?? "unverified" } }),
  names: [{ family, given: given === undefined ? [] : [given] }],
  birthDate: born,
  ...(sex === undefined ? {} : { sex }),
  postcodes: [],
  addressLines: [],
  phones: [],
  emails: [],
});

/** The verdict on the first two, the others being on file too. */
function judge(a: Said, b: Said, ...others: Said[]): Verdict {
  const records = [a, b, ...others].map((said) => prepare(person(said)));
  const guards = new GuardsInContext(records, scorerOf(defaultModel));
  const verdict = guards.judge(0, 1);
  expect(guards.judge(1, 0)).toEqual(verdict);
  return verdict;
}

/** Pairs on which a guard stands that an equal NHS number answers. */
const FEARED: [guard: string, one: Said, other: Said][] = [
  ["twins", { given: "Jayden" }, { given: "Kayden" }],
  ["twins", { given: "Paul", sex: "male" }, { given: "Paula", sex: "female" }],
  ["given-name-missing", { given: "David" }, {}],
  ["given-name-missing", { given: "David" }, { given: "D" }],
  ["parent-and-child", { given: "David" }, { given: "David", born: "1960-03-12" }],
  ["parent-and-child", { given: "David" }, { given: "David", born: "1957-03-30" }],
];

describe("an equal NHS number", () => {
  const equal = (said: Said): Said => ({ ...said, number: NUMBER });

  it.each(FEARED)("answers %s, of %j and %j, while nobody else is on file", (veto, a, b) => {
    expect(judge(a, b)).toEqual({ veto, areTwo: false });
    expect(judge(equal(a), equal(b))).toEqual({ veto: undefined, areTwo: false });
  });

  it.each(FEARED)("does not answer %s, of %j and %j, once the other is on file", (veto, a, b) => {
    const another = (said: Said): Said => ({ ...said, family: "Smyth", given: "Anne", number: OTHER_NUMBER });
    for (const other of [another(a), another(b)])
      expect(judge(equal(a), equal(b), other)).toEqual({ veto, areTwo: false });
  });

  it.each<[who: string, other: Said]>([
    ["another family name", { family: "Kowalski", number: OTHER_NUMBER }],
    ["another birth date", { born: "1961-07-01", number: OTHER_NUMBER }],
    ["the same number", { number: NUMBER }],
    ["a number that fails its check", { number: "9990238358" }],
    ["a placeholder for a number", { number: "9999999999" }],
    ["no number", {}],
  ])("fears nobody on file with %s", (_, other) => {
    for (const [, a, b] of FEARED)
      expect(judge(equal(a), equal(b), { given: a.given ?? "", ...other }).veto).toBeUndefined();
  });

  it("fears who has another given name and no number, or none that is valid", () => {
    for (const number of [undefined, "9990238358", "9999999999"])
      for (const [veto, a, b] of FEARED)
        expect(judge(equal(a), equal(b), { given: "Zelda", ...(number && { number }) }).veto).toBe(veto);
  });

  it("answers nothing where it is wrong, the other's, or stated once", () => {
    for (const [veto, a, b] of FEARED) {
      expect(judge({ ...a, number: "9990004952" }, { ...b, number: "9990004952" }).veto).toBe(veto);
      expect(judge({ ...a, number: NUMBER }, b).veto).toBe(veto);
      expect(judge({ ...a, number: NUMBER }, { ...b, number: OTHER_NUMBER }).veto).toBe("different-nhs-numbers");
    }
  });

  it.each<[guard: string, one: Said, other: Said]>([
    ["birth-date-differs", { given: "David" }, { given: "Robert", born: "1987-09-30" }],
    ["parent-and-child", { given: "David" }, { given: "David", born: "1987-09-30" }],
    ["birth-date-missing", { given: "David" }, { given: "David", born: "1957" }],
    ["birth-date-missing", { given: "David" }, { given: "David", born: "" }],
    ["birth-date-missing", { given: "Jayden", born: "1957-01-01" }, { given: "Kayden", born: "1957-01-01" }],
    ["birth-date-missing", { given: "David", born: "1957-01-01" }, { born: "1957-01-01" }],
    ["parent-and-child", { given: "David", born: "1957-01-01" }, { given: "David", born: "1962-01-01" }],
    ["birth-date-differs", { given: "David" }, { given: "Robert", born: "1957-03-13" }],
    ["twins", { given: "David" }, { given: "Robert" }],
    ["parent-and-child", { given: "David" }, { given: "David", born: "1987-03-12" }],
    ["names-differ", { given: "David" }, { given: "Robert", family: "Kowalski" }],
  ])("however well traced, never answers %s, of %j and %j", (veto, a, b) => {
    for (const trust of [undefined, "verified"] as const)
      expect(judge({ ...equal(a), ...(trust && { trust }) }, { ...equal(b), ...(trust && { trust }) }).veto).toBe(veto);
  });
});

describe("a short form, or a slip,", () => {
  const known: Said = { family: "Simpson", born: "2002-12-26" };
  const [evie, evelyn] = [
    { ...known, given: "Evie Linda" },
    { ...known, given: "Evelyn" },
  ];
  const twin: Said = { ...known, family: "Simpsen", given: "Evelyn Lisa" };

  it("is a twin's name once somebody of it is on file who is not the other", () => {
    expect(judge(evie, evelyn).veto).toBeUndefined();
    for (const other of [twin, { ...twin, number: NUMBER }])
      expect(judge(evie, evelyn, other)).toEqual({ veto: "twins", areTwo: false });
    expect(
      judge({ ...known, given: "Margarett Ann" }, { ...known, given: "Margaret" }, { ...known, given: "Margaret Rose" })
        .veto,
    ).toBe("twins");
  });

  it.each<[who: string, other: Said]>([
    ["of another birth date", { ...twin, born: "2004-11-02" }],
    ["of another family name", { ...twin, family: "Kowalski" }],
    ["who may be both", { ...twin, given: "Evelyn" }],
    ["of the same middle name", { ...twin, given: "Evelyn Linda" }],
    ["of another name than either", { ...twin, given: "Rose Lisa" }],
  ])("fears nobody %s", (_, other) => {
    expect(judge(evie, evelyn, other).veto).toBeUndefined();
  });

  it("is a twin's name where several records hold to either form", () => {
    const [jacob, jake] = ["Jacob", "Jake"].map((given): Said => ({ ...known, given }));
    if (jacob === undefined || jake === undefined) throw new Error("unreachable");
    for (const others of [[], [jake], [jacob, jacob]]) expect(judge(jacob, jake, ...others).veto).toBeUndefined();
    expect(judge(jacob, jake, jacob, { ...jake, given: "Jake Samuel" }).veto).toBe("twins");
    expect(judge(jacob, jake, jacob, { ...jake, born: "2004-11-02" }).veto).toBeUndefined();
  });

  it("is believed beside an equal number, unless another number is on file, and beside a traced one", () => {
    const [a, b] = [evie, evelyn].map((said) => ({ ...said, number: NUMBER }));
    if (a === undefined || b === undefined) throw new Error("unreachable");
    expect(judge(a, b, { ...twin, number: NUMBER }).veto).toBeUndefined();
    expect(judge(a, b, { ...twin, number: OTHER_NUMBER }).veto).toBe("twins");
    const [left, right] = [a, b].map((said): Said => ({ ...said, trust: "verified" }));
    expect(judge(left ?? a, right ?? b, { ...twin, number: OTHER_NUMBER }).veto).toBeUndefined();
  });
});

it("an explanation hears who else is on file, also of what might be otherwise", () => {
  const [a, b] = [
    { given: "Jayden", number: NUMBER },
    { given: "Kayden", number: NUMBER },
  ];
  const twin = { given: "Anne", number: OTHER_NUMBER };
  const explained = (...others: Said[]) => {
    const records = [a, b, ...others].map((said) => prepare(person(said)));
    const guards = new GuardsInContext(records, scorerOf(defaultModel)).guardsOf(0, 1);
    return explain(records[0] as Prepared, records[1] as Prepared, defaultModel, undefined, guards);
  };
  expect(explained()).toMatchObject({ outcome: "link", obstacles: [] });
  // Without the number nobody would answer for them any more, nor with plainly different names.
  expect(explained().changes).toContainEqual(expect.objectContaining({ comparison: "nhsNumber", outcome: "new" }));
  expect(explained().changes).toContainEqual(expect.objectContaining({ comparison: "givenName", to: "else" }));
  expect(explained(twin)).toMatchObject({ outcome: "review", why: "twins" });
  const alone = explain(prepare(person(a)), prepare(person(b)), defaultModel);
  expect(alone).toMatchObject({ outcome: "review", why: "twins" });
});

describe("two people beyond doubt", () => {
  it("are a household's, of whom neither given name nor birth date agrees", () => {
    expect(judge({ given: "David" }, { given: "Susan", born: "1959-11-02" })).toEqual({
      veto: "household",
      areTwo: true,
    });
  });

  it("are two of different numbers and another given name or birth date, but not of numbers alone", () => {
    const [a, b] = [
      { given: "David", number: NUMBER },
      { given: "David", number: OTHER_NUMBER },
    ];
    const veto = "different-nhs-numbers";
    expect(judge(a, b)).toEqual({ veto, areTwo: false });
    expect(judge(a, { ...b, given: "Susan" })).toEqual({ veto, areTwo: true });
    expect(judge(a, { ...b, born: "1987-09-30" })).toEqual({ veto, areTwo: true });
  });
});

describe("guards over a batch", () => {
  const people = fc.array(matchRecord, { minLength: 2, maxLength: 8 });

  it("are those of a pair, but for what an equal number with an agreeing birth date answers, and the twin on file", () => {
    fc.assert(
      fc.property(people, (people) => {
        const records = people.map((record) => prepare(record));
        const guards = new GuardsInContext(records, scorerOf(defaultModel));
        for (const [right, b] of records.entries())
          for (const [left, a] of records.slice(0, right).entries()) {
            const { veto, levels } = compare(a, b, defaultModel);
            const verdict = guards.judge(left, right);
            expect(guards.judge(right, left)).toEqual(verdict);
            if (verdict.veto === veto) continue;
            const level = (name: string) => levels.find(({ comparison }) => comparison === name)?.level ?? "";
            if (veto === undefined) {
              expect(verdict).toEqual({ veto: "twins", areTwo: false });
              expect(["nickname", "close"]).toContain(level("givenName"));
              continue;
            }
            expect(verdict).toEqual({ veto: undefined, areTwo: false });
            expect(["twins", "given-name-missing", "parent-and-child"]).toContain(veto);
            expect(nhsNumbersEqual(level("nhsNumber"))).toBe(true);
            expect(["exact", "two-parts", "decade-slip"]).toContain(level("birthDate"));
          }
      }),
      { numRuns: 300 },
    );
  });

  it("grow only stricter as more people come on file", () => {
    fc.assert(
      fc.property(people, people, (people, more) => {
        const few = people.map((record) => prepare(record));
        const all = [...few, ...more.map((record) => prepare(record))];
        const [before, after] = [few, all].map((records) =>
          new GuardsInContext(records, scorerOf(defaultModel)).judge(0, 1),
        );
        if (before?.veto !== undefined) expect(after).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it("are none where the model has none in force", () => {
    const model = { ...defaultModel, guards: [] };
    const records = [person({ given: "Jayden" }), person({ given: "Kayden" })].map((record) => prepare(record));
    expect(new GuardsInContext(records, scorerOf(model)).judge(0, 1)).toEqual({ veto: undefined, areTwo: false });
  });
});
