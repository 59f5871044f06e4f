import { defaultModel, type MatchingModel, readModel } from "@chesil/matching";
import {
  measureDrift,
  readLabelledPairs,
  readModelInForce,
  reportDrift,
  runShadow,
  type ShadowCounts,
  storeBuiltInModel,
  summariseShadow,
  unpaced,
  withShadowLock,
} from "@chesil/resolve";
import {
  appendActivation,
  appendCommands,
  appendModelActivation,
  askForShadow,
  endShadows,
  type IdentityCommand,
  insertModel,
  ModelVersionError,
  readActivations,
  readDecidedPairs,
  readModelsInForce,
  readShadowChanges,
  readShadowRun,
} from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { receive, resolveAll } from "./region.ts";
import { NHS, openRegion, who } from "./region-store.ts";
import { historyOf } from "./resolve-history.ts";

/** Models of the store, over a real database: labels, activation, candidates tried beside the one in force, and drift. */

const NOW = new Date("2026-05-02T10:00:00Z");
const signal = new AbortController().signal;

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
beforeEach(async () => {
  await region.empty();
  await region.query(
    "truncate decision, shadow_change, shadow_run, pair_scores, drift_day, matching_model; delete from journal where kind = 'activation' and convert_from(raw, 'UTF8')::jsonb ? 'model'",
  );
  await storeBuiltInModel(region.database, NOW);
});
afterAll(() => region.database.close());

/** A model that differs from the one Chesil comes with. */
async function stored(changes: Partial<MatchingModel["thresholds"]>): Promise<MatchingModel> {
  const read = readModel({ ...defaultModel, thresholds: { ...defaultModel.thresholds, ...changes } });
  if (!read.ok) throw new Error(read.problems.join());
  const { version } = read.model;
  await insertModel(region.database.pool, { version, content: read.model, note: "", addedAt: NOW, addedBy: "test" });
  return read.model;
}

async function idOf(id: string, authority = "RBD"): Promise<number> {
  return (await region.row(id, authority))?.source_record_id;
}

async function command(given: Partial<IdentityCommand> & Pick<IdentityCommand, "command">): Promise<number> {
  const [id = 0] = await appendCommands(
    region.database,
    [{ by: "ann", reason: "because", ...given } as IdentityCommand],
    NOW,
  );
  await resolveAll(region.database);
  return id;
}
const decide = async (one: string, other: string, verdict: "same" | "different" | "unsure") =>
  command({
    ...{ command: "decide", one: await idOf(one), other: await idOf(other), verdict },
    ...{ taskId: null, isSecondNeeded: false },
  });

async function tried(version: string, share = 1): Promise<ShadowCounts> {
  await askForShadow(region.database, { version, share, by: "ann", at: NOW });
  const run = await runShadow(version, { ...unpaced(signal), database: region.database, now: () => NOW });
  expect(run?.state).toBe("done");
  return run?.counted as ShadowCounts;
}
const NOTHING_CHANGES = { joins: 0, parts: 0, linksGained: 0, linksLost: 0, questionsGained: 0, questionsLost: 0 };

describe("labels", () => {
  it("are the latest verdict of each pair that holds", async () => {
    await region.known(who(0), who(1), who(2), who(3));
    await decide("P0", "P1", "different");
    await decide("P2", "P0", "different");
    const undone = await decide("P1", "P3", "different");
    await command({ command: "undo", journalId: undone });
    await decide("P2", "P3", "different");
    await decide("P3", "P2", "unsure");
    const found = await readDecidedPairs(region.database.pool);
    expect(
      found.map(({ sourceRecordId, otherSourceRecordId, isSame }) => [sourceRecordId, otherSourceRecordId, isSame]),
    ).toEqual([
      [await idOf("P0"), await idOf("P1"), false],
      [await idOf("P2"), await idOf("P0"), false],
    ]);
    expect(found[0]).toMatchObject({ decidedBy: "ann", decidedAt: NOW, kind: null });
    expect((await readLabelledPairs(region.database)).pairs).toHaveLength(2);
  });

  it("speak through the survivor of a record that was merged away, and end with a deletion", async () => {
    await region.known(who(0), who(1), who(2), who(3));
    await decide("P0", "P1", "different");
    await decide("P0", "P2", "different");
    await decide("P3", "P2", "different");
    await region.query("update source_record set status = 'retired', retired_into = $1 where local_id = 'P1'", [
      await idOf("P3"),
    ]);
    await region.query("update source_record set overlaid_by = 1 where local_id = 'P2'");
    const { pairs, gone } = await readLabelledPairs(region.database);
    expect([pairs.map(({ one, other }) => [one.localId, other.localId]), gone]).toEqual([[["P0", "P3"]], 2]);
  });
});

describe("a model's activation", () => {
  it("is journalled with the feeds in force, once, and says which model decides each entry", async () => {
    const other = await stored({ linkWeightMin: 20 });
    expect((await readModelInForce(region.database)).version).toBe(defaultModel.version);
    const before = (await readActivations(region.database)).at(-1)?.activation.feeds;
    const activate = (version: string) => appendModelActivation(region.database, { version, by: "ann" }, NOW);
    const first = (await activate(other.version)) ?? expect.fail("nothing was journalled");
    expect(await activate(other.version)).toBeUndefined();
    // How feeds are read did not change by it.
    expect((await readActivations(region.database)).at(-1)?.activation).toEqual({
      ...{ feeds: before ?? {}, model: other.version, by: "ann" },
    });
    expect(await readModelInForce(region.database)).toEqual(other);
    const back = (await activate(defaultModel.version)) ?? expect.fail("nothing was journalled");
    const models = await readModelsInForce(region.database);
    expect([first - 1, first, back - 1, back, back + 1].map((id) => models.of(id))).toEqual([
      ...[undefined, other.version, other.version, defaultModel.version, defaultModel.version],
    ]);
    // A change of the feeds leaves the model as it is.
    await appendActivation(region.database, { feeds: { ...before, other: {} }, by: "test" }, NOW);
    expect((await readModelsInForce(region.database)).latest).toBe(defaultModel.version);
  });

  it("goes by versions that stand for one model for ever", async () => {
    const { version } = await stored({ linkWeightMin: 20 });
    const again = { note: "", addedAt: NOW, addedBy: "test", version };
    await expect(insertModel(region.database.pool, { ...again, content: { other: 1 } })).rejects.toThrow(
      ModelVersionError,
    );
  });
});

describe("a candidate beside the model in force", () => {
  it.each([1, 2, 3, 4, 5, 6])("changes nothing where it is that model, whatever happened: history %i", async (seed) => {
    await region.query("truncate journal, journal_key");
    await receive(region.database, historyOf(seed, 40), NOW);
    await resolveAll(region.database);
    expect(await tried(defaultModel.version)).toMatchObject(NOTHING_CHANGES);
    expect(await readShadowChanges(region.database.pool, defaultModel.version, { after: null, limit: 10 })).toEqual([]);
  });

  const couples = () => [
    ...Array.from({ length: 4 }, (_, at) => who(at)),
    ...Array.from({ length: 4 }, (_, at) => who(at, { id: `Q${at}`, authority: "RDZ" })),
  ];

  it("that never links parts those the model joined, and not those a person did; it moves nobody", async () => {
    await region.known(...couples());
    await region.known(who(5), who(6));
    await decide("P5", "P6", "same");
    const candidate = await stored({ linkWeightMin: 200, reviewWeightMin: 199 });
    const before = await region.query("select * from source_record order by 1");
    const counts = await tried(candidate.version);
    expect(counts).toMatchObject({ records: 10, parts: 4, linksLost: 4, joins: 0, linksGained: 0, links: 1 });
    expect(await region.query("select * from source_record order by 1")).toEqual(before);
    const [change, ...others] = await readShadowChanges(region.database.pool, candidate.version, {
      after: null,
      limit: 10,
    });
    expect(others).toHaveLength(3);
    expect(change).toMatchObject({ kind: "unlink", pairs: 1, personId: change?.otherPersonId });
    expect(change?.weightInForce).toBeGreaterThan(defaultModel.thresholds.linkWeightMin);
  });

  it("that links whom the one in force asks about joins them, and closes the question", async () => {
    const one = who(0, { nhsNumber: NHS[0] });
    // The same but for the number and the street.
    await region.known(one, { ...who(0), id: "HALF", authority: "RDZ", postcode: "DT1 1AA", street: "9 Far Road" });
    const [task] = await region.query("select weight from review_task where state = 'open'");
    const apart = (await region.personOf("P0")) !== (await region.personOf("HALF", "RDZ"));
    if (!task || !apart) throw new Error("The example is no question by the model that Chesil comes with.");
    const candidate = await stored({
      linkWeightMin: task.weight - 0.5,
      reviewWeightMin: task.weight - 1,
      marginWeightMin: 0,
    });
    expect(await tried(candidate.version)).toMatchObject({
      joins: 1,
      linksGained: 1,
      questionsLost: 1,
      questionsGained: 0,
    });
    const changes = await readShadowChanges(region.database.pool, candidate.version, { after: null, limit: 10 });
    expect(changes.map(({ kind }) => kind).sort()).toEqual(["link", "question-closed"]);
  });

  it("that asks less closes questions, and one that asks more opens them", async () => {
    await region.known(...couples());
    const never = await stored({ linkWeightMin: 200, reviewWeightMin: 3 });
    const counts = await tried(never.version);
    expect(counts).toMatchObject({ parts: 4, questionsGained: 4, questions: 4 });
    const opened = await readShadowChanges(region.database.pool, never.version, {
      ...{ kind: "question-opened", after: null, limit: 10 },
    });
    expect(opened).toHaveLength(4);
    expect(opened.every(({ personId, otherPersonId }) => personId === otherPersonId)).toBe(true);
  });

  it("goes on where it was cut short, as if it had not been; a sample is a part of the whole", async () => {
    const people = Array.from({ length: 130 }, (_, at) =>
      who(at % 10, {
        id: `A${at}`,
        birthDate: `19${10 + (at % 80)}0${1 + (at % 9)}15`,
        postcode: `BH${1 + (at % 20)} ${at % 9}AB`,
      }),
    );
    await region.known(
      ...people,
      ...people.slice(0, 60).map((each) => ({ ...each, id: `${each.id}B`, authority: "RDZ" })),
    );
    const candidate = await stored({ linkWeightMin: 200, reviewWeightMin: 20 });
    const whole = await tried(candidate.version);
    const all = { after: null, limit: 1000 };
    const changes = await readShadowChanges(region.database.pool, candidate.version, all);
    expect([whole.records, whole.parts > 20, changes.length > 20]).toEqual([190, true, true]);

    await askForShadow(region.database, { version: candidate.version, share: 1, by: "ann", at: NOW });
    const cut = new AbortController();
    const options = { database: region.database, now: () => NOW };
    const first = await runShadow(candidate.version, {
      ...{ ...unpaced(cut.signal), ...options },
      onStep: () => cut.abort(),
    });
    expect(first).toBeUndefined();
    expect(await readShadowRun(region.database.pool, candidate.version)).toMatchObject({
      ...{ state: "running", counted: { records: 100 } },
    });
    const last = await runShadow(candidate.version, { ...unpaced(signal), ...options });
    expect(last?.counted).toEqual({ ...whole, expectedMatches: expect.closeTo(whole.expectedMatches, 6) });
    expect(await readShadowChanges(region.database.pool, candidate.version, all)).toEqual(changes);

    await askForShadow(region.database, { version: candidate.version, share: 1, by: "ann", at: NOW });
    const slowly = await runShadow(candidate.version, { ...unpaced(signal), recordsPerStep: 7, ...options });
    expect(slowly?.counted).toEqual({ ...whole, expectedMatches: expect.closeTo(whole.expectedMatches, 6) });
    expect(await readShadowChanges(region.database.pool, candidate.version, all)).toEqual(changes);

    const part = await tried(candidate.version, 0.5);
    expect(part.records).toBeGreaterThan(50);
    expect(part.records).toBeLessThan(140);
    const keys = new Set(changes.map((each) => JSON.stringify(each)));
    const sampled = await readShadowChanges(region.database.pool, candidate.version, all);
    expect(sampled.filter((each) => !keys.has(JSON.stringify(each)))).toEqual([]);
  });

  it("begins again under another model in force, ends when told to, and is run by one process at a time", async () => {
    await region.known(...couples());
    const [candidate, other] = [await stored({ linkWeightMin: 200 }), await stored({ linkWeightMin: 190 })];
    await tried(candidate.version);
    await appendModelActivation(region.database, { version: other.version, by: "ann" }, NOW);
    await region.query("update shadow_run set state = 'running'");
    const again = await runShadow(candidate.version, { ...unpaced(signal), database: region.database, now: () => NOW });
    expect(again).toMatchObject({ state: "done", against: other.version, counted: { records: 8 } });

    await askForShadow(region.database, { version: candidate.version, share: 1, by: "ann", at: NOW });
    expect(await endShadows(region.database.pool, NOW)).toEqual([candidate.version]);
    const ended = await runShadow(candidate.version, { ...unpaced(signal), database: region.database, now: () => NOW });
    expect(ended).toBeUndefined();
    const second = await withShadowLock(region.database, () => withShadowLock(region.database, async () => "both"));
    expect(second).toBeUndefined();
  });

  it("is summed up with what people decided and what its weights say", async () => {
    await region.known(...couples(), who(5), who(6));
    await decide("P5", "P6", "different");
    const candidate = await stored({ linkWeightMin: 200, reviewWeightMin: 199 });
    await tried(candidate.version);
    const run = await readShadowRun(region.database.pool, candidate.version);
    const summary = run && (await summariseShadow(region.database, run, new Date()));
    expect(summary).toMatchObject({
      ...{ version: candidate.version, against: defaultModel.version, state: "done", expectedPrecision: null },
      labels: { candidate: { pairs: 1, same: 0, differentLinked: 0 }, inForce: { pairs: 1 } },
      byScores: { links: 0, precision: 1, recall: 0 },
    });
    expect(summary?.newRecordsPerDay).toBeGreaterThan(0);
  });
});

describe("drift", () => {
  it("is counted by day, and held against the first week under the model", async () => {
    await region.query("truncate journal, journal_key");
    await region.known(who(0), who(1), who(2), who(0, { id: "Q0", authority: "RDZ" }));
    const [latest] = await region.query(
      "select to_char(max(received_at), 'YYYY-MM-DD') as day from journal where kind = 'message'",
    );
    const { day } = latest as { day: string };
    const figures = await measureDrift(region.database, defaultModel, { day, at: NOW });
    expect(figures.decisions).toEqual({ linked: 1, alone: 3, asked: 0 });
    expect(figures.clusters).toEqual({ "1": 2, "2": 1 });
    expect(figures.compared).toEqual({ records: 4, candidates: 2 });
    expect(figures.missing.test?.records).toBe(4);
    expect(figures.missing.test?.fields).toMatchObject({ nhsNumber: 4, email: 4 });
    expect(figures.levels.birthDate).toEqual({ exact: 1 });
    expect(await reportDrift(region.database, defaultModel)).toMatchObject({
      day,
      against: "training",
      baseline: null,
    });
    // A week of much the same, and a day on which nobody states a birth date.
    const days = (missing: number) => ({
      ...figures,
      missing: { test: { records: 1000, fields: { birthDate: missing } } },
    });
    await region.query("delete from drift_day");
    for (let at = 1; at <= 8; at++)
      await region.query("insert into drift_day values ($1, $2, $3, now())", [
        ...[`2026-05-0${at}`, defaultModel.version, JSON.stringify(days(at === 8 ? 700 : 10))],
      ]);
    const report = await reportDrift(region.database, defaultModel);
    expect(report).toMatchObject({ day: "2026-05-08", against: "baseline", baseline: ["2026-05-01", "2026-05-07"] });
    expect(report.drifts.find(({ part }) => part === "test birthDate")).toMatchObject({
      what: "missing",
      state: "drift",
    });
    expect(await measureDrift(region.database, defaultModel, { day: "2020-01-01", at: NOW })).toMatchObject({
      decisions: { linked: 0, alone: 0, asked: 0 },
    });
  });
});
