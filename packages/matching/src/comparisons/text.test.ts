import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { levelOf } from "./level-fixture.ts";
import { prepareText, TEXT_KINDS, type TextKind, textComparison } from "./text.ts";

const level = (kind: TextKind, a: string, b: string, place = 0): string => {
  const at = (text: string) => [
    ...Array.from({ length: place }, () => prepareText("something else")),
    prepareText(text),
  ];
  return levelOf(textComparison("job", kind, place), { extras: at(a) }, { extras: at(b) });
};

describe("a declared column", () => {
  it.each([
    ["Ward Clerk", "ward-clerk", "exact"],
    ["Müller & Söhne", "MULLER SOHNE", "exact"],
    ["carpenter", "carpenters", "close"],
    ["shepherd", "shephard", "close"],
    ["Dorchester", "Dorcester", "close"],
    ["ward clerk", "booking clerk", "part"],
    ["tea and coffee", "and", "part"],
    ["of me", "of us", "else"],
    ["Bradfield", "Bradford", "similar"],
    ["nurse", "porter", "else"],
    ["", "nurse", "missing"],
    ["not known", "not known", "missing"],
    ["N/A", "nurse", "missing"],
    ["xxx", "xxx", "missing"],
    ["...", "...", "missing"],
  ])("fuzzy: %j and %j are %s", (a, b, expected) => {
    expect(level("fuzzy", a, b)).toBe(expected);
    expect(level("fuzzy", b, a)).toBe(expected);
    // Where only equality counts, all that is less is nothing.
    const exact = expected === "exact" || expected === "missing" ? expected : "else";
    expect(level("exact", a, b)).toBe(exact);
    expect(level("exact", b, a)).toBe(exact);
  });

  it("is found at its place among several", () => {
    for (const place of [0, 1, 4]) expect([place, level("exact", "nurse", "nurse", place)]).toEqual([place, "exact"]);
    expect(levelOf(textComparison("job", "exact", 3), { extras: [] }, { extras: [] })).toBe("missing");
  });

  const texts = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc
      .array(fc.constantFrom("ward", "wards", "clerk", "clark", "of", "o", "7"), { maxLength: 3 })
      .map((words) => words.join(" ")),
  );

  it("comes out at the same of its levels from both sides, for any texts", () => {
    fc.assert(
      fc.property(texts, texts, fc.constantFrom<TextKind>("exact", "fuzzy"), (a, b, kind) => {
        const found = level(kind, a, b);
        expect(level(kind, b, a)).toBe(found);
        expect([...TEXT_KINDS[kind], "missing"]).toContain(found);
      }),
    );
  });

  it("agrees with itself wherever it says anything", () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const kind of ["exact", "fuzzy"] as const)
          expect(level(kind, text, text)).toBe(prepareText(text) === undefined ? "missing" : "exact");
      }),
    );
  });

  it("never agrees more closely where only equality counts than where nearness does", () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(level("exact", a, b) === "exact").toBe(level("fuzzy", a, b) === "exact");
      }),
    );
  });

  it("keeps what was written for the reviewer, and counts its rarity by the folded text", () => {
    const comparison = textComparison("job", "fuzzy", 0);
    const [a, b] = ["Ward Clerk", "WARD CLERKS"].map((text) => ({ extras: [prepareText(text)] }) as never);
    expect(comparison.shown(a as never, b as never)).toEqual({ left: "Ward Clerk", right: "WARD CLERKS" });
    expect(comparison.terms?.(a as never)).toEqual(["wardclerk"]);
    const shares: Record<string, number> = { wardclerk: 0.1, wardclerks: 0.02 };
    expect(comparison.frequency?.(a as never, b as never, 1, (term) => shares[term] ?? 0)).toBe(0.1);
  });
});
