import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultModel, type MatchingModel, toSplinkSettings } from "@chesil/matching";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { csvOf, Folder, REGISTER } from "./link-folder.ts";
import { openRegion, who } from "./region-store.ts";

/** Labels from the truth of the register: pairs of one person, and neighbours in the file who are two. */
function labelled(rows: typeof REGISTER): { left: string; right: string; isSame: boolean }[] {
  const same = [...Map.groupBy(rows, ({ person }) => person).values()].flatMap(([first, ...others]) =>
    others.map(({ id }) => ({ left: first?.id ?? "", right: id, isSame: true })),
  );
  const other = rows.flatMap(({ id, person }, at) => {
    const next = rows[at + 1];
    return next === undefined || next.person === person ? [] : [{ left: id, right: next.id, isSame: false }];
  });
  return [...same, ...other];
}
const LABELS = labelled(REGISTER);
const labelsCsv = ["id_l,id_r,match", ...LABELS.map(({ left, right, isSame }) => `${left},${right},${isSame ? 1 : 0}`)]
  .map((line) => `${line}\n`)
  .join("");
const REGISTERED = { "people.csv": csvOf(REGISTER), "labels.csv": labelsCsv };

describe("chesil train --labels", () => {
  it("fits a model that links the register as well as one without, and says what it learnt from", async () => {
    const folder = new Folder(REGISTERED);
    const trained = await folder.chesil(
      ...["train", "people.csv", "--truth", "person", "--labels", "labels.csv", "--out", "model.json"],
      ...["--name", "judged", "--json"],
    );
    expect([trained.code, JSON.parse(trained.out).model]).toEqual([0, expect.stringMatching(/^judged\b/)]);
    const model: MatchingModel = JSON.parse(folder.read("model.json"));
    expect(model.source).toContain(`on ${LABELS.length} pairs that people judged`);
    const ran = await folder.chesil("evaluate", "people.csv", "--truth", "person", "--model", "model.json", "--json");
    expect(JSON.parse(ran.out).pairPrecision).toBe(1);
    expect(JSON.parse(ran.out).pairRecall).toBeGreaterThan(0.95);
  });

  it.each<[what: string, labels: string, said: string]>([
    ["a record with itself", "id_l,id_r,match\n1,1,1\n", "row 2: A record is paired with itself."],
    ["a pair judged both ways", "id_l,id_r,match\na,b,1\nb,a,0\n", "row 3: Of this pair row 2 says same"],
    ["no columns of labels", csvOf(REGISTER.slice(0, 3)), "row 1: The first row must name the columns"],
    ["no CSV", "%PDF-1.7", "This is a PDF"],
    ["matches alone", "id_l,id_r,match\na,b,1\n", "There must be matches and others: of 1 labels 1 are matches."],
    ["unknown records", "id_l,id_r,match\nx,y,1\nx,z,0\n", "row 2: No record has the id on the left nor the one on"],
  ])("refuses %s with its row, and writes no model", async (_, labels, said) => {
    const folder = new Folder({ ...REGISTERED, "labels.csv": labels });
    for (const args of [
      ["train", "people.csv", "--labels", "labels.csv", "--out", "model.json"],
      ["evaluate", "people.csv", "--labels", "labels.csv"],
    ]) {
      if (args[0] === "evaluate" && said.startsWith("There must be")) continue;
      const ran = await folder.chesil(...args);
      expect([args[0], ran.code, ran.out]).toEqual([args[0], 1, ""]);
      expect(ran.said).toContain(said);
    }
    expect(existsSync(join(folder.path, "model.json"))).toBe(false);
  });
});

describe("chesil evaluate --labels", () => {
  it("counts how often what people said was done", async () => {
    const folder = new Folder(REGISTERED);
    const on = ["people.csv", "--columns", "id=id", "--labels", "labels.csv", "--truth", "person"];
    const ran = await folder.chesil("evaluate", ...on, "--json");
    expect(ran.code).toBe(0);
    const { labels, pairRecall } = JSON.parse(ran.out);
    const matches = LABELS.filter(({ isSame }) => isSame).length;
    expect(labels).toMatchObject({ pairs: LABELS.length, matches, othersLinked: 0, precision: 1 });
    expect(labels.recall).toBe(labels.matchesLinked / matches);
    expect(pairRecall).toBeGreaterThan(0.9);
    const printed = await folder.chesil("evaluate", ...on.slice(0, -2), "--compare", "source:exact");
    expect(printed.out).toMatch(/labels {3}precision 100\.00 %/);
    expect(printed.out).not.toContain("B-cubed");
  });
});

describe("chesil train, of the store", () => {
  let region: Awaited<ReturnType<typeof openRegion>>;
  beforeAll(async () => {
    region = await openRegion();
    await region.known(
      ...Array.from({ length: 10 }, (_, at) => who(at)),
      ...Array.from({ length: 10 }, (_, at) => who(at, { id: `Q${at}`, authority: "RDZ" })),
    );
    vi.stubEnv("CHESIL_DATABASE_URL", region.database.url);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await region.database.close();
  });

  it("fits a model to the records that it holds", async () => {
    const folder = new Folder({});
    const ran = await folder.chesil("train", "--out", "model.json", "--json");
    expect([ran.code, JSON.parse(ran.out).model]).toEqual([0, expect.stringMatching(/^trained-20-1\b/)]);
    const model: MatchingModel = JSON.parse(folder.read("model.json"));
    const names = model.comparisons.map(({ name }) => name);
    for (const name of ["familyName", "givenName", "birthDate", "sex", "postcode"]) expect(names).toContain(name);
  });

  it("takes no labels, which name records of files", async () => {
    const folder = new Folder({ "labels.csv": labelsCsv });
    const ran = await folder.chesil("train", "--out", "model.json", "--labels", "labels.csv");
    expect([ran.code, ran.said]).toEqual([2, expect.stringContaining("name the files as well")]);
  });
});

describe("models and records to and from Splink", () => {
  it("come back as the same model", async () => {
    const folder = new Folder({ "model.json": JSON.stringify(defaultModel) });
    const on = ["--format", "splink", "--out"];
    const gone = await folder.chesil("export", "model", "--model", "model.json", ...on, "settings.json");
    expect([gone.code, gone.out]).toEqual([0, ""]);
    const { settings } = toSplinkSettings(defaultModel);
    expect(JSON.parse(folder.read("settings.json"))).toEqual(JSON.parse(JSON.stringify(settings)));
    const back = await folder.chesil("import", "model", "settings.json", ...on, "back.json");
    expect([back.code, back.out]).toEqual([
      0,
      expect.stringContaining(`${defaultModel.comparisons.length} comparisons`),
    ]);
    const model: MatchingModel = JSON.parse(folder.read("back.json"));
    expect(model.comparisons.map(({ name }) => name)).toEqual(defaultModel.comparisons.map(({ name }) => name));
    for (const [at, { levels }] of model.comparisons.entries())
      for (const [level, { m, u }] of levels.entries()) {
        const own = defaultModel.comparisons[at]?.levels[level];
        expect(Math.log2(m / u)).toBeCloseTo(Math.log2((own?.m ?? 0) / (own?.u ?? 1)), 6);
      }
  });

  it("refuse settings that are none, another format and an empty name", async () => {
    const folder = new Folder({ "settings.json": "{}", "people.csv": csvOf(REGISTER.slice(0, 3)) });
    for (const [args, said] of [
      [["settings.json", "--format", "splink"], "can not be read as a model"],
      [["settings.json", "--format", "fastlink"], "It knows splink."],
      [["settings.json", "--format", "splink", "--name", " "], "--name is empty"],
      [["people.csv", "--format", "splink"], "is no JSON"],
    ] as const) {
      const ran = await folder.chesil("import", "model", ...args, "--out", "model.json");
      expect([args, ran.code, ran.said]).toEqual([args, 2, expect.stringContaining(said)]);
      for (const { family_name } of REGISTER.slice(0, 3)) expect(ran.said).not.toContain(family_name);
    }
    expect(existsSync(join(folder.path, "model.json"))).toBe(false);
  });

  it("take the records folded, and a table of frequencies beside them for each column that has one", async () => {
    const rows = REGISTER.slice(0, 40);
    const folder = new Folder({ "people.csv": csvOf(rows), "model.json": JSON.stringify(defaultModel) });
    const args = ["people.csv", "--model", "model.json", "--format", "splink"];
    const ran = await folder.chesil("export", "rows", ...args, "--out", "rows.csv");
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining("40 rows.")]);
    const written = folder.rows("rows.csv");
    expect(written.map(({ unique_id }) => unique_id)).toEqual(rows.map(({ id }) => id));
    const tables = [...ran.said.matchAll(/rows\.(\w+)-frequencies\.csv/g)].map(([, column = ""]) => column);
    expect(new Set(tables)).toContain("family_name");
    for (const column of new Set(tables)) {
      const table = new Map(
        folder.rows(`rows.${column}-frequencies.csv`).map((row) => [row[column], row[`tf_${column}`]]),
      );
      for (const row of written) if (row[column]) expect(Number(table.get(row[column]))).toBeGreaterThan(0);
    }
  });
});
