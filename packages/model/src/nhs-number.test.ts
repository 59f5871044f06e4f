import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNhsNumber, isValidNhsNumber, nhsNumberCheckDigit } from "./nhs-number.ts";

const valid = fc
  .stringMatching(/^\d{9}$/)
  .filter((nine) => nhsNumberCheckDigit(nine) !== undefined)
  .map((nine) => nine + nhsNumberCheckDigit(nine))
  .filter(isValidNhsNumber);

describe("NHS number", () => {
  it.each(["9990004951", "999 055 6512", "999-050-0002"])("accepts %s", (text) => {
    expect(isValidNhsNumber(text)).toBe(true);
  });

  it.each(["9999345201", "1234567890", "9999999999", "0000000000", "999000495", "", "999000495A"])(
    "refuses %s",
    (text) => {
      expect(isValidNhsNumber(text)).toBe(false);
    },
  );

  it("catches every single-digit slip and every adjacent transposition", () => {
    fc.assert(
      fc.property(valid, fc.nat(9), fc.integer({ min: 1, max: 9 }), (number, at, add) => {
        const slip = number.slice(0, at) + ((Number(number[at]) + add) % 10) + number.slice(at + 1);
        expect(isValidNhsNumber(slip)).toBe(false);
        const left = at === 9 ? 8 : at;
        const swapped = number.slice(0, left) + number[left + 1] + number[left] + number.slice(left + 2);
        if (swapped !== number) expect(isValidNhsNumber(swapped)).toBe(false);
      }),
    );
  });

  it("prints 3 3 4", () => expect(formatNhsNumber("9990004951")).toBe("999 000 4951"));
});
