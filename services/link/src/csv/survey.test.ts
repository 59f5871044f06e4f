import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles, survey } from "./files.fixture.ts";
import { type LinkInputError, type LinkInputWarning, problemLine } from "./problem.ts";
import { csvLine } from "./write-csv.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

type Options = Parameters<typeof survey>[1];
const HEADER = "id,given_name,family_name,dob\n";

async function errorsOf(content: string | Uint8Array, options: Options = {}): Promise<readonly LinkInputError[]> {
  const result = await survey(files.write(content), options);
  return result.ok ? [] : result.errors;
}

async function warningsOf(content: string, options: Options = {}): Promise<readonly LinkInputWarning[]> {
  const result = await survey(files.write(content), options);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.warnings;
}

describe("what ends in an error", () => {
  const cases: [name: string, content: string, error: Partial<LinkInputError>, text: string][] = [
    ["an empty file", "", { kind: "empty-file" }, "The file is empty."],
    ["blank lines only", "\n\n , \n", { kind: "empty-file" }, "The file is empty."],
    ["a header only", HEADER, { kind: "header-only", row: 1 }, "no rows below"],
    [
      "a name twice",
      "id,name,dob,name\n1,a,b,c\n",
      { kind: "column-name-twice", row: 1, column: "name" },
      "Columns 2 and 4",
    ],
    [
      "an id twice",
      `${HEADER}1,a,b,\n2,c,d,\n 1,e,f,\n`,
      { kind: "id-twice", row: 4, column: "id" },
      "that of row 2 too",
    ],
    ["an empty id", `${HEADER}1,a,b,\n,c,d,\n`, { kind: "id-missing", row: 3, column: "id" }, "The id is empty"],
    ["a short row", `${HEADER}1,a,b,\n2,c,d\n`, { kind: "ragged-row", row: 3 }, "has 4 fields, this row has 3."],
    ["a long row", `${HEADER}1,a,b,c,d\n`, { kind: "ragged-row", row: 2 }, "has 4 fields, this row has 5."],
    [
      "an unclosed quote",
      `${HEADER}1,a,"b,\n2,c,d,\n`,
      { kind: "unclosed-quote", row: 2, column: "family_name" },
      "Close it",
    ],
    ["no usable column", "id,job\n1,clerk\n", { kind: "no-usable-column", row: 1 }, "There are: id, job."],
    ["one column, the id", "id\n1\n2\n", { kind: "no-usable-column" }, "There is: id."],
  ];
  it.each(cases)("%s", async (_, content, error, text) => {
    const errors = await errorsOf(content);
    expect(errors).toEqual([expect.objectContaining({ ...error, file: expect.stringMatching(/people\.csv$/) })]);
    expect(errors[0]?.text).toContain(text);
  });

  it("all faults of the rows at once, up to a number, and how many more", async () => {
    const errors = await errorsOf(HEADER + "1,a\n".repeat(100));
    expect(errors.slice(0, 20).map(({ row }) => row)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
    expect(errors.slice(20)).toEqual([expect.objectContaining({ kind: "more-errors", text: "And 80 errors more." })]);
  });

  it("an id in two files, both named", async () => {
    const [a, b] = [files.write(`${HEADER}1,a,b,\n`, "a.csv"), files.write(`${HEADER}7,a,b,\n1,a,b,\n`, "b.csv")];
    const result = await survey([a, b]);
    expect(result.ok ? [] : result.errors.map(problemLine)).toEqual([
      `${b}, row 3, column id: The id is that of ${a}, row 2 too. Each record needs an id of its own, over all files.`,
    ]);
    expect(await survey([a, a])).toMatchObject({ ok: false, errors: [{ kind: "option-malformed" }] });
    expect(await survey([])).toMatchObject({ ok: false, errors: [{ kind: "option-malformed" }] });
  });

  it("a name that is in no file, with the nearest", async () => {
    const given = { truth: "clustr", compare: "wage:exact", columns: "sex=gander" };
    const errors = await errorsOf("id,given_name,cluster,gender\n1,a,b,c\n", given);
    expect(errors.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^--truth names "clustr".* Did you mean "cluster"\?$/),
      expect.stringMatching(/^--compare names "wage".* There are: id, given_name, cluster, gender\.$/),
      expect.stringMatching(/^--columns names "gander".* Did you mean "gender"\?$/),
    ]);
  });

  it("a file without a header, whose first patient is not printed", async () => {
    const record = "9990004951,Ann,Hill,1957-03-12\n9990238359,Bob,Moor,1960-01-02\n";
    for (const options of [{}, { truth: "cluster" }]) {
      const [error] = await errorsOf(record, options);
      expect(error?.text).toContain("looks like a record");
      expect(JSON.stringify(error)).not.toMatch(/Ann|Hill|9990004951/);
    }
  });

  it("never quotes a value of a row, whatever is wrong", async () => {
    const secret = "Zebedee";
    const cell = fc.constantFrom(secret, `"${secret}`, `${secret}",`, "", `"${secret}"x`, `${secret}\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 5 })), async (rows) => {
        const result = await survey(files.write(HEADER + rows.map((row) => `${row.join(",")}\n`).join("")));
        expect(JSON.stringify(result.ok ? result.warnings : result.errors)).not.toContain(secret);
      }),
    );
  });
});

describe("what ends in a warning", () => {
  const row = (fields: string[]) => csvLine(fields);
  const kindsOf = async (content: string, options?: Options) =>
    (await warningsOf(content, options)).map(({ kind, row, column }) => [kind, row ?? column]);

  it("nothing, for a good file", async () => {
    expect(await warningsOf(`${HEADER}1,Ann,Hill,1957-03-12\n2,Bob,Moor,1960-01-02\n`)).toEqual([]);
  });

  it.each<[name: string, content: string, expected: (readonly unknown[])[]]>([
    ["rows without a value", `${HEADER}1,a,b,1957\n\n2,c,d,1958\n,,,\n`, [["blank-rows", 3]]],
    ["a delimiter at the end", `${HEADER}1,a,b,1957,\n2,c,d,1958, ,\n`, [["trailing-fields", 2]]],
    ["no id", "given_name,dob\nAnn,1957\nBob,1958\n", [["id-made", undefined]]],
    ["columns not compared", "id,given_name,dob,job\n1,a,1957,x\n2,b,1958,y\n", [["columns-not-compared", undefined]]],
    ["one column", "id,given_name\n1,a\n2,b\n", [["one-column", "given_name"]]],
    ["a constant column", "id,given_name,dob\n1,a,1957\n2,a,1958\n", [["column-constant", "given_name"]]],
    ["an empty column", "id,given_name,dob\n1,a,\n2,b,\n", [["column-empty", "dob"]]],
    ["identical records", "id,given_name,dob\n1,a,1957\n2,a,1957\n", [["records-identical", undefined]]],
    ["a text for a date", `${HEADER}1,a,b,1957\n2,c,d,soon\n`, [["dates-not-understood", 3]]],
    ["dates of either order", `${HEADER}1,a,b,1/2/1957\n2,c,d,3/4/1957\n`, [["dates-ambiguous", "dob"]]],
    ["dates of both orders", `${HEADER}1,a,b,13/2/1957\n2,c,d,3/14/1957\n`, [["dates-mixed", "dob"]]],
    ["years of two digits", `${HEADER}1,a,b,13/2/57\n2,c,d,14/3/60\n`, [["years-of-two-digits", "dob"]]],
    ["a text for a sex", "id,sex,dob\n1,m,1957\n2,maybe,1958\n3,f,1959\n", [["sexes-not-understood", 3]]],
    ["0 and 1 for a sex", "id,sex,dob\n1,0,1957\n2,1,1958\n", [["sexes-zero-one", "sex"]]],
    ["a wrong NHS number", "id,nhs,dob\n1,999 000 4951,1957\n2,9990004952,1958\n", [["nhs-numbers-invalid", 3]]],
  ])("%s", async (_, content, expected) => expect(await kindsOf(content)).toEqual(expected));

  it("a column that is missing in more than nine rows of ten", async () => {
    const rows = (missing: number) =>
      HEADER +
      Array.from({ length: 20 }, (_, i) => row([`${i}`, `a${i}`, `b${i}`, i < missing ? "" : `19${i}`])).join("");
    expect(await kindsOf(rows(18))).toEqual([]);
    const [warning] = await warningsOf(rows(19));
    expect(warning).toMatchObject({ kind: "column-mostly-missing", column: "dob" });
    expect(warning?.text).toBe("95 % of the values are missing: only 1 row of 20 has one.");
  });

  it("a file of several without the truth", async () => {
    const a = files.write("id,name,cluster\n1,Ann Hill,x\n2,Bob Hill,y\n", "a.csv");
    const b = files.write("id,name\n3,Ann Hill\n4,Bob Hill\n", "b.csv");
    const result = await survey([a, b], { truth: "cluster" });
    const kinds = result.ok ? result.warnings.map(({ kind, file }) => [kind, file]) : [];
    expect(kinds).toContainEqual(["truth-missing", b]);
    expect(kinds).not.toContainEqual(["truth-missing", a]);
  });
});

describe("the plan", () => {
  it("is plain data that says what is compared", async () => {
    const file = files.write("rec;Vorname;dob;job\n1;Ann;31.12.1957;x\n2;Bob;1.2.1958;y\n");
    const result = await survey(file, { columns: "id=rec,given_name=vorname", compare: "job:fuzzy" });
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    expect(structuredClone(result.plan)).toEqual(result.plan);
    expect(result.plan).toMatchObject({
      compared: ["given_name", "date_of_birth"],
      extras: [{ name: "job", kind: "fuzzy" }],
      hasTruth: false,
      rows: 2,
      files: [{ rows: 2, source: "people", dateOrder: { first: "day" } }],
    });
  });
});
