import { describe, expect, it } from "vitest";
import { addressComparison, prepareAddress } from "./address.ts";
import { levelOf } from "./level-fixture.ts";
import { postcodeComparison, preparePostcode } from "./postcode.ts";

const postcode = (a: string, b: string) => {
  const [left, right] = [preparePostcode(a), preparePostcode(b)];
  return levelOf(postcodeComparison, { postcodes: left ? [left] : [] }, { postcodes: right ? [right] : [] });
};
const address = (a: string, b: string) => {
  const [left, right] = [prepareAddress(a), prepareAddress(b)];
  return levelOf(addressComparison, { addresses: left ? [left] : [] }, { addresses: right ? [right] : [] });
};

describe("postcode", () => {
  it.each([
    ["BH1 1AA", "bh11aa", "exact"],
    ["BH1 1AA", "BH1 IAA", "exact"],
    ["BH1 1AA", "BH1 1AB", "slip"],
    ["BH1 1AB", "BH1 1BA", "slip"],
    ["BH1 1AA", "BH11 1AA", "slip"],
    ["BH1 1AA", "BH1 1CD", "sector"],
    ["BH1 1AA", "BH1 2CD", "outcode"],
    ["BH1 1AA", "BH12 3EF", "area"],
    ["BH1 1AA", "DT1 1XJ", "else"],
    ["2119", "2119", "exact-foreign"],
    ["2119", "BH1 1AA", "else"],
    ["ZZ99 3VZ", "ZZ99 3VZ", "missing"],
    ["UNKNOWN", "UNKNOWN", "missing"],
    ["0000", "0000", "missing"],
  ])("%s and %s are %s", (a, b, expected) => {
    expect(postcode(a, b)).toBe(expected);
    expect(postcode(b, a)).toBe(expected);
  });

  it("of a former address counts as one of the present", () => {
    const codes = (...texts: string[]) => texts.flatMap((text) => preparePostcode(text) ?? []);
    const [left, right] = [codes("DT1 1XJ", "BH1 1AA"), codes("SP1 2AB", "BH1 1AA")];
    expect(levelOf(postcodeComparison, { postcodes: left }, { postcodes: right })).toBe("exact");
  });
});

describe("address", () => {
  it.each([
    ["12 High Street", "12, High St.", "exact"],
    ["12 High Street", "12 High Street, Wimborne", "exact"],
    ["Rose Cottage, Mill Lane", "Rose Cottage Mill Ln", "exact"],
    ["12 Wallaby Place", "12 Walaby Pl", "similar"],
    ["12 High Street", "14 High Street", "street"],
    ["Flat 3, 12 High Street", "Flat 4, 12 High Street", "street"],
    ["12 High Street", "12 Mill Lane", "else"],
    ["12 High Road", "14 Mill Road", "else"],
    ["12", "12", "missing"],
    ["Bournemouth", "Bournemouth", "missing"],
    ["No fixed abode", "No fixed abode", "missing"],
  ])("%j and %j are %s", (a, b, expected) => {
    expect(address(a, b)).toBe(expected);
    expect(address(b, a)).toBe(expected);
  });
});
