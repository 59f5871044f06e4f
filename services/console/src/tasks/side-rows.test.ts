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
        const placed = (side: "left" | "right") => pairs.flatMap((pair) => pair[side] ?? []);
        const sorted = (some: { label: string; text: string }[]) => some.map((one) => one.label + one.text).sort();
        expect(sorted(placed("left"))).toEqual(sorted(left));
        expect(sorted(placed("right"))).toEqual(sorted(right));
        for (const pair of pairs) {
          for (const one of [pair.left, pair.right]) if (one) expect(one.label).toBe(pair.label);
        }
        expect(new Set(pairs.map((pair) => pair.key)).size).toBe(pairs.length);
      }),
    );
  });

  it("agree whatever the capitals and what is in brackets, and never by their local ids", () => {
    const agreement = (label: string, left: string, right: string) =>
      agreementOf({
        key: "",
        label,
        left: { label, text: left, source: "" },
        right: { label, text: right, source: "" },
      });
    expect(agreement("NHS number", "999 000 4951 (verified)", "999 000 4951 (unverified)")).toBe("same");
    expect(agreement("Name", "LEGG, AVA (MS)", "Legg, Ava")).toBe("same");
    expect(agreement("Phone", "07700 900341", "07700900341")).toBe("same");
    expect(agreement("Name", "Legg, Ava (Ms)", "Legg, Eva (Ms)")).toBe("differs");
    expect(agreement("Local id", "UHD 1", "RIO 2")).toBe("not compared");
  });

  it("take apart what came in one text", () => {
    const one = (text: string) => ({ label: "Name", text, source: "UHD 1" });
    const pairs = pairRows([one("LEGG, Ava")], [one("SQUIBB, Ava, maiden; Legg, Ava")]);
    expect(pairs.map(agreementOf)).toEqual(["same", "right only"]);
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
