import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appendCommands, readStateHash } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { freshDatabase } from "./database.ts";
import { Folder } from "./link-folder.ts";
import { adt, receive, resolveAll } from "./region.ts";
import { who } from "./region-store.ts";
import { SMALL_RANGES } from "./small-ranges.ts";

/** The journal in ranges: made ahead of the ids, archived when they are old and settled, and brought back whole. */

const LONG_AGO = new Date("2015-01-05T08:00:00Z");

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
  vi.stubEnv("CHESIL_DATABASE_URL", database.url);
  await database.pool.query(SMALL_RANGES);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.close();
});

const query = async <Row extends object>(sql: string) => (await database.pool.query<Row>(sql)).rows;

describe("ranges of the journal", () => {
  it("are made ahead of the ids by whoever appends, and hold their own entries", async () => {
    for (const count of [1, 3, 15, 2, 30, 1]) {
      const people = [...Array(count).keys()].map((index) => adt("A28", who(index % 10, { id: `R${index}` })));
      await receive(database, people, LONG_AGO);
    }
    const ranges = await query<{ table_name: string; first_id: number; next_id: number }>(
      "select * from journal_partition order by first_id",
    );
    const last = (await query<{ id: number }>("select max(journal_id) as id from journal"))[0]?.id ?? 0;
    expect(last).toBeGreaterThan(50);
    expect(ranges.map(({ first_id }) => first_id)).toEqual(ranges.map((_, at) => 1 + at * 10));
    expect(ranges.at(-1)?.first_id).toBeGreaterThan(last);
    const astray = await query(
      `select from journal j join pg_class c on c.oid = j.tableoid join journal_partition p on p.table_name = c.relname
       where j.journal_id < p.first_id or j.journal_id >= p.next_id`,
    );
    expect(astray).toEqual([]);
  });
});

type Retained = { first: number; last: number; state: string; why?: string; entries?: number; folder?: string };

describe("what is old", () => {
  let folder: Folder;
  const chesil = (...args: string[]) => folder.chesil(...args);
  const retain = async (...more: string[]): Promise<{ code: number; ranges: Retained[] }> => {
    const archive = ["--archive", folder.path];
    const { code, out } = await chesil("retain", "--json", "--older-than", "8y", ...archive, ...more);
    return { code, ranges: JSON.parse(out) };
  };
  const bare = () => query<{ id: number }>("select journal_id as id from journal where raw = '' order by 1");
  beforeEach(() => {
    folder = new Folder({});
  });

  it("leaves for an archive when it is settled, is still known, and comes back whole", async () => {
    await resolveAll(database);
    // An id that is no patient's keeps its range here until somebody has looked at it.
    const unreadable = adt("ZZZ", who(3, { id: "Q" }), { controlId: "UNKNOWN" });
    const [stuck] = await receive(database, [unreadable], LONG_AGO);
    const more = [...Array(25).keys()].map((index) =>
      adt("A31", who(index % 10, { id: `L${index}` }), { controlId: `L${index}` }),
    );
    const answers = await receive(database, more, LONG_AGO);
    await receive(database, [adt("A28", who(9, { id: "NEW" }))]);
    await resolveAll(database);
    await query(`update journal set received_at = '${LONG_AGO.toISOString()}' where kind = 'activation'`);
    const hash = await readStateHash(database.pool);
    const whole = await query("select j::text as row from journal j order by journal_id");

    const dry = await retain("--dry-run");
    expect([...new Set(dry.ranges.map(({ state }) => state))].sort()).toEqual(["not settled", "would be archived"]);
    expect(dry.ranges.find(({ state }) => state === "not settled")?.why).toContain("1 quarantined");
    expect([dry.code, await bare()]).toEqual([1, []]);
    const [skip = 0] = await appendCommands(
      database,
      [{ command: "skip", journalId: stuck?.journalId ?? 0, by: "dora", reason: "no such event" }],
      new Date(),
    );
    await resolveAll(database);
    // Whoever forwards messages has been by its range, and not by the command that settled it.
    await query(`insert into log_consumer (consumer, position) values ('late', ${skip - 1})`);
    expect((await retain("--dry-run")).ranges.map(({ state }) => state)).toContain("in use");
    await query("delete from log_consumer where consumer = 'late'");

    const { code, ranges } = await retain();
    expect([code, new Set(ranges.map(({ state }) => state))]).toEqual([0, new Set(["archived"])]);
    // All are in the archive; what says how the rest was read and decided stays here as well.
    expect(ranges.reduce((sum, { entries = 0 }) => sum + entries, 0)).toBeGreaterThan((await bare()).length);
    expect((await bare()).length).toBeGreaterThan(10);
    expect((await retain()).ranges).toEqual([]);
    expect(await query("select from journal where raw = '' and kind <> 'message'")).toEqual([]);
    expect((await chesil("verify")).code).toBe(0);
    const again = await receive(database, more.slice(0, 3), new Date());
    expect(again.map(({ kind, answer }) => [kind, answer])).toEqual(
      answers.slice(0, 3).map(({ answer }) => ["duplicate", answer]),
    );

    const [first = { id: 0 }] = await bare();
    writeFileSync(join(folder.path, "mended.hl7"), more[0] ?? "");
    const mended = join(folder.path, "mended.hl7");
    expect(await chesil("repair", mended, "--message", String(first.id), "--reason", "mistyped")).toMatchObject({
      code: 2,
      said: expect.stringContaining(`chesil import journal ${ranges[0]?.folder}`),
    });
    const refused = await chesil("rebuild");
    // All folders at once, before anything is decided: not one after the other, as it comes upon them.
    expect([refused.code, refused.said]).toEqual([2, expect.not.stringContaining("deciding")]);
    for (const range of ranges) expect(refused.said).toContain(`chesil import journal ${range.folder}\n`);
    for (const range of ranges) expect((await chesil("import", "journal", range.folder ?? "")).code).toBe(0);
    const now = await query("select j::text as row from journal j order by journal_id");
    expect(now.slice(0, whole.length)).toEqual(whole);
    await resolveAll(database);
    expect((await chesil("rebuild")).code).toBe(0);
    expect((await readStateHash(database.pool)).tables.source_record).toEqual(hash.tables.source_record);
  });

  it("stays where its bytes are not those that came", async () => {
    const damage = (raw: string) =>
      query(
        `update journal set raw = ${raw} where journal_id = (select min(journal_id) from journal where kind = 'message')`,
      );
    await damage("raw || 'x'");
    const [range] = (await retain()).ranges;
    expect(range).toMatchObject({ first: 1, state: "damaged", why: expect.stringContaining("1 entries") });
    await damage("substr(raw, 1, octet_length(raw) - 1)");
    expect((await chesil("verify")).code).toBe(0);
  });

  it("is not brought back from files that are not as they were written", async () => {
    const { ranges } = await retain();
    const at = ranges.at(0)?.folder ?? "";
    expect(at).toContain("journal-1-10");
    const name = readdirSync(at).find((each) => each.startsWith("entries")) ?? "";
    const bytes = readFileSync(join(at, name));
    const last = bytes.length - 9;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    writeFileSync(join(at, name), bytes);
    expect(await chesil("import", "journal", at)).toMatchObject({ code: 2, said: expect.stringContaining("sha-256") });
    expect((await chesil("import", "journal", folder.path)).code).toBe(2);
    expect((await bare()).length).toBeGreaterThan(0);
  });
});
