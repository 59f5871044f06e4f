import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "./fold.ts";
import { sound } from "./phonetics.ts";

describe("sound", () => {
  it.each([
    ["catherine", "kathryn"],
    ["stephen", "steven"],
    ["smith", "smyth"],
    ["philips", "fillips"],
    ["allen", "alan"],
    ["reid", "read"],
  ])("%s and %s are alike", (a, b) => expect(sound(a)).toBe(sound(b)));

  it("tells names apart", () => expect(sound("jayden")).not.toBe(sound("kayden")));

  it("is empty for nothing alone", () => {
    expect(sound("")).toBe("");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }).map(fold), (name) => {
        expect(sound(name) === "").toBe(name === "");
      }),
    );
  });

  it("lets a name in another script stand for itself", () => expect(sound("王小明")).toBe("王小明"));
});
