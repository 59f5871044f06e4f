import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_DELIMITERS, type Delimiters, readDelimiters } from "./delimiters.ts";
import { encodeText, hasBadEscape, unescapeText } from "./escape.ts";

const PUNCTUATION = "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** Any delimiters a sender could choose, with an escape character: 4 or 5 after the separator. */
const anyDelimiters = fc
  .tuple(fc.shuffledSubarray([...PUNCTUATION], { minLength: 5, maxLength: 6 }), fc.boolean())
  .map(([characters]) => readDelimiters(`MSH${characters.join("")}${characters[0]}`))
  .filter((delimiters): delimiters is Delimiters => delimiters !== undefined);

/** Text that is mostly what escaping is about. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...'\\|^~&#FSTREXH0A.br\r\n"Zé') }),
);

const read = (text: string) => unescapeText(text, DEFAULT_DELIMITERS);

describe("escapes", () => {
  it("give back any text under any delimiters", () => {
    fc.assert(
      fc.property(anyText, anyDelimiters, (text, delimiters) => {
        const encoded = encodeText(text, delimiters);
        expect(unescapeText(encoded, delimiters)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("leave nothing in encoded text that could split a field or a message", () => {
    fc.assert(
      fc.property(anyText, anyDelimiters, (text, delimiters) => {
        const encoded = encodeText(text, delimiters);
        for (const separator of [
          delimiters.field,
          delimiters.component,
          delimiters.repetition,
          delimiters.subcomponent,
        ]) {
          expect(encoded.includes(separator)).toBe(false);
        }
        for (const control of "\r\n\v\u001c") expect(encoded.includes(control)).toBe(false);
        expect(encoded).not.toBe('""');
      }),
    );
  });

  it("never throw, whatever stands between escape characters", () => {
    fc.assert(fc.property(anyText, anyDelimiters, (text, delimiters) => void unescapeText(text, delimiters)));
  });

  it.each([
    ["Smith\\F\\Jones", "Smith|Jones"],
    ["John\\S\\Public", "John^Public"],
    ["Q\\T\\Roe", "Q&Roe"],
    ["Jr\\R\\Sr", "Jr~Sr"],
    ["C:\\E\\temp", "C:\\temp"],
    ["a\\X41\\b\\X0D\\", "aAb\r"],
    ["\\XC3A9\\", "é"],
    ["\\XE9\\", "é"],
    ["one\\.br\\two", "one\ntwo"],
    ["one\\.sp2\\two\\.sk3\\three", "one\n\ntwo   three"],
    ["\\.in+4\\\\.ti-2\\\\.fi\\\\.nf\\x", "x"],
    ["\\.ce\\END", "\nEND"],
    ["is \\H\\high\\N\\ now", "is high now"],
  ])("read %j as %j", (sent, meant) => {
    expect(read(sent)).toBe(meant);
    expect(hasBadEscape(sent, DEFAULT_DELIMITERS)).toBe(false);
  });

  it.each([
    "BSV 4\\5 re.",
    "\\",
    "\\\\",
    "a\\",
    "\\Z99\\ local",
    "\\C2842\\\\M824041\\",
    "\\X4\\",
    "\\XGG\\",
    "\\.sp9999\\",
    "\\.zz\\",
    "\\P\\",
    "\\f\\",
  ])("keep %j as it is and say so", (sent) => {
    expect(read(sent)).toBe(sent);
    expect(hasBadEscape(sent, DEFAULT_DELIMITERS)).toBe(true);
  });

  it("read on after a stray escape character, and not inside an opaque escape", () => {
    expect(read("4\\5 and \\T\\")).toBe("4\\5 and &");
    expect(read("\\Z1\\F\\Z2\\")).toBe("\\Z1\\F\\Z2\\");
  });

  it("read the truncation escape where there is a truncation character", () => {
    const delimiters = readDelimiters("MSH|^~\\&#|") ?? DEFAULT_DELIMITERS;
    expect(unescapeText("a\\P\\", delimiters)).toBe("a#");
    expect(encodeText("a#", delimiters)).toBe("a\\P\\");
  });

  it("follow the character set of the message in hexadecimal", () => {
    expect(unescapeText("\\XA4\\", DEFAULT_DELIMITERS, "iso-8859-15")).toBe("€");
  });

  it("can not be used without an escape character: what would split becomes a blank", () => {
    const delimiters = readDelimiters("MSH|^~|") ?? DEFAULT_DELIMITERS;
    expect(encodeText("a^b\rc|d", delimiters)).toBe("a b c d");
    expect(encodeText('""', delimiters)).toBe(" ");
    expect(unescapeText("a\\F\\b", delimiters)).toBe("a\\F\\b");
    expect(hasBadEscape("a\\F", delimiters)).toBe(false);
  });

  it("are read on a megabyte of escape characters: quadratic work would run into the runner's own limit", () => {
    expect(unescapeText("\\".repeat(1_000_001), DEFAULT_DELIMITERS).length).toBeGreaterThan(0);
    expect(unescapeText("\\A".repeat(500_000), DEFAULT_DELIMITERS)).toBe("\\A".repeat(500_000));
  });
});
