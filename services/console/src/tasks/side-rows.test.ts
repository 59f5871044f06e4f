import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreementOf, pairRows } from "./side-rows.ts";

const row = fc.record({
  label: fc.constantFrom("Name", "Address", "Phone"),
  text: fc.constantFrom("a", "b", "c"),
  source: fc.constant("UHD 1"),
});
const rows = fc.array(row, { maxLength: 8 });

describe("rows of a review task", () => {
  it("place every row of both sides exactly once, beside one of its label", () => {
    fc.assert(
      fc.property(rows, rows, (left, right) => {
        const pairs = pairRows(left, right);
        const placed = (side: "left" | "right") => new Set(pairs.map((pair) => pair[side]).filter(Boolean));
        expect(placed("left")).toEqual(new Set(left));
        expect(placed("right")).toEqual(new Set(right));
        expect(pairs.filter((pair) => pair.left)).toHaveLength(left.length);
        expect(pairs.filter((pair) => pair.right)).toHaveLength(right.length);
        for (const pair of pairs) {
          for (const one of [pair.left, pair.right]) if (one) expect(one.label).toBe(pair.label);
        }
        expect(new Set(pairs.map((pair) => pair.key)).size).toBe(pairs.length);
      }),
    );
  });

  it("pair equal values first", () => {
    const one = (text: string) => ({ label: "Address", text, source: "UHD 1" });
    const pairs = pairRows([one("a"), one("b")], [one("b"), one("c")]);
    expect(pairs.map((pair) => [pair.left?.text, pair.right?.text, agreementOf(pair)])).toEqual([
      ["a", "c", "differs"],
      ["b", "b", "same"],
    ]);
  });
});
