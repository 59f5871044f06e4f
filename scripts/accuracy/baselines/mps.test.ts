import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterByMps } from "./mps.ts";
import type { BaselineRecord } from "./record.ts";

const ANN: BaselineRecord = {
  nhs_number: "9990004951",
  given_name: "Elizabeth",
  family_name: "Hardy",
  date_of_birth: "1961-04-23",
  sex: "F",
  postcode: "DT1 1XX",
  gp_practice: "Z99001",
};
const { nhs_number: _, ...WITHOUT } = ANN;
const joins = (...records: BaselineRecord[]): boolean => new Set(clusterByMps(records)).size === 1;

describe("the trace of the Master Person Service", () => {
  it("cross-checks the number with the date of birth, whatever the name", () => {
    expect(joins(ANN, { ...ANN, family_name: "Frampton", given_name: "Zoe", postcode: "BH1 1AA" })).toBe(true);
  });

  it.each(["1961-04-24", "1961-04-32", "1916-04-23"])("takes %s for the date when the name agrees", (date_of_birth) => {
    expect(joins(ANN, { ...ANN, date_of_birth, postcode: "" })).toBe(true);
    expect(joins(ANN, { ...ANN, date_of_birth, family_name: "Frampton", postcode: "" })).toBe(false);
  });

  it("finds by the sound of the name, sex, date and a place, now or before", () => {
    expect(joins(WITHOUT, { ...WITHOUT, family_name: "Hardie", postcode: "BH9 9ZZ" })).toBe(true);
    const moved = { ...WITHOUT, postcode: "BH9 9ZZ" };
    expect(joins(WITHOUT, moved, { ...moved, gp_practice: "" })).toBe(true);
  });

  it("scores what is left, after its dictionary of names", () => {
    expect(joins(WITHOUT, { ...WITHOUT, given_name: "Betty" })).toBe(true);
    expect(joins(WITHOUT, { ...WITHOUT, given_name: "Zoe", family_name: "Quill" })).toBe(false);
  });

  it("refuses two that are as near", () => {
    const first = { ...WITHOUT, given_name: "Alice" };
    const second = { ...WITHOUT, given_name: "Zelda" };
    const clusters = clusterByMps([
      { ...first, nhs_number: "9990004951" },
      { ...second, nhs_number: "9990556512" },
      { ...WITHOUT, given_name: "" },
    ]);
    expect(new Set(clusters).size).toBe(3);
  });

  it("does not find persons of another number for a valid number that nobody bears yet", () => {
    expect(joins(ANN, { ...ANN, nhs_number: "9990556512" })).toBe(false);
    expect(joins(ANN, { ...ANN, nhs_number: "9990004952" })).toBe(true);
  });

  it("links nothing where the fields it needs are missing, and never fails", () => {
    const { sex: __, ...noSex } = WITHOUT;
    expect(joins(noSex, noSex)).toBe(false);
    const record = fc.dictionary(fc.constantFrom(...Object.keys(ANN), "other"), fc.string());
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        const clusters = clusterByMps(records);
        expect(clusters).toHaveLength(records.length);
        expect(clusters.every((cluster) => cluster >= 0)).toBe(true);
      }),
    );
  });
});
