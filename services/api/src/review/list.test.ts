import { REVIEW_TASK_KINDS, readReviewTasks, type StoredReviewTask, taskDueAt, taskPriority } from "@chesil/store";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { CONFIG, openRig, type Rig } from "../rig.ts";

const HOUR_MS = 3_600_000;
const LEVELS = CONFIG.review.serviceLevelHours;

let database: Rig["database"];
let rig: Rig;
let dora: string;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate app_user, session, audit, consent, person, source_record, identity_event, review_task, decision, journal",
  );
  rig = await openRig({ database });
  dora = await rig.signedIn(["data-manager"], "dora");
});

type Row = { taskId: string; priority: number; kind: string; overdue: boolean; dueAt: string; mayDecide: boolean };
const list = async (query: string, as = dora) => {
  const answer = await rig.ask(as, "GET", `/api/v1/review-tasks?${query}`);
  expect(answer.statusCode).toBe(200);
  return answer.json<{ tasks: Row[]; next: string | null; counts: Record<string, unknown> }>();
};
const ago = (hours: number) => new Date(rig.now().getTime() - hours * HOUR_MS);

const task = fc.record({
  kind: fc.constantFrom(...REVIEW_TASK_KINDS),
  weight: fc.option(fc.double({ min: -400, max: 400, noNaN: true }).map(Math.fround)),
  hours: fc.double({ min: -1, max: 2_000, noNaN: true }),
});

describe("the priority of a task", () => {
  test("is between 0 and 100, never falls as the task ages, and is whole in age once it is overdue", () => {
    const now = new Date("2026-03-14T10:00:00.000Z");
    const at = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);
    fc.assert(
      fc.property(task, fc.double({ min: 0, max: 500, noNaN: true }), ({ kind, weight, hours }, more) => {
        const priority = taskPriority({ kind, weight, openedAt: at(hours) }, LEVELS, now);
        const older = taskPriority({ kind, weight, openedAt: at(hours + more) }, LEVELS, now);
        expect(priority).toBeGreaterThanOrEqual(0);
        expect(older).toBeLessThanOrEqual(100);
        expect(older).toBeGreaterThanOrEqual(priority);
        const due = taskDueAt({ kind, openedAt: at(hours) }, LEVELS);
        if (due <= now) expect(older).toBe(priority);
      }),
    );
  });

  test("orders the database as it orders tasks here, whatever the tasks, page by page", async () => {
    const [a, b] = [
      await rig.addPerson({ family: "Smith", given: "Jane" }),
      await rig.addPerson({ family: "Smith", given: "Joan" }),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(task, { maxLength: 12 }), async (drawn) => {
        await database.pool.query("truncate review_task");
        for (const [index, each] of drawn.entries()) {
          // A pair has one question of a kind: the others are about records that are nobody's, and are listed with these.
          await database.pool.query(
            `insert into review_task (task_id, kind, state, source_record_id, other_source_record_id, weight, why, evidence,
               opened_by, opened_at, asked_by, closed_at)
             values ($1, $2, 'open', $3, $4, $5, 'w', '{}', 1, $6, 1, null) on conflict do nothing`,
            [index + 1, each.kind, a.sourceRecordId, b.sourceRecordId, each.weight, ago(each.hours)],
          );
        }
        const order = { levels: LEVELS, now: rig.now() };
        const all: (StoredReviewTask & { sort: number })[] = [];
        for (let after = null as Parameters<typeof readReviewTasks>[3]["after"]; ; ) {
          const page = await readReviewTasks(database.pool, { state: "open" }, order, { after, limit: 3 });
          all.push(...page);
          after = page.at(-1) ?? null;
          if (page.length < 3) break;
        }
        expect(new Set(all.map(({ taskId }) => taskId)).size).toBe(all.length);
        const { rows } = await database.pool.query<{ tasks: number }>("select count(*) as tasks from review_task");
        expect(all.length).toBe(rows[0]?.tasks);
        for (const each of all) expect(-each.sort).toBeCloseTo(taskPriority(each, LEVELS, rig.now()), 3);
        expect(all.map(({ sort }) => sort)).toEqual(all.map(({ sort }) => sort).toSorted((x, y) => x - y));
      }),
      { numRuns: 30 },
    );
  });
});

describe("the list of tasks", () => {
  let ids: Record<string, string>;
  beforeEach(async () => {
    const people = [];
    for (const given of ["A", "B", "C", "D", "E"]) people.push(await rig.addPerson({ family: "Smith", given }));
    const [a, b, c, d, e] = people.map((person) => person.sourceRecordId) as [number, number, number, number, number];
    const add = async (...of: Parameters<Rig["addTask"]>) => String(await rig.addTask(...of));
    ids = {
      late: await add(a, b, { openedAt: ago(200) }),
      fresh: await add(a, c, { openedAt: ago(1), weight: -2 }),
      overlay: await add(d, d, { kind: "possible-overlay", weight: null, evidence: {}, openedAt: ago(1) }),
      number: await add(c, e, { kind: "number-conflict", openedAt: ago(1) }),
    };
    const set = (name: string, change: string) =>
      database.pool.query(`update review_task set ${change} where task_id = $1`, [ids[name]]);
    await set("late", "assignee = 'dora'");
    await set("number", "stage = 'second', assignee = 'dev', why = 'different-nhs-numbers'");
  });

  const names = (rows: readonly Row[]) =>
    rows.map(({ taskId }) => Object.keys(ids).find((name) => ids[name] === taskId));

  test("has the most urgent first, with what is late and when the others are due", async () => {
    const { tasks, counts } = await list("");
    expect(names(tasks)).toEqual(["late", "overlay", "number", "fresh"]);
    expect(tasks.map(({ overdue }) => overdue)).toEqual([true, false, false, false]);
    expect(tasks[1]).toMatchObject({ dueAt: new Date(ago(1).getTime() + 4 * HOUR_MS).toISOString() });
    expect(counts).toEqual({
      ...{ open: 4, overdue: 1, closed: 0 },
      kinds: [
        { kind: "number-conflict", open: 1, overdue: 0, closed: 0 },
        { kind: "possible-match", open: 2, overdue: 1, closed: 0 },
        { kind: "possible-overlay", open: 1, overdue: 0, closed: 0 },
      ],
    });
  });

  test.each<[string, string[]]>([
    ["kind=possible-match", ["late", "fresh"]],
    ["kind=possible-overlay&kind=number-conflict", ["overlay", "number"]],
    ["assignee=me", ["late"]],
    ["assignee=dev", ["number"]],
    ["assignee=nobody", ["overlay", "fresh"]],
    ["stage=second", ["number"]],
    ["overdue=true", ["late"]],
    ["overdue=false", ["overlay", "number", "fresh"]],
    ["why=different-nhs-numbers", ["number"]],
    ["priorityMin=50", ["late", "overlay", "number"]],
    ["kind=possible-match&assignee=me&overdue=false", []],
    ["state=closed", []],
  ])("%s", async (query, expected) => {
    expect(names((await list(query)).tasks)).toEqual(expected);
  });

  test("refuses what is no filter", async () => {
    for (const query of ["kind=odd", "stage=third", "overdue=perhaps", "priorityMin=101", "cursor=x"]) {
      expect([query, (await rig.ask(dora, "GET", `/api/v1/review-tasks?${query}`)).statusCode]).toEqual([query, 400]);
    }
  });

  test("has the closed ones by when they were closed, and why", async () => {
    for (const [name, hours] of [
      ["late", 3],
      ["fresh", 1],
      ["overlay", 2],
    ] as const) {
      await database.pool.query(
        "update review_task set state = 'closed', settled = 'overtaken', closed_by = 5, closed_at = $2 where task_id = $1",
        [ids[name], ago(hours)],
      );
    }
    const { tasks } = await list("state=closed");
    expect(names(tasks)).toEqual(["fresh", "overlay", "late"]);
    expect(tasks[0]).toMatchObject({ settled: "overtaken", closedAt: ago(1).toISOString(), overdue: false });
    expect(names((await list("state=closed&kind=possible-match")).tasks)).toEqual(["fresh", "late"]);
  });
});
