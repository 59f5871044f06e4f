import type { GoldenRecord } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patientSource } from "./golden-fixture.ts";
import { patientOf, replacedPatient } from "./patient.ts";
import { misfits } from "./shape-fixture.ts";

const PERSON = "00000000-0001-8abc-8def-0123456789ab";
const SURVIVOR = "00000000-0002-8abc-8def-0123456789ab";
const version = { journalId: 42, at: new Date("2026-05-05T10:00:00Z") };
const sourced = <T>(value: T) => ({ value, sourceRecordId: 1000 });
const mapped = (golden: GoldenRecord) => patientOf({ personId: PERSON, golden, records: [], version });

describe("patientOf", () => {
  it("is a well-formed R4 Patient whatever was sent: nothing empty, every code in its list", () => {
    fc.assert(
      fc.property(patientSource, (source) => {
        const patient = patientOf(source);
        expect(misfits(patient)).toEqual([]);
        expect([patient.id, patient.active]).toEqual([source.personId, true]);
      }),
      { numRuns: 300 },
    );
  });

  it("is the same for the same person, and survives JSON", () => {
    fc.assert(
      fc.property(patientSource, (source) => {
        expect(JSON.parse(JSON.stringify(patientOf(source)))).toEqual(patientOf(structuredClone(source)));
      }),
    );
  });

  it("gives the NHS number once, and no identifier twice", () => {
    fc.assert(
      fc.property(patientSource, (source) => {
        const identifiers = patientOf(source).identifier ?? [];
        const keys = identifiers.map(({ system, value }) => JSON.stringify([system, value]));
        expect(new Set(keys).size).toBe(keys.length);
        const nhs = identifiers.filter(({ system }) => system === "https://fhir.nhs.uk/Id/nhs-number");
        expect(nhs.map(({ value }) => value)).toEqual(source.golden.nhsNumber ? ["9990000018"] : []);
      }),
    );
  });

  it("maps a whole person", () => {
    const patient = patientOf({
      personId: PERSON,
      version,
      golden: {
        nhsNumber: sourced({ value: "9990000018", trust: "verified" }),
        names: sourced([
          { use: "maiden", family: "JONES", given: ["Jane"] },
          { use: "usual", family: "SMITH", given: ["Jane", "Ann"], prefix: "Ms" },
        ]),
        birthDate: sourced("1950-07"),
        sex: sourced("female"),
        addresses: sourced([
          { use: "home", lines: ["1 High Street", ""], city: "Poole", county: "Dorset", postcode: "BH15 1AA" },
          { use: "mailing", lines: ["PO Box 1"], country: "GBR" },
        ]),
        telecoms: sourced([
          { kind: "mobile", use: "home", value: "07700 900001" },
          { kind: "email", use: "other", value: "jane@example.org" },
        ]),
        ethnicity: sourced("A"),
        maritalStatus: sourced("P"),
        language: sourced("EN"),
        religion: sourced("C22"),
        deceased: sourced(false),
        generalPractice: sourced({ code: "y06601", display: "Family Health Centre" }),
        generalPractitioner: sourced({ code: "G8000001", display: "Dr A Doctor" }),
      },
      records: [
        {
          sourceRecordId: 1000,
          authority: "POOLE-PAS",
          localId: "P0000001",
          status: "active",
          demographics: {},
          identifiers: {
            recordedAt: "2026-05-05T10:00:00Z",
            journalId: 42,
            value: [
              { authority: "POOLE-PAS", value: "P0000001", type: "MR" },
              { authority: "NHS", value: "9990000018", type: "NH", trust: "verified" },
              { authority: "POOLE-PAS", value: "ACC7", type: "AN" },
            ],
          },
        },
        {
          sourceRecordId: 1001,
          authority: "POOLE-PAS",
          localId: "P0000002",
          status: "retired",
          demographics: {},
          identifiers: { recordedAt: "2026-05-05T10:00:00Z", journalId: 41 },
        },
      ],
    });
    const type = (code: string, display: string) => ({
      coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code, display }],
    });
    expect(patient).toEqual({
      resourceType: "Patient",
      id: PERSON,
      meta: {
        versionId: "42",
        lastUpdated: "2026-05-05T10:00:00.000Z",
        profile: ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"],
      },
      extension: [
        {
          url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory",
          valueCodeableConcept: {
            coding: [
              {
                system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland",
                code: "A",
                display: "White - British",
              },
            ],
          },
        },
      ],
      identifier: [
        {
          extension: [
            {
              url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
              valueCodeableConcept: {
                coding: [
                  {
                    system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
                    code: "01",
                    display: "Number present and verified",
                  },
                ],
              },
            },
          ],
          use: "official",
          system: "https://fhir.nhs.uk/Id/nhs-number",
          value: "9990000018",
        },
        {
          use: "usual",
          type: type("MR", "Medical record number"),
          system: "urn:chesil:authority:POOLE-PAS",
          value: "P0000001",
          assigner: { display: "POOLE-PAS" },
        },
        {
          type: type("AN", "Account number"),
          system: "urn:chesil:authority:POOLE-PAS",
          value: "ACC7",
          assigner: { display: "POOLE-PAS" },
        },
        {
          use: "old",
          system: "urn:chesil:authority:POOLE-PAS",
          value: "P0000002",
          assigner: { display: "POOLE-PAS" },
        },
      ],
      active: true,
      name: [
        { use: "usual", text: "Ms Jane Ann SMITH", family: "SMITH", given: ["Jane", "Ann"], prefix: ["Ms"] },
        { use: "maiden", text: "Jane JONES", family: "JONES", given: ["Jane"] },
      ],
      telecom: [
        { system: "phone", value: "07700 900001", use: "mobile" },
        { system: "email", value: "jane@example.org" },
      ],
      gender: "female",
      birthDate: "1950-07",
      deceasedBoolean: false,
      address: [
        { use: "home", line: ["1 High Street"], city: "Poole", district: "Dorset", postalCode: "BH15 1AA" },
        { type: "postal", line: ["PO Box 1"], country: "GBR" },
      ],
      maritalStatus: {
        coding: [
          {
            system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-PersonMaritalStatusEngland",
            code: "P",
            display: "Separated",
          },
        ],
      },
      communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: "en" }] } }],
      generalPractitioner: [
        {
          reference: "Organization/Y06601",
          type: "Organization",
          identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "Y06601" },
          display: "Family Health Centre",
        },
        {
          reference: "Practitioner/G8000001",
          type: "Practitioner",
          identifier: { system: "https://fhir.hl7.org.uk/Id/gmp-number", value: "G8000001" },
          display: "Dr A Doctor",
        },
      ],
    });
  });

  it("says of an unverified NHS number that it was not traced", () => {
    const patient = mapped({ nhsNumber: sourced({ value: "9990000018", trust: "unverified" }) });
    expect(patient.identifier?.[0]?.extension?.[0]?.valueCodeableConcept?.coding?.[0]?.code).toBe("02");
  });

  it.each([
    [{ deathDate: sourced("2026-01-02") }, { deceasedDateTime: "2026-01-02" }],
    [{ deathDate: sourced("2026") }, { deceasedDateTime: "2026" }],
    [
      { deathDate: sourced("2026-01-02T03:04:05Z"), deceased: sourced(false) },
      { deceasedDateTime: "2026-01-02T03:04:05Z" },
    ],
    [{ deathDate: sourced("1949"), birthDate: sourced("1950-07-31") }, { deceasedBoolean: true }],
    [{ deathDate: sourced("1950"), birthDate: sourced("1950-07-31") }, { deceasedDateTime: "1950" }],
    [{ deathDate: sourced("last week") }, { deceasedBoolean: true }],
    [{ deceased: sourced(true) }, { deceasedBoolean: true }],
    [{}, {}],
  ])("says of %j %j", (golden, deceased) => {
    const { deceasedBoolean, deceasedDateTime } = mapped(golden);
    expect({ deceasedBoolean, deceasedDateTime }).toEqual({
      deceasedBoolean: undefined,
      deceasedDateTime: undefined,
      ...deceased,
    });
  });

  it.each([
    ["S", "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "S"],
    ["w", "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "W"],
    ["N", "https://fhir.hl7.org.uk/CodeSystem/UKCore-PersonMaritalStatusEngland", "N"],
    ["U", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK"],
  ])("codes the marital status %s", (sent, system, code) => {
    expect(mapped({ maritalStatus: sourced(sent) }).maritalStatus?.coding).toEqual([
      expect.objectContaining({ system, code }),
    ]);
  });

  it("says of a death that it was told of by a local organisation, and of nobody else", () => {
    const extension = (golden: GoldenRecord) => mapped(golden).extension?.map(({ url }) => url.split("-").at(-1));
    expect(extension({ deceased: sourced(true) })).toEqual(["DeathNotificationStatus"]);
    expect(extension({ deathDate: sourced("2026"), deceased: sourced(false) })).toEqual(["DeathNotificationStatus"]);
    expect(extension({ deceased: sourced(false) })).toBeUndefined();
  });

  it("gives former names and addresses, with when they were so, and none that is still so", () => {
    const name = (family: string) => [{ use: "usual" as const, family, given: ["Jane"] }];
    const patient = patientOf({
      personId: PERSON,
      version,
      golden: { names: sourced(name("JONES")) },
      records: [
        {
          sourceRecordId: 1000,
          authority: "RDZ",
          localId: "1",
          status: "active",
          identifiers: { recordedAt: "2026-05-05T10:00:00.000Z", journalId: 42 },
          demographics: { names: { value: name("JONES"), recordedAt: "2026-05-05T10:00:00.000Z", journalId: 42 } },
          former: {
            since: ["2026-01-01T00:00:00.000Z", 7],
            fields: {
              names: [
                { first: ["2026-05-05T10:00:00.000Z", 42] },
                { value: name("SMITH"), last: ["2026-04-01T00:00:00.000Z", 30] },
              ],
            },
          },
        },
      ],
    });
    expect(patient.name?.map(({ use, text, period }) => [use, text, period])).toEqual([
      ["usual", "Jane JONES", undefined],
      ["old", "Jane SMITH", { start: "2026-01-01T00:00:00.000Z", end: "2026-05-05T10:00:00.000Z" }],
    ]);
  });

  it("keeps a code it does not know as the text it is", () => {
    const patient = mapped({ ethnicity: sourced("Cornish"), maritalStatus: sourced("X9"), language: sourced("ENG") });
    expect(patient.extension?.[0]?.valueCodeableConcept).toEqual({ text: "Cornish" });
    expect(patient.maritalStatus).toEqual({ text: "X9" });
    expect(patient.communication).toEqual([{ language: { text: "ENG" } }]);
    expect(mapped({ language: sourced("zz") }).communication).toEqual([{ language: { text: "zz" } }]);
  });
});

describe("replacedPatient", () => {
  it("says only that the person is no more, and where to look", () => {
    const patient = replacedPatient({ personId: PERSON, survivorId: SURVIVOR, version });
    expect(misfits(patient)).toEqual([]);
    expect(patient).toEqual({
      resourceType: "Patient",
      id: PERSON,
      meta: {
        versionId: "42",
        lastUpdated: "2026-05-05T10:00:00.000Z",
        profile: ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"],
      },
      active: false,
      link: [{ other: { reference: `Patient/${SURVIVOR}`, type: "Patient" }, type: "replaced-by" }],
    });
  });
});
