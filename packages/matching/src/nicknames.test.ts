import { describe, expect, it } from "vitest";
import { formalName, nameFormsAgree, nicknamePlaces } from "./nicknames.ts";

const agree = (a: string, b: string) => nameFormsAgree(nicknamePlaces(a), nicknamePlaces(b));

describe("nicknames", () => {
  it.each([
    ["robert", "bob"],
    ["elizabeth", "liz"],
    ["catherine", "kathryn"],
    ["kathryn", "kate"],
    ["mohammed", "muhammad"],
    ["chris", "christine"],
    ["chris", "christopher"],
  ])("%s and %s are one name", (a, b) => {
    expect(agree(a, b)).toBe("full");
    expect(agree(b, a)).toBe("full");
  });

  it.each([
    ["christine", "christopher"],
    ["john", "ian"],
    ["robert", "zebedee"],
    ["zebedee", "zebedee"],
  ])("%s and %s are strangers here", (a, b) => expect(agree(a, b)).toBeUndefined());

  it("is unsure of two short forms: twins are named so", () => {
    expect(agree("bob", "rob")).toBe("short");
    expect(agree("amy", "millie")).toBe("short");
  });

  it("files a short form under its name, unless it has two", () => {
    expect(formalName("bob")).toBe("robert");
    expect(formalName("chris")).toBe("chris");
    expect(formalName("zebedee")).toBe("zebedee");
  });

  it("reads the object's own words as no names", () => expect(nicknamePlaces("constructor")).toEqual([]));
});
