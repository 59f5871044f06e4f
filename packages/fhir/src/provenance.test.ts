import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auditEventOf } from "./audit-event.ts";
import { provenanceOf } from "./provenance.ts";
import { misfits } from "./shape-fixture.ts";

const PERSON = "00000000-0001-8abc-8def-0123456789ab";

describe("provenanceOf", () => {
  const saidBy = fc.record({ authority: fc.string(), feed: fc.string(), journalId: fc.nat() });

  it("is well-formed R4 whoever said it, each source and message once, and names no patient", () => {
    fc.assert(
      fc.property(saidBy, fc.array(saidBy, { maxLength: 4 }), (first, others) => {
        const provenance = provenanceOf({
          target: { type: "Flag", id: "12" },
          recordedAt: "2026-05-05T10:00:00.000Z",
          saidBy: [first, ...others],
          version: { journalId: 42 },
        });
        expect(misfits(provenance)).toEqual([]);
        expect(provenance.id).toBe("Flag-12");
        const entries = new Set([first, ...others].map(({ journalId }) => journalId));
        expect(provenance.entity.map(({ what }) => what.identifier?.value)).toEqual([...entries].map(String));
        expect(JSON.stringify(provenance)).not.toContain("Patient");
      }),
    );
  });

  it("says whose place the target takes", () => {
    const provenance = provenanceOf({
      target: { type: "DiagnosticReport", id: "12" },
      recordedAt: "2026-05-05T10:00:00.000Z",
      saidBy: [{ authority: "RDZ", feed: "pas", journalId: 42 }],
      replaces: "11",
      version: { journalId: 42 },
    });
    expect(provenance).toMatchObject({
      agent: [
        { type: { coding: [{ code: "author" }] }, who: { type: "Organization", display: "RDZ" } },
        { type: { text: "Transmitter" }, who: { type: "Device", display: "pas" } },
      ],
      entity: [
        { role: "source", what: { identifier: { system: "urn:chesil:journal", value: "42" } } },
        { role: "revision", what: { reference: "DiagnosticReport/11" } },
      ],
    });
  });
});

describe("auditEventOf", () => {
  const entry = {
    auditId: 9,
    at: new Date("2026-05-05T10:00:00Z"),
    username: "sister.jones",
    action: "fhir-read",
    personId: PERSON,
    journalId: null,
    detail: { resource: "Patient", criteria: ["family"] },
  };

  it("is well-formed R4 whatever was done, and holds nothing of how but why not and what for", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.option(fc.uuid()),
        fc.dictionary(fc.string(), fc.string()),
        (...done) => {
          const [action, personId, detail] = done;
          fc.pre(/^\S+$/.test(action));
          const event = auditEventOf({ ...entry, action, personId, detail });
          expect(misfits(event)).toEqual([]);
        },
      ),
    );
    expect(JSON.stringify(auditEventOf(entry))).not.toContain("family");
  });

  it("says who looked at whom, when, and that they might", () => {
    expect(auditEventOf(entry)).toMatchObject({
      id: "9",
      type: { code: "rest" },
      subtype: [{ code: "read" }, { system: "urn:chesil:audit-action", code: "fhir-read" }],
      action: "R",
      recorded: "2026-05-05T10:00:00.000Z",
      outcome: "0",
      agent: [{ who: { identifier: { value: "sister.jones" } }, requestor: true }],
      entity: [{ what: { reference: `Patient/${PERSON}` }, role: { code: "1", display: "Patient" } }],
    });
  });

  it("tells a refusal from a look", () => {
    expect(auditEventOf({ ...entry, personId: null, detail: { refused: "role" } })).toMatchObject({
      outcome: "4",
      outcomeDesc: "Refused: role",
    });
  });

  it.each([
    ["fhir-search", "E"],
    ["person.read", "R"],
    ["review-task.decide", "U"],
    ["consent.record", "C"],
    ["sign-in", "E"],
  ])("says of %s that it is %s", (action, letter) => expect(auditEventOf({ ...entry, action }).action).toBe(letter));
});
