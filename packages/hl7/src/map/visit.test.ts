import type { EncounterStatement } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { FEED, msh, PID_SHORT, RECEIVED_AT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import { toEvent } from "./to-event.ts";

/** A PV1 of these fields, by number. */
function pv1Of(fields: Record<number, string>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return ["PV1", ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? "")].join("|");
}

function eventOf(trigger: string, fields: Record<number, string>, ...others: string[]) {
  const [pid = PID_SHORT] = others.filter((each) => each.startsWith("PID"));
  const rest = others.filter((each) => !each.startsWith("PID"));
  const read = readMessage(
    wire(
      msh(trigger),
      ...rest.filter((each) => each.startsWith("EVN")),
      pid,
      pv1Of(fields),
      ...rest.filter((each) => !each.startsWith("EVN")),
    ),
  );
  const result = read.ok ? toEvent(read.message, FEED, RECEIVED_AT) : undefined;
  if (result?.ok !== true) throw new Error("not mapped");
  return result.event;
}

const encounter = (...args: Parameters<typeof eventOf>): EncounterStatement | undefined =>
  eventOf(...args).subjects[0]?.encounter;

describe("what an event does to its encounter", () => {
  it.each(["A28", "A31", "A40"])("%s: nothing, unless PV1 names a real visit", (trigger) => {
    const prior = trigger === "A40" ? ["MRG|9001"] : [];
    expect(encounter(trigger, { 2: "N" }, ...prior)).toBeUndefined();
    expect(encounter(trigger, { 2: "N", 19: "V1" }, ...prior)).toBeUndefined();
    expect(encounter(trigger, { 2: "I", 44: "20260301" }, ...prior)).toBeUndefined();
    expect(encounter(trigger, { 19: "V1" }, ...prior)).toBeUndefined();
    expect(encounter(trigger, { 2: "I", 19: "V1" }, ...prior)).toMatchObject({ visitNumber: "V1", action: "update" });
    expect(eventOf(trigger, { 2: "N" }, ...prior).warnings).toEqual([]);
  });
});

describe("which visit", () => {
  it.each([
    [{ 19: "V1^^^RDZ^VN", 44: "20260301", 50: "ALT" }, "V1"],
    [{ 44: "202603011015", 50: "ALT" }, "admitted:2026-03-01T10:15:00.000Z"],
    [{ 44: "20260301" }, "admitted:2026-03-01"],
    [{ 19: '""', 50: "ALT^^^X" }, "alternate:ALT"],
    [{ 19: "?", 44: "20261301" }, "account:ACC"],
  ])("%j: %s", (fields, visitNumber) => {
    expect(encounter("A01", fields, `${PID_SHORT}||||||||||ACC^^^RDZ`)?.visitNumber).toBe(visitNumber);
  });

  it("is not made up: nothing identifies it, nothing is stated", () => {
    const event = eventOf("A01", { 2: "I", 3: "WARD7" });
    expect(event.subjects[0]?.encounter).toBeUndefined();
    expect(event.warnings).toMatchObject([{ location: "PV1-19", code: "ignored" }]);
    expect(event.notMapped).toEqual(["PV1"]);
  });
});

describe("what is said of a visit", () => {
  const about = (trigger: string, fields: Record<number, string>, ...others: string[]) =>
    encounter(trigger, { 19: "V1", ...fields }, ...others);

  it.each([
    ["I", "inpatient"],
    ["O", "outpatient"],
    ["e", "emergency"],
    ["P", "preadmission"],
    ["R", "recurring"],
    ["B", "obstetrics"],
    ["C", "other"],
    ["N", undefined],
  ])("class %s is %s", (code, name) => expect(about("A04", { 2: code })?.class).toBe(name));

  it("a class that is missing is known from A06 and A07 alone, and a bad one is said to be bad", () => {
    expect(about("A06", { 2: "" })?.class).toBe("inpatient");
    expect(about("A07", { 2: "" })?.class).toBe("outpatient");
    expect(about("A06", { 2: "E" })?.class).toBe("emergency");
    expect(about("A04", { 2: "" })).not.toHaveProperty("class");
    expect(eventOf("A04", { 2: "Q", 19: "V1" }).warnings).toMatchObject([{ location: "PV1-2", code: "bad-code" }]);
  });

  it("where the patient is, which in tracking events is PV1-11 first", () => {
    expect(about("A02", { 3: "WARD7^BAY2^BED3^RDZ01", 11: "XRAY" })?.location).toBe("WARD7, BAY2, BED3, RDZ01");
    expect(about("A09", { 3: "WARD7", 11: "XRAY" })?.location).toBe("XRAY");
    expect(about("A10", { 3: "WARD7", 11: "^^" })?.location).toBe("WARD7");
    expect(about("A32", { 3: "WARD7", 11: "XRAY" })?.location).toBe("XRAY");
    expect(about("A08", { 3: "WARD7", 11: "XRAY" })?.location).toBe("WARD7");
    expect(about("A08", { 3: "^^^^^^^^by the sea" })?.location).toBe("by the sea");
    expect(about("A08", { 3: '""' })).not.toHaveProperty("location");
  });

  it("the consultant, in PV1-7 or else PV1-9, and the codes", () => {
    expect(about("A01", { 4: "21", 7: "C1^Cobb^Lyme^^^Mr", 9: "C2", 10: "300^General", 37: "19" })).toMatchObject({
      admissionMethod: "21",
      consultant: { code: "C1", display: "Mr Lyme Cobb" },
      specialty: "300",
      dischargeDestination: "19",
    });
    expect(about("A01", { 7: '""', 9: "C2" })?.consultant).toEqual({ code: "C2" });
  });

  it("when, from PV1-44 and PV1-45, else from EVN-6 for that very event", () => {
    expect(about("A03", { 44: "20260301", 45: "202603041200" })).toMatchObject({
      admittedAt: "2026-03-01",
      dischargedAt: "2026-03-04T12:00:00.000Z",
    });
    const evn = "EVN|A01|20260304|||||".replace("|||||", "||||20260302100000");
    expect(about("A01", {}, evn)?.admittedAt).toBe("2026-03-02T10:00:00.000Z");
    expect(about("A01", {}, evn)).not.toHaveProperty("dischargedAt");
    expect(about("A03", {}, evn)).toMatchObject({ dischargedAt: "2026-03-02T10:00:00.000Z" });
    expect(about("A03", {}, evn)).not.toHaveProperty("admittedAt");
    expect(about("A08", {}, evn)).not.toHaveProperty("admittedAt");
  });

  it("when what is planned is expected, in PV2-8, PV2-9 or EVN-3", () => {
    const pv2 = "PV2||||||||20260401|20260409";
    const evn = "EVN|A05|20260301|20260403";
    expect(about("A05", {}, pv2)).toMatchObject({ expectedAt: "2026-04-01" });
    expect(about("A05", {}, pv2)).not.toHaveProperty("admittedAt");
    expect(about("A14", {}, evn)).toMatchObject({ expectedAt: "2026-04-03" });
    expect(about("A16", {}, evn, pv2)).toMatchObject({ expectedAt: "2026-04-09" });
    expect(about("A15", { 42: "WARD9" }, evn, pv2)).toMatchObject({ expectedAt: "2026-04-03" });
    expect(about("A01", {}, evn, pv2)).not.toHaveProperty("expectedAt");
    expect(about("A25", {}, evn, pv2)).not.toHaveProperty("expectedAt");
  });

  it("where the patient is going, once it is planned", () => {
    expect(about("A15", { 3: "WARD7", 42: "WARD9^BAY1" })).toMatchObject({
      location: "WARD7",
      pendingLocation: "WARD9, BAY1",
    });
    expect(about("A02", { 3: "WARD9", 42: "WARD9" })).not.toHaveProperty("pendingLocation");
    expect(about("A26", { 3: "WARD7", 42: "WARD9" })).not.toHaveProperty("pendingLocation");
  });

  it('what is deleted (`""`), which is neither what is missing nor what is empty', () => {
    const fields = { 2: "class", 3: "location", 4: "admissionMethod", 7: "consultant", 10: "specialty" } as const;
    const others = { 37: "dischargeDestination", 42: "pendingLocation", 44: "admittedAt", 45: "dischargedAt" } as const;
    for (const [field, name] of Object.entries({ ...fields, ...others })) {
      expect(about("A08", { [field]: '""' }), name).toEqual({ visitNumber: "V1", action: "update", cleared: [name] });
      expect(about("A08", { [field]: '""^""' })?.cleared, name).toEqual([name]);
      expect(about("A08", { [field]: "" }), name).toEqual({ visitNumber: "V1", action: "update" });
    }
    expect(about("A08", {}, `${PID_SHORT}||||||||||""`)?.cleared).toEqual(["account"]);
    expect(about("A08", {}, 'PV2||||||||""|')?.cleared).toEqual(["expectedAt"]);
    expect(about("A08", {}, 'PV2||||||||20260401|""')).not.toHaveProperty("cleared");
    expect(about("A16", {}, 'PV2||||||||20260401|""')?.cleared).toEqual(["expectedAt"]);
  });

  it('and is not deleted where it is said: `""` in one of the places that say it', () => {
    expect(about("A06", { 2: '""' })).toEqual({ visitNumber: "V1", action: "change-class", class: "inpatient" });
    expect(about("A08", { 7: '""', 9: "C2" })).not.toHaveProperty("cleared");
    expect(about("A09", { 3: "WARD7", 11: '""' })).toMatchObject({ location: "WARD7" });
    expect(about("A08", { 3: '""^BAY2' })).toEqual({ visitNumber: "V1", action: "update", location: "BAY2" });
    expect(about("A03", { 45: '""' }, "EVN|A03|20260304||||20260302100000")).not.toHaveProperty("cleared");
  });

  it("the account that pays", () => {
    expect(about("A01", {}, `${PID_SHORT}||||||||||ACC1^^^RDZ^AN`)?.account).toBe("ACC1");
    expect(about("A01", {})).not.toHaveProperty("account");
  });

  it("and a date that can not be read is not guessed", () => {
    const event = eventOf("A01", { 19: "V1", 44: "20261301" });
    expect(event.subjects[0]?.encounter).not.toHaveProperty("admittedAt");
    expect(event.warnings).toMatchObject([{ location: "PV1-44", code: "bad-date" }]);
  });
});

describe("codes of the feed's own", () => {
  it("are the standard's by its configuration", () => {
    const feed = {
      ...FEED,
      codes: {
        patientClass: { "DAY CASE": "I", NONE: "N" },
        specialty: { RESP: "340" },
        admissionMethod: { ED: "21" },
        dischargeDestination: { HOME: "19" },
      },
    };
    const said = (trigger: string, fields: Record<number, string>) => {
      const read = readMessage(wire(msh(trigger), PID_SHORT, pv1Of({ 19: "V1", ...fields })));
      const result = read.ok ? toEvent(read.message, feed, RECEIVED_AT) : undefined;
      return result?.ok === true ? result.event.subjects[0]?.encounter : undefined;
    };
    expect(said("A03", { 2: "day case", 4: "ed", 10: "RESP", 37: "HOME" })).toMatchObject({
      class: "inpatient",
      admissionMethod: "21",
      specialty: "340",
      dischargeDestination: "19",
    });
    expect(said("A31", { 2: "none" })).toBeUndefined();
  });
});
