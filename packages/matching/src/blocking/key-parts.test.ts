import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILT_IN_COMPARISONS } from "../comparisons/built-in.ts";
import { anyRecord, matchRecord } from "../match-record.arbitrary.ts";
import { prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { COARSER, fixedComparisons, PART_NAMES, partValues } from "./key-parts.ts";

const EMPTY: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const values = (part: string, record: Partial<MatchRecord>, job = "") =>
  partValues(part, ["job"])(prepare({ ...EMPTY, ...record }, [job]));
const named = (family: string, ...given: string[]): Partial<MatchRecord> => ({ names: [{ family, given }] });

describe("a part of a blocking key", () => {
  it("that nobody knows is named in the error", () => {
    for (const name of ["shoeSize", "column:wages", "job", "", "toString"])
      expect(() => partValues(name, ["job"]), name).toThrow(
        new RangeError(`No part of a blocking key is called ${name}.`),
      );
  });

  it("gives texts for any record, and none for an empty one", () => {
    fc.assert(
      fc.property(matchRecord, (record) => {
        for (const part of PART_NAMES)
          for (const value of values(part, record)) expect(value, part).toEqual(expect.any(String));
      }),
    );
    for (const part of [...PART_NAMES, "column:job"]) expect([part, values(part, {})]).toEqual([part, []]);
  });

  it.each<[part: string, one: Partial<MatchRecord>, other: Partial<MatchRecord>]>([
    [
      "nhsNumber",
      { nhsNumber: { value: "9990004951", trust: "verified" } },
      { nhsNumber: { value: "999 000 4951", trust: "unverified" } },
    ],
    ["familyName", named("O'Neill"), named("ONEILL")],
    ["familyName", named("Smith-Jones"), named("Jones")],
    ["familySound", named("Smith-Jones"), named("Smithjones")],
    ["outcode", { postcodes: ["1010 AB"] }, { postcodes: ["1010ab"] }],
    ["familyName", named("van der Berg"), named("Berg")],
    ["familySound", named("Smith"), named("Smyth")],
    ["familyPrefix", named("Kowalski"), named("Kowalska")],
    ["givenName", named("A", "Bob"), named("B", "Robert")],
    ["givenSound", named("A", "Kathryn"), named("B", "Catherine")],
    ["givenPrefix", named("A", "Christopher"), named("B", "Christine")],
    ["nameSound", named("Ali", "Kowalski"), named("Kowalski", "Ali")],
    ["birthDay", { birthDate: "1957-03-12" }, { birthDate: "1975-12-03" }],
    ["birthYear", { birthDate: "1957-03-12" }, { birthDate: "1957" }],
    ["postcode", { postcodes: ["BH1 1AA"] }, { postcodes: ["DT1 1XJ", "bh11aa"] }],
    ["outcode", { postcodes: ["BH1 1AA"] }, { postcodes: ["BH1 2CD"] }],
    ["street", { addressLines: ["12 High Street"] }, { addressLines: ["14 High St."] }],
    ["phone", { phones: ["07700 900123"] }, { phones: ["+447700900123"] }],
    ["emailName", { emails: ["a.smith@example.org"] }, { emails: ["A.Smith@example.com"] }],
    ["practice", { gpPractice: "j81001" }, { gpPractice: "J81001" }],
  ])("%s files %j and %j together", (part, one, other) => {
    expect(new Set(values(part, one)).isDisjointFrom(new Set(values(part, other)))).toBe(false);
  });

  it.each<[part: string, record: Partial<MatchRecord>]>([
    ["nhsNumber", { nhsNumber: { value: "9990004952", trust: "verified" } }],
    ["nhsNumber", { nhsNumber: { value: "9999999999", trust: "verified" } }],
    ["birthDate", { birthDate: "1957" }],
    ["birthDay", { birthDate: "1957-03" }],
    ["familyName", named("Unknown")],
    ["postcode", { postcodes: ["ZZ99 3VZ"] }],
    ["practice", { gpPractice: "V81999" }],
    ["sex", { sex: "unknown" }],
  ])("%s files nobody under %j", (part, record) => expect(values(part, record)).toEqual([]));

  it("that is said to be coarser than another is shared wherever that one is", () => {
    const share = (part: string, one: MatchRecord, other: MatchRecord) =>
      !new Set(values(part, one)).isDisjointFrom(new Set(values(part, other)));
    const meet = (fine: string, one: MatchRecord, other: MatchRecord) => {
      for (const coarse of COARSER[fine] ?? [])
        expect([fine, coarse, !share(fine, one, other) || share(coarse, one, other)]).toEqual([fine, coarse, true]);
    };
    const any = fc.oneof(matchRecord, anyRecord);
    fc.assert(
      fc.property(any, any, (one, other) => {
        for (const fine of Object.keys(COARSER)) meet(fine, one, other);
        for (const fine of Object.keys(COARSER)) meet(fine, one, one);
      }),
      { numRuns: 1000 },
    );
  });

  it("of a declared column is its folded text", () => {
    expect(values("column:job", {}, "Ward  Clerk")).toEqual(["wardclerk"]);
    expect(values("column:job", {}, "not known")).toEqual([]);
  });

  it("fixes comparisons that there are", () => {
    const known = new Set(BUILT_IN_COMPARISONS.map(({ name }) => name));
    for (const part of PART_NAMES)
      expect([part, known.isSupersetOf(new Set(fixedComparisons(part)))]).toEqual([part, true]);
    expect(fixedComparisons("column:job")).toEqual(["job"]);
  });
});
