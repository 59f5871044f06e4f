import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { CORRECTION_CHARACTERS_MAX } from "./repair-routes.ts";

const MINUTE_MS = 60_000;
const messageOf = (change: { name?: string; id?: string; charset?: string; nhsNumber?: string } = {}) =>
  [
    `MSH|^~\\&|PAS|RDZ|||20260314090000||ADT^A28|C1|P|2.4||||||${change.charset ?? ""}`,
    "EVN||20260314090000",
    `PID|||${change.id ?? "L1"}^^^RDZ^MR${change.nhsNumber ? `~${change.nhsNumber}^^^NHS^NH` : ""}||${change.name ?? "SMITH"}^JANE||19500731|F`,
  ]
    .map((segment) => `${segment}\r`)
    .join("");

let database: Rig["database"];
let rig: Rig;
let cookie: string;
beforeAll(async () => {
  database = await freshDatabase();
  rig = await openRig({ database });
  cookie = await rig.signedIn(["data-manager"], "dora");
});
afterAll(() => rig.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate audit, consent, person, source_record, identity_event, journal, outcome, redelivery, parked_identity",
  );
});

const reason = "The name was cut in two";
const addFailed = (raw = "MSH|^~\\&|PAS|RDZ\rPID|||L1^^^RDZ\r") =>
  rig.addMessage(raw, { outcome: "quarantined", reason: "apply-failed", identities: ["RDZ|L1"] });
const repair = (id: number, message: string, as = cookie) =>
  rig.ask(as, "POST", `/api/v1/messages/${id}/repair`, { message, reason });
const commands = async () => {
  const { rows } = await database.pool.query(
    "select journal_id, raw from journal where kind = 'command' order by journal_id",
  );
  return rows.map((row) => ({ id: String(row.journal_id), ...JSON.parse(row.raw.toString("utf8")) }));
};
const view = async (id: number, as = cookie) => (await rig.ask(as, "GET", `/api/v1/messages/${id}`)).json();

describe("a repair", () => {
  test("lands in the journal with the corrected bytes, who and why, and on record without a word of them", async () => {
    const id = await addFailed();
    const answer = await repair(id, messageOf({ name: "PORTLÁND", charset: "8859/1" }));
    expect(answer.statusCode).toBe(202);
    const [command] = await commands();
    expect(command).toMatchObject({
      id: answer.json().commandId,
      command: "repair",
      journalId: id,
      by: "dora",
      reason,
    });
    expect(Buffer.from(command.message, "base64").includes(Buffer.from("PORTL\xc1ND", "latin1"))).toBe(true);
    expect(await rig.audit()).toMatchObject([{ username: "dora", action: "message.repair", detail: { reason } }]);
    expect(JSON.stringify(await rig.audit())).not.toMatch(/PORTL/);
  });

  test.each([
    ["another patient's message", messageOf({ id: "L2" }), /names other ids/],
    ["no message", "Dear colleague", /MSH/],
    ["text that its character set has no bytes for", messageOf({ name: "日", charset: "8859/1" }), /no bytes for/],
  ])("is refused for %s, with the reason", async (_, message, detail) => {
    const answer = await repair(await addFailed(), message);
    expect([answer.statusCode, answer.json().title]).toEqual([400, "This can not take the place of the message"]);
    expect(answer.json().detail).toMatch(detail);
    expect(await commands()).toEqual([]);
  });

  test("is refused for a message that is settled or none, and for a patient who is opted out", async () => {
    const applied = await rig.addMessage(messageOf(), { outcome: "applied", identities: ["RDZ|L1"] });
    expect((await repair(applied, messageOf())).statusCode).toBe(409);
    expect((await repair(4242424, messageOf())).statusCode).toBe(404);
    const jane = await rig.addPerson({ family: "Smith", given: "Jane", nhsNumber: "9990004951" });
    await rig.optOut(jane.personId);
    const failed = await addFailed();
    expect((await repair(failed, messageOf({ nhsNumber: "9990004951" }))).statusCode).toBe(409);
    expect((await repair(await addFailed(messageOf({ nhsNumber: "9990004951" })), messageOf())).statusCode).toBe(409);
    expect(await commands()).toEqual([]);
  });

  test("takes more than other requests, as far as a person can correct by hand", async () => {
    const id = await addFailed();
    const long = (characters: number) => messageOf().padEnd(characters, "\r");
    expect((await repair(id, long(CORRECTION_CHARACTERS_MAX))).statusCode).toBe(202);
    expect((await repair(id, long(CORRECTION_CHARACTERS_MAX + 1))).statusCode).toBe(400);
  });

  test("in force shows on the message's page: its text beside the bytes received, and what it says", async () => {
    const id = await addFailed();
    const { commandId } = (await repair(id, messageOf({ name: "PORTLAND" }))).json();
    await database.pool.query("update outcome set corrected_by = $1 where journal_id = $2", [commandId, id]);
    const told = { by: "dora", reason, at: rig.now().toISOString() };
    const shown = await view(id);
    expect(shown.repair).toEqual({ ...told, raw: messageOf({ name: "PORTLAND" }) });
    expect(shown.raw).not.toContain("PORTLAND");
    expect(JSON.stringify([shown.tree, shown.event])).toContain("PORTLAND");
    const bare = await view(id, await rig.signedIn(["operations"], "otto"));
    expect([bare.repair, JSON.stringify(bare).includes("PORTLAND")]).toEqual([{ ...told, raw: null }, false]);
  });
});

describe("what is held back", () => {
  const parked = async (query = "", as = cookie) => (await rig.ask(as, "GET", `/api/v1/parked${query}`)).json();

  test("is listed oldest first with its age and what waits, and names no patient", async () => {
    const failed = await addFailed();
    await database.pool.query("insert into parked_identity values ('RDZ|L1', $1, $2), ('RDZ|L7', $1, $2)", [
      failed,
      rig.now(),
    ]);
    for (const identity of ["RDZ|L1", "RDZ|L7", "RDZ|L7"])
      await rig.addMessage(messageOf(), { outcome: "parked", reason: "behind-parked", identities: [identity] });
    rig.pass(MINUTE_MS);
    const part = await rig.addMessage(messageOf(), { outcome: "parked", reason: "awaiting-continuation" });
    rig.pass(MINUTE_MS);
    const { parked: rows, next } = await parked("", await rig.signedIn(["operations"], "otto"));
    expect(rows).toMatchObject([
      { id: String(failed), kind: "failed", ageSeconds: 120, identities: 2, messagesBehind: 3, moreBehind: false },
      { id: String(part), kind: "awaiting-continuation", ageSeconds: 60, identities: 0, messagesBehind: 0 },
    ]);
    expect(rows[0].reasonText).toMatch(/Applying the message failed/);
    expect([next, JSON.stringify(rows).includes("RDZ|L")]).toEqual([null, false]);
  });

  test("comes in pages that give each once", async () => {
    const ids: string[] = [];
    for (let number = 0; number < 5; number++)
      ids.push(String(await rig.addMessage(messageOf(), { outcome: "parked", reason: "awaiting-continuation" })));
    const found: string[] = [];
    for (let query = "?limit=2"; ; ) {
      const { parked: rows, next } = await parked(query);
      found.push(...rows.map((row: { id: string }) => row.id));
      if (next === null) break;
      query = `?limit=2&cursor=${encodeURIComponent(next)}`;
    }
    expect(found).toEqual(ids);
    expect((await rig.ask(cookie, "GET", "/api/v1/parked?cursor=AAAA")).statusCode).toBe(400);
  });
});
