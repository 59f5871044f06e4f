import type { Movement } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EncounterSource, encounterOf } from "./encounter.ts";
import { misfits } from "./shape-fixture.ts";

const PERSON = "00000000-0001-8abc-8def-0123456789ab";
const BARE: EncounterSource = {
  encounterId: 42001,
  personId: PERSON,
  authority: "POOLE-PAS",
  visitNumber: "V1",
  status: "in-progress",
  class: null,
  location: null,
  pendingLocation: null,
  movements: [],
  isOfDead: false,
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
  pendingLocation: text,
  movements: fc.option(
    fc.array(
      fc.record({
        place: text,
        since: time,
        isTemporary: fc.boolean(),
        recordedAt: fc.constant("2026-05-05T10:00:00.000Z"),
        journalId: fc.nat(),
      }),
      { maxLength: 4 },
    ),
  ),
  isOfDead: fc.boolean(),
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
        expect(misfits(encounter)).toEqual([]);
        expect(encounter.subject.reference).toBe(`Patient/${each.personId}`);
        expect(encounter.class.code).not.toBe("");
        const active = encounter.location?.filter((each) => each.status === "active") ?? [];
        expect(active.length).toBeLessThanOrEqual(each.status === "in-progress" && !each.isOfDead ? 1 : 0);
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
            reference: "Practitioner/C1234567",
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
      location: [
        {
          location: {
            reference: "Location/POOLE.2DPAS..Ward-3.2C-Bay-2.2C-Bed-1",
            type: "Location",
            display: "Ward 3, Bay 2, Bed 1",
          },
          status: "completed",
          period: { end: "2026-05-07" },
        },
      ],
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
    const ofADay = encounterOf({ ...BARE, admittedAt: "2026-05-05T10:00:00Z", dischargedAt: "2026-05-05" });
    expect(ofADay.period).toEqual({ start: "2026-05-05", end: "2026-05-05" });
  });

  it.each([
    ["planned", "planned", "planned"],
    ["in-progress", "in-progress", "active"],
    ["on-leave", "onleave", "reserved"],
    ["finished", "finished", "completed"],
    ["cancelled", "cancelled", undefined],
  ] as const)("maps the status %s to %s, its place %s", (sent, status, place) => {
    const encounter = encounterOf({ ...BARE, status: sent, location: "Ward 1" });
    expect([encounter.status, encounter.location?.[0]?.status]).toEqual([status, place]);
  });

  describe("locations", () => {
    const moved = (place: string, since: string | null, isTemporary = false): Movement => ({
      ...{ place, since, isTemporary },
      ...{ recordedAt: "2026-05-05T10:00:00.000Z", journalId: 1 },
    });
    const [ADMITTED, MOVED] = [
      moved("Ward 1", "2026-05-05T10:00:00.000Z"),
      moved("Ward 2", "2026-05-06T10:00:00.000Z"),
    ];
    const stay = { ...BARE, movements: [ADMITTED, MOVED], location: "Ward 2" };
    const locationsOf = (source: EncounterSource) =>
      encounterOf(source).location?.map(({ location, status, period }) => [location.display, status, period]);
    const FIRST = ["Ward 1", "completed", { start: ADMITTED.since, end: MOVED.since }];

    it("are earlier ones with their periods, and the one where the patient is now", () => {
      expect(locationsOf({ ...stay, pendingLocation: "Ward 3" })).toEqual([
        FIRST,
        ["Ward 2", "active", { start: MOVED.since }],
        ["Ward 3", "planned", undefined],
      ]);
    });

    it("are none that is active of who has gone, and none that is planned", () => {
      const gone = { ...stay, status: "finished", dischargedAt: "2026-05-07", pendingLocation: "Ward 3" } as const;
      expect(locationsOf(gone)).toEqual([FIRST, ["Ward 2", "completed", { start: MOVED.since, end: "2026-05-07" }]]);
    });

    it("are none that is active of who died, whatever their feed left open", () => {
      expect(locationsOf({ ...stay, isOfDead: true, pendingLocation: "Ward 3" })).toEqual([
        FIRST,
        ["Ward 2", "completed", { start: MOVED.since }],
      ]);
    });

    it("are the bed that is kept for who is on leave or somewhere else", () => {
      expect(locationsOf({ ...stay, status: "on-leave" })).toEqual([FIRST, ["Ward 2", "reserved", undefined]]);
      const away = moved("X-ray", "2026-05-07T10:00:00.000Z", true);
      expect(locationsOf({ ...stay, movements: [ADMITTED, MOVED, away] })).toEqual([
        FIRST,
        ["Ward 2", "completed", { start: MOVED.since, end: away.since }],
        ["X-ray", "active", { start: away.since }],
        ["Ward 2", "reserved", undefined],
      ]);
    });

    it("are none that is active of an attendance: clinics close no visit, and nobody says that it is over", () => {
      for (const kind of ["outpatient", "preadmission", "recurring"])
        expect(locationsOf({ ...stay, class: kind }), kind).toEqual([
          FIRST,
          ["Ward 2", undefined, { start: MOVED.since }],
        ]);
    });

    it("are none that may not be told", () => {
      expect(locationsOf({ ...BARE, movements: null })).toBeUndefined();
    });
  });
});
