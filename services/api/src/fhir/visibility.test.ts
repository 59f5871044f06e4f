import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { personIdOf } from "./region-fixture.ts";
import { type Asked, factIdOf, idsOf, JANE, type ServedRegion, serveRegion } from "./served-region-fixture.ts";

/** What FHIR tells of people of whom not everything may be told: each by every way there is to ask. */

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);
const jane = personIdOf(JANE);
const OFFICER: Asked = { viewer: "privacy-officer" };

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

describe("of whoever is restricted", () => {
  beforeAll(() =>
    region.query(
      `insert into sensitivity_mark (source_record_id, level, reason, journal_id, recorded_by, recorded_at)
       values ($1, 'restricted', 'test', 1, 'test', now())`,
      [JANE * 1000],
    ),
  );
  afterAll(() => region.query("delete from sensitivity_mark", []));

  it("nothing says where they are, nor are they found by it", async () => {
    for (const path of [
      `Patient/${jane}`,
      `Patient/${jane}/$everything`,
      "Patient?family=smith",
      `Patient?_id=${jane}`,
    ]) {
      const { status, text } = await ask(`/fhir/${path}`);
      expect([status, text.includes("Jane")], path).toEqual([200, true]);
      for (const place of ["BH15", "High Street", 'Poole"', "07700", "Quay Surgery", "MOTHER"])
        expect(text, `${place} in ${path}`).not.toContain(place);
    }
    for (const query of ["address-postalcode=BH15", "address-city=poole", "telecom=07700900123", "address=1%20High"])
      expect((await ask(`/fhir/Patient?family=smith&${query}`)).body.total, query).toBe(0);
    for (const type of ["RelatedPerson", "EpisodeOfCare"])
      expect((await ask(`/fhir/${type}?patient=${jane}&_summary=count`)).body.total, type).toBe(0);
    expect((await ask(`/fhir/RelatedPerson/${factIdOf("relationship")}`)).status).toBe(404);
    const match = { resourceType: "Patient", name: [{ family: "SMITH", given: ["Jane"] }], birthDate: "1950-07-31" };
    const found = await ask("/fhir/Patient/$match", { json: { ...match, address: [{ postalCode: "BH15 1AA" }] } });
    expect(idsOf(found)).toEqual([]);
    expect(idsOf(await ask("/fhir/Patient/$match", { json: match }))).toEqual([jane]);
  });

  it("it is said that something is withheld, and that it is kept closely, of each part of the record", async () => {
    const codes = async (path: string, asked?: Asked) => {
      const { meta } = JSON.parse((await ask(`/fhir/${path}`, asked)).text);
      return meta.security?.map(({ code }: { code: string }) => code);
    };
    const result = factIdOf("result");
    const paths = [
      `Patient/${jane}`,
      "Encounter/11",
      `AllergyIntolerance/${factIdOf("allergy")}`,
      `Observation/${result}-1`,
    ];
    for (const path of [...paths, `Provenance/Patient-${jane}`, `Provenance/DiagnosticReport-${result}`]) {
      expect(await codes(path), path).toEqual(["R", "REDACTED"]);
      expect(await codes(path, OFFICER), path).toEqual(["R"]);
    }
    expect((await ask(`/fhir/DocumentReference/${factIdOf("document")}`)).status).toBe(404);
  });

  it("a version that somebody has is of what they were shown, and tells of nothing that was not", async () => {
    const headersOf = async (asked: Asked = {}) => (await ask(`/fhir/Patient/${jane}`, asked)).headers;
    const statusWith = async (etag: unknown) =>
      (await ask(`/fhir/Patient/${jane}`, { headers: { "if-none-match": String(etag) } })).status;
    const mine = await headersOf();
    const officers = await headersOf(OFFICER);
    const former = `W/"${region.journalId}"`;
    expect(new Set([mine.etag, officers.etag, former]).size).toBe(3);
    expect([mine["cache-control"], mine.vary, mine["last-modified"]]).toEqual([
      "no-store",
      "Accept, Authorization, Cookie",
      undefined,
    ]);
    expect([await statusWith(mine.etag), await statusWith(officers.etag), await statusWith(former)]).toEqual([
      304, 200, 200,
    ]);
    // Where they live has changed: whoever may not know it has what there is to be had.
    const move = (city: string) =>
      region.query(
        "update person set updated_by = $2, golden = jsonb_set(golden, '{addresses,value,0,city}', $3) where person_id = $1",
        [...[jane, city === "Poole" ? region.journalId : 1, JSON.stringify(city)]],
      );
    await move("Wareham");
    expect([await statusWith(mine.etag), (await headersOf(OFFICER)).etag === officers.etag]).toEqual([304, false]);
    await move("Poole");
    const shape = await ask(`/fhir/Patient/${jane}?_elements=name`, {
      headers: { "if-none-match": String(mine.etag) },
    });
    expect(shape.status).toBe(200);
  });

  it("nothing that is shown of them says that what is withheld has changed, or when", async () => {
    const medication = factIdOf("medication");
    const reads = [
      `Patient/${jane}`,
      "Encounter/11",
      `MedicationStatement/${medication}`,
      `Provenance/Patient-${jane}`,
    ];
    const ways = [
      ...[...reads, `Patient?_id=${jane}`, `MedicationStatement?patient=${jane}`],
      ...[`Patient/${jane}/$everything`, `Patient/${jane}/$everything?_since=2999-01-01T00:00:00Z`],
      ...["Patient?family=smith&_lastUpdated=gt1900", `MedicationStatement?patient=${jane}&_lastUpdated=gt1900`],
    ];
    // Links of pages are sealed anew each time.
    const answers = async () =>
      Promise.all(ways.map(async (way) => (await ask(`/fhir/${way}`)).text.replace(/_page=[\w-]+/g, "_page=")));
    const metaOf = async (path: string, asked?: Asked) => JSON.parse((await ask(`/fhir/${path}`, asked)).text).meta;
    for (const path of reads) {
      const meta = await metaOf(path);
      expect([meta.versionId, meta.lastUpdated, meta.security.length], path).toEqual([undefined, undefined, 2]);
      expect(await metaOf(path, OFFICER), path).toMatchObject({
        versionId: /^\d+$/.exec(String(region.journalId))?.[0],
      });
    }
    for (const way of ways.slice(-2)) {
      expect((await ask(`/fhir/${way}`)).body.total, way).toBe(0);
      expect((await ask(`/fhir/${way}`, OFFICER)).body.total, way).toBe(1);
    }
    const before = await answers();
    const { query } = region;
    const [{ rows: persons }, { rows: facts }] = [
      await query("select golden from person where person_id = $1", [jane]),
      await query("select content from fact where fact_id = $1", [medication]),
    ];
    const set = (golden: unknown, content: unknown, journalId: number) =>
      Promise.all([
        query("update person set updated_by = $2, golden = $3 where person_id = $1", [jane, journalId, golden]),
        query("update fact set updated_by = $2, content = $3 where fact_id = $1", [medication, journalId, content]),
      ]);
    const moved = { ...persons[0].golden, telecoms: undefined };
    await set(moved, { ...facts[0].content, notes: ["Delivered to another address"] }, region.journalId + 1);
    try {
      expect(await answers()).toEqual(before);
    } finally {
      await set(persons[0].golden, facts[0].content, region.journalId);
    }
  });

  it("a privacy officer is told", async () => {
    expect((await ask(`/fhir/Patient/${jane}`, OFFICER)).text).toContain("BH15");
    expect((await ask("/fhir/Patient?address-postalcode=BH15", OFFICER)).body.total).toBe(1);
  });
});

describe("of whoever has died", () => {
  beforeAll(() =>
    region.query(
      `update person set golden = golden || '{"deathDate": {"value": "2015-01-31", "sourceRecordId": 1000}}' where person_id = $1`,
      [jane],
    ),
  );
  afterAll(() => region.query("update person set golden = golden - 'deathDate' where person_id = $1", [jane]));

  it("a search tells whom it asks for the dead, or for an id", async () => {
    for (const [query, total] of [
      ["family=smith", 0],
      ["family=smith&_summary=count", 0],
      ["identifier=9990000018", 0],
      ["family=smith&deceased=false", 0],
      ["family=smith&deceased=true", 1],
      ["family=smith&deceased=true,false", 1],
      ["family=oneill&deceased=true", 0],
      ["family=oneill&deceased=true,false", 1],
      [`_id=${jane}`, 1],
    ] as const)
      expect((await ask(`/fhir/Patient?${query}`)).body.total, query).toBe(total);
    expect((await ask("/fhir/Patient?deceased=perhaps")).status).toBe(400);
  });

  it("nothing older than eight years before the death is told, for care", async () => {
    const procedure = `/fhir/Procedure?patient=${jane}&_summary=count`;
    // Of 2001; the condition's onset is no day of the entry, which was recorded in 2026.
    expect((await ask(procedure)).body.total).toBe(0);
    expect((await ask(`/fhir/Procedure/${factIdOf("procedure")}`)).status).toBe(404);
    expect((await ask(`/fhir/Patient/${jane}/$everything`)).text).not.toContain("Appendicectomy");
    expect((await ask(`/fhir/EpisodeOfCare?patient=${jane}`)).body.total).toBe(0);
    expect((await ask(`/fhir/Observation?patient=${jane}`)).body.total).toBe(3);
  });
});
