import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notedName } from "./noted-name.ts";

describe("a file's name as it is noted", () => {
  it.each([
    ["9990001234.csv", "##########.csv"],
    ["letter 999 000 1234.csv", "letter ### ### ####.csv"],
    ["999-000-1234_20260314.csv", "###-###-####_########.csv"],
    ["20260314-9990001234.csv", "########-##########.csv"],
    ["children-20260314.csv", "children-20260314.csv"],
    ["children 2026-03-14 0230.csv", "children 2026-03-14 0230.csv"],
    ["children-20260314T023000.csv", "children-20260314T023000.csv"],
    ["20260314023000.csv", "20260314023000.csv"],
    ["2026031402.csv", "##########.csv"],
  ])("%s is %s", (name, noted) => {
    expect(notedName(name)).toBe(noted);
  });

  it("has no ten digits in a row, whatever stands between and around them", () => {
    const between = fc.constantFrom("", " ", "-", ".", "_");
    const number = fc.tuple(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 10, maxLength: 10 }), between);
    const around = fc.constantFrom("", "children-", "20260314-", "2026-03-14 ", "x");
    fc.assert(
      fc.property(around, number, around, (before, [digits, sign], after) => {
        const name = `${before}${digits.join(sign)}${after === "" ? "" : ` ${after}`}.csv`;
        expect(notedName(name)).not.toContain(digits.join(sign));
      }),
    );
  });
});
