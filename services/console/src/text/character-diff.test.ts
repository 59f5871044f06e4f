import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { characterDiff, type DiffPart } from "./character-diff.ts";

const joined = (parts: DiffPart[], only?: boolean) =>
  parts
    .filter((part) => only === undefined || part.same === only)
    .map((part) => part.text)
    .join("");

/** The text with what differs in brackets. */
const marked = (parts: DiffPart[]) => parts.map((part) => (part.same ? part.text : `[${part.text}]`)).join("");

const nearly = fc.string({ unit: fc.constantFrom("a", "A", "b", "é", "e\u0301", "👩‍⚕️", " "), maxLength: 12 });

describe("character diff", () => {
  it("gives back both texts, and what it calls the same is the same", () => {
    fc.assert(
      fc.property(nearly, nearly, (left, right) => {
        const diff = characterDiff(left, right);
        expect(joined(diff.left)).toBe(left);
        expect(joined(diff.right)).toBe(right);
        expect(joined(diff.left, true).toLowerCase()).toBe(joined(diff.right, true).toLowerCase());
      }),
    );
  });

  it("marks nothing exactly when the texts are equal", () => {
    fc.assert(
      fc.property(nearly, nearly, (left, right) => {
        const { left: a, right: b } = characterDiff(left, right);
        expect([...a, ...b].every((part) => part.same)).toBe(left.toLowerCase() === right.toLowerCase());
      }),
    );
  });

  it("has no empty parts", () => {
    fc.assert(
      fc.property(nearly, nearly, (left, right) => {
        const { left: parts } = characterDiff(left, right);
        for (const part of parts) expect(part.text).not.toBe("");
      }),
    );
  });

  it.each([
    ["12-Jul-1984", "17-Jul-1984", "1[2]-Jul-1984", "1[7]-Jul-1984"],
    ["SMITH", "SMYTHE", "SM[I]TH", "SM[Y]TH[E]"],
    ["01305 555 0142", "01305 555 0124", "01305 555 01[4]2", "01305 555 012[4]"],
    [
      "14 High Street, Wyke, Weymouth",
      "14 High Street, Weymouth",
      "14 High Street, W[yke, W]eymouth",
      "14 High Street, Weymouth",
    ],
    ["Amelia Rose (Ms)", "Amelie", "Ameli[a Rose (Ms)]", "Ameli[e]"],
    ["Zoé", "Zoe", "Zo[é]", "Zo[e]"],
    ["Barbara Jean", "BARBARA", "Barbara[ Jean]", "BARBARA"],
  ])("compares %s with %s", (left, right, leftMarked, rightMarked) => {
    const diff = characterDiff(left, right);
    expect(marked(diff.left)).toBe(leftMarked);
    expect(marked(diff.right)).toBe(rightMarked);
  });

  it("shows texts beyond its limit as wholly different", () => {
    const long = "x".repeat(1001);
    expect(characterDiff(long, `${long}y`).left).toEqual([{ text: long, same: false }]);
    expect(characterDiff(long, long).left).toEqual([{ text: long, same: true }]);
  });
});
