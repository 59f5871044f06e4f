import { isValidNhsNumber } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";
import { LANDLINE_NUMBERS, MOBILE_NUMBERS, NhsNumberRegister, TelephoneRegister } from "./registers.ts";

describe("numbers given out once", () => {
  it("are every valid NHS number of the test range, each once, and then none", () => {
    const register = new NhsNumberRegister(new Random(1));
    const numbers = new Set<string>();
    expect(() => {
      for (;;) numbers.add(register.issue());
    }).toThrow(RangeError);
    expect(numbers.size).toBeGreaterThan(900_000);
    expect([...numbers].every((number) => number.startsWith("999") && isValidNhsNumber(number))).toBe(true);
  });

  it("are next to each other for twins", () => {
    const register = new NhsNumberRegister(new Random(2));
    const first = register.issue();
    const second = register.issueAfter(first);
    expect(Number(second.slice(0, 9)) - Number(first.slice(0, 9))).toBeGreaterThan(0);
    expect(Number(second.slice(0, 9)) - Number(first.slice(0, 9))).toBeLessThan(4);
  });

  it("are all of Ofcom's drama numbers, and then none", () => {
    const register = new TelephoneRegister(new Random(3));
    const mobiles = Array.from({ length: MOBILE_NUMBERS + 1 }, () => register.mobile());
    const landlines = Array.from({ length: LANDLINE_NUMBERS + 1 }, () => register.landline());
    expect(mobiles.pop()).toBeUndefined();
    expect(landlines.pop()).toBeUndefined();
    expect(new Set([...mobiles, ...landlines]).size).toBe(MOBILE_NUMBERS + LANDLINE_NUMBERS);
    expect([...mobiles, ...landlines].every((number) => /^0\d{10}$/.test(number ?? ""))).toBe(true);
  });
});
