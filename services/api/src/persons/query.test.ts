import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../problem.ts";
import { criteriaNames, queryOfFields, queryOfText } from "./query.ts";

const plain = (query: readonly object[]) =>
  query.map((criteria) => Object.fromEntries(Object.entries(criteria).filter(([, value]) => value !== undefined)));
const text = (typed: string) => plain(queryOfText(typed));

describe("a line of text", () => {
  test.each<[string, object[]]>([
    ["9991234508", [{ nhsNumber: "9991234508" }, { localId: "9991234508" }]],
    ["999 123 4508", [{ nhsNumber: "9991234508" }, { localId: "999 123 4508" }]],
    ["RDZ|12 3", [{ authority: "RDZ", localId: "12 3" }]],
    ["12345", [{ localId: "12345" }]],
    ["P00123-7", [{ localId: "P00123-7" }]],
    ["Smith", [{ familyPrefix: "smith" }]],
    ["SMITH, Jane", [{ familyPrefix: "smith", givenPrefix: "jane" }]],
    ["O'Neill, Seán", [{ familyPrefix: "oneill", givenPrefix: "sean" }]],
    ["Jane Smith", [{ eitherName: ["jane", "smith"] }, { familyPrefix: "jane smith" }]],
    ["Smith J", [{ familyPrefix: "smith", givenPrefix: "j" }]],
    ["J Smith", [{ familyPrefix: "smith", givenPrefix: "j" }]],
    ["31/07/1950", [{ birthDate: "1950-07-31" }]],
    ["1950-07-31", [{ birthDate: "1950-07-31" }]],
    ["31-Jul-1950", [{ birthDate: "1950-07-31" }]],
    ["1.7.1950", [{ birthDate: "1950-07-01" }]],
    ["bh151aa", [{ postcodePrefix: "BH15 1AA" }]],
    ["BH15 1AA", [{ postcodePrefix: "BH15 1AA" }]],
    ["BH15", [{ localId: "BH15" }, { postcodePrefix: "BH15 " }]],
    [
      "Smith Jane 31/07/1950 BH15 1AA",
      [
        { eitherName: ["smith", "jane"], birthDate: "1950-07-31", postcodePrefix: "BH15 1AA" },
        { familyPrefix: "smith jane", birthDate: "1950-07-31", postcodePrefix: "BH15 1AA" },
      ],
    ],
    ["smith 1950-07-31", [{ familyPrefix: "smith", birthDate: "1950-07-31" }]],
  ])("%s", (typed, expected) => {
    expect(text(typed)).toEqual(expected);
  });

  test("of three words is tried as each of the names it may be", () => {
    expect(text("Jane van Berg")).toEqual([
      { familyPrefix: "berg", givenPrefix: "jane van" },
      { familyPrefix: "van berg", givenPrefix: "jane" },
      { familyPrefix: "jane", givenPrefix: "van berg" },
      { familyPrefix: "jane van", givenPrefix: "berg" },
    ]);
  });

  test.each(["S", "s,", "…", "-", "S, Jane"])("%s is too little", (typed) => {
    expect(() => queryOfText(typed)).toThrow(Problem);
  });

  test("whatever it is gives criteria that narrow, or a problem", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), (typed) => {
        try {
          const query = queryOfText(typed);
          expect(query.length).toBeGreaterThan(0);
          for (const criteria of query) {
            const narrowing = ["nhsNumber", "familyPrefix", "eitherName", "birthDate", "postcodePrefix", "localId"];
            expect(criteriaNames(criteria).some((name) => narrowing.includes(name))).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

describe("fields", () => {
  test("become criteria as they are stored", () => {
    const fields = {
      family: "Ångström",
      given: "Eva-Lisa",
      birthDate: "31/07/1950",
      postcode: "bh15",
      sex: "female",
      nhsNumber: "999-123-4508",
      localId: "RDZ|7",
    };
    expect(plain(queryOfFields(fields))).toEqual([
      {
        nhsNumber: "9991234508",
        familyPrefix: "angstrom",
        givenPrefix: "eva lisa",
        birthDate: "1950-07-31",
        sex: "female",
        postcodePrefix: "BH15 ",
        authority: "RDZ",
        localId: "7",
      },
    ]);
  });

  test.each([
    {},
    { sex: "female" },
    { given: "Jane" },
    { family: "S" },
    { family: "'" },
    { nhsNumber: "123" },
    { birthDate: "31/02/1950" },
    { birthDate: "yesterday" },
    { postcode: "nowhere" },
  ])("%j are refused", (fields) => {
    expect(() => queryOfFields(fields)).toThrow(Problem);
  });
});
