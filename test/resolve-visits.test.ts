import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, mrg, type Patient, pid, pv1, receive, resolveAll } from "./region.ts";
import { LATER, LATER_STILL, NHS, openRegion, who } from "./region-store.ts";

/** What happens to visits and accounts, from message to rows. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
afterAll(() => region.database.close());
beforeEach(() => region.empty());

describe("visits and accounts", () => {
  const admit = (person: Patient, visit: string, account: string, ward = "WARD 1") =>
    message("A01", [pid(person, { account }), pv1(visit, ward)]);

  it("A42: two visits are one, and the retired number leads there", async () => {
    await region.take(admit(who(0), "V1", "A1"), message("A01", [pid(who(0)), pv1("V2", "WARD 2")], LATER));
    const merge = () => message("A42", [pid(who(0)), mrg({ id: "P0", visit: "V1" }), pv1("V2", "WARD 2")], LATER);
    await region.take(merge());
    await region.take(merge());
    await region.take(message("A03", [pid(who(0)), pv1("V1", "WARD 2")], LATER_STILL));
    expect(await region.visits()).toEqual([
      ["P0", "V1", "A1", "WARD 1", "merged away"],
      ["P0", "V2", "A1", "WARD 2", "finished"],
    ]);
    expect(await region.warnings()).toContain("retired-id");
  });

  it("A50: the visit number is corrected, and the encounter stays the same one", async () => {
    await region.take(admit(who(0), "TYPO", "A1"));
    const before = await region.query("select encounter_id from encounter");
    await region.take(message("A50", [pid(who(0)), mrg({ id: "P0", visit: "TYPO" }), pv1("V1")], LATER));
    expect(await region.query("select encounter_id from encounter")).toEqual(before);
    await region.take(message("A03", [pid(who(0)), pv1("TYPO")], LATER_STILL));
    expect(await region.visits()).toEqual([["P0", "V1", "A1", "WARD 1", "finished"]]);
  });

  it("A41, A49: the account's visits go under the right account, also those still to come", async () => {
    await region.take(admit(who(0), "V1", "A1"));
    await region.take(message("A41", [pid(who(0), { account: "A2" }), mrg({ id: "P0", account: "A1" })], LATER));
    await region.take(admit(who(0), "V2", "A1"));
    await region.take(message("A49", [pid(who(0), { account: "A3" }), mrg({ id: "P0", account: "A2" })], LATER));
    expect((await region.visits()).map(([, visit, account]) => [visit, account])).toEqual([
      ["V1", "A3"],
      ["V2", "A3"],
    ]);
  });

  it("A44: the account and its visits go to the other patient, and back", async () => {
    await region.known(who(1));
    await region.take(admit(who(0), "V1", "A1"), admit(who(0), "V2", "A2"));
    const move = (from: number, to: number) =>
      message("A44", [pid(who(to), { account: "A1" }), mrg({ id: `P${from}`, account: "A1" })], LATER);
    await region.take(move(0, 1));
    expect((await region.visits()).map((visit) => visit.slice(0, 2))).toEqual([
      ["P1", "V1"],
      ["P0", "V2"],
    ]);
    await region.take(message("A03", [pid(who(0), { account: "A1" }), pv1("V1")], LATER), admit(who(0), "V3", "A1"));
    expect((await region.visits()).map((visit) => visit.slice(0, 2))).toEqual([
      ["P1", "V1"],
      ["P0", "V2"],
      ["P1", "V3"],
    ]);
    await region.take(move(1, 0), move(1, 0));
    await region.take(admit(who(0), "V4", "A1"));
    expect((await region.visits()).map(([patient, visit, , , status]) => [patient, visit, status])).toEqual([
      ["P0", "V1", "finished"],
      ["P0", "V2", "in-progress"],
      ["P0", "V3", "in-progress"],
      ["P0", "V4", "in-progress"],
    ]);
  });

  it("A44 and A42 take the visit's facts along", async () => {
    await region.known(who(1));
    const diagnosis = { id: "DG1", fields: { 1: "1", 3: ["22298006", "MI", "SNM3"] } };
    await region.take(message("A01", [pid(who(0), { account: "A1" }), pv1("V1"), diagnosis]));
    const facts = () =>
      region.query(
        "select s.local_id as patient, f.visit_number as visit from fact f join source_record s using (source_record_id)",
      );
    expect(await facts()).toEqual([{ patient: "P0", visit: "V1" }]);
    await region.take(message("A44", [pid(who(1), { account: "A1" }), mrg({ id: "P0", account: "A1" })], LATER));
    expect(await facts()).toEqual([{ patient: "P1", visit: "V1" }]);
    await region.take(message("A42", [pid(who(1)), mrg({ id: "P1", visit: "V1" }), pv1("V2")], LATER));
    expect(await facts()).toEqual([{ patient: "P1", visit: "V2" }]);
    await region.take(message("A29", [pid(who(1))], LATER_STILL));
    expect(await region.query("select state from fact")).toEqual([{ state: "withdrawn" }]);
  });

  it("A44 takes along as many visits and facts as the account has, and several in one batch", async () => {
    await region.known(who(1), who(2));
    const diagnosis = { id: "DG1", fields: { 1: "1", 3: ["22298006", "MI", "SNM3"] } };
    const account = { account: "A1" };
    const admissions = Array.from({ length: 8 }, (_, index) =>
      message("A01", [pid(who(0), account), pv1(`V${index}`), diagnosis]),
    );
    await region.take(...admissions);
    const move = (from: number, to: number) =>
      message("A44", [pid(who(to), account), mrg({ id: `P${from}`, ...account })]);
    await region.take(move(0, 1), message("A03", [pid(who(1)), pv1("V0")]), move(1, 2));
    expect(new Set((await region.visits()).map(([patient]) => patient))).toEqual(new Set(["P2"]));
    expect((await region.visits())[0]).toEqual(["P2", "V0", "A1", "WARD 1", "finished"]);
    expect(
      await region.query("select distinct s.local_id from fact f join source_record s using (source_record_id)"),
    ).toEqual([{ local_id: "P2" }]);
    expect(await region.query("select outcome, count(*) from outcome group by 1")).toEqual([
      { outcome: "applied", count: 13 },
    ]);
  });

  it("finds a moved visit by an id that was merged since", async () => {
    await region.known(who(1), who(2));
    await region.take(admit(who(0), "V1", "A1"));
    await region.take(message("A44", [pid(who(1), { account: "A1" }), mrg({ id: "P0", account: "A1" })]));
    await region.take(adt("A40", who(2), { prior: "P0" }));
    await region.take(message("A03", [pid(who(2)), pv1("V1")], LATER));
    expect(await region.visits()).toEqual([["P1", "V1", "A1", "WARD 1", "finished"]]);
  });

  it("A29 deletes the visits of an id that the same batch corrected", async () => {
    await region.take(admit(who(0), "V1", "A1"));
    const right = who(0, { id: "RIGHT" });
    await region.take(
      message("A47", [pid(right), mrg({ id: "P0" })], LATER),
      message("A29", [pid(right)], LATER_STILL),
    );
    expect((await region.visits()).map((visit) => [visit[0], visit[4]])).toEqual([["RIGHT", "deleted"]]);
  });

  it("A45: the visit goes to another account, of another patient", async () => {
    await region.known(who(1));
    await region.take(admit(who(0), "V1", "A1"));
    const prior = mrg({ id: "P0", account: "A1", visit: "V1" });
    await region.take(message("A45", [pid(who(1), { account: "A9" }), prior, pv1("V1")], LATER));
    expect((await region.visits()).map((visit) => visit.slice(0, 3))).toEqual([["P1", "V1", "A9"]]);
  });

  it("A17: two patients change beds, and nothing of who they are", async () => {
    await region.take(admit(who(0), "V1", "A1", "BED 1"), admit(who(1), "V2", "A2", "BED 2"));
    const events = await region.query("select count(*) from identity_event");
    await region.take(message("A17", [pid(who(0)), pv1("V1", "BED 2"), pid(who(1)), pv1("V2", "BED 1")], LATER));
    expect((await region.visits()).map(([patient, , , bed]) => [patient, bed])).toEqual([
      ["P0", "BED 2"],
      ["P1", "BED 1"],
    ]);
    expect(await region.query("select count(*) from identity_event")).toEqual(events);
  });

  it("A23: the visit is gone, the patient stays", async () => {
    await region.take(admit(who(0), "V1", "A1"), message("A23", [pid(who(0)), pv1("V1")], LATER));
    expect((await region.visits()).map((visit) => visit[4])).toEqual(["deleted"]);
    expect((await region.row("P0"))?.status).toBe("active");
  });

  it("A23: what comes after it is not swallowed without a word", async () => {
    await region.take(admit(who(0), "V1", "A1"), message("A23", [pid(who(0)), pv1("V1")], LATER));
    expect(await region.warnings()).toEqual([]);
    await region.take(message("A08", [pid(who(0)), pv1("V1")], LATER_STILL));
    expect(await region.warnings()).toEqual(["ignored"]);
    await region.take(message("A01", [pid(who(0)), pv1("V1")], { recordedAt: "20260603080000" }));
    expect(await region.warnings()).toEqual([]);
    expect((await region.visits()).map((visit) => visit[4])).toEqual(["in-progress"]);
  });

  it("A50 to the number of another visit joins the two, with a warning", async () => {
    await region.take(admit(who(0), "V1", "A1"), admit(who(0), "V2", "A1"));
    await region.take(message("A50", [pid(who(0)), mrg({ id: "P0", visit: "V1" }), pv1("V2")], LATER));
    expect(await region.warnings()).toContain("identity");
    expect((await region.visits()).map((visit) => visit[4])).toEqual(["merged away", "in-progress"]);
  });

  it('PV1 `""` deletes what the visit is said to have; a discharge is only cancelled', async () => {
    const about = (event: string, fields: Record<number, string | string[] | null>, time = LATER) =>
      message(event, [pid(who(0)), { id: "PV1", fields: { 2: "I", 19: "V1", ...fields } }], time);
    await region.take(about("A01", { 3: ["WARD 1"], 7: ["C1", "COBB"], 10: ["300"] }));
    await region.take(about("A08", { 3: null, 7: null, 10: null }));
    const row = async () =>
      (await region.query("select location, consultant, specialty, status, discharged_at from encounter"))[0];
    expect(await row()).toMatchObject({ location: null, consultant: null, specialty: null });
    await region.take(about("A03", { 45: "20260601090000" }));
    await region.take(about("A08", { 45: null }, LATER_STILL));
    expect(await row()).toMatchObject({ status: "finished", discharged_at: "2026-06-01T08:00:00.000Z" });
    expect(await region.warnings()).toEqual(["ignored"]);
  });

  it("a visit that was heard of before it had a number is the same one with it", async () => {
    const diagnosis = { id: "DG1", fields: { 1: "1", 3: ["22298006", "MI", "SNM3"] } };
    await region.take(message("A01", [pid(who(0)), pv1(""), diagnosis]));
    const before = await region.query("select encounter_id from encounter");
    await region.take(message("A02", [pid(who(0)), pv1("V1", "WARD 2")], LATER));
    expect(await region.warnings()).toEqual(["identity"]);
    await region.take(message("A03", [pid(who(0)), pv1("", "WARD 2")], LATER_STILL));
    expect(await region.query("select encounter_id from encounter")).toEqual(before);
    expect(await region.visits()).toEqual([["P0", "V1", null, "WARD 2", "finished"]]);
    expect(await region.query("select visit_number from fact")).toEqual([{ visit_number: "V1" }]);
  });

  it("a visit goes where it was moved by itself, though its account went elsewhere", async () => {
    await region.known(who(1), who(4), who(5));
    const moves = [
      message("A45", [pid(who(1), { account: "A9" }), mrg({ id: "P4", account: "A0", visit: "V1" }), pv1("V1")]),
      message("A44", [pid(who(4), { account: "A0" }), mrg({ id: "P5", account: "A0" })]),
    ];
    await region.take(...moves);
    await region.take(message("A14", [pid(who(5), { account: "A0" }), pv1("V1")], LATER));
    expect((await region.visits()).map((visit) => visit.slice(0, 2))).toEqual([["P1", "V1"]]);
  });
});

describe("a visit that was known under two ids, when these are merged", () => {
  const stay = (person: Patient, event: string, ward: string, time = LATER) =>
    message(event, [pid(person), pv1("V1", ward)], time);
  const merge = () => adt("A40", who(0), { prior: "P1", ...LATER });

  it.each([1, 7])("is one encounter, whichever id its messages name (batches of %i)", async (batchMessagesMax) => {
    const diagnosis = { id: "DG1", fields: { 1: "1", 3: ["22298006", "MI", "SNM3"] } };
    const messages = [
      message("A01", [pid(who(1)), pv1("V1", "WARD 1"), diagnosis]),
      stay(who(0), "A02", "WARD 2"),
      merge(),
      stay(who(1), "A03", "WARD 2", LATER_STILL),
    ];
    await receive(region.database, messages);
    await resolveAll(region.database, { batchMessagesMax });
    expect(await region.visits()).toEqual([
      ["P1", "V1", null, "WARD 1", "merged away"],
      ["P0", "V1", null, "WARD 2", "finished"],
    ]);
    expect(await region.query("select local_id from fact join source_record using (source_record_id)")).toEqual([
      { local_id: "P0" },
    ]);
    expect(await region.query("select distinct outcome from outcome")).toEqual([{ outcome: "applied" }]);
  });

  it("is the one that happened, and hears nothing of the other", async () => {
    await region.take(stay(who(0), "A01", "WARD 1"), stay(who(1), "A01", "WARD 1"));
    await region.take(stay(who(0), "A23", "WARD 1"), merge());
    await region.take(stay(who(0), "A02", "WARD 2", LATER_STILL));
    expect(await region.visits()).toEqual([
      ["P0", "V1", null, null, "merged away"],
      ["P1", "V1", null, "WARD 2", "in-progress"],
    ]);
  });

  it("moves nothing where the merge is doubted", async () => {
    await region.known(who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] }));
    await region.take(stay(who(1), "A01", "WARD 1"), stay(who(0), "A02", "WARD 2"), merge());
    expect((await region.visits()).map((visit) => visit[4])).toEqual(["in-progress", "in-progress"]);
  });
});

describe("a cancel", () => {
  const at = (hour: number, occurred = hour) => ({
    recordedAt: `202605010${hour}0500`,
    occurredAt: `202605010${occurred}0000`,
  });
  const said = (event: string, ward: string, time: ReturnType<typeof at>, more = {}) =>
    message(event, [pid(who(0)), pv1("V1", ward, more)], time);

  it("A12: a transfer is taken back once, and the patient is where PV1-3 says", async () => {
    await region.take(said("A01", "W1", at(1)), said("A02", "W2", at(2)), said("A02", "W3", at(3)));
    await region.take(said("A08", "W3", at(4)), said("A12", "", at(5, 3)), said("A12", "", at(6, 3)));
    expect((await region.visits())[0]?.[3]).toBe("W2");
    await region.take(said("A02", "W4", at(7)), said("A12", "W5", at(8, 7)));
    expect((await region.visits())[0]?.[3]).toBe("W5");
  });

  it("A13: the patient is here again, with nothing of the discharge", async () => {
    const gone = { 45: "20260501030000", 37: "19" };
    await region.take(said("A01", "W1", at(1)), said("A03", "W1", at(3), gone), said("A03", "W1", at(4), gone));
    await region.take(said("A08", "W1", at(5), gone), said("A13", "W1", at(6, 3), gone));
    expect(await region.query("select status, discharged_at, discharge_destination, location from encounter")).toEqual([
      { status: "in-progress", discharged_at: null, discharge_destination: null, location: "W1" },
    ]);
  });
});
