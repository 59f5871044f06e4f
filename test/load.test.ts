import { readFileSync } from "node:fs";
import type { LoadReading } from "@chesil/load";
import { LoadSession, readLatestLoads, readLoads, readTally, verifyJournal } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import {
  CHILDREN_MAPPING,
  child,
  csvOf,
  extractFolder,
  load,
  REFERRALS_MAPPING,
  type Row,
  readingOf,
} from "./load-files.ts";
import { resolveAll } from "./region.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);
const REFERRALS = readingOf(REFERRALS_MAPPING);

const referral = (id: number, child: number, change: Row = {}): Row => ({
  ...{
    referral_id: `R${id}`,
    child_id: `C${child}`,
    status: "OPEN",
    reason: "Speech",
    received: "2026-02-01",
    team: "SALT",
  },
  ...change,
});

describe("a load", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows;
  const journalled = () =>
    query("select raw, trigger_event, identities, feed from journal where kind = 'message' order by 1");
  const surnames = async () =>
    (await query("select local_id, demographics from source_record order by local_id")).map(
      ({ local_id, demographics }) => `${local_id} ${demographics.names?.value[0].family}`,
    );
  const facts = async () =>
    (
      await query(
        "select s.local_id, f.kind, f.fact_key, f.state from fact f join source_record s using (source_record_id) order by 1, 2, 3",
      )
    ).map((row) => Object.values(row).join(" "));

  it("journals each row in its exact bytes, and loaded again journals nothing", async () => {
    const write = extractFolder();
    const text = csvOf([child(1), child(2, { address: 'The "Nook",\r\nQuay' })]);
    const path = write("children.csv", text);
    expect((await load(database, path, CHILDREN)).rows).toMatchObject({ read: 2, new: 2, unchanged: 0, rejected: 0 });
    const [header] = text.split("\r\n");
    const raws = (await journalled()).map(({ raw }) => raw.toString("utf8"));
    expect(raws.every((raw) => raw.startsWith(`${header}\r\n`))).toBe(true);
    expect(raws.map((raw) => raw.slice((header?.length ?? 0) + 2)).join("")).toBe(
      text.slice((header?.length ?? 0) + 2),
    );
    expect((await load(database, path, CHILDREN)).rows).toMatchObject({ read: 2, new: 0, unchanged: 2 });
    expect(await journalled()).toHaveLength(2);
    await resolveAll(database);
    expect(await surnames()).toEqual(["C1 Hartley1", "C2 Hartley2"]);
    expect((await readTally(database)).get("children")).toMatchObject({ received: 2, applied: 2 });
    const { counted, tallied } = await verifyJournal(database);
    expect(tallied).toEqual(counted);
  });

  it("journals the differences of an extract that is sent again, whatever the order of its rows and columns", async () => {
    const write = extractFolder();
    const rows = [1, 2, 3, 4].map((id) => child(id));
    await load(database, write("a.csv", csvOf(rows)), CHILDREN);
    const later = [child(4), child(3, { surname: "Cole" }), child(5), child(2), child(1)];
    const columns = Object.keys(child(1)).reverse();
    const report = await load(database, write("b.csv", csvOf(later, [...columns, "extracted"])), CHILDREN);
    expect(report.rows).toMatchObject({ read: 5, new: 1, changed: 1, unchanged: 3 });
    expect(report.changedColumns).toEqual({ surname: 1 });
    expect(report.unusedColumns).toEqual(["extracted"]);
    await resolveAll(database);
    expect(await surnames()).toEqual(["C1 Hartley1", "C2 Hartley2", "C3 Cole", "C4 Hartley4", "C5 Hartley5"]);
  });

  it("shows what would change in a dry run, and writes nothing", async () => {
    const write = extractFolder();
    await load(database, write("a.csv", csvOf([child(1), child(2), child(3)])), CHILDREN);
    const before = await query("select count(*) from journal union all select count(*) from load");
    const later = csvOf([child(1, { surname: "Cole", town: "Wool" }), child(2), child(4), child(5, { dob: "x" })]);
    const report = await load(database, write("b.csv", later), CHILDREN, {
      isDryRun: true,
      isFull: true,
      isConfirmed: true,
    });
    expect(report.rows).toEqual({ read: 4, new: 1, changed: 1, unchanged: 1, gone: 1, rejected: 1 });
    expect(report.changes).toEqual([
      { row: 2, kind: "changed", columns: ["surname", "town"] },
      { row: 4, kind: "new" },
    ]);
    expect(await query("select count(*) from journal union all select count(*) from load")).toEqual(before);
    const done = await load(database, write("b.csv", later), CHILDREN, { isFull: true, isConfirmed: true });
    expect(done.rows).toEqual(report.rows);
  });

  it("takes a fact from the patient to whom it belonged by mistake, and one that its row no longer states", async () => {
    const write = extractFolder();
    await load(database, write("c.csv", csvOf([child(1, { plan: "Y" }), child(2)])), CHILDREN);
    await load(database, write("r.csv", csvOf([referral(1, 1), referral(2, 1)])), REFERRALS, { feed: "referrals" });
    await resolveAll(database);
    expect(await facts()).toEqual([
      "C1 alert children|C1 current",
      "C1 referral referrals|R1 current",
      "C1 referral referrals|R2 current",
    ]);
    await load(database, write("c.csv", csvOf([child(1), child(2)])), CHILDREN);
    await load(database, write("r.csv", csvOf([referral(1, 2), referral(2, 1)])), REFERRALS, { feed: "referrals" });
    await resolveAll(database);
    const moved = [
      "C1 alert children|C1 retracted",
      "C1 referral referrals|R1 retracted",
      "C1 referral referrals|R2 current",
      "C2 referral referrals|R1 current",
    ];
    expect(await facts()).toEqual(moved);
    await load(database, write("c.csv", csvOf([child(1, { plan: "Y" }), child(2)])), CHILDREN);
    await resolveAll(database);
    expect((await facts())[0]).toBe("C1 alert children|C1 current");
  });

  it("withdraws what is gone from a full extract, not who the patients are, and takes it back when it comes again", async () => {
    const write = extractFolder();
    const all = [1, 2, 3, 4, 5, 6].map((id) => child(id, { plan: "Y" }));
    await load(database, write("all.csv", csvOf(all)), CHILDREN, { isFull: true });
    const report = await load(database, write("less.csv", csvOf(all.slice(1))), CHILDREN, { isFull: true });
    expect(report).toMatchObject({ rows: { unchanged: 5, gone: 1 } });
    await resolveAll(database);
    expect((await facts()).filter((fact) => !fact.endsWith("current"))).toEqual(["C1 alert children|C1 retracted"]);
    expect((await surnames())[0]).toBe("C1 Hartley1");
    expect((await load(database, write("less.csv", csvOf(all.slice(1))), CHILDREN, { isFull: true })).rows.gone).toBe(
      0,
    );
    await load(database, write("all.csv", csvOf(all)), CHILDREN, { isFull: true });
    await resolveAll(database);
    expect((await facts()).filter((fact) => !fact.endsWith("current"))).toEqual([]);
  });

  it("withdraws nothing when too much is gone, or when a row could not be read", async () => {
    const write = extractFolder();
    const all = [1, 2, 3, 4, 5].map((id) => child(id, { plan: "Y" }));
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const half = write("half.csv", csvOf(all.slice(0, 3)));
    expect(await load(database, half, CHILDREN, { isFull: true })).toMatchObject({
      rows: { gone: 0 },
      notWithdrawn:
        "2 of 5 rows are gone, more than 20 %. Is the file whole? If so, load it again with --confirm gone.",
    });
    const torn = write("torn.csv", csvOf(all).slice(0, -20));
    expect(await load(database, torn, CHILDREN, { isFull: true })).toMatchObject({
      rows: { gone: 0, rejected: 1 },
      notWithdrawn: "1 row(s) of the file could not be read, and may be among the 1 that are gone. Mend them first.",
      rejected: [{ row: 6, reason: "It has 7 columns and the header 10. The file ends in the middle of it." }],
    });
    expect((await load(database, half, CHILDREN, { isFull: true, isConfirmed: true })).rows.gone).toBe(2);
  });

  it("writes what it refuses to a file that is loaded as it is, once it is mended", async () => {
    const write = extractFolder();
    const rows = [
      child(1),
      child(2, { dob: "31/02/2015", address: "=1+1" }),
      child(3),
      child(3, { town: "Wool" }),
      child(4),
    ];
    const text = `${csvOf(rows)}C5,short\r\n"C6,open\r\nC7,,Hartley7,Bo,01/07/2015,M,,,,\r\n`;
    const rejectsPath = write("rejects.csv", "");
    const report = await load(database, write("a.csv", text), CHILDREN, { rejectsPath });
    expect(report.rejected.map(({ row }) => row)).toEqual([3, 4, 5, 7, 8]);
    expect(report.rows).toMatchObject({ read: 8, new: 3, rejected: 5 });
    const rejects = readFileSync(rejectsPath, "utf8");
    expect(rejects).toContain("'=1+1");
    expect(rejects.split("\r\n")[0]).toBe(
      `\ufeffchesil_row,chesil_extract,chesil_reason,${Object.keys(child(1)).join(",")}`,
    );
    const mended = rejects
      .replace("31/02/2015", "28/02/2015")
      .split("\r\n")
      .filter((line) => !/C5|C6|Wool/.test(line))
      .join("\r\n");
    expect((await load(database, write("mended.csv", mended), CHILDREN)).rows).toMatchObject({ new: 2, rejected: 0 });
    expect(
      (await load(database, write("fixed.csv", csvOf([child(2, { dob: "28/02/2015", address: "=1+1" })])), CHILDREN))
        .rows,
    ).toMatchObject({ unchanged: 1 });
    await resolveAll(database);
    expect(await surnames()).toEqual([1, 2, 3, 4, 7].map((id) => `C${id} Hartley${id}`));
    const [record] = await query("select demographics from source_record where local_id = 'C2'");
    expect(record?.demographics.addresses.value[0].lines).toEqual(["=1+1"]);
  });

  it.each([
    ["no header", "", "The file is empty."],
    [
      "a header without a column of the mapping",
      "child_id,dob\r\n1,2\r\n",
      "The mapping names columns that the file has not: ",
    ],
    ["a column twice", "child_id,dob,dob\r\n", "Columns 2 and 3 of the header have one name."],
    ["another delimiter", csvOf([child(1)]).replaceAll(",", ";"), "is the feed's delimiter right?"],
  ])("of a file with %s is refused, and leaves nothing", async (_, text, why) => {
    const write = extractFolder();
    await expect(load(database, write("x.csv", text), CHILDREN)).rejects.toThrow(why);
    expect([await journalled(), await query("select from load")]).toEqual([[], []]);
  });

  it("reads UTF-8, UTF-16 and windows-1252, and names the row whose bytes are none of it", async () => {
    const write = extractFolder();
    const text = csvOf([child(1, { surname: "Éluard" }), child(2, { surname: "Noël" })]);
    for (const bytes of [
      Buffer.from(`\ufeff${text}`),
      Buffer.from(`\ufeff${text}`, "utf16le"),
      Buffer.from(text, "latin1"),
    ]) {
      const feed = `f${bytes.length}-${bytes[0]}`;
      expect(
        (await load(database, write(feed, bytes), readingOf(CHILDREN_MAPPING, { authority: feed }), { feed })).rows.new,
      ).toBe(2);
    }
    const broken = Buffer.concat([
      Buffer.from(text),
      Buffer.from(csvOf([child(3, { surname: "Zoë" })]).split("\r\n")[1] ?? "", "latin1"),
    ]);
    const report = await load(database, write("broken.csv", broken), CHILDREN);
    expect(report.rejected).toEqual([{ row: 4, reason: "Bytes that the character set has not." }]);
    await resolveAll(database);
    const names = await query(
      "select distinct demographics->'names'->'value'->0->>'family' as name from source_record order by 1",
    );
    expect(names.map(({ name }) => name).sort()).toEqual(["Noël", "Éluard"]);
  });

  it("reads lines of JSON by paths, numbers as they were written", async () => {
    const write = extractFolder();
    const mapping = {
      rowKey: ["id"],
      patient: { id: "id", names: [{ family: "name.family", given: ["name.given.0"] }], birthDate: "born" },
    };
    const reading = readingOf(mapping, { load: "ndjson" });
    const lines =
      '{"id":12345678901234567890,"name":{"family":"Cole","given":["Bo"]},"born":"2015-07-31"}\nnonsense\n\n{"id":2,"born":"x"}\n';
    const rejectsPath = write("rejects.ndjson", "");
    const report = await load(database, write("a.ndjson", lines), reading, { rejectsPath });
    expect(report.rows).toMatchObject({ read: 3, new: 1, rejected: 2 });
    const rejects = readFileSync(rejectsPath, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rejects).toMatchObject([
      { chesil_row: 2, chesil_line: "nonsense" },
      { chesil_row: 4, id: 2, born: "x" },
    ]);
    await resolveAll(database);
    expect(await surnames()).toEqual(["12345678901234567890 Cole"]);
  });

  it("of Bundles journals each patient's, those that say nothing new left out", async () => {
    const write = extractFolder();
    const reading: LoadReading = { load: "fhir", authority: "GP1", nhsNumberTraced: false };
    const patient = (id: string, family: string) => ({
      ...{ resourceType: "Patient", id, name: [{ family, given: ["Bo"] }], birthDate: "2015-07-31" },
      identifier: [{ system: "https://gp.example/id", value: id }],
    });
    const allergy = (id: string, of: string, text: string) => ({
      ...{ resourceType: "AllergyIntolerance", id, code: { text }, patient: { reference: `Patient/${of}` } },
    });
    const bundle = (timestamp: string, ...resources: object[]) =>
      JSON.stringify({
        resourceType: "Bundle",
        type: "collection",
        timestamp,
        entry: resources.map((resource) => ({ resource })),
      });
    const one = bundle(
      "2026-03-13T00:00:00Z",
      patient("p1", "Cole"),
      patient("p2", "Marsh"),
      allergy("a1", "p1", "Nuts"),
    );
    expect((await load(database, write("one.json", one), reading)).rows).toMatchObject({ read: 2, new: 2 });
    const two = bundle(
      "2026-03-14T00:00:00Z",
      patient("p1", "Cole"),
      patient("p2", "Dyer"),
      allergy("a1", "p1", "Nuts"),
    );
    expect((await load(database, write("two.json", two), reading)).rows).toMatchObject({ changed: 1, unchanged: 1 });
    await resolveAll(database);
    const names = await query(
      "select demographics->'names'->'value'->0->>'family' as name from source_record order by 1",
    );
    expect(names.map(({ name }) => name)).toEqual(["Cole", "Dyer"]);
    expect(await query("select kind, state from fact")).toEqual([{ kind: "allergy", state: "current" }]);
    const alone = write("more.ndjson", `${bundle("2026-03-15T00:00:00Z", patient("p3", "Hann"))}\nnonsense\n`);
    expect((await load(database, alone, reading)).rows).toMatchObject({ read: 2, new: 1, rejected: 1 });
    expect(
      (await load(database, write("less.json", two), reading, { isFull: true, isConfirmed: true })).rows.gone,
    ).toBe(1);
  });

  it("means what the mapping said that was in force when it came", async () => {
    const write = extractFolder();
    const swapped = readingOf({
      ...CHILDREN_MAPPING,
      patient: { ...CHILDREN_MAPPING.patient, names: [{ family: "forename", given: ["surname"] }] },
    });
    await load(database, write("a.csv", csvOf([child(1)])), swapped);
    await load(database, write("b.csv", csvOf([child(2)])), CHILDREN);
    await resolveAll(database);
    expect(await surnames()).toEqual(["C1 Anna", "C2 Hartley2"]);
    // The whole extract again by the mapping of now: what it means otherwise is another thing said.
    expect((await load(database, write("c.csv", csvOf([child(1), child(2)])), CHILDREN)).rows).toMatchObject({
      changed: 1,
      unchanged: 1,
    });
    await resolveAll(database);
    expect(await surnames()).toEqual(["C1 Hartley1", "C2 Hartley2"]);
    await query(`truncate source_record, person, identity_event, encounter, number_alias, link_rule, review_task, outcome, fact,
      fact_version, fact_snapshot, parked_identity`);
    await query("update log_consumer set position = 0");
    await resolveAll(database);
    expect(await surnames()).toEqual(["C1 Hartley1", "C2 Hartley2"]);
  });

  it("of one feed waits for nobody and nobody for it: a second one is refused", async () => {
    const write = extractFolder();
    const path = write("a.csv", csvOf([child(1)]));
    const now = new Date();
    const file = {
      ...{ feed: "children", fileName: "b.csv", fileSha256: Buffer.alloc(32), extractAt: now, isFull: false },
      ...{ reading: CHILDREN, confirmed: [] },
    };
    const running = await LoadSession.open(database, { ...file, at: now });
    if (!(running instanceof LoadSession)) throw new Error("It was not opened.");
    await expect(load(database, path, CHILDREN)).rejects.toThrow("A load of children is running. Wait for its end.");
    expect((await load(database, path, CHILDREN, { feed: "others" })).rows.new).toBe(1);
    await running.close();
    expect((await load(database, path, CHILDREN)).rows.new).toBe(1);
  });

  it("tells how fresh each source is", async () => {
    const write = extractFolder();
    const extractAt = new Date("2026-03-14T00:00:00Z");
    await load(database, write("children-20260314.csv", csvOf([child(1), child(2, { dob: "x" })])), CHILDREN, {
      extractAt,
    });
    const [latest] = await readLatestLoads(database.pool);
    expect(latest).toMatchObject({
      feed: "children",
      fileName: "children-20260314.csv",
      extractAt,
      rows: { read: 2, new: 1, rejected: 1 },
    });
    expect(await readLoads(database.pool, { feed: "other", before: null, limit: 10 })).toEqual([]);
  });
});
