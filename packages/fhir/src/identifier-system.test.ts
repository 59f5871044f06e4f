import { NHS_AUTHORITY } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authoritiesOf, identifierSystem, visitSystem } from "./identifier-system.ts";

const NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number";
const authority = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }),
  fc.constantFrom(
    "RDZ",
    "SIMULATOR MRN",
    "2.16.840.1.113883.2.1.3.2.4.18.24",
    "https://example.org/id",
    "urn:chesil:authority:x",
  ),
);

describe("identifierSystem", () => {
  it("is a URI without spaces, and leads back to the authority", () => {
    fc.assert(
      fc.property(authority, (name) => {
        fc.pre(name !== NHS_NUMBER);
        const system = identifierSystem(name);
        expect(system).toMatch(/^\S+$/);
        expect(authoritiesOf(system)).toContain(name);
      }),
    );
  });

  it("never gives two authorities one system, nor a visit a patient's", () => {
    fc.assert(
      fc.property(fc.uniqueArray(authority, { minLength: 2, maxLength: 2 }), ([one = "", other = ""]) => {
        expect(identifierSystem(one)).not.toBe(identifierSystem(other));
        expect(visitSystem(one)).not.toBe(identifierSystem(other));
      }),
    );
  });

  it.each([
    [NHS_AUTHORITY, NHS_NUMBER],
    ["RDZ", "urn:chesil:authority:RDZ"],
    ["SIMULATOR MRN", "urn:chesil:authority:SIMULATOR%20MRN"],
    ["2.16.840.1.113883.2.1.3.2.4.18.24", "urn:oid:2.16.840.1.113883.2.1.3.2.4.18.24"],
    ["https://example.org/id", "https://example.org/id"],
  ])("makes %s %s, for ever: clients store it", (name, system) => expect(identifierSystem(name)).toBe(system));

  it("lets one search by the authority as the feed writes it", () => {
    expect(authoritiesOf("SIMULATOR MRN")).toEqual(["SIMULATOR MRN"]);
    expect(authoritiesOf(NHS_NUMBER)).toEqual([NHS_AUTHORITY]);
    expect(authoritiesOf("urn:chesil:authority:%E0%A4%A")).toContain("%E0%A4%A");
  });
});
