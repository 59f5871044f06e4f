import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PARTY_TYPES } from "./party.ts";
import { RECORD_TYPES } from "./record-source.ts";
import { type Asked, type ServedRegion, serveRegion } from "./served-region-fixture.ts";

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

describe("the service", () => {
  it("describes itself to whoever is signed in, whatever their role", async () => {
    const { status, body, headers } = await ask("/fhir/metadata", { viewer: "operations" });
    expect([status, body.resourceType]).toEqual([200, "CapabilityStatement"]);
    expect(headers["content-type"]).toBe("application/fhir+json; charset=utf-8");
    expect(body).toMatchObject({ implementation: { url: "http://chesil.example/fhir" } });
    expect((await ask("/fhir/metadata", { viewer: null })).status).toBe(401);
  });

  it("speaks JSON only, and says so", async () => {
    const xml = await ask("/fhir/metadata", { headers: { accept: "application/fhir+xml" } });
    expect([xml.status, xml.body.resourceType]).toEqual([406, "OperationOutcome"]);
    expect((await ask("/fhir/metadata?_format=xml")).status).toBe(406);
    expect((await ask("/fhir/metadata?_format=application/fhir+json")).status).toBe(200);
  });

  it("answers what it does not offer with an OperationOutcome", async () => {
    for (const url of ["/fhir/MolecularSequence", "/fhir/Patient/a/b/c", "/fhir/nonsense?x=y"]) {
      const { status, body } = await ask(url);
      expect([status, body.resourceType, body.issue?.[0]?.code], url).toEqual([
        404,
        "OperationOutcome",
        "not-supported",
      ]);
    }
  });

  it("offers what its CapabilityStatement says, and says all that it offers", async () => {
    const { body } = await ask("/fhir/metadata");
    const { rest } = body as unknown as {
      rest: { resource: { type: string; interaction: { code: string }[]; searchParam?: { name: string }[] }[] }[];
    };
    const types = rest[0]?.resource ?? [];
    for (const { type, searchParam = [] } of types.filter((each) => each.type !== "Binary")) {
      const read = await ask(`/fhir/${type}/404404`, { viewer: "privacy-officer" });
      expect([read.status, read.body.issue?.[0]?.code], type).toEqual([404, "not-found"]);
      for (const { name } of searchParam) {
        // Whatever it comes to, it is read: a parameter that nobody knows is refused as such.
        const search = await ask(`/fhir/${type}?${name}=1`, {
          viewer: "privacy-officer",
          headers: { prefer: "handling=strict" },
        });
        expect([200, 400], `${type}?${name}`).toContain(search.status);
        expect(search.body.issue?.[0]?.code, `${type}?${name}`).not.toBe("not-supported");
      }
    }
    const served = new Set(types.map(({ type }) => type));
    for (const type of [...Object.keys(RECORD_TYPES), ...PARTY_TYPES, "Patient", "Provenance", "AuditEvent"])
      expect(served).toContain(type);
  });

  it("serves many searches at once on few connections", async () => {
    const searches = Array.from({ length: 40 }, () => ask("/fhir/Patient?family=smith,oneill"));
    expect((await Promise.all(searches)).map(({ status, body }) => [status, body.total])).toEqual(
      Array(40).fill([200, 2]),
    );
  });
});
