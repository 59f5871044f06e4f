import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { otherSpelling, shortForm, slip } from "./name-variants.ts";
import { Random } from "./random.ts";

describe("ways to write a name wrong", () => {
  it("slip by one letter, and never not at all", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), fc.string(), (name, seed) => {
        const slipped = slip(new Random(seed), name);
        expect(slipped).not.toBe(name);
        expect(Math.abs(slipped.length - name.length)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("shorten and respell where the name has such a form", () => {
    const random = new Random(1);
    expect(["Bob", "Rob"]).toContain(shortForm(random, "Robert"));
    expect(otherSpelling(random, "Stephen")).toBe("Steven");
    expect([shortForm(random, "Doreen"), otherSpelling(random, "Doreen"), shortForm(random, "constructor")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
