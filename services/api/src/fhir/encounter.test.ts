import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { personIdOf } from "./region-fixture.ts";
import {
  type Asked,
  idsOf,
  JANE,
  JOSE,
  linked,
  MERGED,
  OPTED_OUT,
  type ServedRegion,
  serveRegion,
} from "./served-region-fixture.ts";

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

describe("encounters", () => {
  it("are read by id, as a look at their patient", async () => {
    await region.audited();
    const { status, body } = await ask("/fhir/Encounter/11");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      resourceType: "Encounter",
      id: "11",
      status: "finished",
      class: { code: "IMP" },
      subject: { reference: `Patient/${personIdOf(JANE)}` },
      period: { start: "2026-04-01T09:00:00.000Z" },
    });
    expect(await region.audited()).toEqual([
      { username: "jane", action: "fhir-read", person_id: personIdOf(JANE), detail: { resource: "Encounter" } },
    ]);
  });

  it("of those who opted out are like none", async () => {
    const nobody = await ask("/fhir/Encounter/404404");
    for (const id of ["51", "x", "0", "9".repeat(15), "9".repeat(30), "1e1"]) {
      const { status, text } = await ask(`/fhir/Encounter/${id}`);
      expect([status, text], id).toEqual([404, nobody.text]);
    }
    const search = await ask(`/fhir/Encounter?patient=${personIdOf(OPTED_OUT)}`);
    expect([search.body.total, search.body.entry]).toEqual([0, undefined]);
    expect(idsOf(await ask("/fhir/Encounter?_id=51,13"))).toEqual(["13"]);
  });

  it.each<[string, string[]]>([
    [`patient=${personIdOf(JANE)}`, ["12", "11"]],
    [`patient=Patient/${personIdOf(JANE)}`, ["12", "11"]],
    [`patient:Patient=${personIdOf(JANE)}`, ["12", "11"]],
    [`patient=http://chesil.example/fhir/Patient/${personIdOf(JANE)}`, ["12", "11"]],
    [`patient=${personIdOf(MERGED)}`, ["12", "11"]],
    [`patient=${personIdOf(JANE)},${personIdOf(JOSE)}`, ["13", "12", "11"]],
    [`patient=${personIdOf(JANE)}&patient=${personIdOf(JOSE)}`, []],
    [`patient=${personIdOf(JANE)}&_id=11`, ["11"]],
    [`patient=${personIdOf(JANE)}&_id=13`, []],
    ["_id=11,13", ["13", "11"]],
    ["patient=Group/1", []],
  ])("are found by %s %j", async (query, ids) => {
    const reply = await ask(`/fhir/Encounter?${query}`);
    expect(idsOf(reply)).toEqual(ids);
    expect(reply.body.total).toBe(ids.length);
  });

  it("name patients that can be read", async () => {
    const { body } = await ask(`/fhir/Encounter?patient=${personIdOf(MERGED)}`);
    for (const { resource } of body.entry ?? []) {
      expect((await ask(`/fhir/${resource.subject?.reference}`)).body).toMatchObject({
        resourceType: "Patient",
        active: true,
      });
    }
  });

  it("page newest first", async () => {
    const first = await ask(`/fhir/Encounter/_search?_count=1`, { form: `patient=${personIdOf(JANE)}` });
    expect([idsOf(first), first.body.total]).toEqual([["12"], 2]);
    const next = linked(first, "next");
    const second = await ask(next);
    expect([idsOf(second), second.body.total, second.body.link?.length]).toEqual([["11"], 2, 1]);
  });

  it("are not listed for nobody in particular", async () => {
    expect((await ask("/fhir/Encounter")).body.issue?.[0]?.code).toBe("too-costly");
  });
});
