import { FACT_KINDS, type FactContent } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SUPPORTED } from "./capability-statement.ts";
import { binaryOf } from "./fact/document.ts";
import { BARE_FACT, factSources, told } from "./fact-fixture.ts";
import type { FactSource } from "./fact-source.ts";
import { organizationOf, practitionerOf } from "./party.ts";
import { partyKeyOf } from "./party-id.ts";
import { locationOf } from "./place.ts";
import type { Resource } from "./resources.ts";
import { resourcesOfFact } from "./resources-of-fact.ts";
import { misfits } from "./shape-fixture.ts";

/** Every reference in a tree. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "reference" in value && typeof value.reference === "string" ? [value.reference] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

/** Whom and where a reference means can be made of it alone; everything else is on file under its id. */
function isResolvable(reference: string, source: FactSource, made: ReadonlySet<string>): boolean {
  const [type, id = ""] = reference.split("/");
  if (type === "Patient") return id === source.personId;
  if (type === "Encounter") return id === String(source.encounterId);
  const key = partyKeyOf(id);
  if (type === "Organization") return key !== undefined && organizationOf(key, key.authority)?.id === id;
  if (type === "Practitioner") return key !== undefined && practitionerOf(key, key.authority)?.id === id;
  if (type === "Location") return key !== undefined && locationOf(key.code, key.authority ?? "")?.id === id;
  return made.has(reference) || id === String(source.relation?.factId);
}

describe.each(FACT_KINDS)("a fact of kind %s", (kind) => {
  const source = factSources.get(kind) as fc.Arbitrary<FactSource>;

  it("is well-formed R4 whatever was sent, its patient always named, its references leading somewhere", () => {
    fc.assert(
      fc.property(source, (each) => {
        const resources = resourcesOfFact(each);
        expect(resources.flatMap(misfits)).toEqual([]);
        expect(resources[0]?.id).toBe(String(each.factId));
        const made = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
        expect(made.size).toBe(resources.length);
        for (const resource of resources) {
          expect(resource.resourceType in SUPPORTED).toBe(true);
          const references = referencesIn(resource);
          expect(references).toContain(`Patient/${each.personId}`);
          expect(references.filter((reference) => !isResolvable(reference, each, made))).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is the same for the same fact, and says so where it does not stand", () => {
    fc.assert(
      fc.property(source, (each) => {
        const [resource] = resourcesOfFact(each);
        expect(JSON.parse(JSON.stringify(resource))).toEqual(resourcesOfFact(structuredClone(each))[0]);
        expect(resource?.meta.tag?.map(({ code }) => code)).toEqual(
          each.state === "current" ? undefined : [each.state],
        );
      }),
      { numRuns: 20 },
    );
  });

  it("has nothing in its narrative but text, its line ends and bold labels", () => {
    fc.assert(
      fc.property(source, (each) => {
        for (const resource of resourcesOfFact(each)) {
          const { div } = (resource as { text: { div: string } }).text;
          const text = div.replace(/^<div xmlns="[^"]+">|<\/div>$|<\/?(p|b)>|<br\/>/g, "");
          expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("what was entered in error", () => {
  const RETRACTED: Record<string, (resource: Resource) => unknown> = {
    AllergyIntolerance: (r) => r.resourceType === "AllergyIntolerance" && r.verificationStatus?.coding?.[0]?.code,
    Condition: (r) => r.resourceType === "Condition" && r.verificationStatus?.coding?.[0]?.code,
    RelatedPerson: (r) => r.resourceType === "RelatedPerson" && !r.active && "entered-in-error",
    Basic: (r) => r.resourceType === "Basic" && !r.extension && "entered-in-error",
  };

  it("is said of every kind in the way of its type", () => {
    for (const source of factSources.values()) {
      fc.assert(
        fc.property(source, (each) => {
          for (const resource of resourcesOfFact({ ...each, state: "retracted" })) {
            const status = RETRACTED[resource.resourceType] ?? ((r: Resource) => (r as { status?: string }).status);
            expect(status(resource), resource.resourceType).toBe("entered-in-error");
          }
        }),
        { numRuns: 10 },
      );
    }
  });

  it("never stands as active when its source states it no more, or another stands in its place", () => {
    const isActive = /^(active|booked|pending|current|final|completed|fulfilled)$/;
    const exempt = new Set(["Appointment", "EpisodeOfCare"]);
    for (const source of factSources.values()) {
      fc.assert(
        fc.property(source, fc.constantFrom("superseded" as const, "withdrawn" as const), (each, state) => {
          for (const resource of resourcesOfFact({ ...each, state })) {
            if (exempt.has(resource.resourceType)) continue;
            expect((resource as { status?: string }).status ?? "").not.toMatch(isActive);
            expect(JSON.stringify((resource as { clinicalStatus?: object }).clinicalStatus ?? "")).not.toContain(
              '"active"',
            );
          }
        }),
        { numRuns: 10 },
      );
    }
  });
});

describe("dates that FHIR can not take", () => {
  it("keeps an end before its start as a note, and a day that is none too", () => {
    const [resource] = told({
      kind: "condition",
      code: { codings: [], text: "Asthma" },
      status: "resolved",
      startsAt: "2026-05-05",
      endsAt: "2025",
      diagnosedAt: "2026-02-30",
    });
    expect(resource).toMatchObject({
      onsetDateTime: "2026-05-05",
      note: [{ text: "Diagnosed as sent: 2026-02-30" }, { text: "Ended as sent, before the start: 2025" }],
    });
    expect(resource).not.toHaveProperty("abatementDateTime");
  });

  it("leaves a partial date partial", () => {
    const [resource] = told({
      kind: "procedure",
      code: { codings: [], text: "Appendicectomy" },
      performedAt: "1998-07",
    });
    expect(resource).toMatchObject({ performedDateTime: "1998-07", status: "completed" });
  });

  it("does not say of what is to come that it was done", () => {
    const [resource] = told({ kind: "procedure", code: { codings: [], text: "Cataract" }, performedAt: "2026-06" });
    expect(resource).toMatchObject({ status: "preparation" });
  });

  it("says of an appointment without an end that there is none known: app-2", () => {
    const [resource] = told({ kind: "appointment", status: "booked", startsAt: "2026-06-01T09:00:00.000Z" });
    expect(resource).toMatchObject({
      start: "2026-06-01T09:00:00.000Z",
      _end: {
        extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }],
      },
    });
    const [day] = told({ kind: "appointment", status: "booked", startsAt: "2026-06-01" });
    expect(day).toMatchObject({ requestedPeriod: [{ start: "2026-06-01", end: "2026-06-01" }] });
  });
});

describe("a result", () => {
  const observed = (more: object) => ({
    code: { codings: [{ system: "LN", code: "718-7", display: "Haemoglobin" }] },
    valueType: "NM",
    status: "final" as const,
    ...more,
  });
  const content: FactContent = {
    kind: "result",
    code: { codings: [{ system: "L", code: "FBC", display: "Full blood count" }] },
    category: "LAB",
    status: "final",
    fillerId: "24L0091",
    collectedAt: "2026-05-05T08:00:00.000Z",
    reportedAt: "2026-05-05T09:00:00.000Z",
    notes: ["Iron deficiency."],
    observations: [
      observed({ value: "101", units: "g/L", referenceRange: "120-150", flags: ["L"] }),
      observed({ value: "<5", units: "mmHg" }),
      observed({ valueType: "SN", value: "1:128" }),
      observed({ valueType: "ST", value: "trace" }),
      observed({}),
    ],
    documents: [
      { location: "OBX[3]-5", contentType: "application/pdf", encoding: "base64", bytes: 1200, title: "Report" },
      { location: "OBX[4]-5", contentType: "", encoding: "text", bytes: 0, reference: "\\\\server\\report.pdf" },
    ],
  };

  it("is a report with its observations and the documents that came with it, by their agreed ids", () => {
    const resources = told(content);
    expect(resources.map(({ resourceType, id }) => `${resourceType}/${id}`)).toEqual([
      "DiagnosticReport/7001",
      ...[1, 2, 3, 4, 5].map((n) => `Observation/7001-${n}`),
      "DocumentReference/7001-d",
    ]);
    expect(resources[0]).toMatchObject({
      status: "final",
      category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: "LAB" }] }],
      code: { coding: [{ system: "urn:chesil:codes:RDZ:L", code: "FBC", display: "Full blood count" }] },
      issued: "2026-05-05T09:00:00.000Z",
      conclusion: "Iron deficiency.",
      presentedForm: [
        { contentType: "application/pdf", url: "Binary/7001-1", size: 1200, title: "Report" },
        { contentType: "application/octet-stream" },
      ],
    });
  });

  it("gives each value the type that it has", () => {
    const [, ...observations] = told(content);
    expect(observations.slice(0, 5)).toMatchObject([
      {
        category: [{ coding: [{ code: "laboratory" }] }],
        effectiveDateTime: "2026-05-05T08:00:00.000Z",
        valueQuantity: { value: 101, unit: "g/L", system: "http://unitsofmeasure.org", code: "g/L" },
        referenceRange: [{ text: "120-150" }],
        interpretation: [{ coding: [{ code: "L", display: "Low" }] }],
      },
      { valueQuantity: { value: 5, comparator: "<", unit: "mmHg", code: "mm[Hg]" } },
      { valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } },
      { valueString: "trace" },
      { dataAbsentReason: { coding: [{ code: "unknown" }] } },
    ]);
  });

  it("says what it replaces, or adds to", () => {
    const url = (action: "replace" | "addend") => {
      const [report] = told(content, { relation: { action, factId: 6000 } });
      return report?.resourceType === "DiagnosticReport" && report.extension?.[0];
    };
    expect(url("replace")).toEqual({
      url: "http://hl7.org/fhir/StructureDefinition/diagnosticReport-replaces",
      valueReference: { reference: "DiagnosticReport/6000", type: "DiagnosticReport" },
    });
    expect(url("addend")).toMatchObject({ url: "http://hl7.org/fhir/StructureDefinition/diagnosticReport-addendumOf" });
  });
});

describe("a document", () => {
  const content: FactContent = {
    kind: "document",
    type: { codings: [{ system: "SCT", code: "373942005", display: "Discharge summary" }] },
    status: "authenticated",
    confidentiality: "R",
    authoredAt: "2026-05-05",
    author: { code: "C1234567", display: "Mr B Surgeon" },
    parts: [
      {
        location: "OBX[2]-5",
        contentType: "text/plain",
        encoding: "text",
        bytes: 40,
        text: "Take <2 a day & rest.\nBye",
      },
    ],
  };

  it("can be read in its narrative, and its content as Binary", () => {
    const [document] = told(content);
    expect(document).toMatchObject({
      status: "current",
      docStatus: "final",
      content: [{ attachment: { contentType: "text/plain", url: "Binary/7001-1", size: 40, creation: "2026-05-05" } }],
      author: [{ reference: "Practitioner/C1234567" }],
      securityLabel: [{ coding: [{ code: "R", display: "restricted" }] }],
    });
    expect((document as { text: { div: string } }).text.div).toContain("<p>Take &lt;2 a day &amp; rest.<br/>Bye</p>");
    expect(document).not.toHaveProperty("date");
  });

  it("has a Binary for each part that is in its message, and for no other", () => {
    const source = { ...BARE_FACT, content };
    expect(binaryOf(source, 1)).toMatchObject({
      resourceType: "Binary",
      id: "7001-1",
      contentType: "text/plain",
      securityContext: { reference: `Patient/${BARE_FACT.personId}` },
    });
    expect([binaryOf(source, 0), binaryOf(source, 2)]).toEqual([undefined, undefined]);
  });

  it("is replaced, or added to", () => {
    expect(told(content, { relation: { action: "addend", factId: 6000 } })[0]).toMatchObject({
      relatesTo: [{ code: "appends", target: { reference: "DocumentReference/6000" } }],
    });
  });

  it("is of a set of versions, kept by one and sent to others", () => {
    const instance = "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04";
    const set = { authority: "RXX", id: "2D6E7A50-0F4B-4E0C-9F0B-3C1B5A0E7A01", instance, version: 2 };
    const recipients = [{ display: "Quay Surgery", as: "recipient" as const }];
    const sections = [{ depth: 1, title: "Diagnoses" }];
    const [document] = told({ ...content, set, custodian: { display: "Example Hospital" }, recipients, sections });
    expect(document).toMatchObject({
      identifier: [{ system: "urn:ietf:rfc:3986", value: "urn:uuid:2d6e7a50-0f4b-4e0c-9f0b-3c1b5a0e7a01" }],
      masterIdentifier: { system: "urn:ietf:rfc:3986", value: `urn:uuid:${instance.toLowerCase()}` },
      custodian: { display: "Example Hospital" },
    });
    const { div } = (document as { text: { div: string } }).text;
    for (const word of ["Version", "Sent to", "Quay Surgery", "Diagnoses"]) expect(div).toContain(word);
  });

  it("says that there is no content where the message only spoke of it", () => {
    const { parts: _, ...bare } = content;
    expect(told(bare)[0]).toMatchObject({ content: [{ attachment: { extension: [{ valueCode: "unknown" }] } }] });
  });
});
