import type { FactContent } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { told } from "../fact-fixture.ts";

const code = (text: string) => ({ codings: [], text });
const shown = (content: FactContent, more = {}) => told(content, more)[0];

describe("an allergy", () => {
  const content: FactContent = {
    kind: "allergy",
    code: { codings: [{ system: "SNM3", code: "372687004", display: "Amoxicillin" }] },
    type: "DA",
    severity: "SV",
    reactions: ["Anaphylaxis"],
    certainty: "C",
    identifiedAt: "2019",
    notes: ["Seen in clinic"],
  };

  it("is coded as far as its sender's words mean the same in FHIR", () => {
    expect(shown(content)).toMatchObject({
      clinicalStatus: { coding: [{ code: "active" }] },
      verificationStatus: { coding: [{ code: "confirmed" }] },
      type: "allergy",
      category: ["medication"],
      code: { coding: [{ system: "http://snomed.info/sct", code: "372687004", display: "Amoxicillin" }] },
      onsetDateTime: "2019",
      reaction: [{ manifestation: [{ text: "Anaphylaxis" }], severity: "severe" }],
      note: [{ text: "Seen in clinic" }],
    });
  });

  it("keeps other words as notes, and a severity without a reaction", () => {
    const { reactions: _, ...bare } = content;
    expect(shown({ ...bare, type: "Nursery", severity: "fatal once" })).toMatchObject({
      note: [{ text: "Type as sent: Nursery" }, { text: "Severity as sent: fatal once" }, { text: "Seen in clinic" }],
    });
    expect(shown(bare)).toMatchObject({
      reaction: [{ manifestation: [{ coding: [{ code: "unknown" }] }], severity: "severe" }],
    });
  });

  it("that was confirmed and is over is inactive; one in error has no clinical status", () => {
    expect(shown({ ...content, certainty: "I" })).toMatchObject({ clinicalStatus: { coding: [{ code: "inactive" }] } });
    const wrong = shown({ ...content, certainty: "E" });
    expect(wrong).toMatchObject({ verificationStatus: { coding: [{ code: "entered-in-error" }] } });
    expect(wrong).not.toHaveProperty("clinicalStatus");
  });
});

describe("an alert", () => {
  it("is a flag with its priority, its notes in the narrative", () => {
    const flag = shown({
      kind: "alert",
      code: code("Large dog"),
      category: "environmental",
      priority: "high",
      status: "active",
      startsAt: "2026-01-01",
      raisedBy: { code: "Y06601", display: "Family Health Centre" },
      notes: ["Ring <before> visiting"],
    });
    expect(flag).toMatchObject({
      resourceType: "Flag",
      extension: [
        {
          url: "http://hl7.org/fhir/StructureDefinition/flag-priority",
          valueCodeableConcept: { coding: [{ code: "PH" }] },
        },
      ],
      category: [{ coding: [{ code: "safety" }], text: "Environmental" }],
      period: { start: "2026-01-01" },
      author: { reference: "Organization/Y06601", type: "Organization" },
      text: { status: "additional", div: expect.stringContaining("Ring &lt;before&gt; visiting") },
    });
  });
});

describe("a condition", () => {
  it("of a visit has no clinical status; of a list it has", () => {
    const diagnosis = shown({ kind: "condition", code: code("Asthma"), type: "F" });
    expect(diagnosis).toMatchObject({
      category: [{ coding: [{ code: "encounter-diagnosis" }] }, { coding: [{ code: "F", display: "Final" }] }],
      verificationStatus: { coding: [{ code: "confirmed" }] },
    });
    expect(diagnosis).not.toHaveProperty("clinicalStatus");
    expect(shown({ kind: "condition", code: code("Asthma"), status: "active" })).toMatchObject({
      category: [{ coding: [{ code: "problem-list-item" }] }],
      clinicalStatus: { coding: [{ code: "active" }] },
    });
  });

  it("that is active and ended all the same keeps its end as a note: con-4", () => {
    expect(
      shown({ kind: "condition", code: code("Asthma"), status: "active", startsAt: "2020", endsAt: "2025" }),
    ).toMatchObject({ onsetDateTime: "2020", note: [{ text: "Ended, as sent: 2025" }] });
    expect(shown({ kind: "condition", code: code("Asthma"), endsAt: "2025" })).toMatchObject({
      clinicalStatus: { coding: [{ code: "inactive" }] },
      abatementDateTime: "2025",
    });
  });
});

describe("a medicine", () => {
  it("is a statement, whether ordered, dispensed, taken or taken home", () => {
    const content: FactContent = {
      kind: "medication",
      stage: "discharge",
      placerId: "P1",
      code: { codings: [{ system: "dm+d", code: "39113611000001102", display: "Aspirin 75mg tablets" }] },
      status: "active",
      dose: "75 mg",
      frequency: "Once a day",
      strength: "75 mg",
      startsAt: "2026-05-05",
      prescriber: { code: "1234567" },
      ingredients: [{ code: code("Aspirin"), amount: "75 mg" }],
    };
    expect(shown(content)).toMatchObject({
      resourceType: "MedicationStatement",
      identifier: [{ system: "urn:chesil:placer:RDZ", value: "P1" }],
      status: "active",
      category: { coding: [{ code: "discharge" }] },
      medicationCodeableConcept: { coding: [{ system: "https://dmd.nhs.uk", code: "39113611000001102" }] },
      effectivePeriod: { start: "2026-05-05" },
      informationSource: { reference: "Practitioner/1234567" },
      dosage: [
        {
          text: "75 mg, Once a day",
          timing: { code: { text: "Once a day" } },
          doseAndRate: [{ doseQuantity: { value: 75, unit: "mg", code: "mg" } }],
        },
      ],
      note: [{ text: "Strength: 75 mg" }, { text: "Ingredient: Aspirin 75 mg" }],
    });
    expect(shown({ ...content, stage: "order", status: "cancelled" })).toMatchObject({
      status: "not-taken",
      category: { text: "Ordered" },
    });
  });
});

describe("an immunisation", () => {
  const content: FactContent = { kind: "immunisation", code: code("MMR"), status: "given", givenAt: "2026-02-30" };

  it("keeps the date that is none as text, and counts its doses", () => {
    expect(shown({ ...content, dose: "2", batch: "AB12" })).toMatchObject({
      status: "completed",
      occurrenceString: "2026-02-30",
      lotNumber: "AB12",
      protocolApplied: [{ doseNumberPositiveInt: 2 }],
    });
    expect(shown({ ...content, dose: "booster" })).toMatchObject({
      protocolApplied: [{ doseNumberString: "booster" }],
    });
  });

  it("is never taken for given where that is not known, and has a reason where it was not", () => {
    expect(shown({ ...content, status: "unknown" })).toMatchObject({
      status: "not-done",
      statusReason: { text: "It is not known whether it was given" },
    });
    expect(shown({ ...content, status: "not-given", reason: code("Declined") })).toMatchObject({
      status: "not-done",
      statusReason: { text: "Declined" },
    });
    expect(shown(content, { state: "withdrawn" })).toMatchObject({ status: "entered-in-error" });
  });
});

describe("a referral", () => {
  it("says when it came in, from whom, to what, and how it stands in its sender's word", () => {
    expect(
      shown(
        {
          kind: "referral",
          status: "accepted",
          sentStatus: "Accepted by triage",
          priority: "U",
          specialty: "Children's community nursing",
          requestedAt: "2026-05-01",
          receivedAt: "2026-05-03",
          expiresAt: "2026-11",
          referredBy: { code: "G8000001", display: "Dr A Doctor" },
          referredTo: { display: "Community team" },
        },
        { relation: { action: "replace", factId: 6000 }, encounterId: 9 },
      ),
    ).toMatchObject({
      resourceType: "ServiceRequest",
      status: "active",
      intent: "order",
      priority: "urgent",
      extension: [{ url: "urn:chesil:extension:received-at", valueDateTime: "2026-05-03" }],
      replaces: [{ reference: "ServiceRequest/6000" }],
      encounter: { reference: "Encounter/9" },
      authoredOn: "2026-05-01",
      occurrencePeriod: { end: "2026-11" },
      requester: { reference: "Practitioner/G8000001" },
      performer: [{ display: "Community team" }],
      performerType: { text: "Children's community nursing" },
      text: { div: expect.stringContaining("Accepted by triage") },
    });
  });
});

describe("an appointment", () => {
  it("names who comes, and what was missed stays missed", () => {
    const content: FactContent = {
      kind: "appointment",
      status: "no-show",
      startsAt: "2026-06-01T09:00:00.000Z",
      endsAt: "2026-06-01T09:20:00.000Z",
      clinician: { code: "C1234567", display: "Mr B Surgeon" },
      location: "Clinic 3",
      resources: [code("Scanner 2")],
    };
    expect(shown(content, { state: "withdrawn" })).toMatchObject({
      status: "noshow",
      start: "2026-06-01T09:00:00.000Z",
      end: "2026-06-01T09:20:00.000Z",
      participant: [
        { actor: { type: "Patient" }, status: "accepted" },
        { actor: { reference: "Practitioner/C1234567" } },
        { actor: { reference: "Location/RDZ..Clinic-3", display: "Clinic 3" } },
        { actor: { display: "Scanner 2" } },
      ],
    });
    expect(shown({ ...content, status: "booked" }, { state: "withdrawn" })).toMatchObject({ status: "cancelled" });
  });
});

describe("care, family and cover", () => {
  it("is a plan whose activity the provider does", () => {
    expect(
      shown({
        kind: "care-package",
        type: code("Domiciliary care"),
        status: "ended",
        startsAt: "2025-01-01",
        endsAt: "2026-01-01",
        provider: { display: "Dorset Care Ltd" },
        amount: "14 hours a week",
      }),
    ).toMatchObject({
      status: "completed",
      intent: "plan",
      title: "Domiciliary care",
      period: { start: "2025-01-01", end: "2026-01-01" },
      activity: [
        {
          detail: { status: "completed", performer: [{ display: "Dorset Care Ltd" }], description: "14 hours a week" },
        },
      ],
    });
  });

  it("is a related person, who is one no more when withdrawn", () => {
    const content: FactContent = {
      kind: "relationship",
      role: "contact",
      name: "Jane Smith",
      relationship: { codings: [{ system: "HL70063", code: "MTH", display: "Mother" }] },
      telecoms: [{ kind: "mobile", use: "home", value: "07700 900001" }],
      organisation: { display: "School" },
    };
    expect(shown(content)).toMatchObject({
      active: true,
      relationship: [{ coding: [{ system: "urn:chesil:codes:RDZ:HL70063", code: "MTH" }] }, { text: "Contact" }],
      name: [{ text: "Jane Smith" }],
      telecom: [{ system: "phone", value: "07700 900001", use: "mobile" }],
      text: { status: "additional", div: expect.stringContaining("School") },
    });
    expect(shown(content, { state: "withdrawn" })).toMatchObject({ active: false });
  });

  it("is an episode with the practice", () => {
    const content: FactContent = {
      kind: "registration",
      practice: { code: "J81001", display: "The Practice" },
      status: "unknown",
      startsAt: "2019-04-01",
    };
    expect(shown(content)).toMatchObject({
      status: "active",
      managingOrganization: { reference: "Organization/J81001" },
      period: { start: "2019-04-01" },
      type: [{ text: "GP registration" }],
    });
    expect(shown({ ...content, endsAt: "2020" })).toMatchObject({ status: "finished" });
  });

  it("is a cover that names a payer, if only to say that none was named", () => {
    expect(shown({ kind: "insurance", policyNumber: "X1" })).toMatchObject({
      status: "active",
      subscriberId: "X1",
      payor: [{ display: "Not stated" }],
    });
  });
});

describe("what FHIR has no type for", () => {
  it("is Basic, its kind in the code and its value beside it", () => {
    const content: FactContent = { kind: "local", name: "Interpreter", value: "BSL" };
    expect(shown(content)).toMatchObject({
      resourceType: "Basic",
      code: { coding: [{ system: "urn:chesil:fact-kind", code: "local" }], text: "Interpreter" },
      created: "2026-05-05",
      extension: [{ url: "urn:chesil:extension:value", valueString: "BSL" }],
    });
    const retracted = JSON.stringify(shown(content, { state: "retracted" }));
    expect(retracted).toContain("Entered in error");
    expect(retracted).not.toContain("BSL");
  });

  it("tells of an accident in words", () => {
    expect(shown({ kind: "accident", occurredAt: "2026-05-01", location: "Quay", text: "Fell" })).toMatchObject({
      text: { status: "additional", div: expect.stringMatching(/Fell.*2026-05-01.*Quay/s) },
    });
  });
});

describe("a measurement", () => {
  it("of several coded answers has them as components: obs-7", () => {
    const answer = (text: string) => ({ codings: [{ system: "L", code: text }], text });
    const [observation] = told({
      kind: "measurement",
      observation: {
        code: code("Diet"),
        valueType: "CWE",
        status: "final",
        value: "Vegan\nHalal",
        concepts: [answer("Vegan"), answer("Halal")],
      },
    });
    expect(observation).toMatchObject({
      id: "7001",
      component: [{ valueCodeableConcept: { text: "Vegan" } }, { valueCodeableConcept: { text: "Halal" } }],
    });
    expect(observation).not.toHaveProperty("valueCodeableConcept");
  });

  it.each([
    ["NM", "0.10", { valueQuantity: { value: 0.1, unit: "g" } }],
    ["NM", "12345678901234567", { valueString: "12345678901234567 g" }],
    ["SN", "100-200", { valueRange: { low: { value: 100 }, high: { value: 200 } } }],
    ["SN", "200-100", { valueString: "200-100 g" }],
    ["ST", "5", { valueString: "5 g" }],
    ["DTM", "2026-05", { valueDateTime: "2026-05" }],
  ])("of type %s and value %s is %j", (valueType, value, expected) => {
    const observation = { code: code("Test"), valueType, value, units: "g", status: "final" as const };
    expect(shown({ kind: "measurement", observation })).toMatchObject(expected);
  });
});
