import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles, readAll } from "./files.fixture.ts";
import { csvLine } from "./write-csv.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

/** Rows of a few columns; enough text that chunks end inside letters of two, three and four bytes. */
const letters = fc.string({ unit: fc.constantFrom("a", "é", "€", "𝔸", '"', ",", "\n"), maxLength: 12 });
const filler = "é€𝔸".repeat(4000);

const utf16 = (text: string, isBig: boolean) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return isBig ? bytes.swap16() : bytes;
};

describe("readCsv", () => {
  it("reads back any letters in UTF-8 and UTF-16, with and without a mark", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(letters, letters), { minLength: 1, maxLength: 5 }), async (pairs) => {
        const rows = [["a", "b"], ...pairs.flatMap((pair) => [pair, [filler, "x"]])];
        const text = rows.map(csvLine).join("");
        for (const bytes of [text, `\ufeff${text}`, utf16(text, false), utf16(text, true)]) {
          const { fields, error } = await readAll(files.write(bytes));
          expect(error).toBeUndefined();
          expect(fields).toEqual(rows);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("reads the encoding it is told", async () => {
    const file = files.write(Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xe9, 0x2c, 0x80, 0x92]));
    expect((await readAll(file, { encoding: "windows-1252" })).fields[1]).toEqual(["é", "€’"]);
    expect((await readAll(file, { encoding: "iso-8859-15" })).fields[1]?.[0]).toBe("é");
  });

  it("names row, column and byte of what is not UTF-8, and what to try", async () => {
    const head = "id,given_name\n1,Ann\n2,Zo";
    const { error, rows } = await readAll(files.write(Buffer.concat([Buffer.from(head), Buffer.from([0xeb, 0x0a])])));
    expect(error).toMatchObject({ kind: "encoding-wrong", row: 3, column: "given_name" });
    expect(error?.text).toContain(`Byte ${head.length + 1} of the file is not valid UTF-8.`);
    expect(error?.text).toContain("--encoding windows-1252");
    expect(rows.length).toBe(2);
  });

  it.each([
    ["a lone continuation byte", [0x80]],
    ["an overlong form", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["beyond Unicode", [0xf5, 0x80, 0x80, 0x80]],
    ["a character cut off by the end", [0xe2, 0x82]],
  ])("finds %s at its byte, after any number of chunks", async (_, bad) => {
    for (const before of [3, 65_534, 65_535, 65_536, 2_000_001]) {
      const lines = "é,1\n".repeat(before / 4).padEnd(before - Math.floor(before / 4), "\n");
      const bytes = Buffer.from(lines);
      const { error } = await readAll(files.write(Buffer.concat([bytes, Buffer.from(bad)])));
      expect(error?.text).toContain(`Byte ${bytes.length + 1} of`);
    }
  });

  it("names the row where UTF-16 breaks off", async () => {
    const bytes = Buffer.concat([utf16("a,b\n1,2\n", false), Buffer.from([0x33])]);
    expect((await readAll(files.write(bytes))).error).toMatchObject({ kind: "encoding-wrong", row: 3 });
  });

  it("knows UTF-16 without a mark by its NUL bytes, and any other NUL byte", async () => {
    const bare = (await readAll(files.write(Buffer.from("a,b\n1,2\n", "utf16le")))).error;
    expect(bare).toMatchObject({ kind: "nul-byte", row: 1 });
    expect(bare?.text).toContain("--encoding utf-16le");
    const one = (await readAll(files.write("a,b\n1,2\n3,\0\n"))).error;
    expect(one).toMatchObject({ kind: "nul-byte", row: 3, column: "b" });
    expect(one?.text).not.toContain("utf-16le");
  });

  it.each([
    ["PK\u0003\u0004rest", "Excel workbook"],
    ["PAR1rest", "Parquet"],
    ["\u001f\u008b\u0008", "gzip"],
  ])("says what a file is that is not CSV (%j)", async (start, name) => {
    const { error } = await readAll(files.write(Buffer.from(start, "latin1")));
    expect(error).toMatchObject({ kind: "file-not-csv" });
    expect(error?.text).toContain(name);
  });

  it("says why a file can not be read", async () => {
    expect((await readAll(`${files.folder}/none.csv`)).error?.text).toBe("There is no such file.");
    expect((await readAll(files.folder)).error?.kind).toBe("file-unreadable");
    expect((await readAll(files.write("a\n"), { encoding: "klingon" })).error).toMatchObject({
      kind: "encoding-unknown",
      text: 'No encoding is called "klingon". Usual ones are utf-8, windows-1252 and utf-16le.',
    });
  });

  it("names row and column of a quote that is never closed, in a short file and in a long one", async () => {
    const start = 'id,note\n1,a\n2,"open\n';
    expect((await readAll(files.write(start))).error).toMatchObject({ kind: "unclosed-quote", row: 3, column: "note" });
    const long = (await readAll(files.write(start + "3,b\n".repeat(1_000_000)))).error;
    expect(long).toMatchObject({ kind: "field-too-long", row: 3, column: "note" });
    expect(long?.text).toContain("not closed");
  });

  it("ends at a field of ten megabytes with its row and column", async () => {
    const { error } = await readAll(files.write(`id,note\n1,a\n2,${"x".repeat(10_000_000)}\n`));
    expect(error).toMatchObject({ kind: "field-too-long", row: 3, column: "note" });
  });

  it("gives no row of an empty file and never throws on any bytes", async () => {
    expect(await readAll(files.write(""))).toMatchObject({ rows: [], error: undefined });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { rows, error } = await readAll(files.write(bytes));
        expect(error !== undefined || rows.length >= 0).toBe(true);
      }),
    );
  });
});
