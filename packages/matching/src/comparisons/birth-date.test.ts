import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { birthDateComparison, prepareBirthDate } from "./birth-date.ts";
import { levelOf } from "./level-fixture.ts";

const level = (a: string, b: string) =>
  levelOf(birthDateComparison, { birthDate: prepareBirthDate(a) }, { birthDate: prepareBirthDate(b) });

describe("birth date", () => {
  it.each([
    ["1957-03-12", "1957-03-12", "exact"],
    ["1957-01-01", "1957-01-01", "exact-default"],
    ["1957-03-12", "1957-12-03", "day-month-swap"],
    ["1957-03-12", "1957-03-13", "slip"],
    ["1957-03-12", "1957-03-14", "slip"],
    ["1957-03-12", "1957-03-21", "slip"],
    ["1957-01-12", "1957-10-12", "slip"],
    ["1957-03-12", "1958-03-12", "slip"],
    ["1957-03-12", "1975-03-12", "slip"],
    ["1957-03-12", "1967-03-12", "decade-slip"],
    ["1919-03-12", "2019-03-12", "decade-slip"],
    ["1957-03-12", "1957-03-19", "two-parts"],
    ["1957-03-12", "1984-03-12", "two-parts"],
    ["1957-03-12", "1958-04-12", "else"],
    ["1957-03-12", "1984-11-30", "else"],
    ["1957", "1957-03-12", "partial"],
    ["1957-03", "1957-03-12", "partial"],
    ["1957-04", "1957-03-12", "else"],
    ["1957", "1958-03-12", "else"],
    ["1957-01-01", "1957-03-12", "partial"],
    ["1900-01-01", "1900-01-01", "missing"],
    ["1957-02-30", "1957-02-30", "missing"],
    ["1957-13-01", "1957-13-01", "missing"],
    ["", "1957-03-12", "missing"],
    ["12/03/1957", "1957-03-12", "missing"],
  ])("%s and %s are %s", (a, b, expected) => {
    expect(level(a, b)).toBe(expected);
    expect(level(b, a)).toBe(expected);
  });

  it("is symmetric", () => {
    const part = (max: number) => fc.integer({ min: 1, max }).map((n) => String(n).padStart(2, "0"));
    const date = fc
      .tuple(fc.integer({ min: 1900, max: 2025 }), part(12), part(28))
      .map(([year, month, day]) => `${year}-${month}-${day}`);
    fc.assert(
      fc.property(date, date, (a, b) => {
        expect(level(a, b)).toBe(level(b, a));
      }),
    );
  });
});
