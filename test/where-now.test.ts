import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { personAnswer } from "../services/api/src/persons/view.ts";
import { openRig, type Rig } from "../services/api/src/rig.ts";
import { freshDatabase } from "./database.ts";
import { message, type Patient, pid, pv1, receive, resolveAll } from "./region.ts";
import { WIPE } from "./resolve-dump.ts";

/** "Which ward is she on", from what hospitals send to what is shown of it. The clock stands at 14 March 2026, 10:00. */

let rig: Rig;
let cookie: string;
beforeAll(async () => {
  rig = await openRig({ database: await freshDatabase() });
  cookie = await rig.signedIn(["clinician"], "carla");
});
afterAll(() => rig?.close());
beforeEach(async () => {
  await rig.database.pool.query(`${WIPE}, sensitivity_mark`);
});

const MARY: Patient = {
  ...{ id: "H77", nhsNumber: "9990004951", family: "SANDBANK", given: "MARY", birthDate: "19500731", sex: "F" },
};
const ELSEWHERE: Patient = { ...MARY, id: "Z5", authority: "RDZ" };

type Said = { patient?: Patient; ward?: string; more?: Record<number, string>; visit?: string };
const said = (event: string, at: string, { patient = MARY, ward = "WARD 1", more = {}, visit = "V1" }: Said = {}) => {
  const segments = [pid(patient), pv1(visit, ward, { 44: "20260310090000", ...more })];
  return message(event, segments, { authority: patient.authority ?? "RBD", recordedAt: at });
};
const dead = (at: string) => {
  const patient = pid(MARY);
  const fields = { ...("fields" in patient ? patient.fields : {}), 29: "20260313", 30: "Y" };
  return message("A31", [{ id: "PID", fields }], { recordedAt: at });
};

const lives = (patient: Patient) => {
  const segment = pid(patient);
  return { id: "PID", fields: { ...("fields" in segment ? segment.fields : {}), 30: "N" } };
};

async function take(...messages: readonly Uint8Array[]): Promise<void> {
  for (const each of messages) {
    await receive(rig.database, [each]);
    await resolveAll(rig.database);
  }
}

async function personId(patient = MARY): Promise<string> {
  const { rows } = await rig.database.pool.query<{ id: string }>(
    "select person_id::text as id from source_record where local_id = $1",
    [patient.id],
  );
  return rows[0]?.id ?? "";
}

type Shown = ReturnType<typeof personAnswer.parse>;
const read = async (url: string) => (await rig.ask(cookie, "GET", url)).json();
const shown = async (): Promise<Shown> => read(`/api/v1/persons/${await personId()}`);
const whereNow = async () => (await shown()).whereNow;

type Located = { location: { reference: string; display: string }; status: string };
type Encounters = { entry?: { resource: { status: string; meta: { versionId: string }; location?: Located[] } }[] };
const encounters = async (query = ""): Promise<Encounters> =>
  read(`/fhir/Encounter?patient=${await personId()}${query}`);
const locations = async (query = "") =>
  ((await encounters(query)).entry ?? []).map(({ resource }) =>
    (resource.location ?? []).map(({ location, status }) => [location.display, status]),
  );

const ADMITTED = said("A01", "20260310090000");
const MOVED = said("A02", "20260312100000", { ward: "WARD 2" });

describe("where somebody is now", () => {
  it.each([
    ["as it happened", [ADMITTED, MOVED]],
    ["the other way round", [MOVED, ADMITTED]],
  ])("A01, A02, heard %s: the latest movement, and who said it", async (_, messages) => {
    await take(...messages);
    expect(await whereNow()).toMatchObject({
      answer: "here",
      stays: [
        {
          ...{ authority: "RBD", feed: "test", visitNumber: "V1", class: "inpatient", presence: "present" },
          place: { name: "WARD 2", ward: "WARD 2" },
          since: "2026-03-12T10:00:00.000Z",
          heardAt: "2026-03-12T10:00:00.000Z",
          unheardDays: 2,
          isUnheard: false,
        },
      ],
      setAside: [],
    });
    expect(await locations("&status=in-progress")).toEqual([
      [
        ["WARD 1", "completed"],
        ["WARD 2", "active"],
      ],
    ]);
  });

  it("every place that is told can be read, earlier ones and their wards too", async () => {
    const inBed = { id: "PV1", fields: { 2: "I", 3: ["WARD 1", "BAY 1", "BED 2", "RBD"], 19: "V1" } };
    await take(message("A01", [pid(MARY), inBed], { recordedAt: "20260310090000" }), MOVED);
    const [first] = (await encounters()).entry ?? [];
    const places = await Promise.all(
      (first?.resource.location ?? []).map(({ location }) => read(`/fhir/${location.reference}`)),
    );
    expect(places).toMatchObject([{ name: "WARD 1, BAY 1, BED 2, RBD" }, { name: "WARD 2" }]);
    expect(await read(`/fhir/${places[0].partOf.reference}`)).toMatchObject({ name: "WARD 1" });
  });

  it("A02 recorded late and dated back takes nobody from where they went since", async () => {
    const late = message("A02", [pid(MARY), pv1("V1", "WARD 9", { 44: "20260310090000" })], {
      ...{ recordedAt: "20260313120000", occurredAt: "20260311100000" },
    });
    await take(ADMITTED, MOVED, late);
    expect(await whereNow()).toMatchObject({ answer: "here", stays: [{ place: { name: "WARD 2" } }] });
    expect(await locations()).toEqual([
      [
        ["WARD 1", "completed"],
        ["WARD 9", "completed"],
        ["WARD 2", "active"],
      ],
    ]);
  });

  it.each([
    ["A01 sent again after the A03", [said("A03", "20260313090000"), said("A01", "20260313100000")]],
    ["A08 with PV1-45", [said("A08", "20260313100000", { more: { 45: "20260313090000" } })]],
  ])("%s: nowhere", async (_, messages) => {
    await take(ADMITTED, ...messages);
    expect(await whereNow()).toEqual({ answer: "unknown", stays: [], setAside: [] });
    expect(await locations("&status=finished")).toEqual([[["WARD 1", "completed"]]]);
  });

  it("A12: back where they were; A13: still where they were; A03: nowhere", async () => {
    await take(ADMITTED, MOVED, said("A12", "20260312110000", { ward: "WARD 1" }));
    expect((await whereNow()).stays).toMatchObject([{ place: { name: "WARD 1" }, since: "2026-03-10T09:00:00.000Z" }]);
    await take(said("A03", "20260313090000", { more: { 45: "20260313090000" } }));
    expect(await whereNow()).toMatchObject({ answer: "unknown", stays: [] });
    expect(await locations("&status=in-progress")).toEqual([]);
    expect(await locations("&status=finished")).toEqual([[["WARD 1", "completed"]]]);
    await take(said("A13", "20260313093000"));
    expect((await whereNow()).stays).toMatchObject([{ place: { name: "WARD 1" } }]);
  });

  it("A21, A22: on leave the bed is kept", async () => {
    await take(ADMITTED, said("A21", "20260313090000"));
    expect((await whereNow()).stays).toMatchObject([{ presence: "on-leave", bedKept: "WARD 1" }]);
    expect(await locations()).toEqual([[["WARD 1", "reserved"]]]);
    await take(said("A22", "20260313150000"));
    expect((await whereNow()).stays).toMatchObject([{ presence: "present", place: { name: "WARD 1" }, bedKept: null }]);
  });

  it("A09: somewhere that is no bed (PV1-11)", async () => {
    await take(ADMITTED, said("A09", "20260314090000", { more: { 11: "X-RAY" } }));
    expect((await whereNow()).stays).toMatchObject([{ presence: "away", place: { name: "X-RAY" }, bedKept: "WARD 1" }]);
    expect(await locations()).toEqual([
      [
        ["WARD 1", "completed"],
        ["X-RAY", "active"],
        ["WARD 1", "reserved"],
      ],
    ]);
  });

  it("is nowhere after death, though the visit was left open, and FHIR's version says that it changed", async () => {
    await take(ADMITTED);
    const before = (await encounters()).entry?.[0]?.resource.meta.versionId;
    await take(dead("20260313120000"));
    expect(await whereNow()).toMatchObject({ answer: "deceased", stays: [], setAside: [{ because: "deceased" }] });
    expect(await locations()).toEqual([[["WARD 1", "completed"]]]);
    const after = (await encounters()).entry?.[0]?.resource.meta.versionId;
    expect(Number(after)).toBeGreaterThan(Number(before));
  });

  it("is where they were after all, once their death is taken back (PID-30=N): they are hidden from nobody", async () => {
    await take(ADMITTED, dead("20260313120000"));
    const found = () => read("/fhir/Patient?family=SANDBANK");
    expect(await found()).toMatchObject({ total: 0 });
    await take(message("A31", [lives(MARY)], { recordedAt: "20260313130000" }));
    expect(await found()).toMatchObject({ total: 1 });
    const { golden, dataQuality, whereNow: answer } = await shown();
    expect(golden).toMatchObject({ deceased: { value: false } });
    expect([golden.deathDate, dataQuality]).toEqual([undefined, []]);
    expect(answer).toMatchObject({ answer: "here", stays: [{ place: { name: "WARD 1" } }] });
  });

  it("is said of somebody of whose death two hospitals do not agree with that mark", async () => {
    await take(ADMITTED, said("A01", "20260313090000", { patient: ELSEWHERE, visit: "Z1" }), dead("20260313120000"));
    await take(message("A31", [lives(ELSEWHERE)], { authority: "RDZ", recordedAt: "20260313130000" }));
    const { golden, dataQuality } = await shown();
    expect(golden).toMatchObject({ deceased: { value: false, alternatives: [{ source: { authority: "RBD" } }] } });
    expect(dataQuality).toMatchObject([
      { code: "death-differs", sources: [{ authority: "RBD" }, { authority: "RDZ" }] },
    ]);
  });

  it("is told to the person themselves with everywhere they were, and when", async () => {
    await take(ADMITTED, MOVED);
    const officer = await rig.signedIn(["privacy-officer"], "olga");
    const page = (await rig.ask(officer, "GET", `/api/v1/persons/${await personId()}/export`)).body;
    expect(page.replaceAll(/<[^>]*>/g, "")).toMatch(
      /WARD 1 from 10-Mar-2026 09:00 to 12-Mar-2026 10:00\s*WARD 2 from 12-Mar-2026 10:00/,
    );
  });

  it("is nothing certain where a newer visit may not be shown, and that visit is told to nobody", async () => {
    const secret = said("A01", "20260314090000", {
      ward: "CLINIC 9",
      visit: "V9",
      more: { 10: "360", 44: "20260314090000" },
    });
    await take(ADMITTED, secret);
    const answer = await shown();
    expect(answer.whereNow).toMatchObject({
      ...{ answer: "unheard", setAside: [] },
      stays: [{ visitNumber: "V1", place: { name: "WARD 1" }, isUnheard: true }],
    });
    expect(answer.whereNow.stays).toHaveLength(1);
    expect(JSON.stringify(answer)).not.toMatch(/CLINIC 9|V9/);
  });

  it("is both where two hospitals say so, the latest first, and never one of them alone", async () => {
    await take(
      said("A01", "20260313090000", { patient: ELSEWHERE, visit: "Z1", more: { 44: "20260313090000" } }),
      ADMITTED,
    );
    const { answer, stays } = await whereNow();
    expect([answer, ...stays.map(({ authority }) => authority)]).toEqual(["disagreement", "RDZ", "RBD"]);
  });

  it("is no visit of a record that its sender deleted", async () => {
    await take(said("A01", "20260313090000", { patient: ELSEWHERE, visit: "Z1" }), ADMITTED);
    await take(message("A29", [pid(ELSEWHERE)], { authority: "RDZ", recordedAt: "20260314090000" }));
    expect(await whereNow()).toMatchObject({ answer: "here", stays: [{ authority: "RBD" }] });
  });

  it("is said with how old it is, of a visit that nobody closed", async () => {
    await take(said("A01", "20260201090000", { more: { 44: "20260201090000" } }));
    expect(await whereNow()).toMatchObject({ answer: "unheard", stays: [{ isUnheard: true, unheardDays: 41 }] });
  });

  it("is withheld of whoever is restricted, by every way", async () => {
    await take(ADMITTED, said("A02", "20260312100000", { ward: "SECRET WARD" }), MOVED);
    await rig.database.pool.query(
      `insert into sensitivity_mark (source_record_id, level, reason, journal_id, recorded_by, recorded_at)
       select source_record_id, 'restricted', 'test', 1, 'test', now() from source_record`,
    );
    const answer = await shown();
    expect(answer.whereNow).toEqual({ answer: "withheld", stays: [], setAside: [] });
    const told = JSON.stringify([
      answer,
      await encounters(),
      await read(`/fhir/Patient/${await personId()}/$everything`),
    ]);
    expect(told).not.toMatch(/WARD/i);
  });
});
