import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hash64 } from "../hash64.ts";
import { anyRecord, matchRecord } from "../match-record.arbitrary.ts";
import { prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { blockingKeys } from "./live-keys.ts";

const keys = (record: MatchRecord) => blockingKeys(prepare(record));
const meet = (a: MatchRecord, b: MatchRecord) => keys(a).some((key) => keys(b).includes(key));
const empty: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const full: MatchRecord = {
  nhsNumber: { value: "9990004951", trust: "verified" },
  names: [{ family: "Kowalska", given: ["Katherine"] }],
  birthDate: "1957-03-12",
  sex: "female",
  postcodes: ["BH1 1AA"],
  addressLines: ["12 High Street"],
  phones: ["07700 900123"],
  emails: ["k.kowalska@example.org"],
};
const { nhsNumber: _, ...untraced } = full;
const changedAll: MatchRecord = {
  names: [{ family: "Jones", given: ["Wendy"] }],
  birthDate: "1980-11-30",
  sex: "male",
  postcodes: ["DT1 1XJ"],
  addressLines: ["1 Mill Lane"],
  phones: ["07700 900999"],
  emails: ["w.jones@example.org"],
};

describe("blockingKeys", () => {
  it("are equal, and in equal order, for records that say the same in another order and another hand", () => {
    const otherHand = (record: MatchRecord): MatchRecord => ({
      ...record,
      names: record.names.toReversed().map(({ family, given }) => ({
        ...(family === undefined ? {} : { family: family.toUpperCase() }),
        given: given.map((name) => name.toUpperCase().normalize("NFD")),
      })),
      postcodes: record.postcodes.toReversed().map((postcode) => postcode.toLowerCase()),
      phones: record.phones.toReversed(),
      emails: record.emails.toReversed().map((email) => email.toUpperCase()),
    });
    fc.assert(
      fc.property(matchRecord, (record) => {
        expect(keys(otherHand(record))).toEqual(keys(record));
      }),
    );
  });

  it("are 64-bit signed, distinct and few, whatever a record holds", () => {
    fc.assert(
      fc.property(fc.oneof(matchRecord, anyRecord), (record) => {
        const found = keys(record);
        expect(new Set(found).size).toBe(found.length);
        expect(found.length).toBeLessThanOrEqual(64);
        for (const key of found) expect(BigInt.asIntN(64, key)).toBe(key);
      }),
    );
  });

  it("are ten for a full record and none for an empty one", () => {
    expect(keys(full).length).toBe(10);
    expect(keys(empty)).toEqual([]);
  });

  it("are none for a record of placeholders", () => {
    const nobody: MatchRecord = {
      nhsNumber: { value: "9999999999", trust: "verified" },
      names: [{ family: "Unknown", given: ["Baby"] }],
      birthDate: "1900-01-01",
      sex: "female",
      postcodes: ["ZZ99 3VZ"],
      addressLines: ["No fixed abode"],
      phones: ["00000000000"],
      emails: ["none@none.com"],
    };
    expect(keys(nobody)).toEqual([]);
  });

  it.each<[string, Partial<MatchRecord>]>([
    ["the family name", { names: [{ family: "Jones", given: ["Katherine"] }] }],
    ["both names", { names: [{ family: "Jones", given: ["Wendy"] }] }],
    ["the birth date", { birthDate: "1980-11-30" }],
    ["family name and birth date", { names: [{ family: "Jones", given: ["Katherine"] }], birthDate: "1980-11-30" }],
    ["postcode, telephone and email", { postcodes: ["DT1 1XJ"], phones: [], emails: [] }],
    ["family name, postcode, telephone", { names: [{ family: "Jones", given: ["Kate"] }], postcodes: [], phones: [] }],
    ["the names' places", { names: [{ family: "Katherine", given: ["Kowalska"] }], postcodes: [] }],
    ["birth day and home", { birthDate: "1957-03-21", postcodes: ["DT1 1XJ"], phones: [], emails: [] }],
    ["double-barrelled name and home", { names: [{ family: "Jones-Kowalska", given: [] }], postcodes: [] }],
  ])("bring a record back to itself after a change of %s", (_, change) => {
    const moved = { ...untraced, ...change };
    expect(meet(untraced, { ...moved, phones: [], emails: [] })).toBe(true);
  });

  it("bring a record back by each of number, telephone and email alone", () => {
    expect(meet(untraced, changedAll)).toBe(false);
    expect(meet(full, { ...changedAll, nhsNumber: { value: "999 000 4951", trust: "unverified" } })).toBe(true);
    expect(meet(untraced, { ...changedAll, phones: ["+44 7700 900123"] })).toBe(true);
    expect(meet(untraced, { ...changedAll, emails: ["K.Kowalska@example.org"] })).toBe(true);
  });

  it("do not bring together those who share a first of January, a sex and an outcode", () => {
    const one = { ...empty, birthDate: "1957-01-01", sex: "male" as const, postcodes: ["BH1 1AA"] };
    expect(meet(one, { ...one, postcodes: ["BH1 2CD"] })).toBe(false);
    const other = { ...one, birthDate: "1957-01-02" };
    expect(meet(other, { ...other, postcodes: ["BH1 2CD"] })).toBe(true);
  });
});

describe("hash64", () => {
  it("stays what it is, as stores keep it", () => {
    expect(hash64("")).toMatchInlineSnapshot(`7066089035222511061n`);
    expect(hash64("nhs|9990004951")).toMatchInlineSnapshot(`-5598415247380791262n`);
  });

  it("does not collide on a million near keys", () => {
    const seen = new Set<bigint>();
    for (let year = 1900; year < 2000; year++) {
      for (let n = 0; n < 10_000; n++) seen.add(hash64(`date-name|${year}-01-01|${n.toString(36)}`));
    }
    expect(seen.size).toBe(1_000_000);
  });
});
