import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, readingOf } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);

/** What keeps a load from withdrawing what is still so. */
describe("a load", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const facts = async () =>
    (
      await database.pool.query(
        "select s.local_id, f.kind, f.fact_key, f.state from fact f join source_record s using (source_record_id) order by 1, 2, 3",
      )
    ).rows.map((row) => Object.values(row).join(" "));

  it("withdraws nothing where a row's cells are shifted, so that its key is another's word", async () => {
    const write = extractFolder();
    const all = [1, 2, 3, 4, 5, 6].map((id) => child(id, { plan: "Y" }));
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const shifted = csvOf(all)
      .split("\r\n")
      .map((line, index) => (index === 1 ? `${line.split(",").slice(2).join(",")},,` : line));
    expect(await load(database, write("b.csv", shifted.join("\r\n")), CHILDREN, { isFull: true })).toMatchObject({
      rows: { gone: 0, rejected: 1 },
      notWithdrawn: expect.stringContaining("1 refused row(s) have keys that were not known"),
    });
  });

  it("knows the facts of one feed from another's of the same authority, whatever their rows are called", async () => {
    const write = extractFolder();
    const path = write("plans.csv", csvOf([child(1, { plan: "Y" }), child(2, { plan: "Y" })]));
    for (const feed of ["plans", "looked-after"]) await load(database, path, CHILDREN, { feed });
    const change = { feed: "looked-after", isFull: true, isConfirmed: true };
    await load(database, write("none.csv", csvOf([child(2, { plan: "Y" })])), CHILDREN, change);
    await resolveAll(database);
    expect(await facts()).toEqual([
      "C1 alert looked-after|C1 retracted",
      "C1 alert plans|C1 current",
      "C2 alert looked-after|C2 current",
      "C2 alert plans|C2 current",
    ]);
  });

  it("refuses a whole extract of JSON whose lines have lost a member, which would withdraw all that it stated", async () => {
    const write = extractFolder();
    const reading = readingOf(CHILDREN_MAPPING, { load: "ndjson" });
    const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const rows = [child(1, { plan: "Y" }), child(2)];
    await load(database, write("a.ndjson", lines(rows)), reading);
    const renamed = write("b.ndjson", lines(rows.map(({ plan, ...row }) => ({ ...row, child_plan: plan }))));
    const why = "No line has what the mapping names: plan.";
    await expect(load(database, renamed, reading, { isFull: true })).rejects.toThrow(why);
    await resolveAll(database);
    expect(await facts()).toEqual(["C1 alert children|C1 current"]);
    const confirmed = await load(database, renamed, reading, { isFull: true, isConfirmed: true });
    expect(confirmed.unusedColumns).toEqual(["child_plan"]);
  });

  it("refuses a file by which a kind of fact that few rows state vanishes from them, of all or of many", async () => {
    const write = extractFolder();
    const all = Array.from({ length: 200 }, (_, id) => child(id, { plan: id < 34 ? "Y" : "" }));
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const recoded = (rows: number) =>
      csvOf(all.map((row, id) => ({ ...row, plan: row.plan === "" ? "" : id < rows ? "yes" : "Y" })));
    const asWhole = { isFull: true };
    await expect(load(database, write("b.csv", recoded(34)), CHILDREN, asWhole)).rejects.toThrow(
      "34 of the 34 rows that state a fact of the kind alert state none any more. Does each column",
    );
    const dry = await load(database, write("b2.csv", recoded(34)), CHILDREN, { isFull: true, isDryRun: true });
    expect([dry.wouldBeRefused?.slice(0, 14), dry.rows.changed]).toEqual(["34 of the 34 r", 34]);
    await expect(load(database, write("c.csv", recoded(12)), CHILDREN)).rejects.toThrow("12 of the 34 rows that state");
    expect((await load(database, write("d.csv", recoded(6)), CHILDREN)).rows.changed).toBe(6);
    expect((await load(database, write("e.csv", recoded(34)), CHILDREN, { isConfirmed: true })).rows.changed).toBe(28);
  });

  it("counts a row once that stands in the file several times", async () => {
    const write = extractFolder();
    const all = Array.from({ length: 40 }, (_, id) => child(id, { plan: "Y" }));
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const losing = all.map((row, id) => ({ ...row, plan: id < 6 ? "" : "Y" }));
    const twice = write("twice.csv", csvOf([...losing, ...losing]));
    expect((await load(database, twice, CHILDREN)).withdrawing).toBe(6);
  });

  it("withdraws nothing by a file that was replaced while it was read, and says so", async () => {
    const write = extractFolder();
    const all = Array.from({ length: 8 }, (_, id) => child(id, { plan: "Y" }));
    const path = write("all.csv", csvOf(all));
    await load(database, path, CHILDREN);
    const other = write("other.csv", csvOf(all.slice(0, 7)));
    const replaced = load(database, other, CHILDREN, {
      isFull: true,
      batchRowsMax: 2,
      onProgress: () => void write("other.csv", csvOf(all.slice(0, 7))),
    });
    await expect(replaced).rejects.toThrow("The file was replaced or written to while it was read.");
    const grown = write("grown.csv", csvOf(all.slice(0, 3)));
    let isGrown = false;
    const reading = load(database, grown, CHILDREN, {
      activate: async () => {
        if (!isGrown) write("grown.csv", csvOf([child(99, { plan: "Y" }), ...all]));
        isGrown = true;
      },
    });
    await expect(reading).rejects.toThrow("The file was replaced or written to while it was read.");
    await resolveAll(database);
    expect((await facts()).filter((each) => !each.endsWith("current"))).toEqual([]);
  });
});
