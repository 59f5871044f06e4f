import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesOf, type SegmentEnd } from "./lines.ts";
import { idOfCode } from "./segment-id.ts";

function split(text: string, segmentEnd?: SegmentEnd): string[] {
  const lines = linesOf(text, "|", segmentEnd);
  return Array.from({ length: lines.count }, (_, index) => text.slice(lines.start(index), lines.end(index)));
}

/** What `linesOf` is meant to do, said in the simplest way. */
function splitSimply(text: string): string[] {
  const isReturn = text.includes("\r");
  const isSegment = (line: string) => /^(?:PID|OBX|Z[A-Z0-9]{2})\|/.test(line);
  const lines = text.split(isReturn ? "\r" : "\n").flatMap((line, index, all) => {
    if (!isReturn) return [line];
    const body = (index === all.length - 1 ? line.replace(/\n+$/, "") : line).replace(/^\n+/, "");
    if (/^(?:OBX|Z)/.test(body)) return [body];
    const parts: string[] = [];
    for (const piece of body.split("\n")) {
      if (parts.length === 0 || isSegment(piece)) parts.push(piece);
      else parts.push(`${parts.pop()}\n${piece}`);
    }
    return parts;
  });
  return lines.filter((line) => /[^\0-\x20]/.test(line));
}

describe("the lines of a message", () => {
  it("stand where the simplest splitting has them", () => {
    const text = fc.string({ unit: fc.constantFrom("PID|1", "OBX|", "ZZ1|a", "x", " ", "\r", "\n", "\r\n", "é") });
    fc.assert(
      fc.property(text, (each) => void expect(split(each)).toEqual(splitSimply(each))),
      { numRuns: 2000 },
    );
  });

  it("never takes what a note quotes for a segment of its own", () => {
    const quoting = "MSH|1\rPID|2\rOBX|1|TX|||he wrote:\nMSH|x\nPID|9\r\nOBX|2\rNTE|1||\nMRG|3\rZNT|1\nPID|7\r";
    expect(split(quoting)).toEqual([
      "MSH|1",
      "PID|2",
      "OBX|1|TX|||he wrote:\nMSH|x\nPID|9",
      "OBX|2",
      "NTE|1||\nMRG|3",
      "ZNT|1\nPID|7",
    ]);
  });

  it("are where the feed says", () => {
    const mixed = "MSH|1\nPID|2\rNTE|a\nb\rOBX|3\r\nPV1|4\r\n";
    expect(split(mixed)).toEqual(["MSH|1", "PID|2", "NTE|a\nb", "OBX|3", "PV1|4"]);
    expect(split(mixed, "cr")).toEqual(["MSH|1\nPID|2", "NTE|a\nb", "OBX|3", "PV1|4"]);
    expect(split(mixed, "lf")).toEqual(["MSH|1", "PID|2\rNTE|a", "b\rOBX|3", "PV1|4"]);
    expect(split(mixed, "crlf")).toEqual(["MSH|1\nPID|2\rNTE|a\nb\rOBX|3", "PV1|4"]);
  });

  it.each<[SegmentEnd, string]>([
    ["cr", "\r"],
    ["lf", "\n"],
    ["crlf", "\r\n"],
  ])("give back what was joined by %s, and the other character within", (segmentEnd, end) => {
    const other = segmentEnd === "cr" ? "\n" : "\r";
    const line = fc.string({ unit: fc.constantFrom("a", "|", other), maxLength: 8 }).map((text) => `ZZZ|${text}x`);
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, hasLast) => {
        expect(split(lines.join(end) + (hasLast ? end : ""), segmentEnd)).toEqual(lines);
      }),
    );
  });

  it("are none where nothing stands", () => {
    for (const text of ["", "\r", "\n\n", " \r\t\r\n", "\u001c\r"]) expect(split(text)).toEqual([]);
    expect(split("PID|1\r\n", "crlf")).toEqual(["PID|1"]);
    expect(split("PID|1\r", "crlf")).toEqual(["PID|1"]);
  });

  it("know their segment's id in any case", () => {
    const idOf = (line: string) => idOfCode(linesOf(line, "|", undefined).id(0));
    expect(["PID|1", "pid|1", "Pv1", "PIDX|1", "1AB|x", "PI", "P D|", "ÄID|"].map(idOf)).toEqual([
      "PID",
      "PID",
      "PV1",
      "",
      "",
      "",
      "",
      "",
    ]);
  });
});
