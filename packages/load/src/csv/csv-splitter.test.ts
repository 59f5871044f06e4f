import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENCODINGS, type Encoding } from "../bytes/encoding.ts";
import { CsvSplitter, OPEN_QUOTES_MAX } from "./csv-splitter.ts";
import { escapedCell, fieldsOf, isFormula, unescapedCell, writtenField } from "./fields.ts";

const encoded = (text: string, encoding: Encoding): Buffer => {
  if (encoding === "windows-1252") return Buffer.from(text, "latin1");
  const bytes = Buffer.from(text, encoding === "utf-8" ? "utf8" : "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
};

function split(bytes: Uint8Array, encoding: Encoding, cuts: readonly number[] = [], rowBytesMax = 1_000) {
  const splitter = new CsvSplitter({ delimiter: ",", encoding, rowBytesMax });
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

const cell = fc.string({ unit: fc.constantFrom("a", "é", " ", ",", '"', "\n", "\r\n", "0", "=", "'"), maxLength: 6 });
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const written = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `${row.map(writtenField).join(",")}\r\n`).join("");

describe("the rows of a CSV file", () => {
  it("are those that were written, in their exact bytes, whatever the chunks and the character set", () => {
    fc.assert(
      fc.property(table, fc.constantFrom(...ENCODINGS), fc.array(fc.nat()), (rows, encoding, cuts) => {
        const bytes = encoded(written(rows), encoding);
        const found = split(bytes, encoding, cuts);
        expect(Buffer.concat(found.map((row) => row.bytes))).toEqual(bytes);
        const texts = found.map((row) => new TextDecoder(encoding).decode(row.bytes));
        expect(texts.map((text) => fieldsOf(text, ","))).toEqual(rows);
        expect(found.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
      }),
    );
  });

  it("lose nothing of any bytes, and are cut alike whatever the chunks", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat()), (given, cuts) => {
        const bytes = Buffer.from(given).map((byte) => [0x0a, 0x22, 0x2c, 0x61][byte % 5] ?? byte);
        const found = split(Buffer.from(bytes), "utf-8", cuts);
        expect(found).toEqual(split(Buffer.from(bytes), "utf-8"));
        expect(Buffer.concat(found.map((row) => row.bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("go on behind a quote that is never closed", () => {
    const found = split(encoded('a,b\n1,"x\n2,y\n3,z\n', "utf-8"), "utf-8");
    expect(found.map(({ number, fault, bytes }) => [number, fault, Buffer.from(bytes).toString()])).toEqual([
      [1, undefined, "a,b\n"],
      [2, "open-quote", '1,"x\n'],
      [3, undefined, "2,y\n"],
      [4, undefined, "3,z\n"],
    ]);
  });

  it("go on behind a row that is too long, and behind one that a quote made so", () => {
    const long = "x".repeat(60);
    const found = split(encoded(`a\n${long}\n"b\n${"c\n".repeat(40)}d\n`, "utf-8"), "utf-8", [], 50);
    expect(found.map(({ fault }) => fault ?? "")).toEqual(["", "too-long", "open-quote", ...Array(41).fill("")]);
    expect(split(encoded(`${"x".repeat(49)}\n`, "utf-8"), "utf-8", [], 50)[0]?.fault).toBeUndefined();
    expect(split(encoded(`${"x".repeat(50)}\n`, "utf-8"), "utf-8", [], 50)[0]?.fault).toBe("too-long");
  });

  it("mean nothing any more past so many open quotes", () => {
    const line = `"${"x".repeat(60)}\n`;
    const splitter = new CsvSplitter({ delimiter: ",", encoding: "utf-8", rowBytesMax: 50 });
    expect(() => {
      for (let at = 0; at <= OPEN_QUOTES_MAX; at++) splitter.push(Buffer.from(line));
    }).toThrow(RangeError);
  });
});

describe("a cell that a spreadsheet would run", () => {
  it.each(["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1"])("is %j", (text) => {
    expect(isFormula(text)).toBe(true);
    expect(escapedCell(text)).toBe(`'${text}`);
  });
  it.each(["+44 1202 960001", "-5", "01632", "O'Brien", "", "a=b", "-"])("is not %j", (text) => {
    expect(isFormula(text)).toBe(false);
    expect(escapedCell(text)).toBe(text);
  });
  it("comes back as it was, whatever it was", () => {
    const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "a", "1", "\t"), maxLength: 6 });
    fc.assert(fc.property(text, (each) => unescapedCell(escapedCell(each)) === each));
  });
});
