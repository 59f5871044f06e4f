import { SUPPORTED } from "@chesil/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readParameters, tokenOf, unescaped } from "./parameters.ts";
import { patientConditions } from "./patient-conditions.ts";

const EXAMPLE: Record<string, string> = {
  deceased: "true",
  _lastUpdated: "ge2026",
  _id: "00000000-0000-8000-8000-000000000001",
  identifier: "RDZ|1",
  family: "Smith",
  given: "Jane",
  birthdate: "1950",
  gender: "female",
  "address-postalcode": "BH15",
  "address-city": "Poole",
  address: "1 High Street",
  telecom: "07700900123",
  active: "false",
};

function conditionsOf(...pairs: [string, string][]) {
  const read = readParameters("Patient", pairs);
  return read.ok ? patientConditions(read.known) : read;
}

describe("readParameters", () => {
  it("never throws, whatever is sent", () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.keys(EXAMPLE), "family:exact", "given:contains", "_count"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 40 }), (pairs) => {
        const read = readParameters("Patient", pairs);
        if (read.ok) expect(typeof patientConditions(read.known).ok).toBe("boolean");
      }),
    );
  });

  it("reads the same search again from what it understood", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(EXAMPLE), "x"), fc.string()), { maxLength: 9 }),
        (pairs) => {
          const read = readParameters("Patient", pairs);
          if (!read.ok) return;
          expect(readParameters("Patient", read.understood)).toEqual({ ...read, ignored: [] });
        },
      ),
    );
  });

  it("has a reader for every parameter that the CapabilityStatement claims", () => {
    for (const { name } of SUPPORTED.Patient.searchParam) {
      const read = conditionsOf([name, EXAMPLE[name] ?? ""]);
      expect(read, name).toMatchObject({ ok: true, conditions: [expect.anything()] });
    }
  });

  it("joins repeated parameters by AND and values between commas by OR; an escaped comma is part of a value", () => {
    const read = readParameters("Patient", [
      ["family", "Smith,O\\,Neill,,"],
      ["family", "Jones\\\\,x"],
      ["given", " "],
    ]);
    expect(read).toMatchObject({
      known: [
        { name: "family", values: ["Smith", "O\\,Neill"] },
        { name: "family", values: ["Jones\\\\", "x"] },
      ],
    });
    expect(["O\\,Neill", "Jones\\\\"].map(unescaped)).toEqual(["O,Neill", "Jones\\"]);
  });

  it("takes only the modifiers it knows: another might turn the meaning round", () => {
    expect(readParameters("Patient", [["family:exact", "Smith"]])).toMatchObject({ known: [{ modifier: "exact" }] });
    expect(readParameters("Patient", [["gender:not", "male"]])).toMatchObject({ ok: false, code: "not-supported" });
  });

  it("names what it ignored, unless the name itself might hold something of a patient", () => {
    const read = readParameters("Patient", [
      ["phone", "1"],
      ["_sort", "family"],
      ["9990000018", "x"],
      ["_format", "json"],
    ]);
    expect(read).toMatchObject({ ignored: ["phone", "_sort", ""], known: [] });
  });

  it.each([
    ["0", 0],
    ["7", 7],
    ["100", 100],
    ["101", 100],
    ["999999999", 100],
  ])("makes of _count=%s a page of %i", (text, count) =>
    expect(readParameters("Patient", [["_count", text]])).toMatchObject({ ok: true, count }),
  );

  it.each(["-1", "many", "1.5", "9999999999"])("refuses _count=%s", (text) =>
    expect(readParameters("Patient", [["_count", text]])).toMatchObject({ ok: false, code: "value" }),
  );

  it("has a limit on parameters and on values, at their edges", () => {
    const many = (length: number) => Array.from({ length }, (): [string, string] => ["family", "x"]);
    expect([32, 33].map((length) => readParameters("Patient", many(length)).ok)).toEqual([true, false]);
    const values = (length: number) => readParameters("Patient", [["family", Array(length).fill("x").join()]]).ok;
    expect([50, 51].map(values)).toEqual([true, false]);
  });
});

describe("tokenOf", () => {
  it.each([
    ["RDZ|1", "RDZ", "1"],
    ["|1", "", "1"],
    ["1", undefined, "1"],
    ["a\\|b|c\\,d", "a|b", "c,d"],
    ["RDZ|", "RDZ", ""],
  ])("reads %s", (value, system, code) => expect(tokenOf(value)).toEqual({ system, code }));
});

describe("patientConditions", () => {
  const NHS = "https://fhir.nhs.uk/Id/nhs-number";

  it("takes an NHS number with spaces, alone or with its system", () => {
    const number = { nhsNumbers: ["9990000018"], keys: [{ authority: "NHS", localId: "9990000018" }] };
    expect(conditionsOf(["identifier", "999 000 0018"])).toMatchObject({
      conditions: [{ ...number, localIds: ["999 000 0018"] }],
    });
    expect(conditionsOf(["identifier", `${NHS}|9990000018`])).toMatchObject({
      conditions: [{ nhsNumbers: ["9990000018"], localIds: [] }],
    });
  });

  it("takes a local id under its system or its authority's own name, and does not mix it with NHS numbers", () => {
    expect(conditionsOf(["identifier", "urn:chesil:authority:SIMULATOR%20MRN|9990000018"])).toMatchObject({
      conditions: [
        {
          nhsNumbers: [],
          keys: [
            { authority: "SIMULATOR MRN", localId: "9990000018" },
            { authority: "urn:chesil:authority:SIMULATOR%20MRN", localId: "9990000018" },
          ],
          localIds: [],
        },
      ],
    });
    expect(conditionsOf(["identifier", "RDZ|"])).toMatchObject({ ok: false });
  });

  it.each([
    ["bh15 1aa", ["BH15 1AA"]],
    ["BH151AA", ["BH15 1AA"]],
    ["BH15 1", ["BH15 1"]],
    ["BH15", ["BH15", "BH1 5"]],
    ["BH15 ", ["BH15", "BH1 5"]],
    ["BH11A", ["BH11A", "BH1 1A"]],
    ["BH", ["BH"]],
  ])("seeks the postcodes that %j may be the start of", (text, prefixes) => {
    expect(conditionsOf(["address-postalcode", text])).toMatchObject({ conditions: [{ kind: "postcode", prefixes }] });
  });

  it.each([
    ["gender", "M"],
    ["gender", "http://example.org|male"],
    ["birthdate", "yesterday"],
  ])("refuses %s=%s", (name, value) => expect(conditionsOf([name, value])).toMatchObject({ ok: false, code: "value" }));

  it("finds nobody by a name without a letter, and by no id at all", () => {
    expect(conditionsOf(["family", "'"], ["_id", "1"])).toMatchObject({
      conditions: [
        { kind: "family", anyOf: [] },
        { kind: "id", personIds: [] },
      ],
    });
  });
});
