import { describe, expect, it } from "vitest";
import { contentOf, eventOf, PID, warningsOf } from "./example-events.ts";

const SCH = "SCH|P1^GP|F1^PAS|||||CHK^Check-up|NEW^New patient^L|30|min|^^30^202604020900^202604020930";
const RESOURCES = [
  "RGS|1|A",
  "AIS|1|A|CONS^Consultation^L|202604020900",
  "NTE|1||Bring slippers",
  "AIG|1|A|ROOM5^Exam room 5^L",
  "AIL|1|A|CLIN1^R5^^RDZ",
  "AIP|1|A|C9^Cobb^Lyme^^^Mr",
];
const factOf = (trigger: string, ...segments: string[]) => eventOf(`SIU^${trigger}`, ...segments).subjects[0]?.facts[0];
const statusOf = (trigger: string, code: string) => {
  const sch = `SCH|P1|F1${"|".repeat(23)}${code}`;
  return contentOf("appointment", eventOf(`SIU^${trigger}`, sch, PID).subjects[0]?.facts ?? []).status;
};

describe("an appointment", () => {
  it("is what SCH and its resources say", () => {
    expect(factOf("S12", SCH, "NTE|1||Second visit", PID, "PV1|1|O||||||||CAR", ...RESOURCES)).toEqual({
      key: "filler:F1^PAS",
      action: "state",
      content: {
        kind: "appointment",
        placerId: "P1",
        fillerId: "F1",
        status: "booked",
        reason: { codings: [{ system: "", code: "CHK", display: "Check-up" }] },
        type: { codings: [{ system: "L", code: "NEW", display: "New patient" }] },
        startsAt: "2026-04-02T08:00:00.000Z",
        endsAt: "2026-04-02T08:30:00.000Z",
        location: "CLIN1, R5, RDZ",
        clinician: { code: "C9", display: "Mr Lyme Cobb" },
        specialty: "CAR",
        services: [{ codings: [{ system: "L", code: "CONS", display: "Consultation" }] }],
        resources: [{ codings: [{ system: "L", code: "ROOM5", display: "Exam room 5" }] }],
        notes: ["Second visit"],
      },
    });
  });

  it("begins when TQ1 says, else SCH-11, else its service", () => {
    const startOf = (...segments: string[]) =>
      contentOf("appointment", eventOf("SIU^S12", ...segments).subjects[0]?.facts ?? []).startsAt;
    expect(startOf(SCH, "TQ1|1||||||20260403|20260403", PID)).toBe("2026-04-03");
    expect(startOf(SCH, PID)).toBe("2026-04-02T08:00:00.000Z");
    expect(startOf("SCH|P1", PID, "AIS|1|A|CONS|20260404")).toBe("2026-04-04");
  });

  it.each([
    ["S12", "", "booked"],
    ["S12", "Booked", "booked"],
    ["S12", "Pending", "pending"],
    ["S13", "Booked", "rescheduled"],
    ["S14", "", "booked"],
    ["S14", "Complete", "attended"],
    ["S15", "Booked", "cancelled"],
    ["S16", "", "discontinued"],
    ["S17", "", "deleted"],
    ["S18", "Noshow", "no-show"],
    ["S19", "", "booked"],
    ["S20", "", "booked"],
    ["S21", "", "booked"],
    ["S22", "Cancelled", "cancelled"],
    ["S23", "", "blocked"],
    ["S24", "", "blocked"],
    ["S26", "", "no-show"],
    ["S27", "Started", "attended"],
  ])("SIU^%s with %s: %s", (trigger, code, status) => {
    expect(statusOf(trigger, code)).toBe(status);
  });

  it.each(["S17", "S24"])("that never was (SIU^%s) is taken back", (trigger) => {
    expect(factOf(trigger, SCH, PID)).toMatchObject({ key: "filler:F1^PAS", action: "retract" });
  });

  it("is found by the filler's number, else the placer's, else when with whom", () => {
    expect(factOf("S12", "SCH|P1|F1", PID)?.key).toBe("filler:F1^^LAB^RDZ");
    expect(factOf("S12", "SCH|P1", PID)?.key).toBe("placer:P1^^LAB^RDZ");
    expect(factOf("S12", "SCH|", PID, ...RESOURCES)?.key).toMatch(/^appointment:[0-9a-f]{16}$/);
  });

  it("of two patients is an appointment of each", () => {
    const event = eventOf("SIU^S12", SCH, PID, "PID|2||8005678^^^RDZ", ...RESOURCES);
    expect(event.subjects.map(({ facts }) => facts.map((fact) => fact.key))).toEqual([
      ["filler:F1^PAS"],
      ["filler:F1^PAS"],
    ]);
  });

  it("is none without SCH", () => {
    expect(warningsOf(eventOf("SIU^S12", PID))).toEqual(["SCH structure"]);
  });
});
