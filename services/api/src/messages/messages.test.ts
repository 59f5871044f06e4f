import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { messageAnswer } from "./view.ts";

const HEADER = "MSH|^~\\&|PAS|RDZ|||20260314090000||ADT^A01|C1|P|2.4\r";
const PID = "PID|||L1^^^RDZ^MR||SMITH^JANE||19500731|F\r";
const MINUTE_MS = 60_000;

type Row = { id: string; personId: string | null };
type Page = { messages: Row[]; next: string | null };

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

const search = async (body: object): Promise<Page> =>
  (await rig.ask(cookie, "POST", "/api/v1/messages/search", body)).json();
const idsOf = (page: Page) => page.messages.map((message) => Number(message.id));
const view = async (id: number) => (await rig.ask(cookie, "GET", `/api/v1/messages/${id}`)).json();

describe("a search of messages", () => {
  test("pages from the newest to the oldest and gives each once, while new ones arrive", async () => {
    const ids: number[] = [];
    for (let number = 0; number < 7; number++) ids.push(await rig.addMessage(HEADER));
    const found: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await search({ limit: 3, ...(cursor ? { cursor } : {}) });
      found.push(...idsOf(page));
      cursor = page.next;
      await rig.addMessage(HEADER);
    } while (cursor);
    expect(found).toEqual(ids.toReversed());
  });

  test("a cursor is good for its own search and reader only", async () => {
    for (let number = 0; number < 3; number++) await rig.addMessage(HEADER);
    const { next } = await search({ limit: 1 });
    const otto = await rig.signedIn(["operations"], "otto");
    const statuses = [
      await rig.ask(cookie, "POST", "/api/v1/messages/search", { limit: 2, cursor: next }),
      await rig.ask(cookie, "POST", "/api/v1/messages/search", { limit: 1, cursor: next, feed: "poole-pas" }),
      await rig.ask(otto, "POST", "/api/v1/messages/search", { limit: 1, cursor: next }),
      await rig.ask(cookie, "POST", "/api/v1/messages/search", { limit: 1, cursor: `${next}A` }),
    ].map((answer) => answer.statusCode);
    expect(statuses).toEqual([200, 400, 400, 400]);
  });

  test("by feed, by outcome and in flight", async () => {
    const applied = await rig.addMessage(HEADER, { outcome: "applied" });
    const quarantined = await rig.addMessage(HEADER, { outcome: "quarantined", reason: "not-mapped", feed: "lab" });
    const inFlight = await rig.addMessage(HEADER);
    await database.pool.query(
      "insert into redelivery (journal_id, feed, connection, received_at) values ($1, 'poole-pas', 'c', $2), ($1, 'poole-pas', 'c', $2)",
      [applied, rig.now()],
    );
    expect(idsOf(await search({ feed: "lab" }))).toEqual([quarantined]);
    expect(idsOf(await search({ outcome: "applied" }))).toEqual([applied]);
    expect(idsOf(await search({ outcome: "quarantined" }))).toEqual([quarantined]);
    expect(idsOf(await search({ outcome: "duplicate" }))).toEqual([applied]);
    const { messages } = await search({});
    expect(messages).toMatchObject([
      { id: String(inFlight), outcome: null, redeliveries: 0 },
      {
        id: String(quarantined),
        outcome: "quarantined",
        reason: "not-mapped",
        reasonText: expect.stringMatching(/not mapped yet/),
      },
      { id: String(applied), outcome: "applied", redeliveries: 2, bytes: HEADER.length },
    ]);
  });

  test("by time finds exactly what was received in it, where arrivals are out of order and ids have gaps", async () => {
    const base = rig.now().getTime();
    const offsets = [0, 1, 1, 3, 2, 40, 39, 41, 90, 90, 200];
    const ids: number[] = [];
    for (const offset of offsets) {
      await database.pool.query("select draw_journal_ids(3)");
      ids.push(await rig.addMessage(HEADER, { receivedAt: new Date(base + offset * MINUTE_MS) }));
    }
    for (const [from, to] of [
      [0, 3],
      [1, 2],
      [39, 41],
      [40, 40],
      [91, 199],
      [-9, 500],
      [300, 400],
      [-9, -1],
    ] as const) {
      const page = await search({
        from: new Date(base + from * MINUTE_MS).toISOString(),
        to: new Date(base + to * MINUTE_MS).toISOString(),
      });
      const expected = ids.filter((_, index) => (offsets[index] ?? 0) >= from && (offsets[index] ?? 0) <= to);
      expect([from, to, idsOf(page)]).toEqual([from, to, expected.toReversed()]);
    }
  });

  test("by control id, whatever else has it", async () => {
    const one = await rig.addMessage(HEADER, { controlId: "SAME" });
    const other = await rig.addMessage(HEADER, { controlId: "SAME", feed: "lab" });
    await rig.addMessage(HEADER, { controlId: "SAME-NOT" });
    expect(idsOf(await search({ text: "SAME" }))).toEqual([other, one]);
    expect(idsOf(await search({ text: "SAME", feed: "lab" }))).toEqual([other]);
    expect(idsOf(await search({ text: "same" }))).toEqual([]);
  });

  test("by local id or NHS number finds what was applied, set aside and refused of the patient", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane", localId: "L-9", nhsNumber: "9991234508" });
    const applied = await rig.addMessage(HEADER, { outcome: "applied", sourceRecordId: jane.sourceRecordId });
    const quarantined = await rig.addMessage(HEADER, { outcome: "quarantined", identities: ["RDZ|L-9"] });
    const ofAnother = await rig.addMessage(HEADER, { identities: ["RDZ|L-99"] });
    for (const text of ["L-9", "RDZ|L-9", "9991234508", "999 123 4508"]) {
      expect([text, idsOf(await search({ text }))]).toEqual([text, [quarantined, applied]]);
    }
    expect(idsOf(await search({ text: "OTHER|L-9" }))).toEqual([]);
    expect(idsOf(await search({ text: "RDZ|L-99" }))).toEqual([ofAnother]);
    expect((await rig.audit()).filter((entry) => entry.action === "message.search").length).toBe(6);
  });

  test.each([
    [{ limit: 201 }],
    [{ limit: 0 }],
    [{ from: "yesterday" }],
    [{ outcome: "lost" }],
    [{ text: "a\0b" }],
    [{ nothing: "known" }],
    [{ cursor: "" }],
  ])("%j is refused", async (body) => {
    expect((await rig.ask(cookie, "POST", "/api/v1/messages/search", body)).statusCode).toBe(400);
  });
});

describe("a message", () => {
  test("is shown with its bytes, their reading, their effect and its reason", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    const id = await rig.addMessage(HEADER + PID, {
      outcome: "applied",
      sourceRecordId: jane.sourceRecordId,
      personId: jane.personId,
      identities: ["RDZ|L1"],
    });
    const shown = await view(id);
    expect(messageAnswer.parse(shown)).toMatchObject({
      id: String(id),
      version: "2.4",
      acknowledgementCode: "AA",
      acknowledgement: expect.stringContaining("MSA|AA"),
      identities: ["RDZ|L1"],
      applyMs: 120,
      raw: HEADER + PID,
      charset: "ascii",
      event: { schemaVersion: 2, subjects: [{ patient: { key: { authority: "RDZ", localId: "L1" } } }] },
      person: { personId: jane.personId, displayName: "SMITH, Jane (Ms)" },
      withheld: false,
      warnings: [],
      redeliveriesAt: [],
    });
    expect(shown.tree.segments.map((segment: { id: string }) => segment.id)).toEqual(["MSH", "PID"]);
  });

  test("belongs to the person its record belongs to now", async () => {
    const [one, other] = [
      await rig.addPerson({ family: "A", given: "B" }),
      await rig.addPerson({ family: "C", given: "D" }),
    ];
    const id = await rig.addMessage(HEADER, {
      outcome: "applied",
      sourceRecordId: one.sourceRecordId,
      personId: one.personId,
    });
    await rig.merge(one.personId, other.personId);
    expect(await view(id)).toMatchObject({ personId: other.personId, person: { personId: other.personId } });
  });

  test("tells why it was decided, and nothing of those it was not linked to", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    const levels = [{ comparison: "family", level: "close", weight: 2, left: "SMITH", right: "SMYTHE-CANARY" }];
    const add = async (kind: "linked" | "created", runnerUp: string) => {
      const id = await rig.addMessage(HEADER + PID, { outcome: "applied", sourceRecordId: jane.sourceRecordId });
      await database.pool.query(
        `insert into identity_event (event_id, journal_id, at, kind, source_record_id, person_id, decided_by, weight, evidence)
         values ($1, $2, $3, $4, $5, $6, 'model', 2, $7)`,
        [
          id * 7_000,
          id,
          rig.now(),
          kind,
          jane.sourceRecordId,
          jane.personId,
          {
            kind: kind === "linked" ? "link" : "new",
            modelVersion: "m1",
            weight: 2,
            probability: 0.8,
            levels,
            runnerUp: { personId: runnerUp, weight: 1 },
          },
        ],
      );
      return (await view(id)).decision;
    };
    const hidden = await rig.addPerson({ family: "Hidden", given: "H" });
    await rig.optOut(hidden.personId);
    const other = await rig.addPerson({ family: "Other", given: "O" });
    expect(await add("linked", other.personId)).toEqual({
      kind: "link",
      by: "model",
      modelVersion: "m1",
      weight: 2,
      probability: 0.8,
      levels,
      runnerUp: { personId: other.personId, weight: 1 },
      veto: null,
    });
    expect(await add("created", hidden.personId)).toMatchObject({
      levels: [{ left: "SMITH", right: null }],
      runnerUp: null,
    });
  });

  test("that can not be read, or is of a type that is not mapped, is shown as it came", async () => {
    const garbage = await rig.addMessage("MSH no header at all \u00ff", { outcome: "rejected", reason: "no-header" });
    expect(await view(garbage)).toMatchObject({ tree: null, event: null, outcome: "rejected" });
    expect((await view(garbage)).raw).toContain("no header at all");
    const result = await rig.addMessage(HEADER.replace("ADT^A01", "VXU^V04") + PID, {
      outcome: "quarantined",
      reason: "not-mapped",
    });
    expect(await view(result)).toMatchObject({ event: null, tree: { truncated: false } });
  });

  test("that is archived says where, and so does whoever would repair it", async () => {
    const id = await rig.addMessage(HEADER + PID, { outcome: "applied" });
    await database.pool.query("update journal set raw = '' where journal_id = $1", [id]);
    const noteArchive = (folder: string | null) =>
      database.pool.query("update journal_partition set archive = $1", [folder]);
    await noteArchive("/backup/journal-1-20");
    expect(await view(id)).toMatchObject({
      archive: "/backup/journal-1-20",
      raw: null,
      tree: null,
      outcome: "applied",
    });
    const body = { message: HEADER + PID, reason: "mistyped" };
    const refused = await rig.ask(cookie, "POST", `/api/v1/messages/${id}/repair`, body);
    expect([refused.statusCode, refused.json().detail]).toEqual([
      422,
      expect.stringContaining("chesil import journal /backup/journal-1-20"),
    ]);
    await noteArchive(null);
    expect(await view(await rig.addMessage(HEADER + PID))).toMatchObject({ archive: null, raw: HEADER + PID });
  });

  test("that is parked names what it waits for", async () => {
    const first = await rig.addMessage(HEADER, {
      outcome: "quarantined",
      reason: "apply-failed",
      identities: ["RDZ|L1"],
    });
    const behind = await rig.addMessage(HEADER, { outcome: "parked", reason: "behind-parked", identities: ["RDZ|L1"] });
    await database.pool.query("insert into parked_identity values ('RDZ|L1', $1, $2)", [first, rig.now()]);
    expect(await view(behind)).toMatchObject({ parkedBehind: String(first) });
    expect(await view(first)).toMatchObject({ parkedBehind: null });
  });

  test.each(["0", "x", "1e3", "-1", "99999999999999999999", "1%00"])("with the id %s is none", async (id) => {
    expect((await rig.ask(cookie, "GET", `/api/v1/messages/${id}`)).statusCode).toBe(400);
  });

  test("that is a command, or not there, is none", async () => {
    const id = await rig.addMessage(HEADER, { outcome: "quarantined" });
    const { commandId } = (
      await rig.ask(cookie, "POST", `/api/v1/messages/${id}/replay`, { reason: "try again" })
    ).json();
    for (const none of [commandId, "4242424"]) {
      expect((await rig.ask(cookie, "GET", `/api/v1/messages/${none}`)).statusCode).toBe(404);
    }
  });
});

describe("a command", () => {
  const commands = async () => {
    const { rows } = await database.pool.query(
      "select journal_id, raw from journal where kind = 'command' order by journal_id",
    );
    return rows.map((row) => ({ id: String(row.journal_id), ...JSON.parse(row.raw.toString("utf8")) }));
  };

  test.each(["replay", "skip"] as const)("to %s a message lands in the journal with who and why", async (command) => {
    for (const outcome of ["quarantined", "parked"] as const) {
      const id = await rig.addMessage(HEADER, { outcome });
      const answer = await rig.ask(cookie, "POST", `/api/v1/messages/${id}/${command}`, {
        reason: " Sent twice by the lab ",
      });
      expect(answer.statusCode).toBe(202);
      expect((await commands()).at(-1)).toEqual({
        id: answer.json().commandId,
        command,
        journalId: id,
        by: "dora",
        reason: "Sent twice by the lab",
      });
      expect((await rig.audit()).at(-1)).toMatchObject({ username: "dora", action: `message.${command}` });
    }
  });

  test("is refused for a message that is neither quarantined nor parked, and for none", async () => {
    const applied = await rig.addMessage(HEADER, { outcome: "applied" });
    const inFlight = await rig.addMessage(HEADER);
    const body = { reason: "try again" };
    expect((await rig.ask(cookie, "POST", `/api/v1/messages/${applied}/replay`, body)).statusCode).toBe(409);
    expect((await rig.ask(cookie, "POST", `/api/v1/messages/${inFlight}/skip`, body)).statusCode).toBe(409);
    expect((await rig.ask(cookie, "POST", "/api/v1/messages/4242424/skip", body)).statusCode).toBe(404);
    expect(await commands()).toEqual([]);
  });

  test.each([{}, { reason: "" }, { reason: "  " }, { reason: "x" }, { reason: "x".repeat(501) }, { reason: "a\0bc" }])(
    "with %j for a reason is refused",
    async (body) => {
      const id = await rig.addMessage(HEADER, { outcome: "quarantined" });
      expect((await rig.ask(cookie, "POST", `/api/v1/messages/${id}/replay`, body)).statusCode).toBe(400);
    },
  );

  test("to replay many takes the quarantined of one reason, or all, in order", async () => {
    const notMapped = await rig.addMessage(HEADER, { outcome: "quarantined", reason: "not-mapped" });
    const failed = await rig.addMessage(HEADER, { outcome: "quarantined", reason: "apply-failed" });
    await rig.addMessage(HEADER, { outcome: "applied" });
    const replay = async (body: object) =>
      (
        await rig.ask(cookie, "POST", "/api/v1/messages/replay", {
          outcome: "quarantined",
          reason: "mapped now",
          ...body,
        })
      ).json();
    expect(await replay({ reasonCode: "not-mapped" })).toEqual({ count: 1 });
    expect((await commands()).map((each) => each.journalId)).toEqual([notMapped]);
    expect(await replay({})).toEqual({ count: 2 });
    expect((await commands()).slice(1).map((each) => each.journalId)).toEqual([notMapped, failed]);
    expect(await replay({ reasonCode: "nobody" })).toEqual({ count: 0 });
  });
});

test("the quarantine is summed up by reason, most first", async () => {
  await rig.addMessage(HEADER, { outcome: "quarantined", reason: "apply-failed" });
  rig.pass(MINUTE_MS);
  const oldestAt = rig.now().toISOString();
  for (let number = 0; number < 2; number++) {
    await rig.addMessage(HEADER, { outcome: "quarantined", reason: "not-mapped" });
    rig.pass(MINUTE_MS);
  }
  const { reasons } = (await rig.ask(cookie, "GET", "/api/v1/quarantine/summary")).json();
  expect(reasons).toMatchObject([
    { reason: "not-mapped", count: 2, oldestAt, text: expect.stringMatching(/not mapped yet/) },
    { reason: "apply-failed", count: 1 },
  ]);
});
