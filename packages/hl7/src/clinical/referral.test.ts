import { describe, expect, it } from "vitest";
import { contentOf, eventOf, factsOf, mapped, PID, warningsOf } from "./example-events.ts";

const RF1 = "RF1|P^Pending^HL70283|R^Routine|Med^Medical^HL70281|||R77^GP|20260301|20260601|20260302|S^Second opinion";
const PRDS = [
  "PRD|RP^Referring^HL70286|Tide^Morgan^^^Dr|||||G9999999",
  "PRD|RT^Referred to^HL70286||||||RDZ01|||WEYMOUTH CARDIOLOGY",
];
const referralOf = (type: string, rf1: string) =>
  contentOf("referral", eventOf(type, rf1, PID).subjects[0]?.facts ?? []);

describe("a referral", () => {
  it("is what RF1 and PRD say, though they stand before the patient", () => {
    const event = eventOf(
      "REF^I12",
      RF1,
      ...PRDS,
      PID,
      "DG1|1||I20^Angina^I10",
      "PV1|1|O||||||||CAR",
      "NTE|1||Please see soon",
    );
    expect(event.subjects[0]?.facts.map(({ content }) => content.kind)).toEqual(["referral", "condition"]);
    expect(event.subjects[0]?.facts[0]).toEqual({
      key: "referral:R77^GP",
      action: "state",
      content: {
        kind: "referral",
        sentStatus: "P",
        status: "pending",
        priority: "R",
        type: { codings: [{ system: "HL70281", code: "Med", display: "Medical" }] },
        reason: { codings: [{ system: "", code: "S", display: "Second opinion" }] },
        specialty: "CAR",
        requestedAt: "2026-03-01",
        receivedAt: "2026-03-02",
        expiresAt: "2026-06-01",
        referredBy: { code: "G9999999", display: "Dr Morgan Tide" },
        referredTo: { code: "RDZ01", display: "WEYMOUTH CARDIOLOGY" },
        notes: ["Please see soon"],
      },
    });
  });

  it.each([
    ["REF^I12", "A", "accepted"],
    ["REF^I13", "P", "pending"],
    ["REF^I12", "R", "rejected"],
    ["REF^I12", "E", "expired"],
    ["REF^I12", "", "unknown"],
    ["REF^I14", "P", "cancelled"],
    ["REF^I14^REF_I12", "", "cancelled"],
    ["REF^I15", "A", "accepted"],
    ["RRI^I12", "A", "accepted"],
    ["RRI^I13", "R", "rejected"],
    // The answer to a cancellation says what became of it.
    ["RRI^I14", "A", "accepted"],
  ])("%s with %s: %s", (type, code, status) => {
    expect(referralOf(type, `RF1|${code}|||||R77`).status).toBe(status);
  });

  it("is found by its number, else by who referred when to whom", () => {
    const key = (rf1: string) => eventOf("REF^I12", rf1, ...PRDS, PID).subjects[0]?.facts[0]?.key;
    expect(key("RF1|P|||||R77")).toBe("referral:R77");
    expect(key("RF1|P||||||||||R78")).toBe("referral:R78");
    expect(key("RF1|P||||||20260301")).toMatch(/^referral:[0-9a-f]{16}$/);
  });

  it("brings results and allergies along", () => {
    const event = eventOf(
      "REF^I12",
      RF1,
      PID,
      "AL1|1||1^Nuts",
      "OBR|1||F1|HP",
      "NTE|1||of the order",
      "OBX|1|ST|HP||Positive",
    );
    expect(event.subjects[0]?.facts.map(({ content }) => content.kind)).toEqual(["referral", "result", "allergy"]);
    expect(contentOf("referral", event.subjects[0]?.facts ?? [])).not.toHaveProperty("notes");
    expect(event.subjects[0]?.snapshots).toEqual([]);
  });

  it("is none without RF1, and none without a patient", () => {
    expect(warningsOf(eventOf("REF^I12", PID))).toEqual(["RF1 structure"]);
    expect(mapped("REF^I12", [RF1])).toMatchObject({ reason: "no-patient-id" });
    expect(factsOf("REF^I12", "RF1|Q|||||R77")).toMatchObject([{ content: { status: "unknown", sentStatus: "Q" } }]);
  });
});
