import {
  type Coding,
  type Concept,
  canonicalEvent,
  type FactContent,
  type FactKind,
  factContent,
  type GoldenRecord,
  type Observation,
} from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factSources, told } from "../fact-fixture.ts";
import { patientSource } from "../golden-fixture.ts";
import { patientOf } from "../patient.ts";
import type { Resource } from "../resources.ts";
import { resourcesOfFact } from "../resources-of-fact.ts";
import { bundleEvents } from "./bundle-events.ts";
import { CONTEXT } from "./example-bundle.ts";

/**
 * What Chesil writes it reads back as the same, wherever FHIR has a word for it. Facts are made of what FHIR can say; the
 * README of packages/fhir lists what it can not.
 */

const PERSON = "00000000-0001-8abc-8def-0123456789ab";
const PATIENT = { resourceType: "Patient", id: PERSON };

const eventsOf = (resources: readonly object[]) => {
  const entry = resources.map((resource) => ({ resource }));
  const result = bundleEvents({ resourceType: "Bundle", type: "collection", entry }, CONTEXT);
  if (!result.ok) throw new Error(result.text);
  return result;
};

const word: fc.Arbitrary<string> = fc.constantFrom("Asthma", "Poole", "two words", "Ana María", "x < y & z", "7");
const text = fc.oneof(word, fc.constant("Line one\nline two"));
const instant = fc
  .date({ min: new Date("1990-01-01"), max: new Date("2026-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const day = fc.oneof(instant, fc.constantFrom("1990", "1999-12", "2001-02-03"));
const from = fc.constantFrom("1980", "1985-06-01");
const coding: fc.Arbitrary<Coding> = fc.constantFrom(
  { system: "http://snomed.info/sct", code: "44054006", display: "Diabetes" },
  { system: "http://loinc.org", code: "4548-4" },
  { system: "https://gp.example/codes", code: "R", display: "two words" },
);
const concept = fc.oneof(
  fc.record({ codings: fc.array(coding, { minLength: 1, maxLength: 2 }) }),
  fc.record({ codings: fc.array(coding, { minLength: 1, maxLength: 2 }), text: word }),
  fc.record({ codings: fc.constant<Coding[]>([]), text: word }),
) as fc.Arbitrary<Concept>;
const partyWith = (...codes: readonly string[]) =>
  fc.record({ code: fc.constantFrom(...codes), display: word }, { requiredKeys: ["code"] });
const doctor = partyWith("G1234567", "C1234567", "1234567", "DR7");
const practice = partyWith("J81012", "LOCAL");
const notes = fc.array(text, { minLength: 1, maxLength: 2 });
const one = <const T extends readonly string[]>(...options: T): fc.Arbitrary<T[number]> => fc.constantFrom(...options);

/** `never`: not said in FHIR, or not so that it could be told again. */
type Told<K extends FactKind> = {
  readonly [F in Exclude<keyof Extract<FactContent, { kind: K }>, "kind" | "confidentiality" | "visitSpecialty">]-?:
    | fc.Arbitrary<unknown>
    | "never";
};

/** A fact with any of these said, and all that is required. */
function saying<K extends FactKind>(kind: K, required: readonly string[], fields: Told<K>): fc.Arbitrary<FactContent> {
  const told = Object.entries(fields).filter((each): each is [string, fc.Arbitrary<unknown>] => each[1] !== "never");
  return fc
    .record({ ...Object.fromEntries(told), confidentiality: one("N", "R", "V") }, { requiredKeys: required as [] })
    .map((content) => factContent.parse({ kind, ...content }));
}

const quantity = fc.constantFrom(
  { valueType: "NM", value: "5.2", units: "mmol/L" },
  { valueType: "NM", value: "130" },
  { valueType: "SN", value: "<5", units: "mg/L" },
  { valueType: "SN", value: "100-200", units: "g" },
  { valueType: "SN", value: "1:128" },
  { valueType: "ST", value: "Not seen" },
  { valueType: "TX", value: "Line one\nline two" },
  { valueType: "DTM", value: "2026-05-05" },
  {
    valueType: "CWE",
    value: "Positive",
    concepts: [{ codings: [{ system: "http://snomed.info/sct", code: "10828004", display: "Positive" }] }],
  },
);
const observation = fc
  .record(
    {
      found: quantity,
      code: concept,
      status: one("registered", "preliminary", "final", "corrected", "cancelled", "unknown"),
      observedAt: day,
      referenceRange: word,
      flags: fc.constantFrom(["H"], ["LL", "A"]),
      notes,
    },
    { requiredKeys: ["found", "code", "status", "observedAt"] },
  )
  .map(({ found, ...rest }) => ({ ...found, ...rest })) as unknown as fc.Arbitrary<Observation>;

const KINDS = {
  alert: saying("alert", ["code", "category", "priority", "status"], {
    code: concept,
    category: one("clinical", "safeguarding", "behavioural", "environmental", "infection", "administrative", "other"),
    priority: one("high", "medium", "low"),
    status: one("active", "inactive"),
    startsAt: from,
    endsAt: day,
    raisedBy: doctor,
    // R4's Flag has no notes: they are in the narrative.
    notes: "never",
  }),
  allergy: saying("allergy", ["code", "status"], {
    code: concept,
    type: one("medication", "food", "environment", "biologic"),
    severity: one("mild", "moderate", "severe"),
    reactions: fc.array(word, { minLength: 1, maxLength: 2 }),
    certainty: one("confirmed", "unconfirmed"),
    status: one("active", "inactive", "resolved"),
    identifiedAt: day,
    notes,
  }),
  condition: saying("condition", ["code", "status"], {
    code: concept,
    type: one("A", "W", "F"),
    priority: "never",
    status: one("inactive", "resolved"),
    diagnosedAt: day,
    startsAt: from,
    endsAt: day,
    clinician: doctor,
    notes,
  }),
  procedure: saying("procedure", ["code"], {
    code: concept,
    performedAt: day,
    performer: doctor,
    priority: "never",
    notes,
  }),
  medication: saying("medication", ["stage", "code", "status", "instructions"], {
    stage: one("order", "dispense", "statement", "discharge"),
    placerId: one("P1"),
    fillerId: one("F1"),
    code: concept,
    status: one("active", "on-hold", "stopped", "cancelled", "completed", "unknown"),
    dose: one("5 mg", "1 tablet"),
    // R4's MedicationStatement says these of a Medication, or not at all: they are notes.
    ...{ strength: "never", form: "never", quantity: "never", ingredients: "never", notes: "never" },
    route: concept,
    frequency: word,
    instructions: text,
    startsAt: from,
    endsAt: day,
    prescriber: doctor,
  }),
  immunisation: saying("immunisation", ["code", "status", "givenAt", "reason"], {
    code: concept,
    // Of what may have been given R4 can only say that it was not.
    status: one("given", "not-given"),
    givenAt: day,
    dose: one("1", "booster"),
    site: concept,
    route: concept,
    batch: word,
    manufacturer: word,
    performer: doctor,
    reason: concept,
    notes,
  }),
  result: saying("result", ["code", "status", "observations", "collectedAt"], {
    placerId: one("P1"),
    fillerId: one("F1"),
    code: concept,
    category: one("LAB", "RAD"),
    status: one("registered", "partial", "preliminary", "final", "corrected", "cancelled", "unknown"),
    collectedAt: day,
    reportedAt: instant,
    performer: doctor,
    observations: fc.array(observation, { maxLength: 3 }),
    notes: text.map((each) => [each]),
    ...{ requester: "never", specimen: "never", documents: "never" },
  }),
  document: saying("document", ["type", "title", "status"], {
    type: concept,
    title: word,
    status: one("preliminary", "final", "unknown"),
    availability: one("OB"),
    authoredAt: day,
    author: doctor,
    authenticator: doctor,
    custodian: practice,
    ...{ set: "never", recipients: "never", sections: "never", parts: "never" },
  }),
  measurement: observation.map((each) => ({ kind: "measurement", observation: each })),
  referral: saying("referral", ["status", "type"], {
    // Always the word of FHIR, which is what is sent.
    sentStatus: "never",
    status: one("pending", "cancelled", "completed", "unknown"),
    priority: one("routine", "urgent", "asap", "stat"),
    type: concept,
    reason: concept,
    specialty: word,
    requestedAt: day,
    receivedAt: day,
    expiresAt: day,
    referredBy: doctor,
    referredTo: practice,
    notes,
  }),
  appointment: saying("appointment", ["status", "startsAt", "endsAt"], {
    placerId: one("P1"),
    fillerId: one("F1"),
    status: one("pending", "booked", "cancelled", "no-show", "attended"),
    reason: concept,
    type: concept,
    startsAt: fc.constant("2026-07-01T09:00:00.000Z"),
    endsAt: fc.constant("2026-07-01T09:10:00.000Z"),
    location: word,
    clinician: doctor,
    specialty: word,
    services: fc.array(concept, { minLength: 1, maxLength: 2 }),
    resources: "never",
    notes: text.map((each) => [each]),
  }),
  "care-package": saying("care-package", ["type", "status"], {
    type: concept,
    status: one("proposed", "active", "on-hold", "ended", "cancelled", "unknown"),
    startsAt: from,
    endsAt: day,
    provider: practice,
    coordinator: doctor,
    amount: word,
    notes,
  }),
  relationship: saying("relationship", ["role", "name"], {
    role: one("contact", "guarantor", "family", "carer", "professional"),
    name: word,
    relationship: concept,
    contactRole: fc.constant({ codings: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0131", code: "N" }] }),
    addresses: fc.constant([{ use: "home", lines: ["1 Quay"], city: "Poole", postcode: "BH15 1AA" }]),
    telecoms: fc.constant([{ kind: "phone", use: "work", value: "01305 000000" }]),
    organisation: "never",
    startsAt: from,
    endsAt: day,
  }),
  registration: saying("registration", ["practice", "status"], {
    practice,
    practitioner: doctor,
    type: word,
    status: one("active", "ended"),
    startsAt: from,
    endsAt: day,
  }),
} as const satisfies Partial<Record<FactKind, fc.Arbitrary<FactContent>>>;

const withoutSent = (content: FactContent | undefined) => ({ ...content, sentStatus: undefined });

describe("a fact that FHIR can say is read back as it was", () => {
  it.each(Object.entries(KINDS))("%s", (_, contents: fc.Arbitrary<FactContent>) => {
    fc.assert(
      fc.property(contents, (content) => {
        const { events, findings } = eventsOf([PATIENT, ...told(content)]);
        const facts = events.flatMap(({ subjects }) => subjects.flatMap((subject) => subject.facts));
        expect(findings).toEqual([]);
        expect(facts.map((fact) => withoutSent(fact.content))).toEqual([withoutSent(content)]);
        expect(facts[0]?.action).toBe("state");
      }),
      { numRuns: 60 },
    );
  });
});

it("a person is read back as they were", () => {
  const golden = {
    names: [
      { use: "usual", family: "Sandbank", given: ["Ann", "Mary"], prefix: "Mrs", suffix: "MBE" },
      { use: "maiden", family: "Fleet", given: ["Ann"] },
    ],
    birthDate: "1950-07",
    sex: "indeterminate",
    addresses: [
      {
        use: "home",
        lines: ["1 Quay", "Hamworthy"],
        city: "Poole",
        county: "Dorset",
        postcode: "BH15 1AA",
        country: "GBR",
      },
      { use: "temporary", lines: ["2 Quay"] },
      { use: "mailing", lines: ["PO Box 3"] },
    ],
    telecoms: [
      { kind: "email", use: "home", value: "a@example.org" },
      { kind: "mobile", use: "other", value: "07700 900123" },
    ],
    ethnicity: "A",
    maritalStatus: "U",
    language: "en",
    deceased: true,
    deathDate: "2020-01-02T03:04:05.000Z",
    generalPractitioner: { code: "G1234567", display: "Dr Fleet" },
    generalPractice: { code: "J81012", display: "Quay Surgery" },
  };
  const sourced = Object.fromEntries(
    Object.entries(golden).map(([name, value]) => [name, { value, sourceRecordId: 1 }]),
  );
  const nhsNumber = { value: { value: "9990004951", trust: "verified" }, sourceRecordId: 1 };
  const patient = patientOf({
    personId: PERSON,
    golden: { ...sourced, nhsNumber } as GoldenRecord,
    records: [],
    version: { journalId: 1 },
  });
  const { events, findings } = eventsOf([patient]);
  const said = Object.fromEntries(Object.entries(golden).map(([name, value]) => [name, { said: "value", value }]));
  expect(findings).toEqual([]);
  expect(events[0]?.subjects[0]?.patient).toEqual({
    key: { authority: CONTEXT.authority, localId: PERSON },
    identifiers: [
      { authority: CONTEXT.authority, value: PERSON, type: "" },
      { authority: "NHS", value: "9990004951", type: "NH", trust: "verified" },
    ],
    demographics: said,
  });
});

it("whatever Chesil writes can be read", () => {
  const resources: fc.Arbitrary<Resource[]> = fc.oneof(
    ...[...factSources.values()].map((source) =>
      source.map((each) => [PATIENT as unknown as Resource, ...resourcesOfFact({ ...each, personId: PERSON })]),
    ),
    patientSource.map((source) => [patientOf(source)]),
  );
  fc.assert(
    fc.property(resources, (written) => {
      const { events } = eventsOf(written);
      for (const event of events) canonicalEvent.parse(event);
      expect(events).toHaveLength(1);
    }),
    { numRuns: 400 },
  );
});
