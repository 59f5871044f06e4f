import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { personAnswer } from "./view.ts";

let database: Rig["database"];
let rig: Rig;
let cookie: string;
beforeAll(async () => {
  database = await freshDatabase();
  rig = await openRig({ database });
  cookie = await rig.signedIn(["clinician"], "carla");
});
afterAll(() => rig.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate audit, consent, person, source_record, identity_event, encounter, review_task, journal, outcome",
  );
});

const search = async (body: object) => (await rig.ask(cookie, "POST", "/api/v1/persons/search", body)).json();
const namesOf = async (body: object): Promise<string[]> =>
  (await search(body)).persons.map((person: { displayName: string }) => person.displayName);

describe("a search of persons", () => {
  beforeEach(async () => {
    await rig.addPerson({ family: "Smith", given: "Jane", nhsNumber: "9991234508", localId: "AB-1" });
    await rig.addPerson({ family: "Smithers", given: "Janet", birthDate: "1950-07-30" });
    await rig.addPerson({ family: "Jane", given: "Smith", postcode: "BH1 1AA" });
    await rig.addPerson({ family: "O", given: "Other", authority: "RBD", localId: "AB-1", deceased: true });
  });

  test.each<[object, string[]]>([
    [{ text: "smi" }, ["SMITH, Jane (Ms)", "SMITHERS, Janet (Ms)"]],
    [{ text: "SMITH" }, ["SMITH, Jane (Ms)", "SMITHERS, Janet (Ms)"]],
    [{ text: "jane smith" }, ["JANE, Smith (Ms)", "SMITH, Jane (Ms)", "SMITHERS, Janet (Ms)"]],
    [{ text: "smith, jane" }, ["SMITH, Jane (Ms)", "SMITHERS, Janet (Ms)"]],
    [{ text: "smith jane 31/07/1950" }, ["JANE, Smith (Ms)", "SMITH, Jane (Ms)"]],
    [{ text: "999 123 4508" }, ["SMITH, Jane (Ms)"]],
    [{ nhsNumber: "9991234508" }, ["SMITH, Jane (Ms)"]],
    [{ text: "BH1 1AA" }, ["JANE, Smith (Ms)"]],
    [{ postcode: "BH1" }, ["JANE, Smith (Ms)"]],
    [{ text: "BH1" }, ["JANE, Smith (Ms)"]],
    [{ birthDate: "1950-07-30" }, ["SMITHERS, Janet (Ms)"]],
    [{ text: "AB-1" }, ["SMITH, Jane (Ms)"]],
    [{ text: "AB-1", deceased: true }, ["O, Other (Ms)", "SMITH, Jane (Ms)"]],
    [{ localId: "RBD|AB-1", deceased: true }, ["O, Other (Ms)"]],
    [{ localId: "RBD|AB-1" }, []],
    [{ family: "smith", sex: "male" }, []],
    [{ family: "%" + "ith" }, []],
    [{ text: "sm_th" }, []],
    [{ text: "nobody" }, []],
  ])("%j", async (body, names) => {
    expect(await namesOf(body)).toEqual(names);
  });

  test("says what it can of each, and that a person has died", async () => {
    expect((await search({ localId: "RBD|AB-1", deceased: true })).persons).toMatchObject([
      { deceased: true, deathDate: null, sourceRecords: 1, restricted: false, nhsNumber: null },
    ]);
    expect((await search({ nhsNumber: "9991234508" })).persons).toMatchObject([
      {
        nhsNumber: { value: "9991234508", display: "999 123 4508", trust: "verified" },
        birthDate: "1950-07-31",
        postcode: "BH15 1AA",
        addressText: "1 Quay Lane, Poole, BH15 1AA",
        deceased: false,
      },
    ]);
  });

  test("is on record by the names of its criteria, found or not", async () => {
    await search({ text: "nobody here" });
    await search({ family: "smith", birthDate: "1950-07-31" });
    const entries = (await rig.audit()).map(({ person_id, detail }) => ({ isSomebody: person_id !== null, detail }));
    expect(entries).toEqual([
      { isSomebody: false, detail: { criteria: ["familyPrefix"], found: 0 } },
      { isSomebody: true, detail: { criteria: ["familyPrefix", "birthDate"], found: 1 } },
    ]);
  });

  test.each([{}, { text: "s" }, { sex: "male" }, { text: "smith", family: "smith" }, { nothing: 1 }, { text: "a\0b" }])(
    "of %j is refused",
    async (body) => {
      expect((await rig.ask(cookie, "POST", "/api/v1/persons/search", body)).statusCode).toBe(400);
    },
  );
});

describe("a merged person", () => {
  test("is found as the survivor, at the end of the chain", async () => {
    const [a, b, c] = [
      await rig.addPerson({ family: "First", given: "A", localId: "OLD" }),
      await rig.addPerson({ family: "Second", given: "B" }),
      await rig.addPerson({ family: "Third", given: "C" }),
    ];
    await rig.merge(a.personId, b.personId);
    await rig.merge(b.personId, c.personId);
    expect(await namesOf({ text: "OLD1 " })).toEqual([]);
    expect(await namesOf({ localId: "OLD" })).toEqual(["THIRD, C (Ms)"]);
    expect(await namesOf({ family: "First" })).toEqual([]);
    expect((await rig.ask(cookie, "GET", `/api/v1/persons/${a.personId}`)).json()).toMatchObject({
      status: "merged",
      replacedBy: c.personId,
      golden: {},
      sourceRecords: [],
    });
    expect((await rig.ask(cookie, "GET", `/api/v1/persons/${c.personId}`)).json()).toMatchObject({
      status: "active",
      replacedBy: null,
      sourceRecords: [{ localId: "OLD" }, {}, {}],
    });
  });
});

describe("a person's record", () => {
  test("shows each value with its source, what others say, and how the records came together", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane", nhsNumber: "9991234508" });
    const former = await rig.addPerson({ family: "Smyth", given: "Jane", birthDate: "1950-07-30" });
    await rig.merge(former.personId, jane.personId);
    await database.pool.query(
      `insert into identity_event (event_id, journal_id, at, kind, source_record_id, person_id, from_person_id, decided_by, weight)
       values (900001, 5, $1, 'moved', $2, $3, $4, 'model', 14.5)`,
      [rig.now(), former.sourceRecordId, jane.personId, former.personId],
    );
    await database.pool.query(
      `insert into encounter (source_record_id, visit_number, encounter_id, status, class, consultant, admitted_at, recorded_at, updated_by)
       values ($1, 'V1', 77, 'finished', 'inpatient', '{"display":"DR WHO"}', '2026-03-01T10:00:00Z', $2, 1)`,
      [jane.sourceRecordId, rig.now()],
    );
    const other = await rig.addPerson({ family: "Maybe", given: "Jane" });
    const taskId = await rig.addTask(former.sourceRecordId, other.sourceRecordId);
    const answer = await rig.ask(cookie, "GET", `/api/v1/persons/${jane.personId}`);
    const shown = personAnswer.parse(answer.json());
    expect(shown.golden).toMatchObject({
      name: {
        text: "SMITH, Jane (Ms)",
        source: { authority: "RDZ", localId: jane.localId, feed: "poole-pas" },
        alternatives: [{ text: "SMYTH, Jane (Ms)", source: { localId: former.localId } }],
      },
      birthDate: { value: "1950-07-31", text: "31-Jul-1950", alternatives: [{ text: "30-Jul-1950" }] },
      nhsNumber: { text: "999 123 4508 (verified)", alternatives: [] },
      sex: { text: "Female", alternatives: [] },
    });
    expect(shown.golden.religion).toBeUndefined();
    expect(shown.sourceRecords).toMatchObject([
      { sourceRecordId: String(jane.sourceRecordId), linkedBy: "new", weight: null, messages: 0 },
      { sourceRecordId: String(former.sourceRecordId), linkedBy: "model", weight: 14.5 },
    ]);
    expect(shown.encounters).toMatchObject([
      { encounterId: "77", authority: "RDZ", consultant: { display: "DR WHO" } },
    ]);
    expect(shown.history.map((event) => [event.kind, event.sourceRecord])).toEqual([
      ["linked", `RDZ ${former.localId}`],
      ["created", `RDZ ${jane.localId}`],
    ]);
    expect(shown.openTasks).toMatchObject([{ taskId: String(taskId), right: { displayName: "MAYBE, Jane (Ms)" } }]);
    expect((await rig.audit()).map((entry) => entry.person_id)).toContain(other.personId);
    const ofFormer = personAnswer.parse((await rig.ask(cookie, "GET", `/api/v1/persons/${former.personId}`)).json());
    expect(ofFormer.history.map((event) => [event.kind, event.sourceRecord])).toEqual([
      ["unlinked", null],
      ["created", null],
    ]);
  });

  test.each(["x", "1", "..", "00000000-0000-0000-0000-00000000000g", "%00"])(
    "with the id %s is nobody's",
    async (id) => {
      expect((await rig.ask(cookie, "GET", `/api/v1/persons/${id}`)).statusCode).toBe(404);
    },
  );
});

describe("review tasks", () => {
  test("are paged, the longest waiting first, and shown side by side with their evidence", async () => {
    const dora = await rig.signedIn(["data-manager"], "dora");
    const [a, b] = [
      await rig.addPerson({ family: "Smith", given: "Jane" }),
      await rig.addPerson({ family: "Smith", given: "Joan" }),
    ];
    const ids: string[] = [];
    for (let number = 0; number < 51; number++) {
      const c = await rig.addPerson({ family: "Other", given: `N${number}` });
      ids.push(String(await rig.addTask(a.sourceRecordId, number === 0 ? b.sourceRecordId : c.sourceRecordId)));
      rig.pass(60 * 60_000);
      await rig.signedIn(["data-manager"], "dora");
    }
    const again = await rig.signedIn(["data-manager"], "dora");
    const first = (await rig.ask(again, "GET", "/api/v1/review-tasks")).json();
    const total = { open: 51, overdue: 0, closed: 0 };
    expect(first.counts).toEqual({ ...total, kinds: [{ kind: "possible-match", ...total }] });
    expect(first.tasks[0]).toMatchObject({ taskId: ids[0], ageHours: 51, left: { displayName: "SMITH, Jane (Ms)" } });
    const second = (await rig.ask(again, "GET", `/api/v1/review-tasks?state=open&cursor=${first.next}`)).json();
    expect([...first.tasks, ...second.tasks].map((task: { taskId: string }) => task.taskId)).toEqual(ids);
    expect(second.next).toBeNull();
    const task = (await rig.ask(again, "GET", `/api/v1/review-tasks/${ids[0]}`)).json();
    expect(task).toMatchObject({
      why: "Same name, other address.",
      left: {
        personId: a.personId,
        rows: expect.arrayContaining([{ label: "Name", text: "SMITH, Jane (Ms)", source: `RDZ ${a.localId}` }]),
      },
      right: { personId: b.personId },
      evidence: { kind: "review", by: "model", weight: 7.5, levels: [{ left: "SMITH", right: "SMITH" }] },
    });
    expect((await rig.ask(again, "GET", "/api/v1/review-tasks?state=closed")).json().tasks).toEqual([]);
    expect((await rig.ask(again, "GET", "/api/v1/review-tasks?state=lost")).statusCode).toBe(400);
    expect(dora).not.toBe(again);
  });
});

test("the audit is read newest first, page by page, and the reading is in it", async () => {
  const paul = await rig.signedIn(["privacy-officer"], "paul");
  const carla = await rig.signedIn(["clinician"], "carla");
  const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
  for (let number = 0; number < 101; number++) await rig.ask(carla, "GET", `/api/v1/persons/${jane.personId}`);
  const first = (await rig.ask(paul, "GET", "/api/v1/audit")).json();
  expect(first.entries).toHaveLength(100);
  expect(first.entries[0]).toMatchObject({ username: "paul", action: "audit.read" });
  expect(first.entries[1]).toMatchObject({ username: "carla", action: "person.view", personId: jane.personId });
  const second = (await rig.ask(paul, "GET", `/api/v1/audit?cursor=${first.next}`)).json();
  expect(second.entries).toHaveLength(2);
  expect(second.next).toBeNull();
});
