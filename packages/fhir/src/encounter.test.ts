import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EncounterSource, encounterOf } from "./encounter.ts";
import { ENCOUNTER_SHAPE, misfits } from "./shape-fixture.ts";

const PERSON = "00000000-0001-8abc-8def-0123456789ab";
const BARE: EncounterSource = {
  encounterId: 42001,
  personId: PERSON,
  authority: "POOLE-PAS",
  visitNumber: "V1",
  status: "in-progress",
  class: null,
  location: null,
  specialty: null,
  consultant: null,
  admissionMethod: null,
  admittedAt: null,
  dischargedAt: null,
  dischargeDestination: null,
  version: { journalId: 42 },
};

const text = fc.option(
  fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom("", " ", "21", "19", "2a")),
);
const time = fc.option(
  fc.oneof(
    fc
      .date({ min: new Date("1990-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
      .map((at) => at.toISOString()),
    fc.constantFrom("2026", "2026-05-05", "soon", ""),
  ),
);
const source: fc.Arbitrary<EncounterSource> = fc.record({
  encounterId: fc.integer({ min: 1 }),
  personId: fc.uuid(),
  authority: fc.string({ unit: "binary", maxLength: 8 }),
  visitNumber: fc.string({ unit: "binary", maxLength: 8 }),
  status: fc.constantFrom("planned", "in-progress", "on-leave", "finished", "cancelled"),
  class: fc.option(
    fc.constantFrom("inpatient", "outpatient", "emergency", "preadmission", "recurring", "obstetrics", "other"),
  ),
  location: text,
  specialty: text,
  consultant: fc.option(fc.record({ code: fc.string(), display: fc.string() }, { requiredKeys: [] })),
  admissionMethod: text,
  admittedAt: time,
  dischargedAt: time,
  dischargeDestination: text,
  version: fc.record({ journalId: fc.nat() }),
});

describe("encounterOf", () => {
  it("is a well-formed R4 Encounter whatever was sent, its patient always named", () => {
    fc.assert(
      fc.property(source, (each) => {
        const encounter = encounterOf(each);
        expect(misfits(encounter, ENCOUNTER_SHAPE)).toEqual([]);
        expect(encounter.subject.reference).toBe(`Patient/${each.personId}`);
        expect(encounter.class.code).not.toBe("");
        const { start, end } = encounter.period ?? {};
        if (start?.includes("T") && end?.includes("T")) expect(Date.parse(start)).toBeLessThanOrEqual(Date.parse(end));
      }),
      { numRuns: 300 },
    );
  });

  it("maps a whole visit", () => {
    const encounter = encounterOf({
      ...BARE,
      status: "finished",
      class: "inpatient",
      location: "Ward 3, Bay 2, Bed 1",
      specialty: "300",
      consultant: { code: "c1234567", display: "Mr B Surgeon" },
      admissionMethod: "2a",
      admittedAt: "2026-05-05T10:00:00.000Z",
      dischargedAt: "2026-05-07",
      dischargeDestination: "19",
      version: { journalId: 43, at: new Date("2026-05-07T12:00:00Z") },
    });
    expect(encounter).toEqual({
      resourceType: "Encounter",
      id: "42001",
      meta: {
        versionId: "43",
        lastUpdated: "2026-05-07T12:00:00.000Z",
        profile: ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Encounter"],
      },
      identifier: [
        {
          type: {
            coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "VN", display: "Visit number" }],
          },
          system: "urn:chesil:visit:POOLE-PAS",
          value: "V1",
          assigner: { display: "POOLE-PAS" },
        },
      ],
      status: "finished",
      class: {
        system: "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        code: "IMP",
        display: "inpatient encounter",
      },
      serviceType: { text: "300" },
      subject: { reference: `Patient/${PERSON}`, type: "Patient" },
      participant: [
        {
          type: [
            {
              coding: [
                {
                  system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                  code: "ATND",
                  display: "attender",
                },
              ],
            },
          ],
          individual: {
            type: "Practitioner",
            identifier: { system: "https://fhir.hl7.org.uk/Id/consultant-code", value: "C1234567" },
            display: "Mr B Surgeon",
          },
        },
      ],
      period: { start: "2026-05-05T10:00:00.000Z", end: "2026-05-07" },
      hospitalization: {
        extension: [
          {
            url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
            valueCodeableConcept: {
              coding: [{ system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-AdmissionMethodEngland", code: "2A" }],
            },
          },
        ],
        dischargeDisposition: {
          coding: [{ system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-DischargeDestinationEngland", code: "19" }],
        },
      },
      location: [{ location: { display: "Ward 3, Bay 2, Bed 1" }, status: "completed" }],
    });
  });

  it("says UNK for a class nobody gave: the element is required", () => {
    expect(encounterOf(BARE).class.code).toBe("UNK");
    expect(encounterOf({ ...BARE, class: "other" }).class.code).toBe("UNK");
    expect(encounterOf(BARE)).not.toHaveProperty("hospitalization");
  });

  it("never passes a derived visit number for the sender's", () => {
    expect(encounterOf({ ...BARE, visitNumber: "admitted:20260505" })).not.toHaveProperty("identifier");
  });

  it("keeps the admission where the discharge would come before it", () => {
    const { period } = encounterOf({ ...BARE, admittedAt: "2026-05-05T10:00:00Z", dischargedAt: "2026-05-04" });
    expect(period).toEqual({ start: "2026-05-05T10:00:00Z" });
  });

  it.each([
    ["planned", "planned", "planned"],
    ["in-progress", "in-progress", "active"],
    ["on-leave", "onleave", "active"],
    ["finished", "finished", "completed"],
    ["cancelled", "cancelled", undefined],
  ] as const)("maps the status %s to %s, its place %s", (sent, status, place) => {
    const encounter = encounterOf({ ...BARE, status: sent, location: "Ward 1" });
    expect([encounter.status, encounter.location?.[0]?.status]).toEqual([status, place]);
  });
});
