import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declaredCharset, decodeBytes } from "./charset.ts";
import { readMessage } from "./message.ts";

const zoe = (charset: string, name: Uint8Array) =>
  Buffer.concat([
    Buffer.from(`MSH|^~\\&|A|B|C|D|20260304||ADT^A01|1|P|2.4||||||${charset}\rPID|1||1||`),
    name,
    Buffer.from("\r"),
  ]);
const LATIN1_ZOE = Buffer.from("Zoë", "latin1");
const UTF8_ZOE = Buffer.from("Zoë", "utf8");

describe("character sets", () => {
  it.each([
    ["", "detect"],
    ["UNICODE", "detect"],
    ["UNICODE UTF-8", "utf-8"],
    ["utf-8", "utf-8"],
    ["ASCII", "ascii"],
    ["8859/1", "iso-8859-1"],
    ["8859/15", "iso-8859-15"],
    ["ISO-8859-2", "iso-8859-2"],
    ["8859/1~UNICODE UTF-8", "iso-8859-1"],
    ["8859/12", "unknown"],
    ["ISO IR87", "unknown"],
    ["EBCDIC", "unknown"],
  ])("know MSH-18 %j as %s", (msh18, name) => expect(declaredCharset(msh18, "~")).toBe(name));

  it.each([
    ["", UTF8_ZOE, "Zoë"],
    ["", LATIN1_ZOE, "Zoë"],
    ["UNICODE", UTF8_ZOE, "Zoë"],
    ["UNICODE", LATIN1_ZOE, "Zoë"],
    ["UNICODE UTF-8", UTF8_ZOE, "Zoë"],
    ["8859/1", LATIN1_ZOE, "Zoë"],
    ["8859/15", Buffer.from([0xa4]), "€"],
    ["8859/2", Buffer.from([0xb1]), "ą"],
    ["8859/1", Buffer.from([0x4f, 0x92, 0x42]), "O’B"],
    ["8859/1", UTF8_ZOE, "ZoÃ«"],
  ])("read %j bytes %j as %s", (msh18, name, text) => {
    const result = readMessage(zoe(msh18, name));
    expect(result.ok && result.message.get("PID", 5)).toBe(text);
  });

  it.each([
    ["ASCII", LATIN1_ZOE],
    ["ASCII", UTF8_ZOE],
    ["UNICODE UTF-8", LATIN1_ZOE],
    ["EBCDIC", LATIN1_ZOE],
    ["8859/3", Buffer.from([0xa5])],
  ])("refuse %j with bytes it has not", (msh18, name) => {
    expect(readMessage(zoe(msh18, name))).toMatchObject({ ok: false, reason: "charset" });
  });

  it("read any declaration when the bytes are ASCII", () => {
    const result = readMessage(zoe("EBCDIC", Buffer.from("Zoe")));
    expect(result.ok && result.message.get("PID", 5)).toBe("Zoe");
  });

  it("take the feed's word over MSH-18", () => {
    const result = readMessage(zoe("ASCII", LATIN1_ZOE), { charset: "iso-8859-1" });
    expect(result.ok && [result.message.get("PID", 5), result.message.charset]).toEqual(["Zoë", "iso-8859-1"]);
  });

  it("say when Latin-1 was a fallback", () => {
    const fallback = readMessage(zoe("", LATIN1_ZOE));
    const declared = readMessage(zoe("8859/1", LATIN1_ZOE));
    expect(fallback.ok && fallback.message.isCharsetFallback).toBe(true);
    expect(declared.ok && declared.message.isCharsetFallback).toBe(false);
  });

  it("pass over a byte order mark for reading and keep it in the bytes", () => {
    const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), zoe("", UTF8_ZOE)]);
    const result = readMessage(bytes);
    expect(result.ok && result.message.get("PID", 5)).toBe("Zoë");
    expect(result.ok && Buffer.compare(result.message.toBytes(), bytes)).toBe(0);
  });

  it("name UTF-16 for what it is", () => {
    expect(readMessage(Buffer.from("MSH|^~\\&|A", "utf16le"))).toMatchObject({ ok: false, reason: "charset" });
    expect(readMessage(Buffer.from("\ufeffMSH|^~\\&|A", "utf16le"))).toMatchObject({ reason: "charset" });
  });

  it("never put a replacement character where there was none", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.constantFrom("detect", "utf-8", "iso-8859-1"),
        (bytes, declared) => {
          const decoded = decodeBytes(bytes, declared as "detect");
          if (decoded.ok && decoded.charset !== "utf-8") expect(decoded.text).not.toContain("\ufffd");
          if (decoded.ok && decoded.charset === "utf-8")
            expect(Buffer.from(decoded.text, "utf8")).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });

  it("drop NUL, which no store can hold", () => {
    const result = readMessage(zoe("", Buffer.from("Z\0oe")));
    expect(result.ok && result.message.get("PID", 5)).toBe("Zoe");
  });
});
