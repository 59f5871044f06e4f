import { defaultModel } from "@chesil/matching";
import { insertModel, readModelsInForce, readShadowRun, type ShadowChange, saveShadowStep } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { NO_MODELS } from "../rig-sources.ts";
import type { ModelDesk } from "./model-desk.ts";

let database: Rig["database"];
let rig: Rig;
let manager: string;
let administrator: string;
const asked: unknown[] = [];

const nobodyDecided = {
  ...{ pairs: 0, same: 0, sameLinked: 0, sameAsked: 0, differentLinked: 0, differentAsked: 0 },
  ...{ precision: 1, recall: 1, f1: 1, calibration: [] },
};
const DESK: ModelDesk = {
  ...NO_MODELS,
  summarise: async (version) => ({
    ...{ version, against: defaultModel.version, state: "done", share: 1, counts: { joins: 3 }, byScores: null },
    ...{ expectedPrecision: 0.99, questionsPerDay: null, newRecordsPerDay: 0 },
    labels: { candidate: nobodyDecided, inForce: nobodyDecided, gone: 0 },
  }),
  simulate: async (version, grid) => {
    asked.push(grid);
    if (version !== "candidate+1") return undefined;
    return {
      ...{ thresholds: { linkWeightMin: 10, reviewWeightMin: 0 }, measuredAt: rig.now(), records: 9, sampled: 3 },
      ...{ labels: 0, simulated: [] },
    };
  },
};

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate app_user, session, audit, consent, person, source_record, identity_event, journal, matching_model, shadow_run, shadow_change, pair_scores",
  );
  rig = await openRig({ database, models: DESK });
  manager = await rig.signedIn(["data-manager"]);
  administrator = await rig.signedIn(["administrator"]);
  for (const version of ["candidate+1", "other+2"])
    await insertModel(database.pool, { version, content: { version }, note: "n", addedAt: rig.now(), addedBy: "ann" });
});

const actions = async () =>
  (await rig.audit()).map(({ action }) => action).filter((action) => action.startsWith("model."));

/** A run that found these changes. */
async function found(...changes: Pick<ShadowChange, "sourceRecordId" | "otherSourceRecordId">[]): Promise<void> {
  await rig.ask(manager, "POST", "/api/v1/models/candidate+1/shadow", {});
  const run = await readShadowRun(database.pool, "candidate+1");
  if (!run) throw new Error("Nothing was asked for.");
  const rest = { kind: "link", pairs: 1, weight: 12, weightInForce: 3, why: null } as const;
  await saveShadowStep(database, {
    ...{ run, against: defaultModel.version, position: 9, counted: {}, isLast: true, at: rig.now() },
    changes: changes.map((change) => ({ ...rest, ...change })),
  });
}

test("models are listed with the one in force, and going over to another is journalled and on record", async () => {
  const list = async () => (await rig.ask(manager, "GET", "/api/v1/models")).json();
  expect(await list()).toMatchObject({ inForce: defaultModel.version, activations: [] });
  const body = { reason: "It asks less and links as well." };
  const activate = (cookie: string, version = "candidate+1") =>
    rig.ask(cookie, "POST", `/api/v1/models/${encodeURIComponent(version)}/activate`, body);
  expect((await activate(manager)).statusCode).toBe(403);
  expect((await activate(administrator, "none+0")).statusCode).toBe(404);
  const answer = await activate(administrator);
  expect([answer.statusCode, answer.json()]).toEqual([202, { version: "candidate+1", journalId: expect.any(String) }]);
  expect((await activate(administrator)).statusCode).toBe(409);
  const models = await readModelsInForce(database);
  expect(String(models.history[0]?.from)).toBe(answer.json().journalId);
  expect(await list()).toMatchObject({
    inForce: "candidate+1",
    activations: [{ version: "candidate+1" }],
    models: [
      { version: "candidate+1", isInForce: true, shadow: null },
      { version: "other+2", isInForce: false },
    ],
  });
  const act = (await rig.audit()).find(({ action }) => action === "model.activate");
  expect(act).toMatchObject({ username: "user-administrator", detail: { version: "candidate+1", ...body } });
});

describe("a candidate", () => {
  test("is tried when a data manager asks, once at a time", async () => {
    const answer = await rig.ask(manager, "POST", "/api/v1/models/candidate+1/shadow", { share: 0.1 });
    expect([answer.statusCode, answer.json()]).toEqual([202, { version: "candidate+1", share: 0.1 }]);
    const run = await readShadowRun(database.pool, "candidate+1");
    expect(run).toMatchObject({ state: "asked", share: 0.1, askedBy: "user-data-manager" });
    await database.pool.query("update shadow_run set state = 'running'");
    expect((await rig.ask(manager, "POST", "/api/v1/models/candidate+1/shadow", {})).statusCode).toBe(409);
    expect((await rig.ask(manager, "POST", "/api/v1/models/none/shadow", {})).statusCode).toBe(404);
    for (const share of [0, -1, 2, "all"])
      expect((await rig.ask(manager, "POST", "/api/v1/models/other+2/shadow", { share })).statusCode).toBe(400);
    expect(await actions()).toEqual(["model.shadow"]);
    const summary = await rig.ask(manager, "GET", "/api/v1/models/candidate+1/shadow");
    expect(summary.json()).toMatchObject({ version: "candidate+1", counts: { joins: 3 }, expectedPrecision: 0.99 });
  });

  test("shows whom it would change by name, page by page, and nobody who is opted out", async () => {
    const people: Awaited<ReturnType<Rig["addPerson"]>>[] = [];
    for (let at = 0; at < 60; at++) people.push(await rig.addPerson({ family: `F${at}`, given: "ANN" }));
    const idAt = (at: number) => people[at]?.sourceRecordId ?? 0;
    await found(
      ...Array.from({ length: 55 }, (_, at) => ({ sourceRecordId: idAt(at + 1), otherSourceRecordId: idAt(0) })),
    );
    await rig.optOut(people[3]?.personId ?? "");
    const page = async (query: string) =>
      (await rig.ask(manager, "GET", `/api/v1/models/candidate+1/shadow/changes${query}`)).json();
    const first = await page("");
    expect([first.changes.length, first.next === null]).toEqual([50, false]);
    expect(first.changes[0]).toMatchObject({
      ...{ kind: "link", pairs: 1, weight: 12, weightInForce: 3 },
      record: {
        sourceRecordId: String(idAt(1)),
        personId: people[1]?.personId,
        displayName: expect.stringMatching(/F1/i),
      },
      other: { sourceRecordId: String(idAt(0)) },
    });
    const second = await page(`?cursor=${first.next}`);
    expect([second.changes.length, second.next]).toEqual([4, null]);
    expect((await page("?kind=unlink")).changes).toEqual([]);
    const seen = (await rig.audit()).filter(({ action }) => action === "model.shadow-changes");
    expect(seen.some(({ person_id }) => person_id === people[3]?.personId)).toBe(false);
    expect(JSON.stringify(first)).not.toMatch(/F3"|F3 /);
  });
});

test("thresholds take weights as a list, and are not there before pairs were scored", async () => {
  asked.length = 0;
  const ask = (path: string) => rig.ask(manager, "GET", `/api/v1/models/${path}`);
  const answer = await ask("candidate+1/thresholds?link=8,10.5,-2&review=1");
  expect([answer.statusCode, answer.json().measuredAt]).toEqual([200, rig.now().toISOString()]);
  expect(asked).toEqual([{ links: [8, 10.5, -2], reviews: [1] }]);
  expect((await ask("other+2/thresholds")).statusCode).toBe(404);
  for (const list of ["", "a", "1,,2", "1e9", Array(21).fill(1).join()])
    expect((await ask(`candidate+1/thresholds?link=${list}`)).statusCode).toBe(400);
});

test("drift is told as it was measured, and refuses a day that is none", async () => {
  const answer = await rig.ask(manager, "GET", "/api/v1/models/drift");
  expect(answer.json()).toMatchObject({ version: defaultModel.version, day: null, against: "training", drifts: [] });
  expect((await rig.ask(manager, "GET", "/api/v1/models/drift?day=2026-02-30")).statusCode).toBe(400);
});
