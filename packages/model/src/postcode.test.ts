import { describe, expect, it } from "vitest";
import { isPseudoPostcode, normalPostcode } from "./postcode.ts";

describe("postcode", () => {
  it.each([
    ["bh11aa", "BH1 1AA"],
    ["DT1  1XJ", "DT1 1XJ"],
    ["BH1 OAA", "BH1 0AA"],
    ["W1A 0AX", "W1A 0AX"],
    ["EC1A1BB", "EC1A 1BB"],
    ["M1 1AE", "M1 1AE"],
    ["zz99 3vz", "ZZ99 3VZ"],
  ])("reads %s as %s", (text, printed) => expect(normalPostcode(text)).toBe(printed));

  it.each(["", "BH1", "12345", "not a postcode", "27615"])("refuses %j", (text) => {
    expect(normalPostcode(text)).toBeUndefined();
  });

  it("knows the pseudo postcodes", () => {
    expect(isPseudoPostcode("ZZ99 3VZ")).toBe(true);
    expect(isPseudoPostcode("BH1 1AA")).toBe(false);
  });
});
