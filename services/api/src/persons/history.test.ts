import { STATEMENTS_MAX } from "@chesil/model";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openApiDocument } from "../openapi.ts";
import { openRig, type Rig } from "../rig.ts";
import { personAnswer } from "./view.ts";

let database: Rig["database"];
let rig: Rig;
let dora: string;
type Person = { personId: string; sourceRecordId: number; localId: string };

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await wipe();
  rig = await openRig({ database });
  dora = await rig.signedIn(["data-manager", "administrator"], "dora");
});

const wipe = () =>
  database.pool.query(
    "truncate app_user, session, audit, consent, person, source_record, identity_event, review_task, decision, link_rule, journal, outcome, log_consumer",
  );

type Event = {
  eventId: number;
  journalId: number;
  kind: string;
  record: Person;
  person: Person;
  from?: Person;
  by?: string;
  hour?: number;
  evidence?: object;
};
const at = (hour: number) => new Date(Date.parse("2026-03-14T00:00:00.000Z") + hour * 3_600_000);
const addEvent = ({ eventId, journalId, kind, record, person, from, by = "model", hour = 1, evidence }: Event) =>
  database.pool.query(
    `insert into identity_event (event_id, journal_id, at, kind, source_record_id, person_id, from_person_id, decided_by, weight, evidence)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 12.5, $9)`,
    [eventId, journalId, at(hour), kind, record.sourceRecordId, person.personId, from?.personId ?? null, by, evidence],
  );
/** As resolve leaves it: the record is the person's. */
const put = (record: Person, person: Person) =>
  database.pool.query("update source_record set person_id = $2 where source_record_id = $1", [
    record.sourceRecordId,
    person.personId,
  ]);

describe("a person's history", () => {
  test("says who, what, why and by which model, newest first, page by page", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    const joan = await rig.addPerson({ family: "Smith", given: "Joan" });
    const evidence = { kind: "link", modelVersion: "m-7", weight: 12.5, levels: [] };
    await addEvent({
      eventId: 50_000_001,
      journalId: 200,
      kind: "moved",
      record: joan,
      person: jane,
      from: joan,
      evidence,
    });
    await put(joan, jane);
    // The rig's own rows name entry 1; the command's is another.
    await database.pool.query("select draw_journal_ids(500)");
    const split = await rig.ask(dora, "POST", `/api/v1/persons/${jane.personId}/split`, {
      sourceRecordIds: [String(joan.sourceRecordId)],
      reason: "Two sisters",
    });
    const commandId = Number(split.json().commandId);
    await rig.settle(String(commandId), "applied");
    const unlinked = { kind: "unlinked", record: joan, person: joan, from: jane, by: "human" };
    await addEvent({ eventId: 60_000_001, journalId: commandId, ...unlinked });
    await put(joan, joan);
    const { entries } = (await rig.ask(dora, "GET", `/api/v1/persons/${jane.personId}/history`)).json();
    const byJournal = new Map<string, object[]>();
    for (const entry of entries) {
      const id = entry.decision?.decisionId ?? entry.journalId;
      byJournal.set(id, [...(byJournal.get(id) ?? []), entry]);
    }
    expect(byJournal.get(String(commandId))).toMatchObject([
      { type: "decision", decision: { command: "move", decidedBy: "dora", reason: "Two sisters", state: "applied" } },
      {
        ...{ type: "event", kind: "unlinked", decidedBy: "human", username: "dora", reason: "Two sisters" },
        sourceRecord: { localId: joan.localId },
      },
    ]);
    expect(byJournal.get("200")).toMatchObject([
      { type: "event", kind: "linked", decidedBy: "model", modelVersion: "m-7", weight: 12.5, username: null },
    ]);
    expect(entries).toHaveLength(4);
    // Reasons are written by who knows all; of whoever is restricted they are the privacy officer's, whose record it is by now.
    for (const { sourceRecordId } of [jane, joan]) {
      await database.pool.query("insert into sensitivity_mark values ($1, 'restricted', 'asked', 1, 'olga', now())", [
        sourceRecordId,
      ]);
      const inPart = (await rig.ask(dora, "GET", `/api/v1/persons/${jane.personId}/history`)).json();
      expect(inPart.entries.map(({ type }: { type: string }) => type)).toEqual(["event", "event", "event"]);
      expect(JSON.stringify(inPart)).not.toMatch(/Two sisters|m-7/);
      await database.pool.query("truncate sensitivity_mark");
    }
    await rig.optOut(joan.personId);
    const hidden = (await rig.ask(dora, "GET", `/api/v1/persons/${jane.personId}/history`)).json();
    expect(JSON.stringify(hidden)).not.toContain(joan.localId);
    expect(hidden.entries.some((entry: { type: string }) => entry.type === "decision")).toBe(false);
  });

  test("reaches everything once, however long", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    for (let number = 0; number < 120; number++) {
      const journalId = 100 + Math.floor(number / 3);
      await addEvent({ eventId: 70_000_000 + number, journalId, kind: "renamed", record: jane, person: jane });
    }
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query: string = cursor === "" ? "" : `?cursor=${cursor}`;
      const page = (await rig.ask(dora, "GET", `/api/v1/persons/${jane.personId}/history${query}`)).json();
      seen.push(...page.entries.map((entry: { journalId: string }) => entry.journalId));
      cursor = page.next;
    }
    expect(seen).toHaveLength(121);
    expect(seen).toEqual(seen.toSorted((a, b) => Number(b) - Number(a)));
  });

  test("of nobody, or of who opted out, is not there", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    await rig.optOut(jane.personId);
    for (const id of [jane.personId, "99999999-9999-8999-8999-999999999999", "x"])
      expect((await rig.ask(dora, "GET", `/api/v1/persons/${id}/history`)).statusCode).toBe(404);
  });
});

describe("a person as of a time", () => {
  const read = async (person: Person, hour: number) => {
    const url = `/api/v1/persons/${person.personId}?asOf=${at(hour).toISOString()}`;
    return personAnswer.parse((await rig.ask(dora, "GET", url)).json()).asOf;
  };

  test("has exactly the records that the events until then gave them, whatever the moves", async () => {
    const moves = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(moves, async (drawn) => {
        await wipe();
        dora = await rig.signedIn(["data-manager"], "dora");
        const people: Person[] = [];
        for (const given of ["A", "B", "C", "D"]) people.push(await rig.addPerson({ family: "Smith", given }));
        await database.pool.query("update identity_event set at = $1", [at(0)]);
        // owners[hour][record] is the person whose the record is from that hour on.
        const owners: number[][] = [[0, 1, 2, 3]];
        for (const [index, [record, to]] of drawn.entries()) {
          const before = owners.at(-1) ?? [];
          const [moved, person, from] = [people[record], people[to], people[before[record] ?? 0]];
          if (!moved || !person || !from) continue;
          const eventId = 80_000_000 + index;
          await addEvent({
            eventId,
            journalId: 100 + index,
            kind: "moved",
            record: moved,
            person,
            from,
            hour: owners.length,
          });
          await put(moved, person);
          owners.push(before.map((owner, each) => (each === record ? to : owner)));
        }
        for (const [hour, owned] of owners.entries()) {
          for (const [number, person] of people.entries()) {
            const found = await read(person, hour + 0.5);
            const theirs = people.filter((_, record) => owned[record] === number).map(({ localId }) => localId);
            expect(found?.links.map(({ localId }) => localId)).toEqual(theirs);
            expect(found?.state).toBe(theirs.length > 0 ? "active" : "redirected");
            // A person without records is where the record is that they were made of.
            const home = people[owned[number] ?? 0]?.personId;
            expect(found?.replacedByThen).toBe(theirs.length > 0 ? null : home);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  test("says of what it is not certain: of a value among others, before what is kept of their statements", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    await database.pool.query("update identity_event set at = $1", [at(0)]);
    const saying = (hour: number) => [at(hour).toISOString(), hour];
    const [recordedAt, journalId] = saying(STATEMENTS_MAX + 10);
    const language = [
      { between: [...Array(STATEMENTS_MAX - 1).keys()].map((index) => saying(index + 10)) },
      { value: "cy", first: saying(3), last: saying(7) },
    ];
    await database.pool.query(
      `update source_record set former = $2, demographics = demographics || $3 where source_record_id = $1`,
      [
        jane.sourceRecordId,
        { since: saying(1), fields: { language } },
        { language: { value: "en", recordedAt, journalId } },
      ],
    );
    const languages: unknown[] = [];
    for (const hour of [2, 3, 6, 7, 12]) {
      const then = await read(jane, hour);
      languages.push([then?.values.language?.value, then?.unsure]);
    }
    expect(languages).toEqual([
      ["en", []],
      ["cy", ["language"]],
      ["cy", ["language"]],
      ["cy", ["language"]],
      ["en", []],
    ]);
  });

  test("was nobody before their first event, and says what it does not know", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    const joan = await rig.addPerson({ family: "Smith", given: "Joan" });
    await database.pool.query("update identity_event set at = $1", [at(2)]);
    expect(await read(jane, 1)).toMatchObject({ state: "missing", links: [], replacedByThen: null });
    expect((await read(jane, 2))?.note).toMatch(/^Demographics by the times/);
    await addEvent({
      eventId: 90_000_001,
      journalId: 5,
      kind: "moved",
      record: joan,
      person: jane,
      from: joan,
      hour: 3,
    });
    await rig.merge(joan.personId, jane.personId);
    expect(await read(joan, 2.5)).toMatchObject({
      state: "active",
      replacedByNow: jane.personId,
      replacedByThen: null,
    });
    expect((await read(joan, 2.5))?.links).toMatchObject([{ localId: joan.localId, isTheirsNow: false }]);
    expect(await read(joan, 4)).toMatchObject({ state: "redirected", replacedByThen: jane.personId });
    expect((await rig.ask(dora, "GET", `/api/v1/persons/${jane.personId}?asOf=yesterday`)).statusCode).toBe(400);
  });
});

test("what an as-of read does not tell is said where it is asked for", async () => {
  const { paths } = (await openApiDocument()) as {
    paths: Record<string, { get: { parameters: { name: string; description?: string }[] } }>;
  };
  const asOf = paths["/api/v1/persons/{id}"]?.get.parameters.find(({ name }) => name === "asOf");
  expect(asOf?.description).toMatch(/what was true of them then, by the times at which sources recorded it/);
});

describe("identity events", () => {
  const follow = async (after: string, limit = 500, as = dora) => {
    const answer = await rig.ask(as, "GET", `/api/v1/identity-events?after=${after}&limit=${limit}`);
    return answer.json<{ events: { eventId: string; place: string }[]; next: string; more: boolean }>();
  };
  const commit = (position: number) =>
    database.pool.query(
      `insert into log_consumer (consumer, position) values ('resolve', $1)
       on conflict (consumer) do update set position = excluded.position`,
      [position],
    );
  /** What became of the message, and which entry decided. */
  const outcome = (journalId: number, decidedBy: number) =>
    database.pool.query(
      `insert into outcome (journal_id, outcome, decided_by, decided_at) values ($1, 'applied', $2, $3)
       on conflict (journal_id) do update set outcome = excluded.outcome, decided_by = excluded.decided_by`,
      [journalId, decidedBy, rig.now()],
    );

  test("reach a follower once each, in one order, whenever it asks and whatever is judged again later", async () => {
    /** In the order of commits: each entry brings its own events, or has earlier ones judged again. */
    const entry = fc.record({
      events: fc.nat({ max: 3 }),
      isParked: fc.boolean(),
      replays: fc.boolean(),
      asks: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 14 }), fc.integer({ min: 1, max: 4 }), async (entries, limit) => {
        await wipe();
        dora = await rig.signedIn(["administrator"], "dora");
        const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
        await database.pool.query("truncate identity_event");
        const expected: string[] = [];
        const got: string[] = [];
        const parked: { journalId: number; events: number }[] = [];
        let after = "0.0";
        const bring = async (journalId: number, events: number) => {
          for (let number = 0; number < events; number++) {
            const eventId = journalId * 1000 + number;
            await addEvent({ eventId, journalId, kind: "renamed", record: jane, person: jane });
            expected.push(String(eventId));
          }
        };
        const drain = async () => {
          for (;;) {
            const page = await follow(after, limit);
            got.push(...page.events.map(({ eventId }) => eventId));
            after = page.next;
            if (!page.more) return;
          }
        };
        for (const [index, { events, isParked, replays, asks }] of entries.entries()) {
          const journalId = index + 1;
          const again = replays ? parked.shift() : undefined;
          if (again) {
            await bring(again.journalId, again.events);
            await outcome(again.journalId, journalId);
          } else if (isParked) parked.push({ journalId, events });
          else {
            await bring(journalId, events);
            await outcome(journalId, journalId);
          }
          await commit(journalId);
          if (asks) await drain();
        }
        await drain();
        expect(got).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  test("are those that are committed, of nobody who opted out, and audited", async () => {
    const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
    const joan = await rig.addPerson({ family: "Smith", given: "Joan" });
    await database.pool.query("truncate identity_event, audit");
    await addEvent({ eventId: 1_001, journalId: 1, kind: "created", record: jane, person: jane, by: "new" });
    await addEvent({ eventId: 2_001, journalId: 2, kind: "moved", record: joan, person: jane, from: joan });
    await addEvent({ eventId: 3_001, journalId: 3, kind: "renamed", record: jane, person: jane });
    expect((await follow("0.0")).events).toEqual([]);
    await commit(2);
    const { events, next, more } = await follow("0.0");
    expect(events).toMatchObject([
      { eventId: "1001", place: "1.1001", sourceRecord: { localId: jane.localId }, fromPersonId: null },
      { eventId: "2001", kind: "moved", personId: jane.personId, fromPersonId: joan.personId },
    ]);
    expect([next, more]).toEqual(["2.2001", false]);
    expect(new Set((await rig.audit()).map(({ person_id }) => person_id))).toContain(joan.personId);
    await commit(3);
    await rig.optOut(joan.personId);
    const shown = await follow("0.0");
    expect([shown.events.map(({ eventId }) => eventId), shown.next]).toEqual([["1001", "3001"], "3.3001"]);
    const dev = await rig.signedIn(["data-manager"], "dev");
    expect((await rig.ask(dev, "GET", "/api/v1/identity-events")).statusCode).toBe(403);
    // Neither a place nor `more` tells that there is anything of somebody who opted out, in the middle or at the end.
    expect(await follow("0.0", 1)).toMatchObject({ events: [{ eventId: "1001" }], next: "1.1001", more: true });
    expect(await follow("1.1001", 1)).toMatchObject({ events: [{ eventId: "3001" }], next: "3.3001", more: false });
    await rig.optOut(jane.personId);
    expect(await follow("3.3001")).toEqual({ events: [], next: "3.3001", more: false });
    expect(await follow("1.1001")).toEqual({ events: [], next: "1.1001", more: false });
    expect((await rig.ask(dora, "GET", "/api/v1/identity-events?after=12")).statusCode).toBe(400);
  });
});
