import { describe, expect, it } from "vitest";
import { outcomeSentence } from "./outcome-sentence.ts";

const NOTHING = {
  outcome: null,
  reasonText: null,
  detail: null,
  applyMs: null,
  acknowledgementCode: "AA",
  parkedBehind: null,
  warnings: [],
};

describe("what became of a message", () => {
  it.each([
    [{}, "This message is safely kept and acknowledged, and is waiting to be applied."],
    [{ outcome: "applied" as const, applyMs: 41.7 }, "This message took effect 42 ms after it was received."],
    [
      { outcome: "applied" as const, warnings: [{ location: "PID-7", code: "bad-date", text: "" }] },
      "This message took effect, with a warning.",
    ],
    [
      { outcome: "quarantined" as const, reasonText: "This message type is not mapped yet. It is kept whole." },
      "This message was acknowledged and then set aside: this message type is not mapped yet.",
    ],
    [
      {
        outcome: "rejected" as const,
        acknowledgementCode: "AR",
        reasonText: "MSH-12 is not a version from 2.1 to 2.9.",
      },
      "This message was refused with AR: MSH-12 is not a version from 2.1 to 2.9.",
    ],
    [
      { outcome: "conflict" as const, acknowledgementCode: "AE" },
      "This message was refused with AE: its control id was used before with other content.",
    ],
    [
      { outcome: "parked" as const, parkedBehind: "m-1" },
      "This message is parked until an earlier message of the same patient is settled.",
    ],
    [{ outcome: "skipped" as const }, "This message was left out by a person."],
  ])("%o", (told, sentence) => expect(outcomeSentence({ ...NOTHING, ...told })).toBe(sentence));
});
