import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { levelOf } from "./level-fixture.ts";
import { nhsNumberComparison, prepareNhsNumber } from "./nhs-number.ts";

const number = (value: string, trust: "verified" | "unverified" | "invalid" = "verified") =>
  prepareNhsNumber({ value, trust });
const level = (a: ReturnType<typeof number>, b: ReturnType<typeof number>) =>
  levelOf(nhsNumberComparison, { nhsNumber: a }, { nhsNumber: b });

describe("NHS number", () => {
  const one = "9990004951";
  const other = "9990238359";

  it.each([
    [number(one), number("999 000 4951"), "equal-verified"],
    [number(one), number(one, "unverified"), "equal"],
    [number(one), number(other), "different-verified"],
    [number(one), number(other, "unverified"), "different"],
    [number(one), number("9990004961", "unverified"), "near-miss"],
    [number(one), number("9990004915", "unverified"), "near-miss"],
    [number(one), number("9990005941", "unverified"), "missing"],
    [number("9990004961"), number("9990004961"), "missing"],
    [number(one), number("9999999999"), "missing"],
    [number(one), number("12345"), "missing"],
    [number(one), undefined, "missing"],
    [undefined, undefined, "missing"],
  ])("%j and %j are %s", (a, b, expected) => {
    expect(level(a, b)).toBe(expected);
    expect(level(b, a)).toBe(expected);
  });

  it("believes no trust of a number that fails its check", () => {
    expect(number("9990004961", "verified")?.trust).toBe("invalid");
  });

  it("holds any one wrong digit of one side for a near miss", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.integer({ min: 1, max: 9 }), (at, add) => {
        const slip = one.slice(0, at) + ((Number(one[at]) + add) % 10) + one.slice(at + 1);
        expect(level(number(one), number(slip))).toBe("near-miss");
      }),
    );
  });
});
