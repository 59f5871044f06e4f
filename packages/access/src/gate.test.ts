import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { type Gate, openGate } from "./gate.ts";
import { forReview, type Viewer } from "./viewer.ts";

const AT = new Date("2026-03-14T10:00:00.000Z");
const CLINICIAN: Viewer = { username: "carla", roles: ["clinician"] };
const OPERATOR: Viewer = { username: "otto", roles: ["operations"] };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let gate: Gate;

beforeAll(async () => {
  database = await freshDatabase();
  gate = openGate({ database, clock: () => AT });
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate person, source_record, consent, audit, journal, outcome");
});

const idOf = (number: number) => `00000000-0000-8000-8000-${String(number).padStart(12, "0")}`;

/** Persons 0..n-1; `parents[i]` is whom person i was merged into. */
async function addPersons(parents: readonly (number | null)[]): Promise<void> {
  await database.pool.query(
    `insert into person (person_id, status, replaced_by, golden, created_by, updated_by)
     select id, case when parent is null then 'active' else 'merged' end, parent, '{}', 1, 1
     from unnest($1::uuid[], $2::uuid[]) as p (id, parent)`,
    [parents.map((_, number) => idOf(number)), parents.map((parent) => (parent === null ? null : idOf(parent)))],
  );
}

const addRecord = (sourceRecordId: number, person: number, localId: string) =>
  database.pool.query(
    `insert into source_record (source_record_id, authority, local_id, feed, status, person_id, identifiers, demographics, blocking_keys,
       created_by, updated_by) values ($1, 'RDZ', $2, 'f', 'active', $3, '{}', '{}', '{}', 1, 1)`,
    [sourceRecordId, localId, idOf(person)],
  );

const addMessage = (journalId: number, identities: string[]) =>
  database.pool.query(
    `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
       version, sender, control_id, message_at, identities)
     values ($1, 'message', 'f', 'c', $2, 'x', 'x', true, 'ADT', 'A01', '2.4', 's', 'c', $2, $3)`,
    [journalId, AT, identities],
  );

const optOut = (person: number, optedOut = true) =>
  database.pool.query("insert into consent values ($1, $2, 'test', $3)", [idOf(person), optedOut, AT]);

async function audit() {
  const { rows } = await database.pool.query("select * from audit order by audit_id");
  return rows as { username: string; action: string; person_id: string | null; detail: object; at: Date }[];
}

test("whoever is merged with an opted-out person is hidden, and nobody else, whatever the merges", async () => {
  const merges = fc.array(fc.option(fc.nat(), { freq: 1, nil: null }), { minLength: 2, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(merges, fc.array(fc.nat(), { maxLength: 2 }), async (drawn, chosen) => {
      await database.pool.query("truncate person, consent, audit");
      // A person is merged into an earlier one only, so there is no circle.
      const parents = drawn.map((parent, index) => (parent === null || index === 0 ? null : parent % index));
      const optedOut = new Set(chosen.map((each) => each % parents.length));
      await addPersons(parents);
      for (const person of optedOut) await optOut(person);
      const rootOf = (person: number): number => {
        const parent = parents[person] ?? null;
        return parent === null ? person : rootOf(parent);
      };
      const hiddenRoots = new Set([...optedOut].map(rootOf));
      const expected = parents.flatMap((_, person) => (hiddenRoots.has(rootOf(person)) ? [] : [idOf(person)]));
      const asked = parents.map((_, person) => idOf(person));
      const permitted = await gate.persons(CLINICIAN, asked, "test");
      expect(permitted.allowed && [...permitted.personIds].sort()).toEqual(expected);
      expect([...(await gate.withoutOptedOut(asked))].sort()).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test("a circle of merges ends", async () => {
  await addPersons([null, null]);
  await database.pool.query("update person set replaced_by = $1 where person_id = $2", [idOf(1), idOf(0)]);
  await database.pool.query("update person set replaced_by = $1 where person_id = $2", [idOf(0), idOf(1)]);
  await optOut(1);
  expect(await gate.withoutOptedOut([idOf(0)])).toEqual(new Set());
});

test("an opt-out that was taken back hides nobody", async () => {
  await addPersons([null]);
  await optOut(0, false);
  expect(await gate.withoutOptedOut([idOf(0)])).toEqual(new Set([idOf(0)]));
});

test("each person shown is in the audit when the answer comes, and a refusal is in it as one", async () => {
  await addPersons([null, null, null]);
  await optOut(1);
  const permitted = await gate.persons(CLINICIAN, [idOf(0), idOf(1), idOf(0)], "person.view", { criteria: ["family"] });
  expect(permitted).toMatchObject({ allowed: true, personIds: new Set([idOf(0)]), optedOut: new Set() });
  expect(await audit()).toMatchObject([
    { username: "carla", action: "person.view", person_id: idOf(0), detail: { criteria: ["family"] }, at: AT },
    { username: "carla", action: "person.view", person_id: idOf(1), detail: { refused: "opted-out" } },
  ]);
});

test("a search that found nobody is on record", async () => {
  await gate.persons(CLINICIAN, [], "person.search");
  expect(await audit()).toMatchObject([{ username: "carla", action: "person.search", person_id: null }]);
});

test("a role that sees no patients is refused and the attempt is on record", async () => {
  await addPersons([null]);
  await addRecord(7, 0, "A");
  await addMessage(1, ["RDZ|A"]);
  expect(await gate.persons(OPERATOR, [idOf(0)], "t")).toEqual({ allowed: false, reason: "role" });
  expect(await gate.sourceRecords(OPERATOR, [7], "t")).toEqual({ allowed: false, reason: "role" });
  expect(await gate.message(OPERATOR, 1, [], "t")).toEqual({ allowed: false, reason: "role" });
  expect((await audit()).map((entry) => entry.detail)).toEqual(Array(3).fill({ refused: "role" }));
});

test("source records are let through with their person, and unknown ones are not", async () => {
  await addPersons([null, null]);
  await addRecord(7, 0, "A");
  await addRecord(8, 1, "B");
  await optOut(1);
  const permitted = await gate.sourceRecords(CLINICIAN, [7, 8, 9], "record.view");
  expect(permitted).toMatchObject({ allowed: true, sourceRecordIds: new Set([7]) });
  expect((await audit()).map((entry) => entry.person_id)).toEqual([idOf(0), idOf(1)]);
});

test("who opted out is shown to a privacy officer at work on a question of identity, as such on record, and to nobody else", async () => {
  await addPersons([null, null]);
  await addRecord(8, 1, "B");
  await addMessage(2, ["RDZ|B"]);
  await optOut(1);
  const roles: Viewer["roles"] = ["administrator", "data-manager", "clinician"];
  const officer: Viewer = { username: "olga", roles: ["privacy-officer"] };
  for (const viewer of [officer, forReview({ username: "dora", roles })]) {
    const permitted = await gate.persons(viewer, [idOf(0), idOf(1)], "t");
    expect(permitted).toMatchObject({ allowed: true, personIds: new Set([idOf(0)]), optedOut: new Set() });
    expect(await gate.sourceRecords(viewer, [8], "t")).toMatchObject({ allowed: true, sourceRecordIds: new Set() });
  }
  await database.pool.query("truncate audit");
  const shown = await gate.persons(forReview(officer), [idOf(0), idOf(1)], "t", { task: 1 });
  expect(shown).toMatchObject({ allowed: true, personIds: new Set([idOf(0), idOf(1)]), optedOut: new Set([idOf(1)]) });
  expect(await gate.sourceRecords(forReview(officer), [8], "t")).toMatchObject({ sourceRecordIds: new Set([8]) });
  expect(await gate.message(forReview(officer), 2, [], "t")).toEqual({ allowed: false, reason: "opted-out" });
  const purpose = "identity-review";
  const asSuch = { optedOut: true, purpose };
  expect((await audit()).map(({ person_id, detail }) => [person_id, detail])).toEqual([
    [idOf(0), { task: 1, purpose }],
    [idOf(1), { task: 1, ...asSuch }],
    [idOf(1), asSuch],
    [idOf(1), { refused: "opted-out", purpose }],
  ]);
});

test("a message is refused when anybody it names is opted out, applied or not", async () => {
  await addPersons([null, null, null]);
  await addRecord(7, 0, "A");
  await addRecord(8, 1, "B|C");
  await optOut(1);
  await addMessage(1, ["RDZ|A"]);
  await addMessage(2, ["RDZ|A", "RDZ|B|C"]);
  await addMessage(3, []);
  await database.pool.query(
    "insert into outcome (journal_id, outcome, decided_by, decided_at, source_record_id) values (3, 'applied', 3, $1, 8)",
    [AT],
  );
  await addMessage(4, []);
  expect(await gate.message(CLINICIAN, 1, [], "m")).toEqual({ allowed: true });
  expect(await gate.message(CLINICIAN, 2, [], "m")).toEqual({ allowed: false, reason: "opted-out" });
  expect(await gate.message(CLINICIAN, 3, [], "m")).toEqual({ allowed: false, reason: "opted-out" });
  expect(await gate.message(CLINICIAN, 4, [], "m")).toEqual({ allowed: true });
  expect(await gate.message(CLINICIAN, 4, [idOf(1)], "m")).toEqual({ allowed: false, reason: "opted-out" });
});

test("when the audit can not be written the read fails", async () => {
  await addPersons([null]);
  await database.pool.query("alter table audit rename to audit_away");
  try {
    await expect(gate.persons(CLINICIAN, [idOf(0)], "t")).rejects.toThrow();
    await expect(gate.persons(CLINICIAN, [], "t")).rejects.toThrow();
    await expect(gate.sourceRecords(CLINICIAN, [1], "t")).rejects.toThrow();
    await expect(gate.message(CLINICIAN, 1, [], "t")).rejects.toThrow();
    await expect(gate.record("carla", "t")).rejects.toThrow();
  } finally {
    await database.pool.query("alter table audit_away rename to audit");
  }
});

test("nobody asks for more than a thousand at once", async () => {
  const many = Array.from({ length: 1001 }, (_, number) => idOf(number));
  await expect(gate.persons(CLINICIAN, many, "t")).rejects.toThrow(RangeError);
});
