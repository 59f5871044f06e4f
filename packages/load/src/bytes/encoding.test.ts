import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, EncodingSurvey, likelyEncoding, readText } from "./encoding.ts";

function surveyed(bytes: Uint8Array, cuts: readonly number[] = []) {
  const survey = new EncodingSurvey();
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  for (const [index, to] of places.slice(1).entries()) survey.push(bytes.subarray(places[index], to));
  return survey.end();
}

describe("the character set of a file", () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "ł", "€", "日"), maxLength: 5 }), {
    maxLength: 8,
  });

  it("is UTF-8 where it can be, whatever the chunks", () => {
    fc.assert(
      fc.property(lines, fc.array(fc.nat()), (given, cuts) => {
        expect(surveyed(Buffer.from(given.join("\n")), cuts)).toBe("utf-8");
      }),
    );
  });

  it.each([
    ["a byte order mark of UTF-8", [0xef, 0xbb, 0xbf, 0x61], "utf-8"],
    ["a byte order mark of UTF-16", [0xff, 0xfe, 0x61, 0], "utf-16le"],
    ["the other one", [0xfe, 0xff, 0, 0x61], "utf-16be"],
    ["é as windows-1252", [0x61, 0xe9, 0x0a], "windows-1252"],
    ["one broken line beside a sound one", [0xc3, 0xa9, 0x0a, 0xe9, 0x0a], "utf-8"],
    ["more broken lines than sound ones", [0xc3, 0xa9, 0x0a, 0xe9, 0x0a, 0xe8, 0x0a], "windows-1252"],
    ["nothing", [], "utf-8"],
  ])("is told by %s", (_, bytes, expected) => expect(surveyed(Uint8Array.from(bytes))).toBe(expected));

  it("is never guessed at: bytes that it has not are no text", () => {
    expect(decode(Buffer.from([0x61, 0xe9]), "utf-8")).toBeUndefined();
    expect(decode(Buffer.from([0x61, 0x81]), "windows-1252")).toBeUndefined();
    expect(decode(Buffer.from([0x61, 0x92]), "windows-1252")).toBe("a’");
    expect(decode(Buffer.from([0xef, 0xbb, 0xbf, 0x61]), "utf-8")).toBe("a");
  });
});

describe("a row of another character set than its file's", () => {
  const words = fc.string({ unit: fc.constantFrom("a", "B", " ", ",", "é", "Ü", "ß", "’", "Ã", "â"), maxLength: 12 });
  const latin = (text: string) => Buffer.from(text.replaceAll("’", "\u0092"), "latin1");

  it("is refused where the file is windows-1252 and all of it beyond ASCII is UTF-8, and never for anything else", () => {
    fc.assert(
      fc.property(words, (text) => {
        const isAscii = /^[ -~]*$/.test(text);
        const asUtf8 = readText(Buffer.from(text), "windows-1252");
        expect(asUtf8.ok).toBe(isAscii);
        if (!isAscii) expect(asUtf8.text).toContain("UTF-8");
        expect(likelyEncoding(Buffer.from(text), "windows-1252")).toBe(isAscii ? "windows-1252" : "utf-8");
        expect(readText(Buffer.from(text), "utf-8")).toEqual({ ok: true, text });
        // One letter that is no UTF-8 is enough.
        expect(readText(latin(`${text}é`), "windows-1252")).toEqual({ ok: true, text: `${text}é` });
        expect(readText(latin(`${text}é`), "utf-8").ok).toBe(false);
        expect(likelyEncoding(latin(`${text}é`), "utf-8")).toBe("windows-1252");
      }),
    );
  });

  it("is no question for the names of Western Europe", () => {
    for (const name of ["Müller", "Núñez", "Zoë", "SÃO", "Ångström", "O’Brien", "Ça", "ÉMILE", "Françoise", "Muñoz’s"])
      expect(readText(latin(name), "windows-1252")).toEqual({ ok: true, text: name });
  });
});
