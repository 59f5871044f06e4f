import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHARSET_NAMES, type CharsetName, declaredCharset, decodeBytes, latin1Text } from "./charset.ts";
import { linesOf } from "./lines.ts";
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
    ['""', "detect"],
    ["UNICODE", "detect"],
    ["UNICODE UTF-8", "utf-8"],
    ["utf-8", "utf-8"],
    ["ASCII", "ascii"],
    ["ISO IR6", "ascii"],
    ["8859/1", "iso-8859-1"],
    ["8859/2", "iso-8859-2"],
    ["8859/9", "iso-8859-9"],
    ["8859/11", "iso-8859-11"],
    ["8859/15", "iso-8859-15"],
    ["ISO-8859-2", "iso-8859-2"],
    ["8859/12", "unknown"],
    ["8859/1~UNICODE UTF-8", "iso-8859-1"],
    ["~ISO IR87", "ascii"],
    ["ISO IR14", "iso-2022-jp"],
    ["ISO IR87", "iso-2022-jp"],
    ["ISO IR159", "iso-2022-jp"],
    ["GB 18030-2000", "gb18030"],
    ["KS X 1001", "euc-kr"],
    ["BIG-5", "big5"],
    ["CNS 11643-1992", "unknown"],
    ["UNICODE UTF-16", "wide"],
    ["UNICODE UTF-32", "wide"],
    ["EBCDIC", "unknown"],
  ])("know MSH-18 %j as %s", (msh18, set) => expect(declaredCharset(msh18, "~").set).toBe(set));

  it("take the feed's word for what UNICODE means", () => {
    expect(declaredCharset("UNICODE", "~", "iso-8859-1").set).toBe("iso-8859-1");
    expect(declaredCharset("UNICODE", "~", "utf-8").set).toBe("utf-8");
    expect(declaredCharset("UNICODE UTF-8", "~", "iso-8859-1").set).toBe("utf-8");
    // Two Latin-1 letters that happen to be one of UTF-8.
    const bytes = zoe("UNICODE", Buffer.from("Ã©", "latin1"));
    const nameBy = (unicodeIs?: "utf-8" | "iso-8859-1") => {
      const read = readMessage(bytes, unicodeIs === undefined ? {} : { unicodeIs });
      return read.ok && read.message.get("PID", 5);
    };
    expect([nameBy(), nameBy("utf-8"), nameBy("iso-8859-1")]).toEqual(["é", "é", "Ã©"]);
    expect(readMessage(zoe("UNICODE", LATIN1_ZOE), { unicodeIs: "utf-8" })).toMatchObject({ reason: "charset" });
  });

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
    ["8859/5", Buffer.from([0xb8, 0xd2, 0xd0, 0xdd]), "Иван"],
    ["8859/11", Buffer.from([0xa1]), "ก"],
    ["GB 18030-2000", Buffer.from([0xc0, 0xee, 0x81, 0x30, 0x86, 0x30]), "李¸"],
    ["BIG-5", Buffer.from([0xa7, 0xf5]), "李"],
    ["KS X 1001", Buffer.from([0xb1, 0xe8]), "김"],
    ["SHIFT_JIS", Buffer.from([0x97, 0xe9, 0x96, 0xd8]), "鈴木"],
    ["~ISO IR87", Buffer.from("\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B", "latin1"), "山田"],
    ["ISO IR87", Buffer.from("\u001b$B;3ED\u001b(J", "latin1"), "山田"],
    ["ISO IR13", Buffer.from([0xd4, 0xcf, 0xc0, 0xde]), "ﾔﾏﾀﾞ"],
    ["~ISO IR159", Buffer.from("\u001b$(D0!\u001b(B", "latin1"), "丂"],
    ["~KS X 1001", Buffer.from("\u001b$)C\u00b1\u00e8 Kim", "latin1"), "김 Kim"],
    ["8859/1~8859/2", Buffer.from("Zo\u00eb \u001b-B\u00b1", "latin1"), "Zoë ą"],
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
    ["GB 18030-2000", Buffer.from([0xff])],
    ["BIG-5", Buffer.from([0xa7, 0x20])],
    ["CNS 11643-1992", Buffer.from([0xc4, 0xe3])],
    ["UNICODE UTF-16", UTF8_ZOE],
    ["~ISO IR87", Buffer.from("\u001b$Z;3\u001b(B", "latin1")],
    ["~ISO IR87", Buffer.from("\u001b$B;\u001b(B", "latin1")],
    ["~ISO IR87", UTF8_ZOE],
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

  it("flag a declaration they do not know when only ASCII made the message readable", () => {
    const flagOf = (msh18: string, options = {}) => {
      const read = readMessage(zoe(msh18, Buffer.from("Zoe")), options);
      return read.ok && read.message.isCharsetUnknown;
    };
    expect([flagOf("EBCDIC"), flagOf("UNICODE UTF-16"), flagOf("8859/1"), flagOf("")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(flagOf("EBCDIC", { charset: "utf-8" })).toBe(false);
  });

  it("say which of the three faults it is, and quote nothing", () => {
    const textOf = (msh18: string) => {
      const read = readMessage(zoe(msh18, LATIN1_ZOE));
      return read.ok ? "" : read.text;
    };
    expect(textOf("UNICODE UTF-8")).toMatch(/not valid/);
    expect(textOf("EBCDIC")).toMatch(/not read here/);
    expect(textOf("UNICODE UTF-32")).toMatch(/16 or 32 bits/);
  });

  it("leave an escape sequence that nobody announced as it is", () => {
    const read = readMessage(zoe("ASCII", Buffer.from("a\u001b$Bb")));
    expect(read.ok && read.message.get("PID", 5)).toBe("a\u001b$Bb");
  });

  it("return to the message's own set at the end of a line", () => {
    const bytes = Buffer.from(
      "MSH|^~\\&|A||||||ADT^A01|1|P|2.4||||||~ISO IR87\rNTE|1||\u001b$B;3\rNTE|2||;3\r",
      "latin1",
    );
    const read = readMessage(bytes);
    expect(read.ok && read.message.all("NTE").map((each) => each.get(3))).toEqual(["山", ";3"]);
  });

  it("decode line by line as they decode the whole", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."aZ|^~&é’李\r\n\0\u0085ą"), maxLength: 60 });
    const sets = fc.constantFrom<CharsetName | undefined>(
      "utf-8",
      "iso-8859-1",
      "iso-8859-2",
      "windows-1252",
      undefined,
    );
    fc.assert(
      fc.property(letters, fc.constantFrom<BufferEncoding>("utf8", "latin1"), sets, (text, encoding, charset) => {
        const bytes = Buffer.from(`MSH|^~\\&|A\rZZZ|${text}`, encoding);
        const read = readMessage(bytes, charset === undefined ? {} : { charset });
        if (!read.ok) return;
        const lines = read.message.segments().map((each) => each.raw);
        const whole = linesOf(read.message.text, "|", undefined);
        expect(lines).toEqual(
          Array.from({ length: whole.count }, (_, index) =>
            read.message.text.slice(whole.start(index), whole.end(index)),
          ),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("never put a replacement character where there was none", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.constantFrom(...CHARSET_NAMES, "detect" as const),
        (bytes, set) => {
          const decoded = decodeBytes(bytes, latin1Text(bytes), { set, hasAlternates: false });
          if (!decoded.ok) return;
          const text = typeof decoded.text === "string" ? decoded.text : decoded.text(0, bytes.length);
          if (decoded.charset !== "utf-8") expect(text).not.toContain("\ufffd");
          else expect(Buffer.from(text, "utf8")).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("drop NUL, which no store can hold", () => {
    const result = readMessage(zoe("", Buffer.from("Z\0oe")));
    expect(result.ok && result.message.get("PID", 5)).toBe("Zoe");
  });
});
