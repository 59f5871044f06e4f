import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PARTS } from "./everything-input.ts";
import { CONTENTS, writeFixtureFacts } from "./record-fixture.ts";
import { personIdOf } from "./region-fixture.ts";
import {
  type Asked,
  CONFIDENTIAL,
  JANE,
  JOSE,
  linked,
  MERGED,
  OF_SENSITIVE_SPECIALTY,
  OPTED_OUT,
  RETRACTED,
  type Reply,
  type ServedRegion,
  serveRegion,
  UNKNOWN,
} from "./served-region-fixture.ts";

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);
const jane = personIdOf(JANE);
const everythingOf = (id: string, query = "") => `/fhir/Patient/${id}/$everything${query && `?${query}`}`;

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

const namesIn = ({ body }: Reply): string[] =>
  (body.entry ?? []).map(({ resource }) => `${resource.resourceType}/${resource.id}`);

/** Every page, one after another. */
async function pagesOf(url: string, asked?: Asked): Promise<Reply[]> {
  const pages = [await ask(url, asked)];
  for (let next = linked(pages[0] as Reply, "next"); next !== "" && pages.length < 200; ) {
    const page = await ask(next, asked?.viewer ? { viewer: asked.viewer } : {});
    pages.push(page);
    next = linked(page, "next");
  }
  return pages;
}

describe("Patient/$everything", () => {
  it("gives the whole record, the Patient first, each thing once, and whatever it points at", async () => {
    const reply = await ask(everythingOf(jane));
    const names = namesIn(reply);
    expect([reply.status, reply.body.resourceType, reply.body.total]).toEqual([200, "Bundle", names.length]);
    expect(names.slice(0, 3)).toEqual([`Patient/${jane}`, "Encounter/12", "Encounter/11"]);
    expect(new Set(names).size).toBe(names.length);
    const types = new Set(names.map((name) => name.split("/")[0]));
    expect([...types].sort()).toEqual(PARTS.filter((part) => part !== "Provenance").sort());
    // Confidential entries are not hers to see; what was taken back is, as entered in error.
    expect(names).toContain(`Condition/${RETRACTED}`);
    for (const id of [CONFIDENTIAL, OF_SENSITIVE_SPECIALTY]) expect(JSON.stringify(names)).not.toContain(String(id));
    const pointers = reply.text.match(/"reference":"[A-Za-z]+\/[^"]+"/g) ?? [];
    const pointedAt = pointers.map((each) => each.slice('"reference":"'.length, -1));
    expect(pointedAt.filter((each) => !names.includes(each))).toEqual([]);
    expect(await ask(everythingOf(jane))).toMatchObject({ body: { entry: reply.body.entry } });
  });

  it("is the same in pages of any size, and each thing is what it is by itself", async () => {
    const whole = await ask(everythingOf(jane, `_type=${PARTS.join(",")}`));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), async (count) => {
        const pages = await pagesOf(everythingOf(jane, `_count=${count}&_type=${PARTS.join(",")}`));
        expect(pages.flatMap(namesIn)).toEqual(namesIn(whole));
        expect(pages.every((page) => namesIn(page).length <= count)).toBe(true);
        expect(pages.flatMap(({ body }) => body.entry)).toEqual(whole.body.entry);
      }),
      { numRuns: 8, examples: [[1]] },
    );
    for (const { resource } of whole.body.entry ?? [])
      expect((await ask(`/fhir/${resource.resourceType}/${resource.id}`)).body).toEqual(resource);
  });

  it("has full pages and no empty one, whatever may not be shown", async () => {
    const hidden = Array.from({ length: 40 }, (_, index) => 1_900 + index);
    const confidential = { ...CONTENTS.referral, specialty: "360" };
    const facts = hidden.map((factId) => ({ factId, sourceRecordId: JANE * 1000, content: confidential }));
    const asked = ["_type=ServiceRequest", "_type=Patient,ServiceRequest,Encounter", `_type=${PARTS.join(",")}`];
    const before = await Promise.all(asked.map((query) => ask(everythingOf(jane, query))));
    await writeFixtureFacts(region.database, facts, region.journalId);
    try {
      for (const [nth, query] of asked.entries()) {
        const whole = before[nth] as Reply;
        for (const count of [1, 2, 3, 7, namesIn(whole).length]) {
          const pages = await pagesOf(everythingOf(jane, `_count=${count}&${query}`));
          expect(pages.flatMap(namesIn)).toEqual(namesIn(whole));
          expect(pages.slice(0, -1).every((page) => namesIn(page).length === count)).toBe(true);
          expect(pages).toHaveLength(Math.ceil(namesIn(whole).length / count));
        }
      }
    } finally {
      await region.query("delete from fact where fact_id = any($1::bigint[])", [hidden]);
    }
  });

  it("takes _type, _since, _count and the shape, by GET, as a form and as Parameters", async () => {
    const query = "_type=Observation,Patient&_since=2026-01-01";
    const byGet = await ask(everythingOf(jane, query));
    expect([...new Set(namesIn(byGet).map((name) => name.split("/")[0]))]).toEqual(["Patient", "Observation"]);
    const byForm = await ask(everythingOf(jane), { form: query });
    const parameter = [
      { name: "_type", valueCode: "Observation" },
      { name: "_type", valueCode: "Patient" },
      { name: "_since", valueInstant: "2026-01-01T00:00:00Z" },
    ];
    const byBody = await ask(everythingOf(jane), { json: { resourceType: "Parameters", parameter } });
    expect([byForm.body.entry, byBody.body.entry]).toEqual([byGet.body.entry, byGet.body.entry]);
    expect(namesIn(await ask(everythingOf(jane, "_since=2099")))).toEqual([]);
    const subset = await ask(everythingOf(jane, "_type=Observation&_elements=subject"));
    expect(JSON.stringify(subset.body)).not.toContain("valueQuantity");
    const whereFrom = namesIn(await ask(everythingOf(jane, "_type=Provenance")));
    expect(whereFrom).toContain(`Provenance/Patient-${jane}`);
    expect(whereFrom.length).toBeGreaterThan(20);
    for (const refused of [
      "_type=Claim",
      "_since=soon",
      "_count=0",
      "start=2020",
      "_summary=count",
      "_since=2020&_since=2021",
    ])
      expect((await ask(everythingOf(jane, refused))).status, refused).toBe(400);
    expect((await ask(everythingOf(jane), { json: { resourceType: "Patient" } })).status).toBe(400);
  });

  it("of a merged person says who it is now, and of nobody and of whom opted out the same", async () => {
    const merged = await ask(everythingOf(personIdOf(MERGED)));
    expect([namesIn(merged), merged.body.total]).toEqual([[`Patient/${personIdOf(MERGED)}`], 1]);
    expect(merged.text).toContain(`Patient/${jane}`);
    const nobody = await ask(everythingOf(personIdOf(UNKNOWN)));
    for (const id of [personIdOf(OPTED_OUT), "x"]) {
      const reply = await ask(everythingOf(id));
      expect([reply.status, reply.text]).toEqual([404, nobody.text]);
    }
  });

  it("is a look on record before it answers, and none for who may see no patient", async () => {
    await region.audited();
    await ask(everythingOf(jane));
    expect(await region.audited()).toEqual([
      { username: "jane", action: "fhir-everything", person_id: jane, detail: { resource: "Patient" } },
    ]);
    expect((await ask(everythingOf(jane), { viewer: "operations" })).status).toBe(403);
    region.audit.fails = true;
    const failed = await ask(everythingOf(jane));
    expect([failed.status, failed.text.includes("SMITH")]).toEqual([500, false]);
    region.audit.fails = false;
  });

  it("gives links that go on with this record, for this reader, and with no other", async () => {
    const first = await ask(everythingOf(jane, "_count=2"));
    const next = linked(first, "next");
    expect((await ask(next)).status).toBe(200);
    expect((await ask(next, { viewer: "someone-else" })).status).toBe(410);
    expect((await ask(next.replace(jane, personIdOf(JOSE)))).status).toBe(410);
  });
});
