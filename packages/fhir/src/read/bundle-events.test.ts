import { type CanonicalEvent, canonicalEvent, type FactKind } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bundleDocument } from "./bundle-document.ts";
import { bundleEvents } from "./bundle-events.ts";
import { bundleOfEntries } from "./bundle-of-entries.ts";
import { about, bundleOf, CONTEXT, GP_RECORD, PATIENT, RESOURCES } from "./example-bundle.ts";

type Json = { readonly [element: string]: unknown };

const read = (bundle: unknown) => {
  const result = bundleEvents(bundle, CONTEXT);
  if (!result.ok) throw new Error(result.text);
  return result;
};
const only = (bundle: unknown): CanonicalEvent => {
  const { events } = read(bundle);
  expect(events).toHaveLength(1);
  return canonicalEvent.parse(events[0]);
};
const factsOf = (event: CanonicalEvent) => event.subjects.flatMap(({ facts }) => facts);
const resource = (id: string): Json => RESOURCES.find((each) => each.id === id) ?? {};
const other = { ...PATIENT, id: "p2", identifier: [], generalPractitioner: [] };

describe("a GP record", () => {
  const event = only(GP_RECORD);

  it("becomes one event of its patient, known by the practice's own id", () => {
    expect(event.subjects[0]?.patient.key).toEqual({ authority: CONTEXT.authority, localId: "77001" });
    expect(event.recordedAt).toBe("2026-05-31T22:00:00.000Z");
    expect(event.warnings).toEqual([]);
  });

  it("states every kind of fact that it holds", () => {
    const kinds: FactKind[] = [
      ...(["alert", "allergy", "appointment", "care-package", "condition", "document", "immunisation"] as const),
      ...(["measurement", "medication", "procedure", "referral", "registration", "relationship", "result"] as const),
    ];
    expect([...new Set(factsOf(event).map(({ content }) => content.kind))].sort()).toEqual(kinds);
  });

  it.each([
    ["doNotPerform", { doNotPerform: true }],
    ["modifierExtension", { modifierExtension: [{ url: "https://example.org/negated", valueBoolean: true }] }],
    ["implicitRules", { implicitRules: "https://example.org/rules" }],
  ])("states nothing of an entry whose meaning %s turns round", (name, modifier) => {
    for (const each of [resource("ms1"), resource("s1"), resource("c1"), resource("e1"), PATIENT]) {
      const { events, findings } = read(bundleOf({ ...each, ...modifier }, ...(each === PATIENT ? [] : [PATIENT])));
      expect(
        events
          .flatMap(({ subjects }) => subjects)
          .flatMap(({ facts, encounter }) => [...facts, ...(encounter ? [1] : [])]),
      ).toEqual([]);
      expect(findings.filter(({ outcome }) => outcome === "refused")).toMatchObject([
        { entry: 0, location: `Bundle.entry[0].resource.${name}` },
      ]);
    }
  });

  it("says whether an NHS number was traced", () => {
    const trust = event.subjects[0]?.patient.identifiers.find((each) => each.authority === "NHS")?.trust;
    expect(trust).toBe("verified");
    const [number] = PATIENT.identifier as Json[];
    const bare = { ...PATIENT, identifier: [{ ...number, extension: undefined }] };
    expect(only(bundleOf(bare)).subjects[0]?.patient.identifiers[1]?.trust).toBe("unverified");
  });

  it("puts a report's observations into the report, and components apart", () => {
    const keys = factsOf(event).map(({ key }) => key);
    expect(keys).toContain("DiagnosticReport/LAB-26-001");
    expect(keys.filter((key) => key.startsWith("Observation/"))).toEqual([
      "Observation/bp#271649006",
      "Observation/bp#271650006",
    ]);
  });

  it("has one subject for each visit, and only the first speaks of the patient", () => {
    const [first, second] = event.subjects;
    expect(first?.encounter).toMatchObject({ visitNumber: "e1", action: "discharge" });
    expect(second).toMatchObject({ encounter: { visitNumber: "e2", action: "plan" }, facts: [] });
    expect(second?.patient).toEqual({ key: first?.patient.key, identifiers: [], demographics: {} });
  });

  it("says where each document stands, and it is there", () => {
    const content = factsOf(event).find((fact) => fact.content.kind === "document")?.content;
    const parts = content?.kind === "document" ? (content.parts ?? []) : [];
    const read = parts.map(({ location }) => bundleDocument(GP_RECORD, location));
    expect(read.map((each) => each && Buffer.from(each.bytes).toString())).toEqual(["Dear Dr Fleet", "%PDF-1.4"]);
    expect(parts.map(({ bytes }) => bytes)).toEqual(read.map((each) => each?.bytes.length));
    for (const location of [
      "Bundle.entry[99].resource.data",
      "Bundle.constructor.data",
      "OBX-5",
      "Bundle.entry[16].data",
    ])
      expect(bundleDocument(GP_RECORD, location)).toBeUndefined();
  });
});

describe("one bad entry", () => {
  const refusedWith = (...bad: readonly Json[]) => {
    const result = read({ ...GP_RECORD, entry: [...GP_RECORD.entry, ...bad] });
    const [event] = result.events;
    expect(factsOf(event as CanonicalEvent)).toEqual(factsOf(only(GP_RECORD)));
    expect(result.findings.every(({ outcome }) => outcome === "refused")).toBe(true);
    return result.findings.map(({ entry, text }) => [entry === undefined ? 0 : entry - GP_RECORD.entry.length, text]);
  };

  it("is refused by its number, and no other", () => {
    const condition = { resourceType: "Condition", id: "x", code: { text: "x" } };
    expect(refusedWith({ resource: { ...condition, subject: { reference: "Patient/nobody" } } })).toEqual([
      [0, "The patient it is about is not in the Bundle."],
    ]);
    expect(refusedWith({ resource: condition })).toEqual([[0, "It does not say which patient it is about."]]);
    expect(refusedWith({ resource: { ...condition, subject: { reference: "Organization/surgery" } } })).toEqual([
      [0, "What it says it is about is no Patient."],
    ]);
    expect(refusedWith({}, { resource: 7 }, { resource: { id: "x" } }).map(([entry]) => entry)).toEqual([0, 1, 2]);
    expect(refusedWith({ resource: { ...condition, ...about(), code: {} } })[0]?.[1]).toMatch(
      /nothing says what it is/,
    );
    expect(refusedWith({ resource: { ...condition, ...about(), id: undefined } })[0]?.[1]).toMatch(
      /neither an identifier/,
    );
  });

  it("may be two of one address that say different things: both are refused", () => {
    const one = { fullUrl: "urn:uuid:1", resource: { resourceType: "Condition", ...about(), code: { text: "one" } } };
    const two = { fullUrl: "urn:uuid:1", resource: { resourceType: "Condition", ...about(), code: { text: "two" } } };
    expect(refusedWith(one, two).map(([entry]) => entry)).toEqual([0, 1]);
  });

  it("may be about two patients of one id: neither is stated, nor anything about them", () => {
    const twins = bundleOf(PATIENT, { ...PATIENT, id: "p2" }, resource("c1"));
    const { events, findings } = read(twins);
    expect(events).toEqual([]);
    expect(findings.map(({ entry, text }) => [entry, text])).toEqual([
      [0, "Another Patient of the Bundle has its id."],
      [1, "Another Patient of the Bundle has its id."],
      [2, "Its patient was refused."],
    ]);
  });
});

describe("two patients", () => {
  it("are two events, and nothing of one is told of the other", () => {
    const foreign = { ...resource("hba1c"), ...about("p2") };
    const visit = { ...resource("e1"), ...about("p2") };
    const bundle = bundleOf(PATIENT, other, visit, foreign, resource("r1"), resource("c1"));
    const { events, findings } = read(bundle);
    const [first, second] = events.map((event) => canonicalEvent.parse(event));
    const report = first && factsOf(first).find(({ content }) => content.kind === "result");
    expect(report?.content).toMatchObject({ observations: [] });
    expect(first && factsOf(first).every(({ visitNumber }) => visitNumber === undefined)).toBe(true);
    expect(second && factsOf(second).map(({ key }) => key)).toEqual(["Observation/hba1c"]);
    expect(findings.flatMap(({ code, entry }) => (code === "identity" ? [entry] : []))).toEqual([4, 5]);
    expect(first?.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(["identity"]));
  });
});

describe("what is kept and flagged", () => {
  const warningsOf = (...resources: readonly Json[]) =>
    only(bundleOf({ ...PATIENT, generalPractitioner: [] }, ...resources)).warnings;

  it("is stated without what can not be", () => {
    const cases: readonly (readonly [Json, string, string])[] = [
      [
        { ...resource("c1"), encounter: { reference: "Encounter/none" }, asserter: undefined },
        "structure",
        "encounter",
      ],
      [
        { ...resource("c1"), onsetDateTime: "2020-02-30", encounter: undefined, asserter: undefined },
        "bad-date",
        "onsetDateTime",
      ],
      [{ ...resource("pr1"), performedDateTime: "2031" }, "future-time", "performedDateTime"],
      [{ ...resource("f1"), category: [{ text: "?" }] }, "bad-code", "category"],
    ];
    for (const [bad, code, element] of cases)
      expect(warningsOf(bad)).toEqual([
        expect.objectContaining({ code, location: `Bundle.entry[1].resource.${element}` }),
      ]);
  });

  it("is a patient whose dates can not be", () => {
    const event = only(bundleOf({ ...PATIENT, generalPractitioner: [], deceasedDateTime: "1949-01-01" }));
    expect(event.warnings).toEqual([expect.objectContaining({ code: "bad-date" })]);
    const { demographics } = event.subjects[0]?.patient ?? { demographics: {} };
    expect(demographics).toMatchObject({ deceased: { value: true }, birthDate: { value: "1950-07-31" } });
    expect(demographics).not.toHaveProperty("deathDate");
    const unborn = only(bundleOf({ ...PATIENT, generalPractitioner: [], birthDate: "2031-01-01" }));
    expect(unborn.subjects[0]?.patient.demographics).not.toHaveProperty("birthDate");
  });

  it("is a type that is not mapped, by its name", () => {
    const event = only(
      bundleOf(PATIENT, { resourceType: "NutritionOrder", id: "n", patient: { reference: "Patient/p1" } }),
    );
    expect(event.notMapped).toEqual(["NutritionOrder"]);
  });

  it("quotes nothing that was sent", () => {
    const secret = "SECRETX";
    const bad = { ...resource("c1"), onsetDateTime: secret, encounter: { reference: `Encounter/${secret}` } };
    const patient = { ...PATIENT, gender: secret, birthDate: secret, telecom: [{ system: secret, value: "1" }] };
    const { findings } = read(
      bundleOf(patient, bad, { resourceType: "Flag", id: secret, subject: { reference: secret } }),
    );
    expect(findings.length).toBeGreaterThan(3);
    expect(JSON.stringify(findings)).not.toContain(secret);
  });
});

it("what was entered in error or refuted is retracted, even where nothing else is left of it", () => {
  const error = { coding: [{ code: "entered-in-error" }] };
  const retracted = [
    { resourceType: "Condition", id: "c", ...about(), verificationStatus: error },
    {
      resourceType: "AllergyIntolerance",
      id: "a",
      ...{ patient: about().subject },
      verificationStatus: { coding: [{ code: "refuted" }] },
      code: { text: "x" },
    },
    { resourceType: "Observation", id: "o", ...about(), status: "entered-in-error" },
    { resourceType: "DiagnosticReport", id: "r", ...about(), status: "entered-in-error" },
    { resourceType: "DocumentReference", id: "d", ...about(), status: "entered-in-error" },
    { resourceType: "EpisodeOfCare", id: "e", patient: about().subject, status: "entered-in-error" },
    { resourceType: "CarePlan", id: "p", ...about(), status: "entered-in-error" },
    { resourceType: "Flag", id: "f", ...about(), status: "entered-in-error" },
  ];
  const event = only(bundleOf(PATIENT, ...retracted));
  expect(factsOf(event).map(({ action }) => action)).toEqual(retracted.map(() => "retract"));
  const visit = only(bundleOf(PATIENT, { ...resource("e1"), status: "entered-in-error" }));
  expect(visit.subjects[0]?.encounter?.action).toBe("delete");
});

it("a document says which one it replaces", () => {
  const second = {
    ...resource("d1"),
    id: "d2",
    relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/d1" } }],
  };
  const facts = factsOf(only(bundleOf(PATIENT, resource("d1"), resource("b1"), resource("e1"), second)));
  expect(facts.at(-1)).toMatchObject({
    key: "DocumentReference/d2",
    action: "replace",
    relatesTo: "DocumentReference/d1",
  });
});

it("references are found by address, relative to the entry's own, by urn and in the resource", () => {
  const patient = (reference: string) => ({ subject: { reference } });
  const condition = (fullUrl: string, reference: string, id: string) => ({
    fullUrl,
    resource: {
      resourceType: "Condition",
      id,
      ...patient(reference),
      code: { text: "x" },
      contained: [{ resourceType: "Practitioner", id: "in", name: [{ text: "Dr In" }] }],
      asserter: { reference: "#in" },
    },
  });
  const entries = [
    { fullUrl: "https://a/Patient/p1", resource: { ...PATIENT, generalPractitioner: [] } },
    {
      fullUrl: "https://b/Patient/p1",
      resource: { ...other, id: "p1", identifier: [{ system: CONTEXT.authority, value: "2" }] },
    },
    { fullUrl: "urn:uuid:9", resource: { ...other, id: "p9" } },
    condition("https://a/Condition/1", "Patient/p1", "1"),
    condition("https://b/Condition/2", "Patient/p1", "2"),
    condition("https://b/Condition/3", "https://a/Patient/p1/_history/4", "3"),
    condition("urn:uuid:10", "urn:uuid:9", "4"),
    condition("urn:uuid:11", "Patient/p1", "5"),
  ];
  const { events, findings } = read({ resourceType: "Bundle", type: "collection", entry: entries });
  expect(events.map((event) => factsOf(event).map(({ key }) => key))).toEqual([
    ["Condition/1", "Condition/3"],
    ["Condition/2"],
    ["Condition/4"],
  ]);
  // Two patients are called p1, and the last one does not say of which server.
  expect(findings.map(({ entry, outcome }) => [entry, outcome])).toEqual([[7, "refused"]]);
  expect(events[0] && factsOf(events[0])[0]?.content).toMatchObject({ clinician: { display: "Dr In" } });
});

describe("a Bundle that is none", () => {
  it.each([
    [null],
    [[]],
    [{ resourceType: "Patient" }],
    [{ resourceType: "Bundle" }],
    [{ resourceType: "Bundle", type: "batch-response", entry: [] }],
    [{ resourceType: "Bundle", type: "collection", entry: {} }],
    [{ resourceType: "Bundle", type: "collection", entry: [] }],
    [bundleOf(resource("c1"))],
  ])("is refused as a whole: %j", (bundle) => {
    expect(bundleEvents(bundle, CONTEXT)).toMatchObject({ ok: false });
  });
});

describe("properties", () => {
  const shuffled = fc.shuffledSubarray([...GP_RECORD.entry.keys()], { minLength: GP_RECORD.entry.length });

  it("the order of the entries decides nothing but the order of what is stated", () => {
    const sorted = (event: CanonicalEvent) =>
      factsOf(event)
        .map((fact) => JSON.stringify(fact).replaceAll(/entry\[\d+\]/g, "entry"))
        .sort();
    fc.assert(
      fc.property(shuffled, (order) => {
        const event = only({ ...GP_RECORD, entry: order.map((each) => GP_RECORD.entry[each]) });
        expect(sorted(event)).toEqual(sorted(only(GP_RECORD)));
      }),
    );
  });

  it("the entries of an event, as a Bundle of their own, say the same", () => {
    const patients = fc.array(fc.constantFrom("p1", "p2"), {
      minLength: RESOURCES.length,
      maxLength: RESOURCES.length,
    });
    const places = (event: unknown) => JSON.stringify(event).replaceAll(/entry\[\d+\]/g, "entry");
    fc.assert(
      fc.property(patients, (whose) => {
        const resources = RESOURCES.map((each, index) => reassigned(each, whose[index] ?? "p1"));
        const bundle = bundleOf(PATIENT, other, ...resources);
        const { events, entriesOfEvents } = read(bundle);
        expect(events).toHaveLength(2);
        for (const [index, event] of events.entries()) {
          const part = only(bundleOfEntries(bundle, entriesOfEvents[index] ?? []));
          expect(places(part)).toBe(places(canonicalEvent.parse(event)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("whatever stands in an element, nothing is thrown and what is stated is a canonical event", () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const place = fc.nat({ max: GP_RECORD.entry.length - 1 });
    fc.assert(
      fc.property(place, fc.nat(), json, (entry, element, value) => {
        const { resource } = GP_RECORD.entry[entry] as { resource: Json };
        const names = Object.keys(resource).filter((name) => name !== "resourceType");
        const name = names[element % names.length] ?? "id";
        const bad = { ...GP_RECORD.entry[entry], resource: { ...resource, [name]: value } };
        const result = bundleEvents({ ...GP_RECORD, entry: GP_RECORD.entry.with(entry, bad) }, CONTEXT);
        if (result.ok) for (const event of result.events) canonicalEvent.parse(event);
      }),
      { numRuns: 500 },
    );
  });
});

const reassigned = (resource: Json, id: string): Json =>
  JSON.parse(JSON.stringify(resource).replaceAll('"Patient/p1"', `"Patient/${id}"`));
