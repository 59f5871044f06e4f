import { setImmediate as turn } from "node:timers/promises";
import { postgresLog } from "@chesil/log";
import { defaultModel, type MatchingModel, readModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, Resolver, type ResolverEvent } from "@chesil/resolve";
import type { RegisterRow } from "@chesil/simulator";
import { appendCommands, appendModelActivation, insertModel, readResettleProgress, readStateHash } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Random } from "../services/simulator/src/random.ts";
import { freshDatabase } from "./database.ts";
import { denseRows } from "./identity-stream.ts";
import { Folder } from "./link-folder.ts";
import { rebuildAside } from "./rebuild-aside.ts";
import { adt, receive, resolveAll } from "./region.ts";
import { LATER, NHS, who } from "./region-store.ts";
import { brokenIn, dumpOf, WIPE } from "./resolve-dump.ts";

/**
 * A model that comes into force decides everybody, whoever is touched after it: links are a function of the records, the
 * rules and the model (laws 8 and 9). The oracle decides the whole store by it at once (test/resolve-anew.ts).
 *
 * `CHESIL_WALKS` for more towns, `CHESIL_WALK_FIRST` to begin with another one.
 */
const WALKS = Number(process.env.CHESIL_WALKS ?? 15);
const FIRST = Number(process.env.CHESIL_WALK_FIRST ?? 1);

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
  for (const { version, ...content } of MODELS)
    await insertModel(database.pool, { version, content: { version, ...content }, note: "", ...ADDED });
});
beforeEach(() => database.pool.query(`${WIPE}, decision`));
afterAll(() => database.close());

const ADDED = { addedAt: new Date(), addedBy: "test" };

/** The one that Chesil comes with, by other thresholds. */
function modelBy(linkWeightMin: number, reviewWeightMin: number): MatchingModel {
  const read = readModel({
    ...defaultModel,
    thresholds: { ...defaultModel.thresholds, linkWeightMin, reviewWeightMin },
  });
  if (!read.ok) throw new Error(read.problems.join());
  return read.model;
}
/** Nobody is anybody; half of them are; nearly everybody is. */
const MODELS = [modelBy(500, 400), modelBy(14, 6), modelBy(4, -4)] as const;
const [STRICT, , LAX] = MODELS;

const activate = ({ version }: MatchingModel) => appendModelActivation(database, { version, by: "test" }, new Date());

const messageOf = (row: RegisterRow, minutes: number) =>
  adt(
    "A31",
    {
      id: `P${row.id}`,
      authority: "RBD",
      family: row.family_name,
      given: [row.given_name, row.middle_name].filter(Boolean).join(" "),
      birthDate: row.date_of_birth.replaceAll("-", ""),
      sex: row.sex,
      street: row.address,
      postcode: row.postcode,
      phone: row.phone,
      ...(row.nhs_number ? { nhsNumber: row.nhs_number, nhsStatus: "03" } : {}),
    },
    { recordedAt: `2026050108${String(minutes).padStart(2, "0")}00` },
  );

type Opened = { batchMessagesMax: number; sliceRecordsMax: number; onEvent?: (event: ResolverEvent) => void };

/** A decider that goes so far and is gone without a word, as in a crash. */
async function stepThenVanish(steps: number, opened: Opened): Promise<void> {
  const log = postgresLog(database.pool);
  const consumer = await log.consume(RESOLVE_CONSUMER, { owner: "test", leaseMs: 60_000 });
  if (!consumer) throw new Error("Somebody else resolves.");
  const resolver = await Resolver.open(
    { database, log, model: defaultModel, now: () => new Date(), onEvent: () => {}, ...opened },
    consumer,
  );
  for (let step = 0; step < steps && (await resolver.step()) > 0; step++) await turn();
}

const slices = async () =>
  (
    await database.pool.query<{ slice: { activation: number; after: number; upTo: number } }>(
      "select convert_from(raw, 'UTF8')::jsonb as slice from journal where kind = 'resettle' order by journal_id",
    )
  ).rows.map(({ slice }) => slice);
const journalLength = async () => (await database.pool.query("select journal_id from journal")).rowCount;

/** What all of the journal comes to when it is decided anew. */
const rebuilt = async (batchMessagesMax: number) => (await rebuildAside(database, { batchMessagesMax })).after;

const questions = async () =>
  (
    await database.pool.query<{ id: number; kind: string; state: string; model: string; records: number[] }>(
      `select task_id as id, kind, state, evidence ->> 'modelVersion' as model,
         array[source_record_id, other_source_record_id]::float8[] as records from review_task order by task_id`,
    )
  ).rows;

/** Somebody says of two records what they are. */
async function decide(random: Random): Promise<void> {
  const { rows } = await database.pool.query<{ id: number }>(
    "select source_record_id as id from source_record order by 1",
  );
  const [one, other] = random.shuffled(rows.map(({ id }) => id));
  if (one === undefined || other === undefined) return;
  const verdict = random.pick(["same", "different"] as const);
  await appendCommands(
    database,
    [{ command: "decide", one, other, verdict, taskId: null, isSecondNeeded: false, by: "ann", reason: "seen" }],
    new Date(),
  );
}

describe("a model that is activated in the middle of the stream", () => {
  it.each(Array.from({ length: WALKS }, (_, index) => FIRST + index))(
    "decides everybody in town %i, and a rebuild decides the same",
    async (seed) => {
      const random = new Random(`walk ${seed}`);
      const drawn = (): Opened => ({
        batchMessagesMax: random.pick([1, 3, 100]),
        sliceRecordsMax: random.pick([1, 2, 5, 200]),
      });
      const rows = denseRows(`walk ${seed}`, random.between(6, 14));
      let minutes = 0;
      const say = (several: readonly RegisterRow[]) =>
        receive(
          database,
          several.map((row) => messageOf(row, minutes++)),
        );
      await say(rows.slice(0, -2));
      await resolveAll(database, drawn());
      let last: MatchingModel = defaultModel;
      for (let turns = random.between(1, 3); turns > 0; turns--) {
        last = random.pick([...MODELS, defaultModel]);
        await activate(last);
        await stepThenVanish(random.between(0, 4), drawn());
        await say([{ ...random.pick(rows), ...random.pick([{ phone: "01202 900458" }, { given_name: "Thomas" }]) }]);
        if (random.chance(0.5)) await decide(random);
        await stepThenVanish(random.between(0, 4), drawn());
      }
      await say(rows.slice(-2));
      await resolveAll(database, drawn());
      expect(brokenIn(await dumpOf(database), last)).toEqual([]);
      const [hash, length] = [await readStateHash(database.pool), await journalLength()];
      expect(await rebuilt(drawn().batchMessagesMax)).toEqual(hash);
      expect(await journalLength()).toBe(length);
    },
    60_000,
  );
});

describe("the walk", () => {
  const PEOPLE = [...Array(8).keys()].map((index) => who(index));
  const TWICE = who(3, { id: "TWICE" });
  const opened = { batchMessagesMax: 100, sliceRecordsMax: 2 };
  const ids = async () =>
    (await database.pool.query<{ id: number }>("select source_record_id as id from source_record order by 1")).rows.map(
      ({ id }) => id,
    );
  beforeEach(async () => {
    await receive(
      database,
      [...PEOPLE, TWICE].map((each) => adt("A28", each)),
    );
    await resolveAll(database);
  });

  it("comes by everybody once, however often the decider vanishes, and not again when it is done", async () => {
    await activate(LAX);
    for (let restart = 0; restart < 8; restart++) await stepThenVanish(1, opened);
    await resolveAll(database, opened);
    const all = await ids();
    const bounds = (await slices()).map(({ after, upTo }) => [after, upTo]);
    expect(bounds).toEqual([0, 1, 2, 3, 4].map((at) => [all[at * 2 - 1] ?? 0, all[Math.min(at * 2 + 1, 8)]]));
    await resolveAll(database, opened);
    expect(await slices()).toHaveLength(5);
  });

  it("lets messages that came meanwhile go before its next slice, and does not come by whom they made", async () => {
    await activate(LAX);
    await stepThenVanish(2, opened);
    await receive(database, [adt("A28", who(9))]);
    await resolveAll(database, opened);
    const kinds = await database.pool.query("select kind from journal order by journal_id desc limit 5");
    expect(kinds.rows.map(({ kind }) => kind)).toEqual([...Array(3).fill("resettle"), "message", "resettle"]);
    expect((await slices()).at(-1)?.upTo).toBe((await ids()).at(-2));
  });

  it("ends where another model comes into force, whose own begins, also where that is the one before", async () => {
    const first = await activate(STRICT);
    await stepThenVanish(2, opened);
    const second = await activate(defaultModel);
    await resolveAll(database, opened);
    const walks = (await slices()).map(({ activation }) => activation);
    // The second slice stands before the activation, and the third sees that the walk has ended.
    expect(walks.filter((walk) => walk === first)).toHaveLength(3);
    expect(walks.filter((walk) => walk === second)).toHaveLength(5);
    expect(brokenIn(await dumpOf(database))).toEqual([]);
  });

  it("is not begun by the model that is in force", async () => {
    await activate(defaultModel);
    await resolveAll(database, opened);
    expect(await slices()).toEqual([]);
  });

  it("says how far it is", async () => {
    const progress = () => readResettleProgress(database.pool, RESOLVE_CONSUMER);
    expect(await progress()).toBeUndefined();
    const activation = await activate(LAX);
    const whole = { activation, model: LAX.version, records: 9 };
    await stepThenVanish(1, opened);
    expect(await progress()).toEqual({ ...whole, settled: 0 });
    await stepThenVanish(2, opened);
    expect(await progress()).toEqual({ ...whole, settled: 4 });
    vi.stubEnv("CHESIL_DATABASE_URL", database.url);
    const listed = async () => (await new Folder({}).chesil("models", "list")).out;
    expect(await listed()).toContain(`${LAX.version}\tin force, 4 of 9 records decided anew\t`);
    await resolveAll(database, opened);
    expect(await progress()).toEqual({ ...whole, settled: 9 });
    expect(await listed()).toContain(`${LAX.version}\tin force\t`);
    vi.unstubAllEnvs();
  });

  it("leaves a record that can not be decided as it was, tells of it, and comes by all others", async () => {
    const { rows } = await database.pool.query<{ id: number }>(
      "select max(source_record_id) as id from source_record group by person_id having count(*) > 1 limit 1",
    );
    const stuck = rows[0]?.id ?? 0;
    await database.pool.query(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
       create trigger refuse before insert on identity_event for each row when (new.source_record_id = ${stuck}) execute function refuse()`,
    );
    try {
      const events: ResolverEvent[] = [];
      await activate(STRICT);
      await resolveAll(database, { ...opened, onEvent: (event) => void events.push(event) });
      expect(events.filter(({ kind }) => kind === "unsettled")).toContainEqual(
        expect.objectContaining({ sourceRecordId: stuck, detail: "error P0001" }),
      );
      expect((await slices()).at(-1)?.upTo).toBe((await ids()).at(-1));
    } finally {
      await database.pool.query("drop function refuse cascade");
    }
  });
});

describe("a question that a person closed", () => {
  const ONE = who(0, { nhsNumber: NHS[0] });
  /** The same number and name under another birth date. */
  const TWIN = { ...ONE, id: "TWIN", birthDate: "19350505" };
  const RARER = readModel({ ...defaultModel, lambda: defaultModel.lambda / 8 });

  it("is not asked again because another model weighs it otherwise, and is when the records say something new", async () => {
    if (!RARER.ok) throw new Error(RARER.problems.join());
    const { version, ...content } = RARER.model;
    await insertModel(database.pool, { version, content: { version, ...content }, note: "", ...ADDED });
    await receive(database, [adt("A28", ONE), adt("A28", TWIN)]);
    await resolveAll(database);
    const [asked] = await questions();
    const [one = 0, other = 0] = asked?.records ?? [];
    const decide = { command: "decide", one, other, verdict: "unsure", taskId: Number(asked?.id) } as const;
    await appendCommands(database, [{ ...decide, isSecondNeeded: false, by: "ann", reason: "seen" }], new Date());
    await activate(RARER.model);
    await resolveAll(database);
    const closed = { kind: "number-conflict", state: "closed", model: defaultModel.version };
    expect(await questions()).toMatchObject([closed]);
    await receive(database, [adt("A31", { ...TWIN, birthDate: "19350506" }, LATER)]);
    await resolveAll(database);
    expect(await questions()).toMatchObject([closed, { ...closed, state: "open", model: version }]);
  });
});
