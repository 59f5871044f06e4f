import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyRecord, matchRecord } from "./match-record.arbitrary.ts";
import { prepare } from "./prepare.ts";
import type { MatchRecord } from "./record.ts";

const reversed = (record: MatchRecord): MatchRecord => ({
  ...record,
  names: record.names.toReversed(),
  postcodes: record.postcodes.toReversed(),
  addressLines: record.addressLines.toReversed(),
  phones: record.phones.toReversed(),
  emails: record.emails.toReversed(),
});

describe("prepare", () => {
  it("never throws, whatever a record holds", () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        prepare(record);
      }),
    );
  });

  it("does not see the order of values, but for how equal ones were written", () => {
    const texts = (record: MatchRecord) => {
      const prepared = prepare(record);
      return {
        families: prepared.families.map(({ text, parts }) => [text, parts]),
        givens: prepared.givens.map(({ names }) => names),
        postcodes: prepared.postcodes,
        addresses: prepared.addresses.map(({ text }) => text),
        phones: prepared.phones,
        emails: prepared.emails,
      };
    };
    fc.assert(
      fc.property(matchRecord, (record) => {
        expect(texts(reversed(record))).toEqual(texts(record));
      }),
    );
  });

  it("keeps one of equal values and no placeholder", () => {
    const prepared = prepare({
      nhsNumber: { value: "9999999999", trust: "verified" },
      names: [
        { family: "O'Neill", given: ["Zoë"] },
        { family: "ONEILL", given: ["Zoe"] },
        { family: "Unknown", given: ["Baby"] },
      ],
      birthDate: "1900-01-01",
      sex: "unknown",
      postcodes: ["BH1 1AA", "bh11aa", "ZZ99 3VZ"],
      addressLines: ["12 High St", "12, High Street"],
      phones: ["07700 900123", "+447700900123", "0"],
      emails: ["none@none.com"],
      gpPractice: "V81999",
    });
    expect(prepared).toMatchObject({ nhsNumber: undefined, birthDate: undefined, sex: undefined, practice: undefined });
    for (const kind of ["names", "families", "givens", "postcodes", "addresses", "phones"] as const) {
      expect([kind, prepared[kind].length]).toEqual([kind, 1]);
    }
    expect(prepared.emails).toEqual([]);
  });

  it("has a limit on values", () => {
    const names = Array.from({ length: 1000 }, (_, i) => ({ family: `Name${"abcdefghij"[i % 10]}${i}`, given: [] }));
    const prepared = prepare({ names, postcodes: [], addressLines: [], phones: [], emails: [] });
    expect(prepared.families.length).toBe(16);
  });
});
