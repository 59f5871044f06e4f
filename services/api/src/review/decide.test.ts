import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { CONFIG, openRig, type Rig } from "../rig.ts";

let database: Rig["database"];
let rig: Rig;
let dora: string;
let dev: string;
let jane: { personId: string; sourceRecordId: number; localId: string };
let joan: { personId: string; sourceRecordId: number; localId: string };
let taskId: number;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate app_user, session, audit, consent, person, source_record, identity_event, review_task, decision, link_rule, journal, outcome",
  );
  await open({});
  jane = await rig.addPerson({ family: "Smith", given: "Jane", nhsNumber: "9991234508" });
  joan = await rig.addPerson({ family: "Smith", given: "Joan" });
  taskId = await rig.addTask(jane.sourceRecordId, joan.sourceRecordId);
});

async function open(kinds: Record<string, number>): Promise<void> {
  rig = await openRig({ database, config: { review: { ...CONFIG.review, secondReview: { kinds } } } });
  dora = await rig.signedIn(["data-manager"], "dora");
  dev = await rig.signedIn(["data-manager"], "dev");
}

const look = async (as = dora) => (await rig.ask(as, "GET", `/api/v1/review-tasks/${taskId}`)).json();
const decide = async (verdict: string, as = dora, given: { seen?: string; wait?: number; reason?: string } = {}) =>
  rig.ask(as, "POST", `/api/v1/review-tasks/${taskId}/decision?wait=${given.wait ?? 0}`, {
    verdict,
    reason: given.reason ?? "Spoke to the ward",
    seen: given.seen ?? (await look(as)).fingerprint,
  });
const update = (sourceRecordId: number, change: string) =>
  database.pool.query(`update source_record set ${change} where source_record_id = $1`, [sourceRecordId]);

describe("a verdict", () => {
  test("is journalled as it was given, audited before, without a word of it in the audit", async () => {
    const { fingerprint: seen } = await look();
    await database.pool.query("truncate audit");
    const answer = await decide("same", dora, { seen, reason: "One letter apart" });
    expect(answer.statusCode).toBe(202);
    const { commandId } = answer.json();
    expect(await rig.commands()).toEqual([
      {
        ...{ command: "decide", one: jane.sourceRecordId, other: joan.sourceRecordId, verdict: "same", taskId },
        ...{ isSecondNeeded: false, by: "dora", reason: "One letter apart", journalId: Number(commandId) },
      },
    ]);
    const audit = await rig.audit();
    expect(audit.map(({ action, person_id }) => [action, person_id])).toEqual([
      ["review-task.decide", jane.personId],
      ["review-task.decide", joan.personId],
    ]);
    expect(JSON.stringify(audit)).not.toMatch(/same|letter/);
  });

  test("is not journalled when the audit can not be written", async () => {
    const { fingerprint: seen } = await look();
    await database.pool.query("alter table audit rename to audit_away");
    try {
      expect((await decide("same", dora, { seen })).statusCode).toBe(500);
    } finally {
      await database.pool.query("alter table audit_away rename to audit");
    }
    expect(await rig.commands()).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>, string[]]>([
    ["the left record", () => update(jane.sourceRecordId, "updated_by = 9"), ["left"]],
    ["the right record", () => update(joan.sourceRecordId, "status = 'deleted'"), ["right"]],
    ["a rule", () => rig.addRule("different", jane.sourceRecordId, 77, { decidedBy: "sender" }), ["rules"]],
    [
      "the question",
      () => database.pool.query("update review_task set asked_by = 9, why = 'other' where task_id = $1", [taskId]),
      ["question"],
    ],
    [
      "who is behind it",
      async () => {
        const third = await rig.addPerson({ family: "Smith", given: "J" });
        await rig.merge(third.personId, joan.personId);
      },
      ["people"],
    ],
  ])("by an older look is refused, and told what changed: %s", async (_, change, parts) => {
    const { fingerprint: seen } = await look();
    await change();
    const answer = await decide("same", dora, { seen });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().changed.map(({ part }: { part: string }) => part)).toEqual(parts);
    expect(await rig.commands()).toEqual([]);
    expect((await decide("same")).statusCode).toBe(202);
  });

  test("on a closed task is refused with what closed it", async () => {
    await database.pool.query("update review_task set state = 'closed', settled = 'joined' where task_id = $1", [
      taskId,
    ]);
    const answer = await decide("same");
    expect([answer.statusCode, answer.json().detail]).toEqual([409, "Both are one person now."]);
  });

  test("that closes a chain on its contrary is refused with the way, told as far as it may be", async () => {
    const third = await rig.addPerson({ family: "Smyth", given: "J" });
    await rig.addRule("same", joan.sourceRecordId, third.sourceRecordId);
    await rig.addRule("different", third.sourceRecordId, jane.sourceRecordId);
    const answer = await decide("same");
    expect(answer.statusCode).toBe(409);
    const path = answer.json().path as { sourceRecordId: string; localId: string }[];
    expect(path.map((step) => step.sourceRecordId)).toEqual(
      [third, joan, jane].map((each) => String(each.sourceRecordId)),
    );
    expect(path[0]).toMatchObject({ authority: "RDZ", localId: third.localId });
    expect((await decide("unsure")).statusCode).toBe(202);
    expect((await decide("different")).statusCode).toBe(202);
    await rig.optOut(third.personId);
    const hidden = (await decide("same")).json().path;
    expect(hidden[0]).toEqual({ sourceRecordId: null, authority: null, localId: null });
  });

  test("is not hindered by what a sender said, nor by what a person lifted", async () => {
    await rig.addRule("different", jane.sourceRecordId, joan.sourceRecordId, { decidedBy: "sender" });
    await rig.addRule("different", jane.sourceRecordId, joan.sourceRecordId, { liftedBy: 3 });
    expect((await decide("same")).statusCode).toBe(202);
  });

  test("about somebody who opted out is nobody's to give", async () => {
    const { fingerprint: seen } = await look();
    await rig.optOut(joan.personId);
    expect((await decide("same", dora, { seen })).statusCode).toBe(404);
    expect(await rig.commands()).toEqual([]);
  });

  test("needs a reason, a verdict and a fingerprint", async () => {
    for (const body of [
      { verdict: "same", reason: "x" },
      { verdict: "perhaps" },
      { verdict: "same", reason: "well enough", seen: "1.abc" },
    ]) {
      expect((await rig.ask(dora, "POST", `/api/v1/review-tasks/${taskId}/decision`, body)).statusCode).toBe(400);
    }
    expect((await decide("same", dora, { wait: -1 })).statusCode).toBe(400);
  });

  test("is waited for as long as is asked, and shown with what became of it", async () => {
    const waiting = decide("same", dora, { wait: 4_000 });
    let command: string | undefined;
    while (command === undefined) command = (await rig.commands()).map(({ journalId }) => String(journalId))[0];
    await rig.settle(command, "applied");
    expect((await waiting).json()).toMatchObject({
      commandId: command,
      decision: { state: "applied", verdict: "same", decidedBy: "dora", withheld: false },
    });
    const unanswered = (await decide("different", dora, { wait: 60 })).json();
    expect(unanswered.decision).toMatchObject({ state: "pending", verdict: "different" });
    const later = await rig.ask(dora, "GET", `/api/v1/decisions/${unanswered.commandId}`);
    expect(later.json()).toMatchObject({ state: "pending", taskId: String(taskId) });
  });
});

describe("a blind second review", () => {
  const stage = (to: string) =>
    database.pool.query("update review_task set stage = $2 where task_id = $1", [taskId, to]);
  beforeEach(() => open({ "possible-match": 1 }));

  test("is asked for with the command, and hides the first verdict until the second is given", async () => {
    const { commandId } = (await decide("same", dora, { reason: "Telltale reason" })).json();
    expect(await rig.commands()).toMatchObject([{ isSecondNeeded: true }]);
    const seesNothing = async () => {
      const answers = [
        await rig.ask(dev, "GET", `/api/v1/review-tasks/${taskId}`),
        await rig.ask(dev, "GET", `/api/v1/decisions/${commandId}`),
        await rig.ask(dev, "GET", `/api/v1/decisions?task=${taskId}`),
        await rig.ask(dev, "GET", `/api/v1/persons/${jane.personId}/history`),
        await rig.ask(dev, "GET", "/api/v1/review-tasks/statistics"),
      ];
      for (const answer of answers) {
        expect(answer.statusCode).toBe(200);
        expect(answer.body).not.toMatch(/Telltale|"verdict":"same"|"same":1/);
      }
      return answers;
    };
    await seesNothing();
    await rig.settle(commandId, "awaiting", { detail: "Telltale detail" });
    await stage("second");
    const [task] = await seesNothing();
    expect(task?.json()).toMatchObject({
      stage: "second",
      mayDecide: true,
      decisions: [{ decidedBy: "dora", state: "awaiting", withheld: true, verdict: null, reason: null }],
    });
    expect((await look(dora)).decisions).toMatchObject([{ verdict: "same", withheld: false }]);
    expect((await decide("different", dev)).statusCode).toBe(202);
  });

  test("is another's: who gave the first gives no second, and neither of the two settles what they disagree about", async () => {
    const first = (await decide("same")).json().commandId;
    await rig.settle(first, "awaiting");
    await stage("second");
    expect((await look(dora)).mayDecide).toBe(false);
    expect((await decide("same", dora)).statusCode).toBe(409);
    const second = (await decide("different", dev)).json().commandId;
    await rig.settle(second, "awaiting");
    await stage("adjudication");
    for (const each of [dora, dev]) expect((await decide("same", each)).statusCode).toBe(409);
    const cleo = await rig.signedIn(["data-manager"], "cleo");
    expect((await look(cleo)).decisions.map(({ verdict }: { verdict: string }) => verdict).sort()).toEqual([
      "different",
      "same",
    ]);
    expect((await decide("same", cleo)).statusCode).toBe(202);
  });

  test("is taken back by nobody else while it waits", async () => {
    const { commandId } = (await decide("same")).json();
    await rig.settle(commandId, "awaiting");
    await stage("second");
    const undo = (as: string) => rig.ask(as, "POST", `/api/v1/decisions/${commandId}/undo`, { reason: "Mistaken" });
    expect((await undo(dev)).statusCode).toBe(409);
    expect((await undo(dora)).statusCode).toBe(202);
  });
});

describe("a task's page", () => {
  test("shows the pair as it was asked and as it is now, and says what changed", async () => {
    expect((await look()).changed).toEqual([{ what: "model", text: "Records are compared by another model now." }]);
    const before = await look();
    expect(before).toMatchObject({
      evidence: { modelVersion: "test-1", weight: 7.5 },
      left: { record: { sourceRecordId: String(jane.sourceRecordId), authority: "RDZ", localId: jane.localId } },
      overlay: null,
      mayDecide: true,
      decisions: [],
    });
    expect(before.evidenceNow.levels.map(({ comparison }: { comparison: string }) => comparison)).toContain(
      "givenName",
    );
    expect(before.evidenceNow.modelVersion).not.toBe("test-1");
    await update(joan.sourceRecordId, "updated_by = 44");
    await rig.addRule("same", jane.sourceRecordId, 77, { decidedBy: "sender", journalId: 50 });
    const third = await rig.addPerson({ family: "Smith", given: "J" });
    await update(third.sourceRecordId, "updated_by = 60");
    await rig.merge(third.personId, jane.personId);
    await database.pool.query("update review_task set evidence = $2 where task_id = $1", [
      taskId,
      { ...before.evidenceNow, levels: before.evidenceNow.levels.map((each: object) => ({ ...each, level: "odd" })) },
    ]);
    const { changed } = await look();
    expect(new Set(changed.map(({ what }: { what: string }) => what))).toEqual(
      new Set(["record", "rule", "people", "evidence"]),
    );
    expect(changed.map(({ text }: { text: string }) => text)).toContain(`RDZ ${joan.localId} was updated since.`);
  });

  test("has the messages behind the two records, newest first", async () => {
    const ids = [];
    for (let number = 0; number < 3; number++) {
      ids.push(await rig.addMessage("MSH|", { outcome: "applied", sourceRecordId: jane.sourceRecordId }));
    }
    expect(await look()).toMatchObject({
      left: { messageIds: ids.toReversed().map(String) },
      right: { messageIds: [] },
    });
  });

  test.each([
    ["beside its entry", (record: object, journalId: number) => ({ record, journalId })],
    ["with its entry", (record: object, journalId: number) => ({ ...record, journalId })],
  ])("of an overlaid record has both versions, each kept %s", async (_, kept) => {
    const was = { names: [{ family: "Smith", given: ["Jane"] }], birthDate: "1950-07-31", postcodes: ["BH15 1AA"] };
    const is = { names: [{ family: "Jones", given: ["Mary"] }], birthDate: "1988-01-02", postcodes: ["BH15 1AA"] };
    taskId = await rig.addTask(jane.sourceRecordId, jane.sourceRecordId, {
      kind: "possible-overlay",
      evidence: { before: kept(was, 11), after: kept(is, 12) },
    });
    const task = await look();
    expect(task.overlay).toEqual({
      before: { messageId: "11" },
      after: { messageId: "12" },
      rows: [
        { label: "Name", before: "SMITH, Jane", after: "JONES, Mary", differs: true },
        { label: "Date of birth", before: "31-Jul-1950", after: "02-Jan-1988", differs: true },
        { label: "Postcode", before: "BH15 1AA", after: "BH15 1AA", differs: false },
      ],
    });
    expect(task.evidenceNow.weight).toBeLessThan(0);
    expect((await decide("different")).statusCode).toBe(202);
    expect(await rig.commands()).toMatchObject([{ one: jane.sourceRecordId, other: jane.sourceRecordId }]);
  });

  test("of an overlay whose versions were not kept is shown all the same", async () => {
    taskId = await rig.addTask(jane.sourceRecordId, jane.sourceRecordId, { kind: "possible-overlay", evidence: {} });
    expect(await look()).toMatchObject({ overlay: null, evidence: null, evidenceNow: null });
  });
});
