import { describe, expect, it } from "vitest";
import type { FactContent, FactOf, Observation } from "./fact.ts";
import { LIVING_KINDS, livingTimeOf } from "./living-time.ts";

const AT = "2026-05-03T09:00:00Z";
const named = (text: string) => ({ codings: [{ system: "L", code: "X", display: text }] });
const WHAT = named("Full blood count");
const observation: Observation = { code: WHAT, valueType: "NM", status: "final", observedAt: AT };
const result: FactOf<"result"> = { kind: "result", code: WHAT, status: "final", collectedAt: AT, observations: [] };
const medication: FactOf<"medication"> = {
  ...{ kind: "medication", stage: "statement", code: WHAT, status: "active", startsAt: AT },
};
const procedure: FactOf<"procedure"> = { kind: "procedure", code: WHAT, performedAt: AT };
const immunisation: FactOf<"immunisation"> = { kind: "immunisation", code: WHAT, status: "given", givenAt: AT };

describe("when somebody must have been alive", () => {
  it.each<FactContent>([
    result,
    procedure,
    medication,
    { ...medication, status: "completed" },
    immunisation,
    { kind: "measurement", observation },
    { kind: "appointment", status: "attended", startsAt: AT },
    { kind: "accident", occurredAt: AT },
  ])("is when it happened: %j", (content) => {
    expect(livingTimeOf(content)).toBe(AT);
    expect(LIVING_KINDS).toContain(content.kind);
  });

  it.each<[string, FactContent]>([
    ["a report that came later", { ...result, collectedAt: undefined, reportedAt: AT }],
    ["a test that was not done", { ...result, status: "cancelled" }],
    ["a test that is asked for", { ...result, status: "registered" }],
    ["what the pathologist took", { ...result, specimen: named("Liver, post-mortem") }],
    ["what the coroner asked for", { ...result, code: { codings: [], text: "Toxicology (Coroner's)" } }],
    ["an autopsy", { ...procedure, code: named("AUTOPSY of brain") }],
    ["a donation", { ...procedure, code: named("Excision of kidney for donation") }],
    [
      "a measurement that was taken back",
      { kind: "measurement", observation: { ...observation, status: "entered-in-error" } },
    ],
    ["a medicine that was ordered and never begun", { ...medication, status: "cancelled" }],
    ["a vaccine that was not given", { ...immunisation, status: "not-given" }],
    ["an appointment that was booked", { kind: "appointment", status: "booked", startsAt: AT }],
    ["one that nobody came to", { kind: "appointment", status: "no-show", startsAt: AT }],
    ["a letter", { kind: "document", type: WHAT, status: "final", authoredAt: AT }],
    ["a diagnosis", { kind: "condition", code: WHAT, diagnosedAt: AT, startsAt: AT }],
    ["a registration", { kind: "registration", practice: {}, status: "active", startsAt: AT }],
    ["a referral", { kind: "referral", status: "accepted", requestedAt: AT }],
    ["a time that is none", { ...procedure, performedAt: "31/12/2026" }],
  ])("is not known of %s", (_, content) => {
    expect(livingTimeOf(content)).toBeUndefined();
  });
});
