import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sniffDelimiter } from "./delimiter.ts";
import { COLUMNS_MAX, FIELD_LENGTH_MAX } from "./limits.ts";
import { CsvTokenizer } from "./tokenizer.ts";
import { csvLine } from "./write-csv.ts";

function read(text: string, { delimiter = ",", cuts = [] as readonly number[] } = {}) {
  const tokenizer = new CsvTokenizer(delimiter);
  const rows = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    rows.push(...tokenizer.push(text.slice(from, cut)));
    from = cut;
  }
  rows.push(...tokenizer.push(text.slice(from)), ...tokenizer.end());
  return { fields: rows.map((row) => row.fields), rows, problem: tokenizer.problem, blank: tokenizer.blankRows };
}

/** Values that break readers: delimiters, quotes, line ends, spaces, emptiness, letters of any script. */
const value = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", " ", ";", "a", "é", "\ufeff") }),
);
const table = fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
const cuts = fc.array(fc.nat(80), { maxLength: 6 });

describe("CsvTokenizer", () => {
  it("reads back what was written, wherever the text is cut", () => {
    fc.assert(
      fc.property(table, cuts, (rows, cuts) => {
        const result = read(rows.map(csvLine).join(""), { cuts });
        expect(result.problem).toBeUndefined();
        expect(result.fields).toEqual(rows);
        expect(result.rows.map((row) => row.number)).toEqual(rows.map((_, index) => index + 1));
      }),
    );
  });

  it("gives the same rows, blanks and problem for any text however it is cut", () => {
    const text = fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", " ", "a", "\r\n", '""'), maxLength: 60 });
    fc.assert(
      fc.property(text, cuts, (text, cuts) => {
        expect(read(text, { cuts })).toEqual(read(text));
      }),
    );
  });

  it.each([
    ["LF", "a,b\n1,2\n"],
    ["CR LF", "a,b\r\n1,2\r\n"],
    ["CR", "a,b\r1,2\r"],
    ["no end of the last line", "a,b\n1,2"],
    ["a mixture", "a,b\r1,2\r\n"],
  ])("ends lines at %s", (_, text) =>
    expect(read(text).fields).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]),
  );

  it.each([
    ['"a""b"', ['a"b']],
    ['"a\nb",c', ["a\nb", "c"]],
    ['  "a, b" , c ', ["a, b", " c "]],
    ['5" pipe,"x"', ['5" pipe', "x"]],
    ['John "Jack" Hill', ['John "Jack" Hill']],
    ['""', [""]],
    [",", ["", ""]],
    [" a , b ", [" a ", " b "]],
  ])("reads %j", (text, fields) => expect(read(text).fields).toEqual([fields]));

  it("counts blank lines as rows and passes them over", () => {
    const { rows, blank } = read("a\n\n\nb\n");
    expect(rows).toEqual([
      { number: 1, fields: ["a"] },
      { number: 4, fields: ["b"] },
    ]);
    expect(blank).toEqual({ count: 2, first: 2 });
  });

  it.each([
    ["a quote never closed", 'a,b\n1,"2\n3,4\n', { kind: "unclosed-quote", row: 2, field: 1 }],
    ["text after a quote", 'a,b\n"x\ny",1\n"x"y,2\n', { kind: "text-after-quote", row: 3, field: 0 }],
    ["too many columns", `a\n${",".repeat(COLUMNS_MAX)}`, { kind: "too-many-columns", row: 2, field: COLUMNS_MAX }],
    ["a field too long", `a,b\n1,${"x".repeat(FIELD_LENGTH_MAX + 1)}`, { kind: "field-too-long", row: 2, field: 1 }],
  ])("names row and field of %s", (_, text, problem) => {
    expect(read(text).problem).toEqual(problem);
    expect(read(text, { cuts: [...text.slice(0, 50)].map((_, at) => at) }).problem).toEqual(problem);
  });

  it("takes a field and a row of columns that are just at the limit", () => {
    expect(read("x".repeat(FIELD_LENGTH_MAX)).problem).toBeUndefined();
    expect(read(`"${"x".repeat(FIELD_LENGTH_MAX)}"`).problem).toBeUndefined();
    expect(read(",".repeat(COLUMNS_MAX - 1)).fields[0]?.length).toBe(COLUMNS_MAX);
  });

  it("holds no more than two fields of a quote that is never closed", () => {
    const tokenizer = new CsvTokenizer(",");
    tokenizer.push('a\n"');
    let pushed = 0;
    while (!tokenizer.problem && pushed < 10 * FIELD_LENGTH_MAX) {
      tokenizer.push("x\n".repeat(32_768));
      pushed += 65_536;
    }
    expect(tokenizer.problem).toEqual({ kind: "field-too-long", row: 2, field: 0 });
    expect(pushed).toBeLessThan(3 * FIELD_LENGTH_MAX);
  });
});

describe("sniffDelimiter", () => {
  const names = fc.array(fc.constantFrom("id", "given_name", "town, county", "a;b"), { minLength: 2, maxLength: 6 });
  it.each([",", ";", "\t", "|"])("finds %j whatever quoted values hold", (delimiter) => {
    fc.assert(
      fc.property(names, fc.nat(5), (names, rows) => {
        const line = names.map((name) => `"${name}"`).join(delimiter);
        expect(sniffDelimiter(`${line}\n`.repeat(rows + 1))).toEqual({ delimiter, skip: 0 });
      }),
    );
  });

  it("prefers the delimiter that all rows share", () => {
    expect(sniffDelimiter("name;town, county, country\nHill;Poole\nMoor;Wool\n").delimiter).toBe(";");
  });

  it("obeys Excel's sep line and takes one column for a comma", () => {
    expect(sniffDelimiter("sep=;\r\na;b\r\n")).toEqual({ delimiter: ";", skip: 7 });
    expect(sniffDelimiter("name\nHill\n").delimiter).toBe(",");
  });
});
