import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesToEdit, messageOfLines } from "./edited-text.ts";

const segment = fc.string({
  unit: fc.constantFrom("M", "S", "|", "^", "é", " ", "\u000b"),
  minLength: 1,
  maxLength: 12,
});

describe("a message that is edited", () => {
  it("is the message it was when nothing is changed, whatever ended its segments", () => {
    const segments = fc.array(segment, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(segments, fc.constantFrom("\r", "\n", "\r\n"), fc.boolean(), (lines, end, isLastEnded) => {
        const raw = lines.join(end) + (isLastEnded ? end : "");
        expect(messageOfLines(linesToEdit(raw))).toBe(lines.map((line) => `${line}\r`).join(""));
        expect(linesToEdit(raw).split("\n")).toEqual(lines);
      }),
    );
  });

  it("keeps the lines of XML", () => {
    expect(messageOfLines("<ADT_A01>\n  <MSH/>\n</ADT_A01>\n")).toBe("<ADT_A01>\n  <MSH/>\n</ADT_A01>");
  });
});
