import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { CONFIG, openRig, type Rig } from "../rig.ts";

/** Who opted out is matched like everybody else; the questions about them are the privacy officer's alone (law 10). */

let database: Rig["database"];
let rig: Rig;
let dora: string;
let olga: string;
let hidden: { personId: string; sourceRecordId: number };
let hiddenTask: number;
let openTask: number;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate app_user, session, audit, consent, person, source_record, identity_event, review_task, decision, link_rule, journal, outcome",
  );
  const secondReview = { kinds: { "possible-match": 1 } };
  rig = await openRig({ database, config: { review: { ...CONFIG.review, secondReview } } });
  dora = await rig.signedIn(["data-manager", "administrator"], "dora");
  olga = await rig.signedIn(["privacy-officer"], "olga");
  const [jane, joan, june] = [
    await rig.addPerson({ family: "Smith", given: "Jane" }),
    await rig.addPerson({ family: "Smith", given: "Joan" }),
    await rig.addPerson({ family: "Smith", given: "June" }),
  ];
  hidden = jane;
  hiddenTask = await rig.addTask(jane.sourceRecordId, joan.sourceRecordId);
  openTask = await rig.addTask(joan.sourceRecordId, june.sourceRecordId);
  await rig.optOut(hidden.personId);
});

const list = async (as: string, query = "") => (await rig.ask(as, "GET", `/api/v1/review-tasks${query}`)).json();
const view = (as: string, taskId: number) => rig.ask(as, "GET", `/api/v1/review-tasks/${taskId}`);
const decide = async (as: string, taskId: number, seen?: string) =>
  rig.ask(as, "POST", `/api/v1/review-tasks/${taskId}/decision`, {
    ...{ verdict: "different", reason: "Two patients" },
    seen: seen ?? (await view(as, taskId)).json().fingerprint,
  });
const undo = (as: string, id: string) =>
  rig.ask(as, "POST", `/api/v1/decisions/${id}/undo`, { reason: "Looked again" });
const told = ({ tasks, counts }: { tasks: { taskId: string; mayDecide: boolean }[]; counts: { open: number } }) => [
  counts.open,
  ...tasks.map(({ taskId, mayDecide }) => [Number(taskId), mayDecide]),
];

describe("a task about somebody who opted out", () => {
  test("is listed and counted for a privacy officer, who decides these alone, and for nobody else", async () => {
    expect(told(await list(dora))).toEqual([1, [openTask, true]]);
    const officers = await list(olga);
    expect(told(officers)).toEqual([2, [hiddenTask, true], [openTask, false]]);
    expect(officers.tasks.map((task: { optedOut: boolean }) => task.optedOut)).toEqual([true, false]);
    expect(told(await list(olga, "?optedOut=true"))).toEqual([2, [hiddenTask, true]]);
    expect(told(await list(olga, "?optedOut=false"))).toEqual([2, [openTask, false]]);
    expect((await rig.ask(dora, "GET", "/api/v1/review-tasks?optedOut=true")).statusCode).toBe(403);
  });

  test("is shown and decided by a privacy officer only, without a second, as such on record", async () => {
    const shown = await view(olga, hiddenTask);
    expect(shown.json()).toMatchObject({ left: { personId: hidden.personId }, mayDecide: true, optedOut: true });
    const { fingerprint } = shown.json();
    expect((await view(dora, hiddenTask)).statusCode).toBe(404);
    expect((await decide(dora, hiddenTask, fingerprint)).statusCode).toBe(404);
    await database.pool.query("truncate audit");
    expect((await decide(olga, hiddenTask, fingerprint)).statusCode).toBe(202);
    expect(await rig.commands()).toMatchObject([{ command: "decide", taskId: hiddenTask, isSecondNeeded: false }]);
    const about = (await rig.audit()).filter((entry) => entry.person_id === hidden.personId);
    expect(about).toMatchObject([
      { username: "olga", action: "review-task.decide", detail: { optedOut: true, purpose: "identity-review" } },
    ]);
  });

  test("leaves all other tasks to the data managers", async () => {
    expect((await view(olga, openTask)).json()).toMatchObject({ mayDecide: false, optedOut: false });
    expect((await decide(olga, openTask)).statusCode).toBe(403);
    expect((await decide(dora, openTask)).statusCode).toBe(202);
    expect(await rig.commands()).toMatchObject([{ taskId: openTask, isSecondNeeded: true }]);
  });

  test("can be decided anew: who opted out since is out of the data managers' hands", async () => {
    const [one, other] = [(await decide(olga, hiddenTask)).json(), (await decide(dora, openTask)).json()];
    for (const { commandId } of [one, other]) await rig.settle(commandId, "applied");
    const ids = async (as: string) =>
      (await rig.ask(as, "GET", "/api/v1/decisions"))
        .json()
        .decisions.map((each: { decisionId: string }) => each.decisionId);
    expect([await ids(dora), await ids(olga)]).toEqual([[other.commandId], [other.commandId, one.commandId]]);
    expect((await undo(dora, one.commandId)).statusCode).toBe(404);
    expect((await undo(olga, other.commandId)).statusCode).toBe(403);
    expect((await undo(olga, one.commandId)).statusCode).toBe(202);
  });

  test("opens no other way to the person for a privacy officer", async () => {
    for (const path of ["", "/history", "/facts?kind=allergy"]) {
      const answer = await rig.ask(olga, "GET", `/api/v1/persons/${hidden.personId}${path}`);
      expect([path, answer.statusCode]).toEqual([path, 404]);
    }
  });
});

test("pages of tasks and of decisions are full and reach everything once, however many in a row are hidden", async () => {
  const shown: string[] = [];
  for (let number = 0; number < 130; number++) {
    const person = await rig.addPerson({ family: "Row", given: `G${number}` });
    const task = await rig.addTask(person.sourceRecordId, person.sourceRecordId);
    await database.pool.query(
      `insert into decision (journal_id, command, task_id, verdict, source_record_id, other_source_record_id, decided_by, decided_at,
         reason, state) values ($1, 'decide', $2, 'same', $3, $3, 'dev', $4, 'Alike', 'applied')`,
      [10_000 + number, task, person.sourceRecordId, rig.now()],
    );
    if (number % 65 < 55) await rig.optOut(person.personId);
    else shown.push(String(task));
  }
  shown.push(String(openTask));
  const all = async (url: string, key: "tasks" | "decisions") => {
    const found: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Record<typeof key, { taskId: string }[]> & { next: string | null } = (
        await rig.ask(dora, "GET", `${url}${cursor ? `?cursor=${cursor}` : ""}`)
      ).json();
      sizes.push(page[key].length);
      found.push(...page[key].map((each) => each.taskId));
      cursor = page.next;
    }
    return { found: found.sort(), sizes };
  };
  expect(await all("/api/v1/review-tasks", "tasks")).toEqual({ found: shown.toSorted(), sizes: [21] });
  const decided = shown.filter((task) => task !== String(openTask));
  expect(await all("/api/v1/decisions", "decisions")).toEqual({ found: decided.toSorted(), sizes: [20] });
});
