import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { CONFIG, openRig, type Rig } from "../rig.ts";

let database: Rig["database"];
let rig: Rig;
let dora: string;
type Person = { personId: string; sourceRecordId: number; localId: string };
let jane: Person;
let second: Person;
let joan: Person;
const NOBODY = "99999999-9999-8999-8999-999999999999";

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate app_user, session, audit, consent, person, source_record, identity_event, review_task, decision, link_rule, journal, outcome",
  );
  rig = await openRig({ database });
  dora = await rig.signedIn(["data-manager"], "dora");
  // Jane has two records: the second came from a person who was merged into her.
  jane = await rig.addPerson({ family: "Smith", given: "Jane" });
  second = await rig.addPerson({ family: "Smith", given: "J" });
  await rig.merge(second.personId, jane.personId);
  joan = await rig.addPerson({ family: "Jones", given: "Joan" });
});

const reason = "Seen on the ward";
const post = async (url: string, body: object, as = dora) => {
  const answer = await rig.ask(as, "POST", `/api/v1/${url}`, body);
  return { status: answer.statusCode, body: answer.json() };
};
const of = (person: Person) => `persons/${person.personId}`;
const sources = (...people: Person[]) => people.map((each) => String(each.sourceRecordId));

describe("a merge", () => {
  test("moves every active record of the other to the oldest of this one", async () => {
    const answer = await post(`${of(joan)}/merge`, { with: jane.personId, reason });
    expect(answer.status).toBe(202);
    expect(await rig.commands()).toMatchObject([
      {
        ...{ command: "move", sourceRecordIds: [jane.sourceRecordId, second.sourceRecordId], to: joan.sourceRecordId },
        ...{ by: "dora", reason, journalId: Number(answer.body.commandId) },
      },
    ]);
    expect((await rig.audit()).map(({ action, person_id }) => [action, person_id])).toEqual([
      ["person.merge", joan.personId],
      ["person.merge", jane.personId],
    ]);
  });

  test.each<[string, () => [Person, string], number]>([
    ["with themselves", () => [jane, jane.personId], 422],
    ["with themselves, in capitals", () => [jane, jane.personId.toUpperCase()], 422],
    ["with one who is them already", () => [jane, second.personId], 422],
    ["with one who went to another", () => [joan, second.personId], 409],
    ["with nobody", () => [jane, NOBODY], 404],
    ["with what is no id", () => [jane, "x"], 404],
  ])("%s is refused", async (_, of_, status) => {
    const [person, other] = of_();
    const answer = await post(`${of(person)}/merge`, { with: other, reason });
    expect(answer.status).toBe(status);
    if (status === 409) expect(answer.body.replacedBy).toBe(jane.personId);
    expect(await rig.commands()).toEqual([]);
  });

  test("of two whom a person found to be two is refused with the way, chains and all", async () => {
    await rig.addRule("same", joan.sourceRecordId, 77);
    await rig.addRule("different", 77, second.sourceRecordId);
    const answer = await post(`${of(jane)}/merge`, { with: joan.personId, reason });
    // Joan's record would be the home of Jane's: only a chain that holds the moved records counts.
    expect(answer.status).toBe(202);
    await rig.addRule("same", jane.sourceRecordId, second.sourceRecordId);
    const refused = await post(`${of(jane)}/merge`, { with: joan.personId, reason });
    expect(refused.status).toBe(409);
    expect(refused.body.path).toHaveLength(4);
  });

  test("of anybody who opted out is like one of nobody", async () => {
    await rig.optOut(joan.personId);
    expect(await post(`${of(jane)}/merge`, { with: joan.personId, reason })).toEqual(
      await post(`${of(jane)}/merge`, { with: NOBODY, reason }),
    );
    expect((await post(`${of(joan)}/merge`, { with: jane.personId, reason })).status).toBe(404);
    expect(await rig.commands()).toEqual([]);
  });
});

describe("an unmerge", () => {
  const retire = () =>
    database.pool.query("update source_record set status = 'retired', retired_into = $2 where source_record_id = $1", [
      second.sourceRecordId,
      jane.sourceRecordId,
    ]);
  const [ofSecond, ofJane] = [() => String(second.sourceRecordId), () => String(jane.sourceRecordId)];

  test("says that the record its sender merged away is another patient", async () => {
    await retire();
    const answer = await post(`${of(jane)}/unmerge`, { sourceRecordId: ofSecond(), reason });
    expect(answer.status).toBe(202);
    const pair = { one: second.sourceRecordId, other: jane.sourceRecordId };
    expect(await rig.commands()).toMatchObject([{ command: "decide", ...pair, verdict: "different", taskId: null }]);
    expect((await rig.audit()).map(({ action }) => action)).toEqual(["person.unmerge"]);
  });

  test("of a record that was not merged away, or is not theirs, is refused", async () => {
    expect((await post(`${of(jane)}/unmerge`, { sourceRecordId: ofSecond(), reason })).status).toBe(409);
    await retire();
    expect((await post(`${of(jane)}/unmerge`, { sourceRecordId: ofJane(), reason })).status).toBe(409);
    expect((await post(`${of(joan)}/unmerge`, { sourceRecordId: ofSecond(), reason })).status).toBe(409);
    expect(await rig.commands()).toEqual([]);
  });
});

describe("a split", () => {
  test("sends records to a person of their own", async () => {
    const answer = await post(`${of(jane)}/split`, { sourceRecordIds: sources(second), reason });
    expect(answer.status).toBe(202);
    expect(await rig.commands()).toMatchObject([
      { command: "move", sourceRecordIds: [second.sourceRecordId], to: null, by: "dora", reason },
    ]);
  });

  test("of all of them is refused, and says why", async () => {
    const answer = await post(`${of(jane)}/split`, { sourceRecordIds: sources(jane, second), reason });
    expect([answer.status, answer.body.title]).toEqual([422, "These are all the records this person has"]);
    await database.pool.query("update source_record set status = 'retired' where source_record_id = $1", [
      second.sourceRecordId,
    ]);
    // A retired record says nothing any more: what still speaks is the last.
    expect((await post(`${of(jane)}/split`, { sourceRecordIds: sources(jane), reason })).status).toBe(422);
    expect(await rig.commands()).toEqual([]);
  });

  test("of what is another's, of what is merged away, or of what a person joined is refused", async () => {
    expect((await post(`${of(jane)}/split`, { sourceRecordIds: sources(joan), reason })).status).toBe(409);
    expect((await post(`${of(second)}/split`, { sourceRecordIds: sources(second), reason })).status).toBe(409);
    await rig.addRule("same", jane.sourceRecordId, 77);
    await rig.addRule("same", 77, second.sourceRecordId);
    const answer = await post(`${of(jane)}/split`, { sourceRecordIds: sources(second), reason });
    expect([answer.status, answer.body.path.length]).toEqual([409, 3]);
    for (const body of [{ sourceRecordIds: [], reason }, { sourceRecordIds: ["0"], reason }, { reason }]) {
      expect((await post(`${of(jane)}/split`, body)).status).toBe(400);
    }
  });
});

describe("a move", () => {
  test("sends records to the person of another", async () => {
    const answer = await post(`${of(jane)}/move`, { sourceRecordIds: sources(second), to: joan.personId, reason });
    expect(answer.status).toBe(202);
    expect(await rig.commands()).toMatchObject([
      { command: "move", sourceRecordIds: [second.sourceRecordId], to: joan.sourceRecordId },
    ]);
  });

  test("to where they are, or against what was decided, is refused", async () => {
    const move = (to: string) => post(`${of(jane)}/move`, { sourceRecordIds: sources(second), to, reason });
    expect((await move(jane.personId)).status).toBe(422);
    expect((await move(NOBODY)).status).toBe(404);
    await rig.addRule("same", second.sourceRecordId, 77);
    await rig.addRule("different", 77, joan.sourceRecordId);
    expect((await move(joan.personId)).status).toBe(409);
  });
});

describe("the way back", () => {
  test("is a command of its own, and refused where there is nothing to take back", async () => {
    const { commandId } = (await post(`${of(jane)}/split`, { sourceRecordIds: sources(second), reason })).body;
    const undo = (id: string) => post(`decisions/${id}/undo`, { reason: "Mistaken" });
    expect((await undo(commandId)).status).toBe(409);
    await rig.settle(commandId, "refused", { detail: "It can not be." });
    expect((await undo(commandId)).status).toBe(409);
    await rig.settle(commandId, "applied");
    const undone = await undo(commandId);
    expect(undone.status).toBe(202);
    const last = (await rig.commands()).at(-1);
    expect(last).toMatchObject({ command: "undo", journalId: Number(undone.body.commandId), by: "dora" });
    await rig.settle(undone.body.commandId, "applied");
    await rig.settle(commandId, "applied", { undoneBy: Number(undone.body.commandId) });
    expect((await undo(commandId)).status).toBe(409);
    expect((await undo(undone.body.commandId)).status).toBe(409);
    expect((await undo("424242")).status).toBe(404);
    const seen = (await rig.ask(dora, "GET", `/api/v1/decisions/${commandId}`)).json();
    expect(seen).toMatchObject({
      command: "move",
      undoneBy: undone.body.commandId,
      moved: [{ localId: second.localId }],
    });
    const way = (await rig.ask(dora, "GET", `/api/v1/decisions/${undone.body.commandId}`)).json();
    expect(way).toMatchObject({ command: "undo", target: commandId, state: "applied" });
  });

  test("about somebody who opted out is not there, and neither is what took it back", async () => {
    const { commandId } = (await post(`${of(jane)}/split`, { sourceRecordIds: sources(second), reason })).body;
    await rig.settle(commandId, "applied");
    const undone = (await post(`decisions/${commandId}/undo`, { reason: "Mistaken" })).body.commandId;
    await rig.settle(undone, "applied");
    const all = async () => (await rig.ask(dora, "GET", "/api/v1/decisions")).json().decisions.length;
    expect(await all()).toBe(2);
    await rig.optOut(jane.personId);
    expect(await all()).toBe(0);
    for (const id of [commandId, undone]) {
      expect((await rig.ask(dora, "GET", `/api/v1/decisions/${id}`)).statusCode).toBe(404);
      expect((await post(`decisions/${id}/undo`, { reason: "Mistaken" })).status).toBe(404);
    }
  });

  test("from a rule is to lift it, whoever laid it down", async () => {
    const ruleId = await rig.addRule("different", jane.sourceRecordId, joan.sourceRecordId, { decidedBy: "sender" });
    const ended = await rig.addRule("same", joan.sourceRecordId, second.sourceRecordId, { liftedBy: 4 });
    const { rules } = (await rig.ask(dora, "GET", `/api/v1/link-rules?sourceRecordId=${joan.sourceRecordId}`)).json();
    expect(rules).toMatchObject([
      { ruleId: String(ended), kind: "same", liftedBy: "4", other: { localId: second.localId } },
      {
        ruleId: String(ruleId),
        kind: "different",
        liftedBy: null,
        other: { personId: jane.personId },
        decidedBy: "sender",
      },
    ]);
    expect((await post(`link-rules/${ended}/lift`, { reason })).status).toBe(409);
    expect((await post("link-rules/424242/lift", { reason })).status).toBe(404);
    expect((await post(`link-rules/${ruleId}/lift`, { reason })).status).toBe(202);
    expect(await rig.commands()).toMatchObject([{ command: "lift", ruleId, by: "dora", reason }]);
    await rig.optOut(jane.personId);
    expect((await post(`link-rules/${ruleId}/lift`, { reason })).status).toBe(404);
    const left = (await rig.ask(dora, "GET", `/api/v1/link-rules?sourceRecordId=${joan.sourceRecordId}`)).json();
    expect(left.rules).toEqual([]);
    const theirs = await rig.ask(dora, "GET", `/api/v1/link-rules?sourceRecordId=${jane.sourceRecordId}`);
    expect(theirs.statusCode).toBe(404);
  });
});

describe("tasks", () => {
  let taskIds: string[];
  const assign = (to: string | null, ids = taskIds) => post("review-tasks/assign", { taskIds: ids, to });
  beforeEach(async () => {
    await rig.signedIn(["data-manager"], "dev");
    await rig.signedIn(["clinician"], "carla");
    taskIds = [];
    for (const kind of ["possible-match", "fits-two", "link-check"] as const)
      taskIds.push(String(await rig.addTask(jane.sourceRecordId, joan.sourceRecordId, { kind })));
  });

  test("are handed to one who decides, or to nobody", async () => {
    expect((await assign("dev")).body.assigned).toEqual(taskIds.map((taskId) => ({ taskId, to: "dev" })));
    expect((await assign(null)).status).toBe(202);
    expect(await rig.commands()).toMatchObject([
      { command: "assign", taskIds: taskIds.map(Number), to: "dev", by: "dora" },
      { command: "assign", to: null },
    ]);
    expect((await assign("carla")).status).toBe(422);
    expect((await assign("nobody-of-us")).status).toBe(422);
    expect((await assign("dev", ["424242"])).status).toBe(404);
    await database.pool.query("update review_task set state = 'closed' where task_id = $1", [taskIds[0]]);
    expect((await assign("dev")).status).toBe(409);
    await rig.optOut(joan.personId);
    expect((await assign("dev", taskIds.slice(1))).status).toBe(404);
  });

  test("are dealt in turn, fewest first, never to one who gave the first verdict", async () => {
    const dealt = await assign("round-robin");
    expect(dealt.body.assigned.map(({ to }: { to: string }) => to).sort()).toEqual(["dev", "dev", "dora"]);
    expect(await rig.commands()).toHaveLength(2);
    await database.pool.query("update review_task set stage = 'second' where task_id = $1", [taskIds[0]]);
    await database.pool.query(
      `insert into decision (journal_id, command, task_id, verdict, decided_by, decided_at, reason, state)
       values (900, 'decide', $1, 'same', 'dev', $2, 'r', 'awaiting')`,
      [taskIds[0], rig.now()],
    );
    const again = await assign("round-robin", taskIds.slice(0, 1));
    expect(again.body.assigned).toEqual([{ taskId: taskIds[0], to: "dora" }]);
    expect((await assign("dev", taskIds.slice(0, 1))).status).toBe(422);
    rig = await openRig({ database, config: { review: { ...CONFIG.review, reviewers: ["dev", "gone"] } } });
    expect((await assign("round-robin", taskIds.slice(1))).body.assigned.map(({ to }: { to: string }) => to)).toEqual([
      "dev",
      "dev",
    ]);
    expect((await assign("round-robin", taskIds.slice(0, 1))).status).toBe(422);
  });
});
