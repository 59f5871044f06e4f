import { describe, expect, it } from "vitest";
import { emailComparison, prepareEmail } from "./email.ts";
import { levelOf } from "./level-fixture.ts";
import { phoneComparison, preparePhone } from "./phone.ts";
import { practiceComparison, preparePractice } from "./practice.ts";
import { prepareSex, sexComparison } from "./sex.ts";

const several = (value: string | undefined) => (value === undefined ? [] : [value]);

describe("phone", () => {
  it.each([
    ["07700 900123", "+44 7700 900123", "equal"],
    ["07700 900123", "0044 (0)7700-900-123", "equal"],
    ["07700 900123", "07700 900124", "else"],
    ["900123", "900123", "missing"],
    ["00000000000", "00000000000", "missing"],
  ])("%s and %s are %s", (a, b, expected) => {
    expect(levelOf(phoneComparison, { phones: several(preparePhone(a)) }, { phones: several(preparePhone(b)) })).toBe(
      expected,
    );
  });
});

describe("email", () => {
  it.each([
    ["A.Smith@Example.org", "a.smith@example.org", "exact"],
    ["a.smith@example.org", "a.smyth@example.org", "similar"],
    ["a.smith@example.org", "a.smith@example.com", "similar"],
    ["info@example.org", "info@example.com", "else"],
    ["a.smith@example.org", "b.jones@example.org", "else"],
    ["none@none.com", "none@none.com", "missing"],
    ["not an address", "not an address", "missing"],
  ])("%s and %s are %s", (a, b, expected) => {
    expect(levelOf(emailComparison, { emails: several(prepareEmail(a)) }, { emails: several(prepareEmail(b)) })).toBe(
      expected,
    );
  });
});

describe("practice", () => {
  it.each([
    ["J81001", "j81001 ", "equal"],
    ["J81001", "J81002", "else"],
    ["V81999", "V81999", "missing"],
  ])("%s and %s are %s", (a, b, expected) => {
    expect(levelOf(practiceComparison, { practice: preparePractice(a) }, { practice: preparePractice(b) })).toBe(
      expected,
    );
  });
});

describe("sex", () => {
  it.each([
    ["male", "male", "equal"],
    ["male", "female", "else"],
    ["male", "unknown", "missing"],
    ["indeterminate", "indeterminate", "missing"],
  ] as const)("%s and %s are %s", (a, b, expected) => {
    expect(levelOf(sexComparison, { sex: prepareSex(a) }, { sex: prepareSex(b) })).toBe(expected);
  });
});
