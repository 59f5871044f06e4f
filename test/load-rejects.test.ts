import { linkSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { LoadRefusedError } from "@chesil/ingest";
import { fieldsOf, type LoadReading } from "@chesil/load";
import { type Database, readLoads } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { freshDatabase } from "./database.ts";
import { Folder } from "./link-folder.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, readingOf } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);
const LINES = readingOf({ rowKey: ["id"], patient: { id: "id", birthDate: "born" } }, { load: "ndjson" });
const PRACTICE: LoadReading = { load: "fhir", authority: "GP1", nhsNumberTraced: false };

let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => database.close());

const current = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ said: string }>(
    `select s.local_id || ' ' || f.kind as said from fact f join source_record s using (source_record_id)
     where f.state = 'current' order by 1`,
  );
  return rows.map(({ said }) => said);
};

type Resource = { readonly resourceType: string; readonly [name: string]: unknown };

const patient = (id: string, change: object = {}): Resource => ({
  ...{ resourceType: "Patient", id, name: [{ family: "Cole", given: ["Bo"] }], birthDate: "2015-07-31" },
  identifier: [{ system: "https://gp.example/id", value: id }],
  ...change,
});
/** One without anything to be known by is refused. */
const NAMELESS = { id: undefined, identifier: undefined };
const prescribed = (id: string, of: string): Resource => ({
  ...{ resourceType: "MedicationStatement", id, status: "active", subject: { reference: `Patient/${of}` } },
  medicationReference: { reference: "Medication/m" },
});
const medication: Resource = { resourceType: "Medication", id: "m", code: { text: "Salbutamol" } };
const urlOf = ({ resourceType, id }: Resource) => `https://gp.example/${resourceType}/${id ?? "none"}`;
const bundleOf = (day: number, ...resources: Resource[]) => ({
  ...{ resourceType: "Bundle", type: "collection", timestamp: `2026-03-${day}T00:00:00Z` },
  entry: resources.map((resource) => ({ fullUrl: urlOf(resource), resource })),
});

/** The lines of a file of rejected rows: each is JSON by itself. */
const linesOf = (path: string) =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("what is refused of a Bundle", () => {
  it("withdraws nothing of the patient that it is about, and is loaded once it is mended", async () => {
    const write = extractFolder();
    const said = ["p1", "p2"].flatMap((id) => [patient(id), prescribed(`s-${id}`, id)]);
    await load(database, write("all.json", JSON.stringify(bundleOf(13, ...said, medication))), PRACTICE);
    await resolveAll(database);
    expect(await current()).toEqual(["p1 medication", "p2 medication"]);

    const [one, two] = [patient("p1"), patient("p2", { id: undefined, identifier: [] })];
    const url = "https://gp.example/Patient/p2";
    const broken = bundleOf(14, one, prescribed("s-p1", "p1"), two, prescribed("s-p2", "p2"), medication);
    const text = JSON.stringify(broken, null, 2).replace("https://gp.example/Patient/none", url);
    const rejectsPath = `${dirname(write("next.json", text))}/rejects.ndjson`;
    const full = { isFull: true, isConfirmed: true, rejectsPath };
    const report = await load(database, write("next.json", text), PRACTICE, full);
    expect(report).toMatchObject({
      rows: { read: 2, unchanged: 1, gone: 0, rejected: 1 },
      notWithdrawn: expect.stringMatching(/^1 part\(s\) of the file could not be read, .* so do the 1 that are gone\./),
    });
    expect(report.rejected[0]?.reason).toContain("Bundle.entry[3].resource: Its patient was refused.");
    await resolveAll(database);
    expect(await current()).toEqual(["p1 medication", "p2 medication"]);

    const [line, ...others] = linesOf(rejectsPath);
    expect(others).toEqual([]);
    expect(line.entry.map(({ resource }: { resource: Resource }) => resource.resourceType)).toEqual([
      ...["Patient", "MedicationStatement", "Medication"],
    ]);
    expect(line).toMatchObject({ chesil_row: 2, resourceType: "Bundle" });
    expect(line.chesil_reason).toContain("Bundle.entry[1].resource: Its patient was refused.");
    // As it is it is refused again, and says so once.
    const again = await load(database, rejectsPath, PRACTICE, { rejectsPath: `${rejectsPath}-2.ndjson` });
    expect(again.rows).toMatchObject({ read: 1, rejected: 1 });
    expect(readFileSync(`${rejectsPath}-2.ndjson`, "utf8").match(/chesil_reason/g)).toHaveLength(1);
    line.entry[0].resource.id = "p2";
    line.entry[1].resource.status = "stopped";
    const mended = await load(database, write("mended.ndjson", `${JSON.stringify(line)}\n`), PRACTICE);
    expect(mended.rows).toMatchObject({ read: 1, changed: 1, rejected: 0 });
  });

  it("of a patient who is read is told with all about that patient, and no other is", async () => {
    const write = extractFolder();
    const bare: Resource = { resourceType: "AllergyIntolerance", id: "a", patient: { reference: "Patient/p1" } };
    const nobodys = prescribed("s", "p9");
    const bundle = bundleOf(13, patient("p1"), patient("p2"), bare, prescribed("s-p1", "p1"), medication, nobodys);
    const rejectsPath = `${dirname(write("all.json", JSON.stringify(bundle)))}/rejects.ndjson`;
    const report = await load(database, write("all.json", JSON.stringify(bundle)), PRACTICE, { rejectsPath });
    expect(report.rows).toMatchObject({ read: 3, new: 2, rejected: 2 });
    const ids = linesOf(rejectsPath).map(({ entry }) => entry.map((each: { resource: Resource }) => each.resource.id));
    expect(ids).toEqual([
      ["p1", "a", "s-p1", "m"],
      ["m", "s"],
    ]);
    expect(linesOf(rejectsPath)[0].chesil_reason).toMatch(/^Bundle\.entry\[1\]\.resource/);
    expect(report.rejected[0]?.reason).toMatch(/^Bundle\.entry\[2\]\.resource/);
    // Nothing of one patient stands in the journal under another.
    const { rows } = await database.pool.query<{ raw: Buffer }>("select raw from journal where kind = 'message'");
    expect(rows.filter(({ raw }) => raw.includes("p1")).map(({ raw }) => raw.includes("p2"))).toEqual([false]);
  });

  it("that can not be read at all is one line, however it is printed", async () => {
    const write = extractFolder();
    const text = JSON.stringify(bundleOf(13, patient("p1", NAMELESS)), null, 2).replaceAll("\n", "\r\n");
    const rejectsPath = `${dirname(write("one.json", text))}/rejects.ndjson`;
    const unread = text.replace('"Patient"', '"Person"');
    await load(database, write("one.json", unread), PRACTICE, { rejectsPath });
    expect(linesOf(rejectsPath)).toMatchObject([{ chesil_row: 1, entry: [{ resource: { resourceType: "Person" } }] }]);
  });
});

describe("a file of rejected rows", () => {
  const WRONG = csvOf([child(1), child(2, { dob: "31/02/2015" })]);

  it("takes its name at the end, and the place of none that Chesil did not write", async () => {
    const write = extractFolder();
    const path = write("children.csv", WRONG);
    const other = write("tomorrow.csv", WRONG);
    const link = `${dirname(path)}/link.csv`;
    symlinkSync(other, link);
    for (const rejectsPath of [path, other, link])
      await expect(load(database, path, CHILDREN, { rejectsPath, isDryRun: true })).rejects.toThrow(LoadRefusedError);
    expect([path, other, link].map((each) => readFileSync(each, "utf8"))).toEqual([WRONG, WRONG, WRONG]);
    const rejectsPath = `${dirname(path)}/rejects.csv`;
    await load(database, path, CHILDREN, { rejectsPath });
    const written = readFileSync(rejectsPath, "utf8");
    expect(written).toContain("31/02/2015");
    expect(statSync(rejectsPath).mode & 0o777).toBe(0o600);
    // A load that fails leaves the one of before; one that ends takes its place.
    const broken = write("broken.csv", "a,b\r\n1,2\r\n");
    await expect(load(database, broken, CHILDREN, { rejectsPath })).rejects.toThrow(LoadRefusedError);
    expect(readFileSync(rejectsPath, "utf8")).toBe(written);
    await load(database, write("right.csv", csvOf([child(3)])), CHILDREN, { rejectsPath });
    expect(readFileSync(rejectsPath, "utf8")).toBe(`${written.split("\r\n")[0]}\r\n`);
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("is never the file that is loaded, whatever that is called, and is named after what it holds", async () => {
    const loads = [
      { name: "children", authority: "DCC", mapping: CHILDREN_MAPPING },
      { name: "practice", authority: "GP1", format: "fhir" },
    ];
    const rejects = `chesil_row,chesil_reason,${csvOf([child(1)])}`;
    const folder = new Folder({ "chesil.yaml": JSON.stringify({ loads }), "mended.csv": rejects, "p.json": "{}" });
    vi.stubEnv("CHESIL_CONFIG", `${folder.path}/chesil.yaml`);
    onTestFinished(() => void vi.unstubAllEnvs());
    symlinkSync(`${folder.path}/mended.csv`, `${folder.path}/soft.csv`);
    linkSync(`${folder.path}/mended.csv`, `${folder.path}/hard.csv`);
    for (const name of ["mended.csv", "soft.csv", "hard.csv"]) {
      const { code, said } = await folder.chesil(
        "load",
        "mended.csv",
        "--feed",
        "children",
        "--dry-run",
        "--rejects",
        name,
      );
      expect([code, said]).toEqual([2, expect.stringContaining("is an input: writing there would replace it.")]);
    }
    expect(folder.read("mended.csv")).toBe(rejects);
    const { code, said } = await folder.chesil("load", "p.json", "--feed", "practice", "--rejects", "rejects.json");
    expect([code, said]).toEqual([2, expect.stringContaining("end in .ndjson")]);
  });

  it("says what each column had, in whatever order a person put them", async () => {
    const write = extractFolder();
    const columns = [
      "surname",
      "chesil_reason",
      ...Object.keys(child(1)).filter((name) => name !== "surname"),
      "chesil_row",
    ];
    const row = { ...child(2, { dob: "31/02/2015", address: "'=1+1" }), chesil_row: "7", chesil_reason: "old" };
    const rejectsPath = `${dirname(write("x", ""))}/rejects.csv`;
    const typed = { ...child(3, { dob: "x", address: "=2+2" }), chesil_row: "8", chesil_reason: "old" };
    await load(database, write("mended.csv", csvOf([row, typed], columns)), CHILDREN, { rejectsPath });
    const [header, ...lines] = readFileSync(rejectsPath, "utf8").trim().split("\r\n");
    const cells = lines.map((line) => fieldsOf(line, ","));
    const column = (name: string) =>
      cells.map((each) => each[header?.replace("\ufeff", "").split(",").indexOf(name) ?? -1]);
    expect([column("chesil_row"), column("surname"), column("address")]).toEqual([
      ["2", "3"],
      ["Hartley2", "Hartley3"],
      ["'=1+1", "'=2+2"],
    ]);
    expect(column("chesil_reason")).not.toContain("old");
  });

  it("is as old as the extract that it is of, whatever was loaded since", async () => {
    const write = extractFolder();
    const made = (day: number) => new Date(Date.UTC(2026, 2, day));
    const rejectsPath = `${dirname(write("x", ""))}/rejects.csv`;
    const wrong = csvOf([child(1, { dob: "31/02/2015" }), child(2, { dob: "31/02/2015" })]);
    await load(database, write("first.csv", wrong), CHILDREN, { rejectsPath, extractAt: made(1) });
    await load(database, write("second.csv", csvOf([child(1, { town: "Wareham" })])), CHILDREN, { extractAt: made(2) });
    const mended = write("mended.csv", readFileSync(rejectsPath, "utf8").replaceAll("31/02", "28/02"));
    const report = await load(database, mended, CHILDREN, { extractAt: made(3) });
    expect(report).toMatchObject({ extractAt: made(1).toISOString(), rows: { read: 2, new: 1 }, late: 1 });
    expect(report.unusedColumns).toEqual([]);
    const spoilt = readFileSync(mended, "utf8").replaceAll(made(1).toISOString(), "01/03/2026");
    await expect(load(database, write("spoilt.csv", spoilt), CHILDREN)).rejects.toThrow("chesil_extract");
  });

  it("is refused together with those of another extract, and with ones that no longer say of which", async () => {
    const write = extractFolder();
    const made = (day: number) => new Date(Date.UTC(2026, 2, day));
    const rejectsPath = `${dirname(write("x", ""))}/rejects.csv`;
    const of = async (day: number, id: number) => {
      await load(database, write("wrong.csv", csvOf([child(id, { dob: "x" })])), CHILDREN, {
        rejectsPath,
        extractAt: made(day),
      });
      return readFileSync(rejectsPath, "utf8").replace(",x,", ",28/02/2015,");
    };
    const [one, other] = [await of(1, 1), await of(3, 2)];
    const rowOf = (file: string) => file.split("\r\n")[1] ?? "";
    const first = `${other}${rowOf(one)}\r\n`;
    const emptied = one.replace(made(1).toISOString(), "");
    for (const file of [first, emptied, emptied + rowOf(one), one + rowOf(emptied)])
      await expect(load(database, write("mended.csv", file), CHILDREN)).rejects.toThrow("chesil_extract");
    expect(await current()).toEqual([]);
  });

  it("is so of Bundles and of lines of JSON, and says it once when it is refused again", async () => {
    const write = extractFolder();
    const made = new Date("2026-03-01T00:00:00.000Z");
    for (const [reading, line] of [
      [LINES, '{"id":1,"born":"x"}'],
      [PRACTICE, '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Person"}}]}'],
    ] as const) {
      const feed = reading.load;
      const rejectsPath = `${dirname(write("x", ""))}/${feed}.ndjson`;
      await load(database, write(`${feed}-1.ndjson`, `${line}\n`), reading, { feed, rejectsPath, extractAt: made });
      const first = readFileSync(rejectsPath, "utf8");
      expect(first).toMatch(/^\ufeff?\{"chesil_row":1,"chesil_extract":"2026-03-01T00:00:00.000Z","chesil_reason":/);
      const again = await load(database, write(`${feed}-2.ndjson`, first), reading, { feed, rejectsPath });
      expect(again.extractAt).toBe(made.toISOString());
      expect(readFileSync(rejectsPath, "utf8")).toBe(first);
    }
  });

  it("has no formula in its header either, and is read by the names of before", async () => {
    const write = extractFolder();
    const mapping = JSON.parse(JSON.stringify(CHILDREN_MAPPING).replaceAll('"surname"', '"=surname"'));
    const reading = readingOf(mapping);
    const text = WRONG.replace("surname", "=surname");
    const rejectsPath = `${dirname(write("x", ""))}/rejects.csv`;
    await load(database, write("children.csv", text), reading, { rejectsPath });
    const rejects = readFileSync(rejectsPath, "utf8");
    expect(rejects.split("\r\n")[0]).toContain(",'=surname,");
    const mended = write("mended.csv", rejects.replace("31/02/2015", "28/02/2015"));
    expect((await load(database, mended, reading)).rows).toMatchObject({ new: 1, rejected: 0 });
  });

  it("of lines of JSON says once why, and is read as what it was whatever the file's character set", async () => {
    const write = extractFolder();
    const reading = readingOf({ rowKey: ["id"], patient: { id: "id", birthDate: "born" } }, { load: "ndjson" });
    const rejectsPath = `${dirname(write("x", ""))}/rejects.ndjson`;
    await load(database, write("a.ndjson", '{"id":12345678901234567890,\r"born":"x"}\n'), reading, { rejectsPath });
    const second = `${rejectsPath}-2`;
    await load(database, rejectsPath, reading, { rejectsPath: second });
    expect(readFileSync(second, "utf8")).toBe(readFileSync(rejectsPath, "utf8"));
    expect(readFileSync(second, "utf8")).toContain('"id":12345678901234567890, "born":"x"}\n');
  });
});

it("notes a file by its name without numbers that could be somebody's", async () => {
  const path = extractFolder()("letter 999 000 0018.csv", csvOf([child(1)]));
  expect((await load(database, path, CHILDREN)).file).toBe("letter ### ### ####.csv");
  const [noted] = await readLoads(database.pool, { feed: null, before: null, limit: 1 });
  expect(noted?.fileName).toBe("letter ### ### ####.csv");
  const { rows } = await database.pool.query("select distinct sender from journal where kind = 'message'");
  expect(rows).toEqual([{ sender: "letter ### ### ####.csv" }]);
});
