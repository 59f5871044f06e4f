import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, type Row, readingOf } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);
const LINES = readingOf(CHILDREN_MAPPING, { load: "ndjson" });

let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => database.close());

const plans = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ local_id: string }>(
    `select s.local_id from fact f join source_record s using (source_record_id) where f.state = 'current' order by 1`,
  );
  return rows.map(({ local_id }) => local_id);
};

const linesOf = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

describe("a file that ends in its last cell", () => {
  const all = [1, 2, 3, 4, 5, 6].map((id) => child(id, { plan: "Y" }));
  const unended = (rows: readonly Row[]) => csvOf(rows).replace(/\r\n$/, "");
  const full = { isFull: true };

  it("withdraws nothing and is not taken, unless it is confirmed: it may be cut", async () => {
    const write = extractFolder();
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const cut = write("cut.csv", unended([...all.slice(0, 4), child(5, { plan: "Y", town: "Swanage" })]));
    const rejectsPath = `${dirname(cut)}/rejects.csv`;
    for (const _ of ["once", "again"]) {
      const report = await load(database, cut, CHILDREN, { ...full, rejectsPath });
      expect(report).toMatchObject({
        rows: { unchanged: 4, changed: 0, gone: 0, rejected: 1 },
        notWithdrawn: expect.stringContaining("may be cut"),
        rejected: [{ row: 6, reason: expect.stringContaining("--confirm") }],
      });
    }
    expect(readFileSync(rejectsPath, "utf8")).toContain("Swanage");
    const confirmed = await load(database, cut, CHILDREN, { ...full, isConfirmed: true });
    expect(confirmed.rows).toMatchObject({ changed: 1, gone: 1, rejected: 0 });
  });

  it("is asked about only where something would be withdrawn by what was not known of it", async () => {
    const write = extractFolder();
    await load(database, write("all.csv", unended(all)), CHILDREN, full);
    // Its last row is new, and none is gone.
    const more = [...all, child(7)];
    expect((await load(database, write("b.csv", unended(more)), CHILDREN, full)).rows).toMatchObject({ new: 1 });
    // One is gone, and its last row says what it said.
    const fewer = await load(database, write("c.csv", unended(more.slice(1))), CHILDREN, full);
    expect(fewer).toMatchObject({ rows: { gone: 1, rejected: 0 } });
    expect(fewer.notWithdrawn).toBeUndefined();
    // Whole lines are no question, and where all of them end, neither is the last.
    const ended = write("d.csv", csvOf([...more.slice(2), child(8)]));
    expect((await load(database, ended, CHILDREN, full)).rows).toMatchObject({ new: 1, gone: 1 });
  });

  it("is not taken for cut otherwise where its source never ends its last line: only where that would do harm", async () => {
    const write = extractFolder();
    await load(database, write("all.csv", unended(all)), CHILDREN, full);
    const cut = write("cut.csv", unended([...all.slice(0, 4), child(5, { plan: "Y", town: "Swanage" })]));
    expect(await load(database, cut, CHILDREN, full)).toMatchObject({
      rows: { unchanged: 4, changed: 0, gone: 0, rejected: 1 },
      rejected: [{ row: 6, reason: expect.stringContaining("it is not as it was known") }],
    });
  });

  it("takes back nothing that its last row stated, whole extract or not", async () => {
    const write = extractFolder();
    await load(database, write("all.csv", csvOf(all)), CHILDREN);
    const cut = write("cut.csv", unended([...all.slice(0, 5), child(6)]));
    expect((await load(database, cut, CHILDREN)).rows).toMatchObject({ unchanged: 5, rejected: 1 });
    await resolveAll(database);
    expect(await plans()).toHaveLength(6);
    // Half a row is one whatever it states.
    const half = write("half.csv", csvOf(all).slice(0, -8));
    expect((await load(database, half, CHILDREN)).rejected).toEqual([
      { row: 7, reason: expect.stringMatching(/^It has 9 columns .* The file ends in the middle of it\.$/) },
    ]);
  });
});

describe("a line of JSON", () => {
  it("that says something twice is refused, and told as it was written", async () => {
    const write = extractFolder();
    const twice = linesOf([child(2)]).replace('"surname":', '"surname":"Coleman","surname":');
    const split = linesOf([{ ...child(3), "a.b": "1", a: { b: "2" } }]);
    const path = write("children.ndjson", linesOf([child(1)]) + twice + split);
    const rejectsPath = `${dirname(path)}/rejects.ndjson`;
    const report = await load(database, path, LINES, { rejectsPath });
    expect(report).toMatchObject({
      rows: { read: 3, new: 1, rejected: 2 },
      rejected: [
        { row: 2, reason: "It says twice what is surname: leave one of them." },
        { row: 3, reason: "It says twice what is a.b: leave one of them." },
      ],
    });
    expect(readFileSync(rejectsPath, "utf8")).toContain('"surname":"Coleman","surname":"Hartley2"');
  });

  it("that has a list where a text is mapped is refused, says how to map it, and is not gone", async () => {
    const write = extractFolder();
    const rows = [child(1, { plan: "Y" }), child(2, { plan: "Y" })];
    await load(database, write("all.ndjson", linesOf(rows)), LINES);
    const listed = { ...rows[0], town: ["Poole", "Swanage"], plan: { now: "Y" } };
    const next = write("next.ndjson", linesOf([listed, rows[1] as Row]));
    const report = await load(database, next, LINES, { isFull: true, isConfirmed: true });
    expect(report).toMatchObject({
      rows: { unchanged: 1, gone: 0, rejected: 1 },
      rejected: [
        {
          row: 1,
          reason:
            "town: It is a list or an object, and no text. Map its members by their paths, as town.0. " +
            "plan: It is a list or an object, and no text. Map its members by their paths, as plan.now.",
        },
      ],
    });
    await resolveAll(database);
    expect(await plans()).toEqual(["C1", "C2"]);
  });

  it("is refused where a list is added to what it said before, or is the row's key", async () => {
    const write = extractFolder();
    const { town: _, ...without } = child(1);
    await load(database, write("a.ndjson", linesOf([without])), LINES);
    const added = { ...without, town: ["Poole"] };
    const keyless = { ...child(2), child_id: ["C2"] };
    const report = await load(database, write("b.ndjson", linesOf([added, keyless])), LINES);
    expect(report.rejected.map(({ reason }) => reason.slice(0, 8))).toEqual(["town: It", "child_id"]);
  });

  it("may have its lists mapped, or empty", async () => {
    const write = extractFolder();
    const reading = readingOf(
      { ...CHILDREN_MAPPING, patient: { ...CHILDREN_MAPPING.patient, addresses: [{ city: "towns.0" }] } },
      { load: "ndjson" },
    );
    const { town: _, ...rest } = child(1);
    const lines = linesOf([
      { ...rest, towns: ["Poole"], plan: [] },
      { ...rest, child_id: "C2", towns: [], plan: {} },
    ]);
    expect((await load(database, write("a.ndjson", lines), reading)).rows).toMatchObject({ new: 2, rejected: 0 });
  });
});

describe("a file of two character sets", () => {
  const named = (id: number) => csvOf([child(id, { surname: "Núñez", forename: "Zoë" })]).split("\r\n")[1];
  const header = csvOf([child(0)]).split("\r\n")[0];
  const surnames = async () => {
    const { rows } = await database.pool.query<{ raw: Buffer; version: string }>(
      "select raw, version from journal where kind = 'message' order by journal_id",
    );
    return rows.map(({ raw, version }) => new TextDecoder(version).decode(raw).includes("Núñez"));
  };

  it.each([
    ["windows-1252", "Bytes that are UTF-8, in a file that is read as windows-1252."],
    ["utf-8", "Bytes that the character set has not."],
  ] as const)("that is %s has the rows of the other refused, and shown as they are meant", async (encoding, reason) => {
    const write = extractFolder();
    const [one, other] = encoding === "utf-8" ? (["utf8", "latin1"] as const) : (["latin1", "utf8"] as const);
    const lines = [
      Buffer.from(`${header}\r\n${named(1)}\r\n${named(2)}\r\n`, one),
      Buffer.from(`${named(3)}\r\n`, other),
    ];
    const path = write("mixed.csv", Buffer.concat(lines));
    const rejectsPath = `${dirname(path)}/rejects.csv`;
    const report = await load(database, path, CHILDREN, { rejectsPath });
    expect(report).toMatchObject({ encoding, rows: { new: 2, rejected: 1 } });
    expect(report.rejected).toEqual([{ row: 4, reason: expect.stringContaining(reason) }]);
    expect(readFileSync(rejectsPath, "utf8")).toContain("Núñez");
    const mended = await load(database, rejectsPath, CHILDREN);
    expect(mended.rows).toMatchObject({ new: 1, rejected: 0 });
    expect(await surnames()).toEqual([true, true, true]);
  });

  it("is not thought of where one was declared wrong: no row is read by it, nor a header", async () => {
    const write = extractFolder();
    const declared = { encoding: "windows-1252" } as const;
    const path = write("utf8.csv", `${header}\r\n${named(1)}\r\n${csvOf([child(2)]).split("\r\n")[1]}\r\n`);
    expect((await load(database, path, CHILDREN, declared)).rows).toMatchObject({ new: 1, rejected: 1 });
    const headed = write("headed.csv", `${header},größe\r\n`);
    await expect(load(database, headed, CHILDREN, declared)).rejects.toThrow("The header has bytes that are UTF-8");
  });
});
