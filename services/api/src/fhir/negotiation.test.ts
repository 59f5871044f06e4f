import { describe, expect, it } from "vitest";
import { acceptsJson, isStrict } from "./negotiation.ts";

describe("acceptsJson", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["*/*", undefined],
    ["application/fhir+json", undefined],
    ["application/fhir+json; fhirVersion=4.0", undefined],
    ["application/fhir+xml;q=0.9, application/json;q=0.1", undefined],
    ["text/html,application/xhtml+xml,*/*;q=0.8", undefined],
    ["application/fhir+xml", "json"],
    [undefined, "application/fhir json"],
    [undefined, " APPLICATION/FHIR+JSON "],
    [undefined, ""],
  ])("is true of Accept %j and _format %j", (accept, format) => expect(acceptsJson(accept, format)).toBe(true));

  it.each([
    ["application/fhir+xml", undefined],
    ["text/turtle", undefined],
    ["application/json;q=0, application/xml", undefined],
    ["*/*", "xml"],
    ["application/json", "ttl"],
  ])("is false of Accept %j and _format %j", (accept, format) => expect(acceptsJson(accept, format)).toBe(false));
});

describe("isStrict", () => {
  it.each(["handling=strict", "return=minimal; handling=strict", 'respond-async, handling="strict"'])(
    "is true of %s",
    (prefer) => expect(isStrict(prefer)).toBe(true),
  );
  it.each([undefined, "handling=lenient", "handling=strictly", "return=minimal"])("is false of %j", (prefer) =>
    expect(isStrict(prefer)).toBe(false),
  );
});
