import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { organizationOf, practitionerOf } from "./party.ts";
import { partyId, partyKeyOf } from "./party-id.ts";
import { eitherReference, partyReference } from "./party-reference.ts";
import { locationOf } from "./place.ts";
import { misfits } from "./shape-fixture.ts";

const word = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 10 }),
    fc.constantFrom("DR7", "Ward 3, Bay-2", "..", "a."),
  )
  .map((text) => text.toWellFormed());
const key = fc.record({ code: word, authority: word }, { requiredKeys: ["code"] });

describe("partyId", () => {
  it("is an id that FHIR takes and that leads back to whose code it is, or none at all", () => {
    fc.assert(
      fc.property(key, (each) => {
        const id = partyId(each);
        if (id === undefined) return;
        expect(id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
        expect(partyKeyOf(id)).toEqual(each);
      }),
    );
  });

  it("has no key for an id that it never made", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Z.-]{1,9}$/)), (id) => {
        const found = partyKeyOf(id);
        if (found) expect(partyId(found)).toBe(id);
      }),
    );
    expect(["", ".", "...", "A..", "..A", "A.2d", "A..B..C"].map(partyKeyOf)).toEqual(Array(7).fill(undefined));
  });

  it("is none where it would be longer than FHIR allows", () => {
    expect(partyId({ code: "x".repeat(64) })).toHaveLength(64);
    expect(partyId({ code: "x".repeat(65) })).toBeUndefined();
  });
});

describe("a reference to a party", () => {
  it("points at the resource that the party makes, with the same identifier and name", () => {
    const party = fc.record({ code: word, display: word }, { requiredKeys: [] });
    fc.assert(
      fc.property(party, fc.option(word, { nil: undefined }), (each, authority) => {
        for (const [type, make] of [
          ["Organization", organizationOf],
          ["Practitioner", practitionerOf],
        ] as const) {
          const reference = partyReference(each, type, authority);
          const resource = make(each, authority);
          expect(reference?.reference).toBe(resource && `${type}/${resource.id}`);
          if (!resource) continue;
          expect(misfits(resource)).toEqual([]);
          expect(resource.identifier).toEqual([reference?.identifier]);
        }
      }),
    );
  });

  it.each([
    ["Organization", "y06601", "Organization/Y06601", "https://fhir.nhs.uk/Id/ods-organization-code"],
    ["Practitioner", "G8000001", "Practitioner/G8000001", "https://fhir.hl7.org.uk/Id/gmp-number"],
    ["Practitioner", "C1234567", "Practitioner/C1234567", "https://fhir.hl7.org.uk/Id/consultant-code"],
    ["Practitioner", "1234567", "Practitioner/1234567", "https://fhir.hl7.org.uk/Id/gmc-number"],
    ["Practitioner", "DR7", "Practitioner/RDZ..DR7", "urn:chesil:practitioner:RDZ"],
    ["Organization", "PATH", "Organization/RDZ..PATH", "urn:chesil:organization:RDZ"],
  ] as const)("of %s %s is %s", (type, code, reference, system) => {
    expect(partyReference({ code }, type, "RDZ")).toMatchObject({ reference, type, identifier: { system } });
  });

  it("points nowhere where nobody knows whose code it is", () => {
    expect(partyReference({ code: "DR7", display: "Dr" }, "Practitioner")).toEqual({
      reference: undefined,
      type: "Practitioner",
      identifier: { value: "DR7" },
      display: "Dr",
    });
  });

  it("of a place that may name either takes a practice's code for a practice's", () => {
    expect(eitherReference({ code: "Y06601" }, "RDZ")?.type).toBe("Organization");
    expect(eitherReference({ code: "DR7" }, "RDZ")?.type).toBe("Practitioner");
    expect(eitherReference({ display: "Laboratory" }, "RDZ")).toEqual({ display: "Laboratory" });
  });
});

describe("locationOf", () => {
  it("is a place within the first of its parts", () => {
    expect(locationOf("Ward 3, Bay 2, Bed 1", "RDZ")).toEqual({
      resourceType: "Location",
      id: "RDZ..Ward-3.2C-Bay-2.2C-Bed-1",
      meta: { profile: ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Location"] },
      identifier: [{ system: "urn:chesil:place:RDZ", value: "Ward 3, Bay 2, Bed 1" }],
      name: "Ward 3, Bay 2, Bed 1",
      mode: "instance",
      partOf: { reference: "Location/RDZ..Ward-3", type: "Location", display: "Ward 3" },
    });
    expect(locationOf("Ward 3", "RDZ")).not.toHaveProperty("partOf");
    expect(locationOf("x".repeat(64), "RDZ")).toBeUndefined();
  });
});
