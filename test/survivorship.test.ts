import type { SegmentContent } from "@chesil/hl7";
import { type SurvivorshipPolicy, survivorshipPolicy, wordsAsOf } from "@chesil/model";
import { knownAt, TooManyMessagesError } from "@chesil/resolve";
import {
  appendActivation,
  readActivations,
  readPersonAsOf,
  readPersons,
  readRecordsOfPersons,
  readStateHash,
} from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRig } from "../services/api/src/rig.ts";
import { freshDatabase } from "./database.ts";
import { rebuildAside } from "./rebuild-aside.ts";
import { adt, message, pid, pv1, receive, resolveAll } from "./region.ts";
import { LATER, who } from "./region-store.ts";
import { WIPE } from "./resolve-dump.ts";

/** Which value is the person's, by a policy that has its place in the journal; what was true when, and what was known when. */
let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(() => database.pool.query(`${WIPE}, decision`));
afterAll(() => database.close());

const activate = async (policy: Partial<SurvivorshipPolicy>) => {
  const feeds = (await readActivations(database)).at(-1)?.activation.feeds ?? {};
  const survivorship = survivorshipPolicy.parse(policy);
  return appendActivation(database, { feeds, survivorship, by: "test" }, new Date());
};
const ANNA = who(0, { nhsNumber: "9990004951" });
/** The same patient in another hospital, who says of her another phone, later. */
const ELSEWHERE = { ...ANNA, id: "COPY", authority: "RDZ", phone: "01632960002" };

const persons = async () =>
  (
    await database.pool.query<{ id: string }>("select person_id as id from person where status = 'active' order by 1")
  ).rows.map(({ id }) => id);
const phoneOf = async (personId: string) =>
  (await readPersons(database.pool, [personId]))[0]?.golden.telecoms?.value.map(({ value }) => value);
const slices = async () => (await database.pool.query("select from journal where kind = 'resettle'")).rowCount;

describe("a survivorship policy", () => {
  beforeEach(async () => {
    await receive(database, [
      adt("A28", { ...ANNA, phone: "01632960001" }),
      adt("A28", ELSEWHERE, LATER),
      adt("A28", who(1)),
    ]);
    await resolveAll(database);
  });

  it("counts from its place in the journal on, walks by everybody, and is decided the same in a rebuild", async () => {
    const [anna = ""] = await persons();
    expect(await phoneOf(anna)).toEqual(["01632960002"]);
    await activate({ trust: ["authority:RBD"] });
    await resolveAll(database, { sliceRecordsMax: 2 });
    expect(await phoneOf(anna)).toEqual(["01632960001"]);
    expect(await slices()).toBe(2);
    const hash = await readStateHash(database.pool);
    expect((await rebuildAside(database, { batchMessagesMax: 1 })).after).toEqual(hash);
    expect(await slices()).toBe(2);
  });

  it("of before is taken up again, by whoever decides next", async () => {
    const [anna = ""] = await persons();
    await activate({ trust: ["feed:test", "authority:RBD"] });
    await activate({ trust: ["authority:RBD"] });
    await resolveAll(database);
    await resolveAll(database);
    expect(await phoneOf(anna)).toEqual(["01632960001"]);
    await activate({});
    await resolveAll(database);
    expect(await phoneOf(anna)).toEqual(["01632960002"]);
  });

  it("that is in force is not journalled again, and walks by nobody", async () => {
    expect(await activate({})).toBeTypeOf("number");
    expect(await activate({})).toBeUndefined();
    await resolveAll(database);
    expect(await slices()).toBe(0);
  });
});

describe("a person, as the API shows them", () => {
  it("has of each value its source, message and times, what else is said and why it lost, what was and what can not be", async () => {
    const at = new Date(Date.UTC(2026, 2, 1));
    await receive(
      database,
      [
        adt("A28", { ...ANNA, street: "1 Quay", family: "Marsh" }, { recordedAt: "20260101080000" }),
        adt("A31", { ...ANNA, street: "9 Shore", family: "Marsh" }, { recordedAt: "20260201080000" }),
        adt(
          "A28",
          { ...ANNA, id: "COPY", authority: "RDZ", street: "3 Tide", family: "Marsh" },
          { recordedAt: "20260115080000" },
        ),
      ],
      at,
    );
    await resolveAll(database);
    const [personId = ""] = await persons();
    const rig = await openRig({ database, knownAt: (ids, moment) => knownAt(database, ids, moment) });
    try {
      const cookie = await rig.signedIn(["clinician"]);
      const get = async (path: string) => (await rig.ask(cookie, "GET", `/api/v1/persons/${personId}${path}`)).json();
      const shown = await get("");
      expect(shown.golden.addresses).toMatchObject({
        text: expect.stringContaining("9 Shore"),
        source: { authority: "RBD", localId: ANNA.id, feed: "test" },
        ...{ recordedAt: "2026-02-01T08:00:00.000Z", receivedAt: at.toISOString(), decidedBy: "recency" },
        messageId: expect.stringMatching(/^\d+$/),
        alternatives: [
          {
            text: expect.stringContaining("3 Tide"),
            source: { authority: "RDZ" },
            lostBy: "recency",
            recordedAt: "2026-01-15T08:00:00.000Z",
          },
        ],
      });
      expect(shown.golden.birthDate).toMatchObject({ decidedBy: null, alternatives: [] });
      expect(shown.formerValues).toMatchObject([
        {
          field: "addresses",
          text: expect.stringContaining("1 Quay"),
          from: "2026-01-01T08:00:00.000Z",
          to: "2026-02-01T08:00:00.000Z",
        },
      ]);
      expect(shown.dataQuality).toEqual([]);
      const known = await get("/known-at?at=2026-03-14T09:00:00Z");
      expect(known).toMatchObject({
        state: "active",
        messages: 3,
        golden: { addresses: { text: shown.golden.addresses.text } },
      });
      expect(await get("/known-at?at=2026-02-28T00:00:00Z")).toMatchObject({
        state: "missing",
        golden: {},
        messages: 0,
      });
      expect((await get("/known-at?at=2999-01-01T00:00:00Z")).status).toBe(400);
      const asOf = (await get("?asOf=2026-03-14T09:00:00Z")).asOf;
      expect(asOf.values.addresses.text).toContain("9 Shore");
      const looks = (await rig.audit()).filter(({ action }) => action === "person.known-at");
      expect(looks).toHaveLength(2);
    } finally {
      await rig.app.close();
    }
  });
});

describe("what can not be so", () => {
  const pidOf = (deathDate: string) => {
    const { id, fields } = pid({ ...ANNA, birthDate: "19500731" }) as Exclude<SegmentContent, readonly unknown[]>;
    return { id, fields: { ...fields, 29: deathDate, 30: "Y" } };
  };
  const warnings = async () =>
    (
      await database.pool.query<{ texts: string[] | null }>(
        "select jsonb_path_query_array(warnings, '$[*].text') as texts from outcome order by journal_id",
      )
    ).rows.flatMap(({ texts }) => texts ?? []);
  const qualityOf = async (): Promise<{ code: string; text: string }[]> => {
    const [personId = ""] = await persons();
    const rig = await openRig({ database });
    const cookie = await rig.signedIn(["data-manager"]);
    const answer = await rig.ask(cookie, "GET", `/api/v1/persons/${personId}`);
    await rig.app.close();
    return answer.json().dataQuality;
  };
  const marks = async () => (await qualityOf()).map(({ code }) => code);

  it("a death before birth is kept, with a warning and a mark", async () => {
    await receive(database, [message("A31", [pidOf("19400101")])]);
    await resolveAll(database);
    expect(await warnings()).toEqual(["The date of death is before the date of birth: both were kept."]);
    expect(await marks()).toEqual(["death-before-birth"]);
    const [golden] = await readPersons(database.pool, await persons());
    expect(golden?.golden).toMatchObject({ birthDate: { value: "1950-07-31" }, deathDate: { value: "1940-01-01" } });
  });

  it("a visit after death is kept, with a warning and a mark; one on the day of death is none", async () => {
    await receive(database, [message("A31", [pidOf("20260501")])]);
    await receive(database, [adt("A01", ANNA, { visit: "V1" })]);
    await resolveAll(database);
    expect(await warnings()).toEqual([]);
    await receive(database, [message("A01", [pid(ANNA), pv1("V2", "WARD 1", { 44: "20260503090000" })])]);
    await resolveAll(database);
    expect(await warnings()).toEqual(["The visit begins after the patient's death: it was kept."]);
    expect(await marks()).toEqual(["activity-after-death"]);
    expect((await database.pool.query("select from encounter")).rowCount).toBe(2);
  });

  /** A blood test: taken, and reported. */
  const bloodTest = (id: string, taken: string, reported: string) =>
    message(
      "R01",
      [
        pid(ANNA),
        { id: "OBR", fields: { 1: "1", 3: id, 4: ["FBC", "Full blood count", "L"], 7: taken, 22: reported, 25: "F" } },
        { id: "OBX", fields: { 1: "1", 2: "NM", 3: ["HB", "Haemoglobin", "L"], 5: "98", 11: "F" } },
      ],
      { type: "ORU", recordedAt: "20260510080000" },
    );
  const died = message("A31", [pidOf("20260501")], { recordedAt: "20260502080000" });
  const activities: readonly (readonly [what: string, message: Uint8Array, texts: readonly string[]])[] = [
    ["a sample that was taken before and reported after", bloodTest("F1", "20260501090000", "20260509090000"), []],
    [
      "a sample that was taken after",
      bloodTest("F2", "20260503090000", "20260509090000"),
      ["A sample was taken or a test done after the date of death."],
    ],
    [
      "a procedure, and a visit",
      message(
        "A01",
        [
          pid(ANNA),
          pv1("V2", "WARD 1", { 44: "20260503090000" }),
          { id: "PR1", fields: { 1: "1", 3: ["H01", "Appendicectomy", "OPCS4"], 5: "20260504090000" } },
        ],
        { recordedAt: "20260510080000" },
      ),
      ["A visit began after the date of death. A procedure was done after the date of death."],
    ],
  ];

  it.each(activities)("%s is kept, and marked whichever comes first, the death or it", async (_, activity, texts) => {
    for (const arriving of [
      [died, activity],
      [activity, died],
    ]) {
      await database.pool.query(`${WIPE}, decision`);
      for (const each of arriving) {
        await receive(database, [each]);
        await resolveAll(database);
      }
      const found = await qualityOf();
      expect(found.map(({ text }) => text)).toEqual(texts);
      expect(new Set(found.map(({ code }) => code)).isSubsetOf(new Set(["activity-after-death"]))).toBe(true);
      expect((await database.pool.query("select from fact where state = 'current'")).rowCount).toBe(1);
    }
    await database.pool.query(`${WIPE}, decision`);
    await receive(database, [died, activity]);
    await resolveAll(database);
    expect((await warnings()).map((text) => text.includes("after the patient's death: it was kept"))).toEqual(
      texts.flatMap((text) => text.split(". ")).map(() => true),
    );
  });
});

describe("what was known at a moment", () => {
  const MOMENTS = [1, 2, 3, 4].map((hour) => new Date(Date.UTC(2026, 4, 3, hour)));
  const known = async (personId: string, at: Date) => {
    const found = await readPersonAsOf(database.pool, personId, at);
    const ids = found.state === "active" ? found.links.map(({ sourceRecordId }) => sourceRecordId) : [];
    return { ...(await knownAt(database, ids, at)), ids };
  };

  it("is at every moment what the store said then", async () => {
    const steps = [
      [adt("A28", { ...ANNA, phone: "01632960001" })],
      [adt("A28", ELSEWHERE, LATER), adt("A28", who(2, { id: "DOUBLE" }))],
      [adt("A40", ANNA, { prior: "DOUBLE", ...LATER }), adt("A31", { ...ANNA, family: "Moved" }, LATER)],
      [
        message("A37", [pid(ANNA), pid(who(2, { id: "DOUBLE" }))], LATER),
        adt("A31", { ...ELSEWHERE, street: "2 Quay" }, LATER),
      ],
    ];
    const stored = [];
    for (const [index, messages] of steps.entries()) {
      await receive(database, messages, MOMENTS[index]);
      await resolveAll(database);
      stored.push(await readPersons(database.pool, await persons()));
    }
    let compared = 0;
    for (const [index, at] of MOMENTS.entries()) {
      for (const { personId, golden } of stored[index] ?? []) {
        const then = await known(personId, at);
        expect(JSON.parse(JSON.stringify(then.golden)), `${personId} at moment ${index}`).toEqual(golden);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(5);
  });

  it("is not what was recorded before and came later; that was true all the same", async () => {
    await receive(database, [adt("A28", { ...ANNA, street: "1 Quay" }, { recordedAt: "20260501080000" })], MOMENTS[0]);
    await receive(database, [adt("A31", { ...ANNA, street: "9 Shore" }, { recordedAt: "20260501090000" })], MOMENTS[2]);
    await resolveAll(database);
    const [anna = ""] = await persons();
    const streets = async (at: Date | undefined) =>
      (await known(anna, at ?? new Date())).golden.addresses?.value.map(({ lines }) => lines[0]);
    expect(await streets(MOMENTS[1])).toEqual(["1 Quay"]);
    expect(await streets(MOMENTS[3])).toEqual(["9 Shore"]);
    const [record] = await readRecordsOfPersons(database.pool, [anna]);
    const trueAt = (time: string) =>
      record && wordsAsOf(record, time).demographics.addresses?.value?.map(({ lines }) => lines[0]);
    expect(trueAt("2026-05-01T07:30:00.000Z")).toEqual(["1 Quay"]);
    expect(trueAt("2026-05-01T08:30:00.000Z")).toEqual(["9 Shore"]);
  });

  it("of somebody with too many messages is not worked out", async () => {
    await receive(database, [adt("A28", ANNA)], MOMENTS[0]);
    await resolveAll(database);
    await database.pool.query(
      `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
         version, sender, control_id, message_at, identities)
       select journal_id + n, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event, version,
         sender, control_id || n, message_at, identities
       from journal, generate_series(1, 2000) n where kind = 'message'`,
    );
    await database.pool.query(
      `insert into outcome (journal_id, outcome, decided_by, decided_at)
       select journal_id, 'applied', journal_id, now() from journal j
       where kind = 'message' and not exists (select from outcome o where o.journal_id = j.journal_id)`,
    );
    const [anna = ""] = await persons();
    await expect(known(anna, new Date())).rejects.toThrow(TooManyMessagesError);
    await database.pool.query("delete from journal where journal_id = (select max(journal_id) from journal)");
    await expect(known(anna, new Date())).resolves.toMatchObject({ messages: 2_000 });
  });
});
