import { describe, expect, it } from "vitest";
import { capabilityStatement, SUPPORTED } from "./capability-statement.ts";

const FACT_TYPES = (
  "AllergyIntolerance Flag Condition Procedure MedicationStatement Immunization DiagnosticReport Observation " +
  "DocumentReference ServiceRequest Appointment CarePlan RelatedPerson EpisodeOfCare Coverage Basic"
).split(" ");

describe("capabilityStatement", () => {
  const statement = capabilityStatement({ version: "1.2.3", baseUrl: "https://chesil.example/fhir" });

  it("has what R4 requires of a server", () => {
    expect(statement).toMatchObject({
      resourceType: "CapabilityStatement",
      status: "active",
      kind: "instance",
      fhirVersion: "4.0.1",
      software: { name: "Chesil", version: "1.2.3" },
      implementation: { url: "https://chesil.example/fhir" },
    });
    expect(statement.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(statement.rest.map((rest) => rest.mode)).toEqual(["server"]);
  });

  it("claims read and search of every supported type, by the parameters of the table and no other", () => {
    const claimed = statement.rest[0]?.resource.map(({ type, interaction, searchParam }) => [
      type,
      interaction.map(({ code }) => code),
      searchParam?.map(({ name }) => name),
    ]);
    expect(claimed).toEqual([
      ...Object.entries(SUPPORTED).map(([type, { searchParam }]) => [
        type,
        ["read", "search-type"],
        searchParam.map(({ name }) => name),
      ]),
      ["Binary", ["read"], undefined],
    ]);
  });

  it("names no parameter of a type twice, and every type that a fact can become", () => {
    for (const [type, { searchParam }] of Object.entries(SUPPORTED)) {
      const names = searchParam.map(({ name }) => name);
      expect(new Set(names).size, type).toBe(names.length);
    }
    expect(Object.keys(SUPPORTED)).toEqual(expect.arrayContaining(FACT_TYPES));
  });

  it("claims the operations on Patient, by their definitions", () => {
    const operations = statement.rest[0]?.resource.flatMap(({ type, operation = [] }) =>
      operation.map(({ name, definition }) => [type, name, definition]),
    );
    expect(operations).toEqual([
      ["Patient", "match", "http://hl7.org/fhir/OperationDefinition/Patient-match"],
      ["Patient", "ihe-pix", "https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix"],
      ["Patient", "everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"],
    ]);
  });
});
