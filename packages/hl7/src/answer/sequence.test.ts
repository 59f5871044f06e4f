import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeSequence, sequenceNumber } from "./sequence.ts";

const positive = fc.integer({ min: 1, max: 2_000_000_000 });
const last = fc.option(positive);

describe("the sequence number protocol", () => {
  it("accepts exactly one number after any other, and any first one", () => {
    fc.assert(
      fc.property(positive, positive, (before, sent) => {
        expect(judgeSequence(before, sent).kind).toBe(sent === before + 1 ? "next" : "out");
        expect(judgeSequence(before, before + 1)).toEqual({ kind: "next" });
        expect(judgeSequence(before, before)).toEqual({ kind: "out", expected: before + 1 });
        expect(judgeSequence(null, sent)).toEqual({ kind: "next" });
      }),
    );
  });

  it("heals by what it answers: the number it expects is the one it takes", () => {
    fc.assert(
      fc.property(last, fc.option(fc.integer({ min: -5 })), (before, sent) => {
        const judged = judgeSequence(before, sent);
        if (judged.kind !== "out" && judged.kind !== "asked") return;
        const next = judged.expected === -1 ? 77 : judged.expected;
        expect(judgeSequence(before, next)).toEqual({ kind: "next" });
      }),
    );
  });

  it("replays a lossy, repeating link to the same numbers in the same order", () => {
    fc.assert(
      fc.property(positive, fc.array(fc.constantFrom("once", "twice", "lost"), { maxLength: 40 }), (first, fates) => {
        const accepted: number[] = [];
        let stored: number | null = null;
        const offer = (sent: number) => {
          const judged = judgeSequence(stored, sent);
          if (judged.kind !== "next") return;
          accepted.push(sent);
          stored = sent;
        };
        for (const [index, fate] of fates.entries()) {
          // What is lost is sent again until it gets through, as a sender does that waits for its acknowledgement.
          offer(first + index);
          if (fate === "twice") offer(first + index);
          if (fate === "lost") offer(first + index + 1);
        }
        for (const [index, sent] of accepted.entries()) expect(sent).toBe(first + index);
      }),
    );
  });

  it.each([
    [41, 0, { kind: "asked", expected: 42 }],
    [null, 0, { kind: "asked", expected: -1 }],
    [41, -1, { kind: "resync" }],
    [null, -1, { kind: "resync" }],
    [41, null, { kind: "out", expected: 42 }],
    [null, null, { kind: "out", expected: -1 }],
    [41, -2, { kind: "out", expected: 42 }],
    [null, -2, { kind: "out", expected: -1 }],
  ])("after %j, %j: %j", (before, sent, judged) => expect(judgeSequence(before, sent)).toEqual(judged));

  it.each([
    ["7", 7],
    ["007", 7],
    ["+7", 7],
    ["-1", -1],
    ["0", 0],
    ["-0", 0],
    ["", null],
    ["1.5", null],
    ["1e3", null],
    [" 7", null],
    ["1234567890123456", null],
    ["x", null],
  ])("%j is the number %j", (text, number) => expect(sequenceNumber(text)).toBe(number));
});
