import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RawPart, rawLines } from "./raw-text.ts";

const back = (part: RawPart) =>
  part.kind === "control" ? String.fromCodePoint(Number.parseInt(part.title?.slice(2) ?? "", 16)) : part.text;

const piece = fc.constantFrom("MSH|^~\\&|", "PID|", "\r", "\n", "\u000b", "\u001c", "é", "👩", "\u200b", "a", "|", "^");

describe("raw message", () => {
  it("shows every character once, in order", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const raw = pieces.join("");
        expect(rawLines(raw).flat().map(back).join("")).toBe(raw);
      }),
    );
  });

  it("hides no control character in plain text", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const part of rawLines(pieces.join("")).flat()) {
          if (part.kind !== "control") expect(part.text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }),
    );
  });

  it("breaks lines after CR, and after LF only when there is no CR", () => {
    expect(rawLines("MSH|^~\\&|A\rPID|1\nx\r")).toHaveLength(2);
    expect(rawLines("MSH|^~\\&|A\nPID|1\n")).toHaveLength(2);
    expect(rawLines("")).toHaveLength(0);
  });

  it("marks segment names and the delimiters that the message declares", () => {
    const [header, patient] = rawLines("MSH#^~\\&#A\rPID#1|2\r");
    expect(header?.map((part) => [part.kind, part.text])).toEqual([
      ["segment", "MSH"],
      ["delimiter", "#^~\\&#"],
      ["text", "A"],
      ["control", "CR"],
    ]);
    expect(patient?.map((part) => part.text)).toEqual(["PID", "#", "1|2", "CR"]);
  });

  it("names what the eye cannot see", () => {
    const [line] = rawLines("ZZZ|a\u00a0b\u200bc\u001c");
    expect(line?.filter((part) => part.kind === "control").map((part) => part.text)).toEqual(["NBSP", "U+200B", "FS"]);
  });
});
