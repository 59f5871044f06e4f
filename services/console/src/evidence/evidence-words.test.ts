import { describe, expect, it } from "vitest";
import type { Decision } from "../api/types.ts";
import { decisionSentence, levelInWords, marginSentence, reasonInWords, valueInWords } from "./evidence-words.ts";

const LINK: Decision = {
  kind: "link",
  by: "model",
  modelVersion: "1",
  weight: 21.4,
  probability: 0.99996,
  levels: [],
  runnerUp: { personId: "p", weight: -3.7 },
  veto: null,
};

describe("a decision in words", () => {
  it("says what, by whom and how surely", () => {
    expect(decisionSentence(LINK)).toBe(
      "Linked to an existing person by the matching model, with a match weight of +21.4 (probability more than 99.99%).",
    );
    expect(decisionSentence({ ...LINK, kind: "new", by: "new", weight: null, probability: null })).toBe(
      "Taken as a new person by the first message of a new record.",
    );
  });

  it("says how clear the choice was", () => {
    expect(marginSentence(LINK)).toBe("The next best person weighs −3.7, 25.1 less.");
    expect(marginSentence({ ...LINK, runnerUp: null })).toBeUndefined();
  });

  it("prints values as the other screens do", () => {
    expect(valueInWords("nhsNumber", "9990004951")).toBe("999 000 4951");
    expect(valueInWords("birthDate", "1984-07-12, 1984")).toBe("12-Jul-1984, 1984");
    expect(valueInWords("familyName", "LEGG")).toBe("LEGG");
  });

  it("reads codes it knows, codes it does not, and sentences", () => {
    expect(reasonInWords("twins")).toContain("may be twins");
    expect(reasonInWords("some-new-rule")).toBe("Some new rule.");
    expect(reasonInWords("The merge names two authorities.")).toBe("The merge names two authorities.");
    expect([levelInWords("nhsNumber", "equal"), levelInWords("sex", "equal"), levelInWords("x", "new-level")]).toEqual([
      "Same, not verified",
      "Same",
      "New level",
    ]);
  });
});
