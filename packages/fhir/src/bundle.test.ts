import { describe, expect, it } from "vitest";
import { searchset } from "./bundle.ts";
import { operationOutcome } from "./operation-outcome.ts";
import { replacedPatient } from "./patient.ts";

const baseUrl = "https://chesil.example/fhir";
const patient = replacedPatient({ personId: "a", survivorId: "b", version: { journalId: 1 } });

describe("searchset", () => {
  it("names each match where it can be read, counts all pages, and links to the next", () => {
    expect(
      searchset({ baseUrl, matches: [patient], total: 3, selfUrl: `${baseUrl}/Patient?_page=x`, nextUrl: "y" }),
    ).toEqual({
      resourceType: "Bundle",
      type: "searchset",
      total: 3,
      link: [
        { relation: "self", url: `${baseUrl}/Patient?_page=x` },
        { relation: "next", url: "y" },
      ],
      entry: [{ fullUrl: `${baseUrl}/Patient/a`, resource: patient, search: { mode: "match" } }],
    });
  });

  it("has no empty list where nothing was found, and tells what it ignored", () => {
    expect(searchset({ baseUrl, matches: [], total: 0 })).toEqual({
      resourceType: "Bundle",
      type: "searchset",
      total: 0,
    });
    const outcome = operationOutcome({ severity: "warning", code: "not-supported", diagnostics: "Ignored." });
    expect(searchset({ baseUrl, matches: [], outcome }).entry).toEqual([
      { resource: outcome, search: { mode: "outcome" } },
    ]);
  });
});

describe("operationOutcome", () => {
  it("is an error unless it says otherwise", () => {
    expect(operationOutcome({ code: "not-found", diagnostics: "There is none." })).toEqual({
      resourceType: "OperationOutcome",
      issue: [{ severity: "error", code: "not-found", diagnostics: "There is none." }],
    });
  });
});
