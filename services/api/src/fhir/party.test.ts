import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { personIdOf } from "./region-fixture.ts";
import { type Asked, idsOf, JANE, type ServedRegion, serveRegion } from "./served-region-fixture.ts";

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

describe("whom and where records name", () => {
  it.each([
    ["Organization", "https://fhir.nhs.uk/Id/ods-organization-code", "J81012", "Quay Surgery"],
    ["Practitioner", "https://fhir.hl7.org.uk/Id/consultant-code", "C1234567", "Mr B Surgeon"],
    ["Practitioner", "urn:chesil:practitioner:POOLE-PAS", "RBD99", "Poole Pathology"],
    ["Location", "urn:chesil:place:POOLE-PAS", "Ward 1", "Ward 1"],
  ])("%s is found by its identifier %s|%s and read by its id", async (type, system, code, name) => {
    const found = await ask(`/fhir/${type}?identifier=${system}|${code}`);
    const [id = ""] = idsOf(found);
    expect([idsOf(found).length, found.body.total, found.text.includes(name)]).toEqual([1, 1, true]);
    const { status, body } = await ask(`/fhir/${type}/${id}`);
    expect([status, body]).toEqual([200, found.body.entry?.[0]?.resource]);
    for (const query of [`identifier=${code}`, `_id=${id}`])
      expect(idsOf(await ask(`/fhir/${type}?${query}`)), query).toContain(id);
    for (const query of [`identifier=urn:x|${code}`, `identifier=${code}&_id=x`])
      expect(idsOf(await ask(`/fhir/${type}?${query}`)), query).toEqual([]);
    expect((await ask(`/fhir/${type}`)).body.issue?.[0]?.code).toBe("too-costly");
    expect((await ask(`/fhir/${type}/${id}`, { viewer: "operations" })).status).toBe(403);
  });

  it("is nobody whom no record names that everybody may see", async () => {
    for (const path of [
      "Organization/J99999",
      "Practitioner/x..y",
      "Location/POOLE-PAS..Ward.2099",
      "Organization/%00",
    ])
      expect((await ask(`/fhir/${path}`)).status, path).toBe(404);
    await region.query("insert into consent values ($1, true, 'test', now())", [personIdOf(JANE)]);
    expect((await ask("/fhir/Organization/J81012")).status).toBe(404);
    await region.query("delete from consent where person_id = $1", [personIdOf(JANE)]);
    expect((await ask("/fhir/Organization/J81012")).status).toBe(200);
  });

  it("is no look at those who name it", async () => {
    await region.audited();
    await ask("/fhir/Practitioner/C1234567");
    expect(await region.audited()).toEqual([
      { username: "jane", action: "fhir-read", person_id: null, detail: { resource: "Practitioner", criteria: [] } },
    ]);
  });
});

describe("where it comes from", () => {
  const allergy = "AllergyIntolerance/2000";
  it("Provenance is read by its id and found by its target", async () => {
    const id = allergy.replace("/", "-");
    const { status, body, text } = await ask(`/fhir/Provenance/${id}`);
    expect([status, body.resourceType, text.includes("POOLE-PAS")]).toEqual([200, "Provenance", true]);
    const targets = [allergy, `Patient/${personIdOf(JANE)}`, "Encounter/11", "Observation/2006-2"];
    const found = await ask(`/fhir/Provenance?target=${targets.join(",")}`);
    expect(idsOf(found)).toEqual(targets.map((target) => target.replace("/", "-")));
    expect(idsOf(await ask("/fhir/Provenance?target=AllergyIntolerance/5000,Condition/2000,Patient/x"))).toEqual([]);
    expect((await ask("/fhir/Provenance")).body.issue?.[0]?.code).toBe("too-costly");
    const paged = await ask(`/fhir/Provenance?target=${targets.join(",")}&_count=3`);
    expect([idsOf(paged).length, paged.body.total, paged.body.link?.length]).toEqual([3, 4, 2]);
  });
});

describe("who looked", () => {
  it("is for privacy officers alone, by patient, and a look itself", async () => {
    await region.audited();
    const officer = { viewer: "privacy-officer" };
    await ask(`/fhir/Patient/${personIdOf(JANE)}`);
    const url = `/fhir/AuditEvent?patient=${personIdOf(JANE)}`;
    for (const viewer of ["jane", "administrator", "data-manager", "operations"])
      expect((await ask(url, { viewer })).status, viewer).toBe(403);
    const found = await ask(url, officer);
    expect([found.status, found.body.total]).toEqual([200, 1]);
    expect(found.text).toContain(`Patient/${personIdOf(JANE)}`);
    const [id] = idsOf(found);
    expect((await ask(`/fhir/AuditEvent/${id}`, officer)).body).toEqual(found.body.entry?.[0]?.resource);
    expect((await ask(`/fhir/AuditEvent/${id}`)).status).toBe(403);
    expect((await ask(`${url}&date=lt2020`, officer)).body.total).toBe(0);
    expect((await ask("/fhir/AuditEvent", officer)).body.issue?.[0]?.code).toBe("too-costly");
    const own = (await region.audited()).filter(({ username }) => username === "privacy-officer");
    expect(own.map(({ action }) => action)).toEqual(["audit.read", "audit.read", "audit.read"]);
  });
});
