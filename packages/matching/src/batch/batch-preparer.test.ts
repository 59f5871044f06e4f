import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyRecord, matchRecord } from "../match-record.arbitrary.ts";
import { prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { BatchPreparer } from "./batch-preparer.ts";

const ONE: MatchRecord = {
  nhsNumber: { value: "9990004951", trust: "unverified" },
  names: [{ family: "O'Neill", given: ["Zoë", "May"] }],
  birthDate: "1957-03-12",
  sex: "female",
  postcodes: ["BH1 1AA"],
  addressLines: ["12 High Street"],
  phones: ["07700 900123"],
  emails: ["z.oneill@example.org"],
  gpPractice: "J81001",
};

const oneOfEach = (record: MatchRecord): MatchRecord => ({
  ...record,
  names: record.names.slice(0, 1),
  postcodes: record.postcodes.slice(0, 1),
  addressLines: record.addressLines.slice(0, 1),
  phones: record.phones.slice(0, 1),
  emails: record.emails.slice(0, 1),
});

/** Files with a NUL byte are refused. */
const withoutNul = (record: MatchRecord): MatchRecord => JSON.parse(JSON.stringify(record).replaceAll("\\u0000", " "));

const extras = fc.array(fc.constantFrom("Clerk", "clerk", "unknown", "", "Ward Sister"), { maxLength: 3 });

describe("BatchPreparer", () => {
  it.each([
    ["several values of a kind", matchRecord],
    ["one value of a kind", matchRecord.map(oneOfEach)],
    ["texts that nobody would write", anyRecord.map(withoutNul)],
    ["one such text of a kind", anyRecord.map(withoutNul).map(oneOfEach)],
  ])("prepares as prepare does, whatever it prepared before: %s", (_, record) => {
    const preparer = new BatchPreparer();
    fc.assert(
      fc.property(record, extras, (record, extras) => {
        const expected = prepare(record, extras);
        expect(preparer.prepare(record, extras)).toStrictEqual(expected);
        expect(preparer.prepare(record, extras)).toStrictEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps a value that many share once", () => {
    const preparer = new BatchPreparer();
    const [a, b] = [preparer.prepare(ONE, ["Clerk"]), preparer.prepare(structuredClone(ONE), ["Clerk"])];
    for (const kind of ["families", "givens", "postcodes", "addresses", "phones", "emails", "birthDate"] as const) {
      expect(a[kind], kind).toBe(b[kind]);
      expect(a[kind], kind).toBeDefined();
    }
    expect(a.extras[0]).toBe(b.extras[0]);
  });

  it("keeps apart columns that hold the same text", () => {
    const prepared = new BatchPreparer().prepare(ONE, ["Clerk", "", "Clerk"]);
    expect(prepared.extras.map((text) => text?.text)).toEqual(["clerk", undefined, "clerk"]);
  });

  it("forgets an invented person as a whole, whose halves are people's names", () => {
    const preparer = new BatchPreparer();
    const named = (family: string, given: string) =>
      preparer.prepare({ ...ONE, names: [{ family, given: [given] }] }).names.length;
    expect([
      named("Mouse", "Mickey"),
      named("Mouse", "Jane"),
      named("Smith", "Mickey"),
      named("Mouse", "Mickey"),
    ]).toEqual([0, 1, 1, 0]);
  });
});
