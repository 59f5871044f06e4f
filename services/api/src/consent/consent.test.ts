import { nhsNumberCheckDigit } from "@chesil/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";

const NHS_NUMBER = `999123451${nhsNumberCheckDigit("999123451")}`;
const NOBODY = "99999999-9999-8999-8999-999999999999";

let database: Rig["database"];
let rig: Rig;
let olga: string;
let carla: string;
type Person = { personId: string; sourceRecordId: number };
let jane: Person;
let former: Person;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    `truncate app_user, session, audit, consent, consent_statement, sensitivity_mark, person, source_record, identity_event,
       journal, outcome`,
  );
  rig = await openRig({ database });
  olga = await rig.signedIn(["privacy-officer"], "olga");
  carla = await rig.signedIn(["clinician"], "carla");
  jane = await rig.addPerson({ family: "Smith", given: "Jane", nhsNumber: NHS_NUMBER });
  former = await rig.addPerson({ family: "Smith", given: "J" });
  await rig.merge(former.personId, jane.personId);
});

const statement = { evidence: "file 12", askedOn: "2026-03-01", reason: "Asked at the desk" };
const optsOut = { ...statement, decision: "opt-out", askedBy: "person" };
const optsIn = { ...statement, decision: "opt-in", askedBy: "person" };
const record = (body: object, { personId } = jane, as = olga) =>
  rig.ask(as, "POST", `/api/v1/persons/${personId}/consent`, body);
const consentOf = async ({ personId } = jane) =>
  (await rig.ask(olga, "GET", `/api/v1/persons/${personId}/consent`)).json();
const isShown = async () => (await rig.ask(carla, "GET", `/api/v1/persons/${jane.personId}`)).statusCode === 200;

describe("an opt-out", () => {
  test("is journalled, in force when it is answered, kept with who asked, and taken back as easily", async () => {
    expect(await isShown()).toBe(true);
    const answer = await record(optsOut);
    expect(answer.statusCode).toBe(201);
    expect(await isShown()).toBe(false);
    expect(await consentOf()).toMatchObject({
      ...{ personId: jane.personId, optedOut: true, optedOutBy: [jane.personId] },
      statements: [
        { statementId: answer.json().statementIds[0], decision: "opt-out", askedBy: "person", recordedBy: "olga" },
      ],
    });
    expect((await rig.commands()).map(({ journalId }) => String(journalId))).toEqual(answer.json().statementIds);
    await record(optsIn);
    expect(await isShown()).toBe(true);
    expect((await consentOf()).statements.map(({ decision }: { decision: string }) => decision)).toEqual([
      "opt-in",
      "opt-out",
    ]);
    expect((await rig.audit()).filter(({ action }) => action === "consent.record")).toMatchObject([
      { username: "olga", person_id: jane.personId, detail: { purpose: "identity-review" } },
      { username: "olga", person_id: jane.personId, detail: { optedOut: true } },
    ]);
  });

  test("of a person who was merged is one of whom they are now; whoever opts in takes back all that hides them", async () => {
    await record(optsOut, former);
    expect((await consentOf(former)).optedOutBy).toEqual([jane.personId]);
    await rig.optOut(former.personId);
    expect((await consentOf()).optedOutBy).toEqual([jane.personId, former.personId]);
    expect((await record(optsIn)).json().statementIds).toHaveLength(2);
    expect(await isShown()).toBe(true);
  });

  test.each([
    ["a representative without an authority", { askedBy: "representative", lacksCapacity: true }, 400],
    ["an authority of nobody", { authority: "other" }, 400],
    [
      "a deputy of somebody who can decide",
      { askedBy: "representative", authority: "court-appointed-deputy", lacksCapacity: false },
      422,
    ],
    ["a deputy", { askedBy: "representative", authority: "court-appointed-deputy", lacksCapacity: true }, 201],
    ["a parent", { askedBy: "representative", authority: "parental-responsibility", lacksCapacity: false }, 201],
    ["no reason", { reason: "" }, 400],
    ["no evidence", { evidence: "" }, 400],
    ["a day to come", { askedOn: "2026-03-15" }, 422],
    ["no day", { askedOn: "yesterday" }, 400],
  ])("by %s", async (_, changes, status) => {
    expect((await record({ ...optsOut, ...changes })).statusCode).toBe(status);
    expect(await isShown()).toBe(status !== 201);
    expect(await rig.commands()).toHaveLength(status === 201 ? 1 : 0);
  });

  test("is nobody's but a privacy officer's to record or to see, and of nobody there is none", async () => {
    for (const roles of [["clinician"], ["data-manager"], ["administrator"], ["operations"]] as const) {
      const cookie = await rig.signedIn(roles);
      expect((await record(optsOut, jane, cookie)).statusCode).toBe(403);
      expect((await rig.ask(cookie, "GET", `/api/v1/persons/${jane.personId}/consent`)).statusCode).toBe(403);
    }
    expect((await record(optsOut, { personId: NOBODY, sourceRecordId: 0 })).statusCode).toBe(404);
    expect(await rig.commands()).toEqual([]);
  });

  test("hides from every search but the one by which a privacy officer finds whom to opt in again", async () => {
    await record(optsOut);
    const found = await rig.ask(olga, "POST", "/api/v1/persons/search", { text: NHS_NUMBER });
    expect(found.json().persons).toEqual([]);
    const listed = await rig.ask(olga, "POST", "/api/v1/consents/search", { nhsNumber: NHS_NUMBER });
    expect(listed.json()).toEqual({ persons: [{ personId: jane.personId, optedOut: true }] });
    expect((await rig.ask(olga, "POST", "/api/v1/consents/search", { nhsNumber: "12" })).statusCode).toBe(400);
  });
});

describe("how closely records are kept", () => {
  const restrict = (level: string) =>
    rig.ask(olga, "POST", `/api/v1/persons/${jane.personId}/sensitivity`, { level, reason: "At risk from a partner" });
  const search = async (body: object, as = carla) =>
    (await rig.ask(as, "POST", "/api/v1/persons/search", body)).json().persons;

  test("is said of all records that the person has, and in force at once", async () => {
    expect((await search({ family: "Smith" }))[0]).toMatchObject({ restricted: false, postcode: "BH15 1AA" });
    expect((await restrict("restricted")).statusCode).toBe(201);
    expect((await consentOf()).records).toMatchObject([
      {
        sourceRecordId: String(jane.sourceRecordId),
        sender: null,
        officer: { level: "restricted", recordedBy: "olga" },
      },
      { sourceRecordId: String(former.sourceRecordId), officer: { level: "restricted" } },
    ]);
    expect((await search({ family: "Smith" }))[0]).toMatchObject({
      restricted: true,
      postcode: null,
      addressText: null,
    });
    expect((await search({ family: "Smith" }, olga))[0]).toMatchObject({ restricted: true, postcode: "BH15 1AA" });
    expect(await search({ postcode: "BH15 1AA" })).toEqual([]);
    expect(await search({ postcode: "BH15 1AA" }, olga)).toHaveLength(1);
    await restrict("very-restricted");
    expect(await search({ family: "Smith" })).toEqual([]);
    expect((await search({ text: NHS_NUMBER }))[0]).toMatchObject({
      restricted: true,
      nhsNumber: { value: NHS_NUMBER },
    });
    await restrict("unrestricted");
    expect((await search({ family: "Smith" }))[0]).toMatchObject({ restricted: false, postcode: "BH15 1AA" });
  });
});

test("whoever has died is found where they are asked for", async () => {
  await rig.addPerson({ family: "Lately", given: "Joan", deceased: true });
  const search = (body: object) => rig.ask(carla, "POST", "/api/v1/persons/search", { family: "Lately", ...body });
  expect((await search({})).json().persons).toEqual([]);
  expect((await search({ deceased: true })).json().persons).toMatchObject([{ deceased: true }]);
});
