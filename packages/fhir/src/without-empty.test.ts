import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutEmpty } from "./without-empty.ts";

/** Every value in the tree that FHIR would refuse. */
function refused(value: unknown): unknown[] {
  if (typeof value === "string") return value.trim() === "" ? [value] : [];
  if (typeof value !== "object") return value === undefined ? [value] : [];
  if (value === null) return [value];
  const parts = Object.values(value);
  return parts.length === 0 ? [value] : parts.flatMap(refused);
}

describe("withoutEmpty", () => {
  it("leaves nothing empty at any depth, and changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (tree) => {
        const kept = withoutEmpty(tree);
        if (Object.keys(kept).length > 0) expect(refused(kept)).toEqual([]);
        expect(withoutEmpty(kept)).toEqual(kept);
      }),
    );
  });

  it("keeps false and 0: they are answers", () => {
    expect(withoutEmpty({ active: false, total: 0, name: "", line: ["", " "], of: { none: [{}] } })).toEqual({
      active: false,
      total: 0,
    });
  });

  it("takes control characters out of text, and keeps its lines", () => {
    expect(withoutEmpty({ text: " a\u0000b\u000bc\r\nd\te\u007f " })).toEqual({ text: "a b c\r\nd\te" });
  });
});
