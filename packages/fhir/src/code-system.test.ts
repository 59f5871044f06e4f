import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeSystemOf, conceptOf } from "./code-system.ts";

const systemOf = (system: string, code = "1", authority = "RDZ") => codeSystemOf({ system, code }, authority);
const name = fc.string({ unit: "binary", minLength: 1, maxLength: 8 });

describe("codeSystemOf", () => {
  it("is a URI without spaces, whatever the sender calls it, and nothing for nothing", () => {
    fc.assert(
      fc.property(name, name, (system, authority) => {
        expect(systemOf(system, "1", authority) ?? "urn:x").toMatch(/^(https?|urn):\S+$/i);
      }),
    );
    expect(systemOf("")).toBeUndefined();
  });

  it("keeps the local codes of two senders apart", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[A-Z]{1,4}$/), { minLength: 2, maxLength: 2 }), ([one, other]) => {
        expect(systemOf("L", "1", one)).not.toBe(systemOf("L", "1", other));
      }),
    );
  });

  it.each([
    ["SNM3", "http://snomed.info/sct"],
    ["SCT", "http://snomed.info/sct"],
    ["Snomed CT", "http://snomed.info/sct"],
    ["2.16.840.1.113883.6.96", "http://snomed.info/sct"],
    ["http://snomed.info/sct", "http://snomed.info/sct"],
    ["LN", "http://loinc.org"],
    ["READ", "http://read.info/readv2"],
    ["Read v2", "http://read.info/readv2"],
    ["CTV3", "http://read.info/ctv3"],
    ["I10", "http://hl7.org/fhir/sid/icd-10"],
    ["ICD-10", "http://hl7.org/fhir/sid/icd-10"],
    ["ICD-10 5th edition", "http://hl7.org/fhir/sid/icd-10-uk"],
    ["OPCS-4", "https://fhir.hl7.org.uk/CodeSystem/OPCS-4"],
    ["dm+d", "https://dmd.nhs.uk"],
    ["L", "urn:chesil:codes:RDZ:L"],
    ["99 LOCAL", "urn:chesil:codes:RDZ:99%20LOCAL"],
    ["1.2.3.4", "urn:oid:1.2.3.4"],
    ["1.2", "urn:chesil:codes:RDZ:1.2"],
  ])("makes %s %s, for ever: clients store it", (system, uri) => expect(systemOf(system, "44054006")).toBe(uri));

  it("takes nothing for SNOMED CT that is not: older SNOMED goes by the same word", () => {
    expect(systemOf("SNM3", "D3-1500")).toBe("urn:chesil:codes:RDZ:SNM3");
  });
});

describe("conceptOf", () => {
  it("keeps every code as sent and in its order", () => {
    const codings = [
      { system: "SCT", code: "195967001", display: "Asthma" },
      { system: "READ", code: "H33.." },
    ];
    expect(conceptOf({ codings, text: "asthma" }, "RDZ")).toEqual({
      coding: [
        { system: "http://snomed.info/sct", code: "195967001", display: "Asthma" },
        { system: "http://read.info/readv2", code: "H33..", display: undefined },
      ],
      text: "asthma",
    });
  });

  it("keeps as text what FHIR takes for no code", () => {
    expect(conceptOf({ codings: [{ system: "L", code: "two  spaces" }] }, "RDZ")).toMatchObject({
      text: "two  spaces",
    });
    expect(conceptOf({ codings: [] }, "RDZ")).toBeUndefined();
  });
});
