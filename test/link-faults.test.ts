import { linkSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { defaultModel } from "@chesil/matching";
import { REGISTER_COLUMNS, type RegisterRow } from "@chesil/simulator";
import { describe, expect, it } from "vitest";
import { csvOf, Folder, REGISTER } from "./link-folder.ts";

describe("what was typed wrong", () => {
  const PEOPLE = "id,family_name,given_name\n1,Lomax,Alma\n2,Farrow,Maud\n";

  it.each<[args: string[], said: string]>([
    [["link", "people.csv"], "Say with --out where the links go"],
    [["link", "people.csv", "--out", "people.csv"], "is an input: writing there would replace it."],
    [["link", "people.csv", "--out", "links.csv", "--pairs", "people.csv"], "is an input"],
    [["train", "people.csv", "--out", "people.csv"], "is an input"],
    [["link", "people.csv", "--out", "model.json", "--model", "model.json"], "is an input"],
    [["link", "people.csv", "--out", "links.csv", "--pairs", "links.csv"], "is written already"],
    [["link", "people.csv", "--out", "links.csv", "--model", "none.json"], "There is no file"],
    [["link", "people.csv", "--out", "links.csv", "--model", "people.csv"], "is no JSON"],
    ...["0", "1", "-1", "x", ""].map((threshold): [string[], string] => [
      ["link", "people.csv", "--out", "links.csv", "--threshold", threshold],
      "--threshold takes a probability above 0 and below 1.",
    ]),
    [["link", "people.csv", "--out", "links.csv", "--seed", "x"], "--seed takes a whole number"],
    [["link", "people.csv", "--out", "links.csv", "--threads", "0"], "--threads takes a whole number"],
    [["train", "people.csv", "--out", "model.json", "--seed", "0"], "--seed takes a whole number"],
    [["evaluate", "people.csv"], "Say what to judge by"],
    [["link", "people.csv", "--out", "links.csv", "--rules", "nhsNumber,birthDate+shoe"], 'names "shoe"'],
    [["link", "people.csv", "--out", "links.csv", "--rules", "shoe"], "There are: nhsNumber, familyName,"],
    [["link", "people.csv", "--out", "links.csv", "--rules", "column:ward"], "column:city"],
    [["train", "people.csv", "--out", "model.json", "--name", ""], "--name is empty"],
    [["train", "people.csv", "--out", "model.json", "--precision", "1"], "--precision takes a probability"],
    [["train", "people.csv"], ""],
  ])("%j is refused, and nothing is written", async (args, said) => {
    const folder = new Folder({ "people.csv": PEOPLE });
    const ran = await folder.chesil(...args);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.said).toContain(said);
    expect(folder.read("people.csv")).toBe(PEOPLE);
    expect(() => folder.read("links.csv")).toThrow();
  });
});

describe("an output", () => {
  const PEOPLE = "id,family_name,given_name\n1,Lomax,Alma\n2,Farrow,Maud\n";
  const folderOf = () => {
    const folder = new Folder({ "people.csv": PEOPLE, "model.json": JSON.stringify(defaultModel) });
    const at = (name: string) => join(folder.path, name);
    mkdirSync(at("folder.csv"));
    symlinkSync(at("people.csv"), at("soft.csv"));
    linkSync(at("people.csv"), at("hard.csv"));
    linkSync(at("model.json"), at("hard.json"));
    symlinkSync(at("links.csv"), at("not-yet.csv"));
    return folder;
  };
  const MODEL = ["--model", "model.json", "--format", "splink"];

  it.each<[args: string[], said: string]>([
    [["link", "people.csv", "--out", "none/links.csv"], "there is no folder"],
    [["link", "people.csv", "--out", "folder.csv"], "is a folder: name a file in it"],
    [["link", "people.csv", "--out", ""], "names no file"],
    [["link", "people.csv", "--out", "soft.csv"], "is an input"],
    [["link", "people.csv", "--out", "hard.csv"], "is an input"],
    [["link", "people.csv", "--out", "links.csv", "--review", "not-yet.csv"], "is written already, by --out"],
    [["link", "people.csv", "--out", "links.csv", "--report", "none/report.html"], "there is no folder"],
    [["link", "people.csv", "--out", "links.csv", "--decisions", "links.csv"], "--out"],
    [["train", "people.csv", "--out", "none/model.json"], "there is no folder"],
    [["export", "model", ...MODEL, "--out", "hard.json"], "is an input"],
    [["export", "rows", "people.csv", ...MODEL, "--out", "hard.csv"], "is an input"],
    [["import", "model", "model.json", "--format", "splink", "--out", "hard.json"], "is an input"],
    [["import", "model", "model.json", "--format", "splink", "--out", "none/model.json"], "there is no folder"],
  ])("%j is refused before anything is read, and nothing is written", async (args, said) => {
    const folder = folderOf();
    const before = readdirSync(folder.path).sort();
    const ran = await folder.chesil(...args);
    expect([ran.code, ran.out, ran.said]).toEqual([2, "", expect.stringContaining(said)]);
    expect(ran.said).not.toContain("reading");
    expect(readdirSync(folder.path).sort()).toEqual(before);
    expect(folder.read("people.csv")).toBe(PEOPLE);
  });

  it("of term frequencies beside the rows is never an input", async () => {
    const folder = new Folder({
      "rows.family_name-frequencies.csv": PEOPLE,
      "model.json": JSON.stringify(defaultModel),
    });
    const args = ["export", "rows", "rows.family_name-frequencies.csv", ...MODEL, "--out", "rows.csv"];
    const ran = await folder.chesil(...args);
    expect([ran.code, ran.said]).toEqual([2, expect.stringContaining("is an input")]);
    expect(folder.read("rows.family_name-frequencies.csv")).toBe(PEOPLE);
  });
});

describe("a bad input", () => {
  const HEADER = "id,family_name,given_name,date_of_birth\n";
  const LATIN1 = new Uint8Array(Buffer.from(`${HEADER}1,M\u00fcller,Alma,1957-03-12\n`, "latin1"));

  it.each<[what: string, content: string | Uint8Array, said: string[]]>([
    ["an empty file", "", ["people.csv", "The file is empty."]],
    ["a header alone", HEADER, ["people.csv, row 1", "no rows below"]],
    ["an id twice", `${HEADER}1,Lomax,Alma,\n2,Farrow,Maud,\n1,Jessop,Gwen,\n`, ["row 4, column id", "row 2"]],
    ["a field of 10 MB", `${HEADER}1,${"x".repeat(10_000_000)},Alma,\n`, ["row 2, column family_name"]],
    ["a wrong encoding", LATIN1, ["row 2, column family_name", "UTF-8"]],
    ["an unclosed quote", `${HEADER}1,"Lomax,Alma,\n2,Farrow,Maud,\n`, ["row 2, column family_name"]],
    ["a row too short", `${HEADER}1,Lomax\n`, ["row 2", "has 4 fields"]],
    ["nothing to compare", "id,shoe_size\n1,43\n", ["row 1", "No column can be compared"]],
  ])("%s ends with its place, exit code 1 and no file", async (_, content, said) => {
    const folder = new Folder({ "people.csv": content });
    const ran = await folder.chesil("link", "people.csv", "--out", "links.csv", "--json");
    expect([ran.code, ran.out]).toEqual([1, ""]);
    for (const text of said) expect(ran.said).toContain(text);
    expect(() => folder.read("links.csv")).toThrow();
    for (const value of ["Lomax", "Farrow", "M\u00fcller"]) expect(ran.said).not.toContain(value);
  });

  it("an id in two files, a file twice, and a file that is not there", async () => {
    const folder = new Folder({ "one.csv": `${HEADER}1,Lomax,Alma,\n`, "two.csv": `${HEADER}1,Farrow,Maud,\n` });
    const linkOf = (...files: string[]) => folder.chesil("link", ...files, "--out", "links.csv");
    for (const [files, said] of [
      [["one.csv", "two.csv"], "two.csv, row 2, column id"],
      [["one.csv", "one.csv"], "is named twice"],
      [["none.csv"], "none.csv"],
    ] as const) {
      const ran = await linkOf(...files);
      expect([files, ran.code, ran.said]).toEqual([files, 1, expect.stringContaining(said)]);
    }
  });

  const rows = REGISTER.slice(0, 200);
  const holed = rows.map((row, at): RegisterRow => {
    const columns = REGISTER_COLUMNS.filter((column) => column !== "id" && column !== "person");
    return {
      ...row,
      ...Object.fromEntries(columns.flatMap((column, place) => ((at * 7 + place * 3) % 10 < 3 ? [[column, ""]] : []))),
    };
  });
  it.each<[what: string, content: string, said: string]>([
    [
      "one column",
      `id,family_name,person\n${rows.map((row) => `${row.id},${row.family_name},${row.person}\n`).join("")}`,
      "Only this column is compared",
    ],
    ["a constant column", csvOf(rows.map((row) => ({ ...row, family_name: "Lomax" }))), "column family_name"],
    [
      "all records identical",
      csvOf(rows.map((row, at) => ({ ...(rows[0] as RegisterRow), id: row.id, person: `p${at % 2}` }))),
      "people.csv",
    ],
    ["three values of ten missing", csvOf(holed), ""],
    [
      "nothing but placeholders",
      `id,family_name,person\n${rows.map(({ id, person }) => `${id},Unknown,${person}\n`).join("")}`,
      "",
    ],
  ])("%s gives a sound result, and a warning", async (_, content, said) => {
    const folder = new Folder({ "people.csv": content });
    const args = ["--out", "links.csv", "--pairs", "pairs.csv", "--truth", "person", "--json"];
    const ran = await folder.chesil("link", "people.csv", ...args);
    expect([ran.code, ran.said]).toEqual([0, expect.stringContaining(said)]);
    expect(folder.rows("links.csv").map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    for (const name of ["links.csv", "pairs.csv"]) expect(folder.read(name)).not.toMatch(/NaN|Infinity|undefined/);
    for (const [name, value] of Object.entries(JSON.parse(ran.out))) expect([name, value]).not.toEqual([name, null]);
  });
});

describe("a model that is none", () => {
  const changed = (
    change: (model: { lambda: unknown; comparisons: { levels: { m: unknown; u: unknown }[] }[] }) => void,
  ) => {
    const model = structuredClone(defaultModel) as never;
    change(model);
    return JSON.stringify(model);
  };
  const first = (values: { m?: unknown; u?: unknown }) =>
    changed(({ comparisons }) => Object.assign(comparisons[0]?.levels[0] ?? {}, values));

  it.each<[what: string, model: string, said: string]>([
    ["nothing of it", "{}", "comparisons:"],
    ["m of 0", first({ m: 0 }), "comparisons.0.levels.0.m:"],
    ["u of 1", first({ u: 1 }), "comparisons.0.levels.0.u:"],
    ["a number that is none", first({ m: Number.NaN }), "comparisons.0.levels.0.m:"],
    ["a number beyond all", first({ u: 0.5 }).replace('"u":0.5', '"u":1e999'), "comparisons.0.levels.0.u:"],
    [
      "lambda of 1",
      changed((model) => {
        model.lambda = 1;
      }),
      "lambda:",
    ],
    [
      "a key nobody knows",
      changed((model) => Object.assign(model, { calibraton: { slope: 1, intercept: 0 } })),
      "calibraton",
    ],
    [
      "a comparison nobody knows",
      JSON.stringify(defaultModel).replace('"name":"sex"', '"name":"shoeSize"'),
      "shoeSize:",
    ],
  ])("%s: is refused with its place", async (_, model, said) => {
    const folder = new Folder({ "people.csv": csvOf(REGISTER.slice(0, 20)), "model.json": model });
    const ran = await folder.chesil("link", "people.csv", "--out", "links.csv", "--model", "model.json");
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.said).toContain("is no matching model of Chesil");
    expect(ran.said).toContain(said);
  });

  it.each([
    ["UTF-8", new Uint8Array(Buffer.from(`\ufeff${JSON.stringify(defaultModel)}`, "utf8"))],
    ["UTF-16", new Uint8Array(Buffer.from(`\ufeff${JSON.stringify(defaultModel)}`, "utf16le"))],
  ])("is one with a byte-order mark, in %s", async (_, model) => {
    const folder = new Folder({ "people.csv": csvOf(REGISTER.slice(0, 20)), "model.json": model });
    const ran = await folder.chesil("link", "people.csv", "--truth", "person", "--model", "model.json");
    expect(ran.code).toBe(0);
  });

  it("is no JSON: the place is named, and what stands there is not quoted", async () => {
    const people = csvOf(REGISTER.slice(0, 20));
    const folder = new Folder({ "people.csv": people, "model.json": people });
    const ran = await folder.chesil("link", "people.csv", "--out", "links.csv", "--model", "model.json");
    expect([ran.code, ran.said]).toEqual([
      2,
      expect.stringMatching(/model\.json is no JSON(, by line \d+ column \d+)?\.\n$/),
    ]);
  });

  it("does not fit the columns: both sides are named", async () => {
    const model = {
      ...defaultModel,
      comparisons: defaultModel.comparisons.filter(({ name }) => name !== "familyName"),
    };
    const people = "id,family_name,date_of_birth\n1,Lomax,1957-03-12\n2,Lomax,1957-03-12\n";
    const folder = new Folder({ "people.csv": people, "model.json": JSON.stringify(model) });
    const ran = await folder.chesil("link", "people.csv", "--out", "links.csv", "--model", "model.json");
    expect(ran.code).toBe(0);
    expect(ran.said).toContain("records state what the model does not compare: familyName.");
    expect(ran.said).toMatch(/the model compares what no record states: .*givenName, .*postcode/);
  });

  it("compares a column that the file has not: the column is named", async () => {
    const folder = new Folder({
      "people.csv": csvOf(REGISTER.slice(0, 100)),
      "other.csv": "id,family_name\n1,Lomax\n",
    });
    await folder.chesil("train", "people.csv", "--compare", "source:exact", "--out", "model.json", "--truth", "person");
    const ran = await folder.chesil("link", "other.csv", "--out", "links.csv", "--model", "model.json");
    expect(ran.code).toBe(1);
    expect(ran.said).toContain('The model compares "source", a column that');
    expect(ran.said).not.toContain("--compare");
  });
});
