import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { personIdOf } from "./region-fixture.ts";
import {
  type Asked,
  JANE,
  MERGED,
  MERGED_INTO_OPTED_OUT,
  MERGED_TWICE,
  NHS,
  OPTED_OUT,
  type ServedRegion,
  serveRegion,
  UNKNOWN,
} from "./served-region-fixture.ts";

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

describe("GET /fhir/Patient/:id", () => {
  it("gives the person as FHIR, with its version, and puts the look on record first", async () => {
    const { status, body, headers } = await ask(`/fhir/Patient/${personIdOf(JANE)}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/fhir+json; charset=utf-8",
      "cache-control": "no-store",
      etag: `W/"${region.journalId}"`,
      "last-modified": "Fri, 01 May 2026 08:00:01 GMT",
    });
    expect(body).toMatchObject({
      resourceType: "Patient",
      id: personIdOf(JANE),
      meta: { versionId: String(region.journalId), lastUpdated: "2026-05-01T08:00:01.000Z" },
      active: true,
      gender: "female",
      birthDate: "1950-07-31",
    });
    expect(body.identifier?.map(({ system, value, use }) => [system, value, use])).toEqual([
      [NHS, "9990000018", "official"],
      ["urn:chesil:authority:POOLE-PAS", "P1", "usual"],
      ["urn:chesil:authority:SIMULATOR%20MRN", "77", "usual"],
      ["urn:chesil:authority:POOLE-PAS", "P1OLD", "old"],
    ]);
    expect(await region.audited()).toEqual([
      { username: "jane", action: "fhir-read", person_id: personIdOf(JANE), detail: { resource: "Patient" } },
    ]);
  });

  it.each([MERGED, MERGED_TWICE])(
    "gives for merged person %i an inactive Patient, replaced by the last survivor",
    async (number) => {
      const { body } = await ask(`/fhir/Patient/${personIdOf(number)}`);
      expect(body).toMatchObject({
        id: personIdOf(number),
        active: false,
        link: [{ type: "replaced-by", other: { reference: `Patient/${personIdOf(JANE)}` } }],
      });
      expect(Object.keys(body).sort()).toEqual(["active", "id", "link", "meta", "resourceType"]);
      expect((await ask(`/fhir/${body.link?.[0]?.other?.reference}`)).body.active).toBe(true);
    },
  );

  it("answers for whoever opted out, and for whom was merged into them, exactly as for nobody", async () => {
    const nobody = await ask(`/fhir/Patient/${personIdOf(UNKNOWN)}`);
    expect([nobody.status, nobody.body.resourceType]).toEqual([404, "OperationOutcome"]);
    for (const id of [personIdOf(OPTED_OUT), personIdOf(MERGED_INTO_OPTED_OUT), "1", "../Patient", "x".repeat(90)]) {
      const { status, text } = await ask(`/fhir/Patient/${encodeURIComponent(id)}`);
      expect([status, text], id).toEqual([404, nobody.text]);
    }
  });

  it("fails when the audit fails", async () => {
    region.audit.fails = true;
    const { status, text } = await ask(`/fhir/Patient/${personIdOf(JANE)}`);
    expect(status).toBe(500);
    expect(text).not.toContain("SMITH");
    expect((await ask("/fhir/Patient?family=smith")).text).not.toContain("SMITH");
    region.audit.fails = false;
  });

  it("shows nothing to a role that sees no patients, nor to whom is not signed in", async () => {
    for (const url of [`/fhir/Patient/${personIdOf(JANE)}`, "/fhir/Patient?family=smith", "/fhir/Encounter/11"]) {
      const refused = await ask(url, { viewer: "operations" });
      expect([refused.status, refused.body.resourceType], url).toEqual([403, "OperationOutcome"]);
      const stranger = await ask(url, { viewer: null });
      expect([stranger.status, stranger.body.resourceType], url).toEqual([401, "OperationOutcome"]);
    }
  });
});
