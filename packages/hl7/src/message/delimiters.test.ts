import { describe, expect, it } from "vitest";
import { DEFAULT_DELIMITERS, readDelimiters } from "./delimiters.ts";

describe("delimiters", () => {
  it("knows the usual ones", () => expect(readDelimiters("MSH|^~\\&|A")).toBe(DEFAULT_DELIMITERS));

  it("reads a truncation character without ever splitting by it", () => {
    expect(readDelimiters("MSH|^~\\&#|A")).toMatchObject({ subcomponent: "&", truncation: "#", escape: "\\" });
  });

  it.each([
    ["MSH|^~|A", { escape: "", subcomponent: "", truncation: "" }],
    ["MSH|^~&|A", { escape: "", subcomponent: "&", truncation: "" }],
    ["MSH|^~\\|A", { escape: "\\", subcomponent: "", truncation: "" }],
    ["MSH@~&#\\@A", { field: "@", component: "~", repetition: "&", escape: "#", subcomponent: "\\" }],
    ["MSH|^~\\&\rPID|", { component: "^", encodingCharacters: "^~\\&" }],
  ])("reads %j", (header, expected) => expect(readDelimiters(header)).toMatchObject(expected));

  it.each([
    ["MSH|^|A", "one encoding character"],
    ["MSH||A", "none"],
    ["MSH|^~\\&#!|A", "six"],
    ["MSH|^~^&|A", "two the same"],
    ["MSH|^~\\\\|A", "a doubled escape"],
    ["MSHX^~\\&XA", "a letter as separator"],
    ["MSH|^~a&|A", "a letter among them"],
    ['MSH|^~"&|A', "the quotation mark"],
    ["MSH|^~ &|A", "a blank"],
    ["MSH", "nothing at all"],
  ])("refuses %j: %s", (header) => expect(readDelimiters(header)).toBeUndefined());
});
