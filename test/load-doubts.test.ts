import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Database, readLoads } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, type Row, readingOf } from "./load-files.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);
const LINES = readingOf(CHILDREN_MAPPING, { load: "ndjson" });
const WHOLE = { isFull: true };
const linesOf = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const planned = (count: number, of: number) =>
  Array.from({ length: of }, (_, id) => child(id, { plan: id < count ? "Y" : "" }));
const recoded = (rows: readonly Row[]) => rows.map((row) => ({ ...row, plan: row.plan === "Y" ? "yes" : "" }));

let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

describe("a kind of fact", () => {
  it("is counted in an extract of what has changed among the rows that it has", async () => {
    const write = extractFolder();
    const all = planned(100, 200);
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const some = write("some.csv", csvOf(recoded(all.slice(0, 12))));
    await expect(load(database, some, CHILDREN)).rejects.toThrow(
      "12 of the 12 rows that state a fact of the kind alert",
    );
    const ends = write("ends.csv", csvOf([...recoded(all.slice(0, 9)), ...all.slice(9, 20)]));
    expect((await load(database, ends, CHILDREN)).rows.changed).toBe(9);
  });

  it("is missed also of rows that state another of the kind still", async () => {
    const write = extractFolder();
    const [plan] = CHILDREN_MAPPING.facts;
    const facts = ["plan", "looked_after"].map((column) => ({ ...plan, name: column, when: [{ column, is: ["Y"] }] }));
    const reading = readingOf({ ...CHILDREN_MAPPING, facts });
    const all = planned(12, 100).map((row) => ({ ...row, looked_after: row.plan ?? "" }));
    await load(database, write("all.csv", csvOf(all)), reading);
    const file = write("b.csv", csvOf(recoded(all).map((row) => ({ ...row, looked_after: row.plan && "Y" }))));
    await expect(load(database, file, reading, WHOLE)).rejects.toThrow(
      "12 of the 12 rows that state a fact of the kind",
    );
  });

  it("does not go with rows that are gone, unless that is confirmed", async () => {
    const write = extractFolder();
    const all = planned(12, 200);
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const others = write("others.csv", csvOf(all.slice(12)));
    expect(await load(database, others, CHILDREN, WHOLE)).toMatchObject({
      rows: { gone: 0 },
      notWithdrawn: expect.stringMatching(
        /^12 of the 12 rows that state a fact of the kind alert are gone\. .*confirm gone/,
      ),
    });
    const confirmed = new Set(["gone"] as const);
    expect((await load(database, others, CHILDREN, { ...WHOLE, confirmed })).rows.gone).toBe(12);
  });

  it("is missed where lines of JSON have its member no longer, be they all or some", async () => {
    const write = extractFolder();
    const all = planned(12, 100);
    await load(database, write("all.ndjson", linesOf(all)), LINES);
    const without = all.map(({ plan, ...row }) => (plan === "Y" ? row : { ...row, plan }));
    await expect(load(database, write("b.ndjson", linesOf(without)), LINES)).rejects.toThrow("12 of the 12 rows");
  });
});

describe("what is doubted", () => {
  it("is all said by a dry run, of JSON too, and each is confirmed by its name", async () => {
    const write = extractFolder();
    const all = planned(12, 40);
    await load(database, write("all.ndjson", linesOf(all)), LINES);
    const file = write("b.ndjson", linesOf(all.map(({ plan: _, ...row }) => row)));
    const dry = await load(database, file, LINES, { ...WHOLE, isDryRun: true });
    expect(dry.wouldBeRefused).toMatch(
      /No line has .*: plan\..*--confirm members\. 12 of 40 rows.*--confirm losses\.$/,
    );
    expect(dry.rows.changed).toBe(40);
    const by = (...doubts: ("losses" | "members" | "cut" | "gone")[]) => ({ ...WHOLE, confirmed: new Set(doubts) });
    await expect(load(database, file, LINES, by("members", "cut", "gone"))).rejects.toThrow("--confirm losses");
    await expect(load(database, file, LINES, by("losses", "cut", "gone"))).rejects.toThrow("--confirm members");
    expect((await load(database, file, LINES, by("losses", "members"))).rows.changed).toBe(40);
    const [last] = await readLoads(database.pool, { feed: null, before: null, limit: 1 });
    expect(last?.confirmed.toSorted()).toEqual(["losses", "members"]);
  });

  it("is told of a cell that no condition lists, for it may be a code that is new", async () => {
    const write = extractFolder();
    const rows = [child(1, { plan: "Y" }), child(2, { plan: "y" }), child(3, { plan: "YES" }), child(4)];
    const report = await load(database, write("a.csv", csvOf(rows)), CHILDREN);
    expect(report.unlisted).toEqual({ plan: 1 });
  });
});

describe("a file that does not end its last line as the one before did", () => {
  const cut = (rows: readonly Row[]) => csvOf(rows).replace(/\r\n$/, "");
  const all = Array.from({ length: 8 }, (_, id) => child(id, { plan: "Y", noted: "" }));

  it("may be cut in a cell that nobody reads: its last row is not taken, and nothing is gone by it", async () => {
    const write = extractFolder();
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const file = write("cut.csv", cut(all.slice(0, 7)));
    for (const _ of ["once", "again"])
      expect(await load(database, file, CHILDREN, WHOLE)).toMatchObject({
        rows: { unchanged: 6, gone: 0, rejected: 1 },
        rejected: [{ row: 8, reason: expect.stringContaining("the one before of this feed had one") }],
        notWithdrawn: expect.stringContaining("--confirm cut"),
      });
    expect((await load(database, write("delta.csv", cut([child(9)])), CHILDREN)).rows).toMatchObject({ rejected: 1 });
    const confirmed = new Set(["cut"] as const);
    expect((await load(database, file, CHILDREN, { ...WHOLE, confirmed })).rows).toMatchObject({
      gone: 1,
      rejected: 0,
    });
    // That is how its source writes it, from here on.
    const next = await load(database, write("next.csv", cut(all.slice(0, 6))), CHILDREN, WHOLE);
    expect(next.rows).toMatchObject({ gone: 1, rejected: 0 });
  });

  it("is not doubted where the one before was mended by hand, or is itself", async () => {
    const write = extractFolder();
    const bad = child(9, { dob: "30/02/2015", noted: "" });
    const path = write("all.csv", cut([bad, ...all]));
    const rejectsPath = `${dirname(path)}/rejects.csv`;
    await load(database, path, CHILDREN, { rejectsPath });
    const mended = readFileSync(rejectsPath, "utf8").replace("30/02", "28/02");
    expect((await load(database, write("m.csv", mended), CHILDREN)).rows.new).toBe(1);
    expect((await load(database, write("b.csv", cut([...all, child(10, { noted: "" })])), CHILDREN)).rows.new).toBe(1);
    await load(database, write("c.csv", csvOf(all)), CHILDREN);
    const unended = mended.replaceAll("C9", "C11").trimEnd();
    expect((await load(database, write("u.csv", unended), CHILDREN)).rows).toMatchObject({ new: 1, rejected: 0 });
  });
});
