import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultModel, type MatchingModel } from "@chesil/matching";
import { watchModels } from "@chesil/resolve";
import { askForShadow, readDriftDays, readShadowRun } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Folder } from "./link-folder.ts";
import { openRegion, who } from "./region-store.ts";

/** `chesil models`, `shadow`, and training and evaluating by decisions, on a store with people and decisions in it. */

const PEOPLE = 120;
/** Two trusts' records of everybody, and neighbours who are somebody else. */
const person = (at: number) => {
  const month = String(1 + (at % 12)).padStart(2, "0");
  return who(at % 10, {
    id: `P${at}`,
    birthDate: `${1930 + (at % 70)}${month}${String(1 + ((at * 7) % 28)).padStart(2, "0")}`,
    postcode: `BH${1 + (at % 20)} ${1 + (at % 9)}A${String.fromCharCode(65 + (at % 24))}`,
    street: `${at} Example Road`,
  });
};

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
  const people = Array.from({ length: PEOPLE }, (_, at) => person(at));
  await region.known(...people, ...people.map((each) => ({ ...each, id: `${each.id}Q`, authority: "RDZ" })));
  vi.stubEnv("CHESIL_DATABASE_URL", region.database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await region.database.close();
});

/** Verdicts as resolve leaves them: pairs of one person the same, neighbours different. */
async function decided(same: number, different: number): Promise<void> {
  await region.query("truncate decision");
  const add = (kind: string, other: string, count: number, from: number) =>
    region.query(
      `insert into decision (journal_id, command, verdict, source_record_id, other_source_record_id, decided_by, decided_at, reason, state)
       select $4 + row_number() over (), 'decide', $1, one.source_record_id, two.source_record_id, 'ann', now(), 'r', 'applied'
       from source_record one join source_record two on two.local_id = ${other}
       where one.authority = 'RBD' order by one.source_record_id limit $2 offset $3`,
      [kind, count, 0, from],
    );
  await add("same", "one.local_id || 'Q'", same, 1_000_000);
  await add("different", "'P' || (substr(one.local_id, 2)::int + 1)", different, 2_000_000);
}

describe("chesil train --from-decisions", () => {
  it("refuses too few, and says how many more it takes", async () => {
    await decided(60, 7);
    const folder = new Folder({});
    const ran = await folder.chesil("train", "--from-decisions", "--out", "model.json");
    expect([ran.code, ran.out, existsSync(join(folder.path, "model.json"))]).toEqual([1, "", false]);
    expect(ran.said).toContain("60 same, 7 different");
    expect(ran.said).toContain('43 more "different"');
  });

  it("learns from both kinds and from links that nobody was asked about, and says how many", async () => {
    await decided(60, 70);
    const folder = new Folder({});
    const ran = await folder.chesil("train", "--from-decisions", "--out", "model.json", "--name", "judged", "--json");
    expect([ran.code, JSON.parse(ran.out).labels]).toEqual([
      0,
      { same: 60, different: 70, gone: 0, unasked: expect.any(Number) },
    ]);
    expect(JSON.parse(ran.out).labels.unasked).toBeGreaterThan(10);
    expect(ran.said).toContain("no sample of all");
    const model: MatchingModel = JSON.parse(folder.read("model.json"));
    expect(model.version).toMatch(/^judged\+/);
    expect(model.calibration).toBeDefined();
    const twice = await folder.chesil("train", "people.csv", "--from-decisions", "--out", "model.json");
    expect([twice.code, twice.said]).toEqual([2, expect.stringContaining("give no files")]);
  });
});

describe("chesil evaluate --from-decisions", () => {
  it("judges a model raw and weighed, with a calibration table and the load of review", async () => {
    await decided(60, 70);
    const folder = new Folder({ "model.json": JSON.stringify(defaultModel) });
    const ran = await folder.chesil("evaluate", "--from-decisions", "--model", "model.json", "--json");
    const report = JSON.parse(ran.out);
    expect([ran.code, report]).toMatchObject([
      0,
      {
        labels: { same: 60, different: 70, gone: 0 },
        raw: { pairs: 130, same: 60, sameLinked: 60, differentLinked: 0, precision: 1, recall: 1 },
        weighed: { records: 2 * PEOPLE, sampled: 2 * PEOPLE },
      },
    ]);
    // Everybody has one other record; the pairs that share a key and are one person are those.
    expect(report.weighed.links).toBeCloseTo(PEOPLE, -1);
    const printed = await folder.chesil("evaluate", "--from-decisions");
    expect(printed.out).toMatch(/decided {2}precision 100\.00 %.*probability.*weighed.*review/s);
    expect(printed.said).toContain("hard pairs");
  });

  it("takes no files with it, and needs a decision", async () => {
    await region.query("truncate decision");
    const folder = new Folder({});
    expect((await folder.chesil("evaluate", "--from-decisions")).said).toContain("Nobody has decided anything yet");
    expect((await folder.chesil("evaluate", "people.csv", "--from-decisions")).code).toBe(2);
    expect((await folder.chesil("evaluate")).said).toContain("Name the CSV files");
  });
});

describe("chesil models", () => {
  const strict = { ...defaultModel, thresholds: { ...defaultModel.thresholds, linkWeightMin: 90 } };

  async function added(): Promise<{ folder: Folder; version: string }> {
    const folder = new Folder({ "strict.json": JSON.stringify(strict) });
    const ran = await folder.chesil("models", "add", "strict.json", "--note", "a stricter one", "--json");
    expect(ran.code).toBe(0);
    return { folder, version: JSON.parse(ran.out).version };
  }

  it("adds, lists, activates and goes one step back", async () => {
    const { folder, version } = await added();
    expect(version).not.toBe(defaultModel.version);
    const list = async () => JSON.parse((await folder.chesil("models", "list", "--json")).out);
    expect(await list()).toEqual([
      expect.objectContaining({ version, note: "a stricter one", isInForce: false }),
      expect.objectContaining({ version: defaultModel.version, isInForce: true }),
    ]);
    expect(JSON.parse((await folder.chesil("models", "add", "strict.json", "--json")).out)).toEqual({
      version,
      isNew: false,
    });
    const gone = await folder.chesil("models", "activate", version);
    expect([gone.code, gone.out]).toEqual([0, expect.stringMatching(/is in force from journal entry \d+ on\./)]);
    expect(gone.said).toContain(`chesil models activate ${defaultModel.version}`);
    expect((await list())[0].isInForce).toBe(true);
    expect((await folder.chesil("models", "activate", version)).out).toContain("in force already");
    expect((await folder.chesil("models", "activate", defaultModel.version)).code).toBe(0);
    expect((await list())[0].isInForce).toBe(false);
    const none = await folder.chesil("models", "activate", "none");
    expect([none.code, none.said]).toEqual([2, expect.stringContaining(`There are: ${version}`)]);
    const acts = await region.query("select action from audit order by audit_id");
    expect(acts.map(({ action }) => action)).toEqual(["model.add", "model.add", "model.activate", "model.activate"]);
  });

  it("decides everybody anew by a candidate and sums up what would change", async () => {
    const { folder, version } = await added();
    const ran = await folder.chesil("shadow", version, "--json");
    const summary = JSON.parse(ran.out);
    expect([ran.code, summary.counts]).toMatchObject([
      0,
      { records: 2 * PEOPLE, parts: PEOPLE, linksLost: PEOPLE, joins: 0 },
    ]);
    const printed = await folder.chesil("shadow", version, "--share", "0.5");
    expect(printed.out).toMatch(/links +0 gained by 0 joins, \d+ lost by \d+ partings/);
    expect((await folder.chesil("shadow", version, "--share", "2")).code).toBe(2);
  });

  it("simulates thresholds from the weights of pairs", async () => {
    const { folder, version } = await added();
    const ran = await folder.chesil("models", "simulate", version, "--link", "10,90", "--review", "0", "--json");
    const { simulated } = JSON.parse(ran.out);
    expect(simulated.map(({ links }: { links: number }) => links > PEOPLE / 2)).toEqual([true, false]);
    expect((await folder.chesil("models", "simulate", version)).out.split("\n")).toHaveLength(27);
    expect((await folder.chesil("models", "simulate", version, "--link", "a")).code).toBe(2);
  });

  it("counts a day and says how it stands", async () => {
    const { folder } = await added();
    const today = new Date().toISOString().slice(0, 10);
    const ran = await folder.chesil("models", "drift", "--day", today, "--measure", "--json");
    const report = JSON.parse(ran.out);
    expect([ran.code, report]).toMatchObject([
      0,
      { day: today, against: "training", figures: { decisions: { linked: PEOPLE, alone: PEOPLE } } },
    ]);
    expect((await folder.chesil("models", "drift", "--day", today)).out).toContain("levels\tpostcode");
    expect((await folder.chesil("models", "drift", "--day", "today")).code).toBe(2);
  });
});

describe("in the background", () => {
  it("a candidate that was asked for is run, and the day before is counted", async () => {
    const { database } = region;
    await database.pool.query("delete from drift_day");
    const told = Promise.withResolvers<Readonly<Record<string, number>>>();
    const tomorrow = () => new Date(Date.now() + 24 * 3_600_000);
    await askForShadow(database, { version: defaultModel.version, share: 1, by: "ann", at: new Date() });
    const watching = watchModels({
      ...{ database, cpuShare: 1, recordsPerSecondMax: 100_000, recordsPerStep: 30, now: tomorrow },
      onDrift: told.resolve,
      onFailed: told.reject,
    });
    // No week to compare with: nothing has drifted.
    expect(await told.promise).toEqual({ levels: 0, missing: 0, candidates: 0, clusters: 0, decisions: 0 });
    await watching.stop();
    expect(await readShadowRun(database.pool, defaultModel.version)).toMatchObject({
      state: "done",
      counted: { joins: 0, parts: 0 },
    });
    const days = await readDriftDays(database.pool, defaultModel.version);
    expect(days.map(({ day }) => day)).toEqual([new Date().toISOString().slice(0, 10)]);
  });
});
