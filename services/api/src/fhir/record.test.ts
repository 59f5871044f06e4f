import { SUPPORTED } from "@chesil/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RECORD_TYPES, type RecordType } from "./record-source.ts";
import { personIdOf } from "./region-fixture.ts";
import {
  type Asked,
  CONFIDENTIAL,
  factIdOf,
  idsOf,
  JANE,
  JOSE,
  linked,
  MERGED,
  OF_JOSE,
  OF_OPTED_OUT,
  OF_SENSITIVE_SPECIALTY,
  OPTED_OUT,
  RETRACTED,
  type ServedRegion,
  serveRegion,
} from "./served-region-fixture.ts";

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);
const jane = personIdOf(JANE);

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

const result = factIdOf("result");

/** Of each type what Jane has of it, newest first. */
const JANES: Readonly<Record<RecordType, readonly string[]>> = {
  Encounter: ["12", "11"],
  AllergyIntolerance: [factIdOf("allergy")],
  Flag: [factIdOf("alert")],
  Condition: [factIdOf("condition")],
  Procedure: [factIdOf("procedure")],
  DocumentReference: [factIdOf("document")],
  DiagnosticReport: [result],
  Observation: [factIdOf("measurement"), `${result}-1`, `${result}-2`],
  ServiceRequest: [factIdOf("referral")],
  MedicationStatement: [factIdOf("medication")],
  RelatedPerson: [factIdOf("relationship")],
  CarePlan: [factIdOf("care-package")],
  Immunization: [factIdOf("immunisation")],
  Appointment: [factIdOf("appointment")],
  EpisodeOfCare: [factIdOf("registration")],
  Coverage: [factIdOf("insurance")],
  Basic: [factIdOf("local"), factIdOf("accident")],
};
const TYPES = Object.keys(RECORD_TYPES) as RecordType[];

describe.each(TYPES)("%s", (type) => {
  it("is found by its patient and by its id, counted, of one version, and read the same by its id", async () => {
    const found = await ask(`/fhir/${type}?patient=${jane}`);
    expect([idsOf(found), found.body.total]).toEqual([JANES[type], JANES[type].length]);
    const byId = await ask(`/fhir/${type}?_id=${JANES[type].join(",")}`);
    expect(byId.body.entry).toEqual(found.body.entry);
    for (const { fullUrl, resource } of found.body.entry ?? []) {
      expect(fullUrl).toBe(`http://chesil.example/fhir/${type}/${resource.id}`);
      const read = await ask(`/fhir/${type}/${resource.id}`);
      expect([read.status, read.body]).toEqual([200, resource]);
      expect(read.headers.etag).toBe(`W/"${region.journalId}"`);
      expect(JSON.stringify(read.body)).toContain(`Patient/${jane}`);
    }
  });

  it("is found by each parameter that the table has, and by none that finds nothing", async () => {
    const names: readonly string[] = SUPPORTED[type].searchParam.map(({ name }) => name);
    for (const name of names.filter((each) => !["_id", "patient", "subject"].includes(each))) {
      const isDate = SUPPORTED[type].searchParam.some((each) => each.name === name && each.type === "date");
      const nothing = await ask(`/fhir/${type}?patient=${jane}&${name}=${isDate ? "1800" : "no-such-thing"}`);
      expect([nothing.status, idsOf(nothing), nothing.body.total], name).toEqual([200, [], 0]);
    }
  });

  it("is of nobody who opted out, and looks then as if there were none", async () => {
    const nobody = await ask(`/fhir/${type}/404404`);
    for (const id of [String(OF_OPTED_OUT), "51", "0", "x", "1e1", "9".repeat(30), `${result}-99`]) {
      const { status, text } = await ask(`/fhir/${type}/${id}`);
      expect([status, text], id).toEqual([404, nobody.text]);
    }
    const search = await ask(`/fhir/${type}?patient=${personIdOf(OPTED_OUT)}`);
    expect([search.body.total, search.body.entry]).toEqual([0, undefined]);
  });

  it("is a look at the patient, on record, and closed to who may see none", async () => {
    await region.audited();
    const id = JANES[type][0];
    await ask(`/fhir/${type}/${id}`);
    await ask(`/fhir/${type}?patient=${jane}&_lastUpdated=gt2999`);
    expect(await region.audited()).toEqual([
      { username: "jane", action: "fhir-read", person_id: jane, detail: { resource: type } },
      {
        username: "jane",
        action: "fhir-search",
        person_id: jane,
        detail: { resource: type, criteria: ["patient", "_lastUpdated"] },
      },
    ]);
    for (const url of [`/fhir/${type}/${id}`, `/fhir/${type}?patient=${jane}`]) {
      expect((await ask(url, { viewer: "operations" })).status).toBe(403);
      expect((await ask(url, { viewer: null })).status).toBe(401);
    }
  });

  it("is not listed for nobody in particular", async () => {
    const { status, body } = await ask(`/fhir/${type}`);
    expect([status, body.issue?.[0]?.code]).toEqual([400, "too-costly"]);
  });
});

describe("a search of a record", () => {
  it.each<[string, string[]]>([
    [`AllergyIntolerance?patient=${jane},${personIdOf(JOSE)}`, [String(OF_JOSE), factIdOf("allergy")]],
    [`AllergyIntolerance?patient=${personIdOf(MERGED)}`, [factIdOf("allergy")]],
    [`AllergyIntolerance?patient=${jane}&patient=${personIdOf(JOSE)}`, []],
    [`AllergyIntolerance?_id=${OF_JOSE},${OF_OPTED_OUT}`, [String(OF_JOSE)]],
    [`AllergyIntolerance?patient=${jane}&code=91936005`, [factIdOf("allergy")]],
    [`AllergyIntolerance?patient=${jane}&code=http://snomed.info/sct|91936005`, [factIdOf("allergy")]],
    [`AllergyIntolerance?patient=${jane}&code=http://loinc.org|91936005`, []],
    [`AllergyIntolerance?patient=${jane}&code=1,91936005`, [factIdOf("allergy")]],
    [`AllergyIntolerance?patient=${jane}&clinical-status=active`, [factIdOf("allergy")]],
    [`Observation?patient=${jane}&code=HB`, [`${result}-1`]],
    [`Observation?patient=${jane}&date=2026-04-02`, [`${result}-1`, `${result}-2`]],
    [`Observation?patient=${jane}&date=gt2026-04-02`, [factIdOf("measurement")]],
    [`Observation?patient=${jane}&date=ge2026-04-02&date=lt2026-04-03`, [`${result}-1`, `${result}-2`]],
    [`Observation?patient=${jane}&status:not=final`, []],
    [`Encounter?patient=${jane}&status=finished`, ["11"]],
    [`Encounter?patient=${jane}&date=le2026-04-01`, ["11"]],
    [`Encounter?patient=${jane}&class=IMP`, ["12", "11"]],
    [`Encounter?patient=${jane}&identifier=V12`, ["12"]],
    [`RelatedPerson?patient=${jane}&name=moth`, [factIdOf("relationship")]],
    [`Condition?patient=${jane}&_lastUpdated=gt2020`, [String(RETRACTED), factIdOf("condition")]],
    [`Condition?patient=${jane}&_lastUpdated=lt2020`, []],
    [`Condition?patient=${jane}&verification-status=entered-in-error`, [String(RETRACTED)]],
    [`Condition?_id=${RETRACTED}`, [String(RETRACTED)]],
  ])("finds by %s %j", async (query, ids) => {
    const reply = await ask(`/fhir/${query}`);
    expect([reply.status, idsOf(reply), reply.body.total]).toEqual([200, ids, ids.length]);
  });

  it("shows what was taken back as entered in error", async () => {
    const { status, text } = await ask(`/fhir/Condition/${RETRACTED}`);
    expect([status, text.includes("entered-in-error")]).toEqual([200, true]);
  });

  it("neither shows nor counts confidential entries, but to a privacy officer", async () => {
    for (const [type, kind, id] of [
      ["DocumentReference", "document", CONFIDENTIAL],
      ["ServiceRequest", "referral", OF_SENSITIVE_SPECIALTY],
    ] as const) {
      const url = `/fhir/${type}?patient=${jane}`;
      const clinician = await ask(url);
      expect([idsOf(clinician), clinician.body.total]).toEqual([[factIdOf(kind)], 1]);
      expect((await ask(`${url}&_summary=count`)).body.total).toBe(1);
      expect((await ask(`/fhir/${type}/${id}`)).status).toBe(404);
      const officer = await ask(url, { viewer: "privacy-officer" });
      expect([idsOf(officer), officer.body.total]).toEqual([[String(id), factIdOf(kind)], 2]);
    }
  });

  it("pages by opaque links, through the parts of one report too, whatever the size of a page", async () => {
    const all = JANES.Observation;
    for (const count of [1, 2, 3, 4]) {
      const ids: string[] = [];
      let url = `/fhir/Observation?patient=${jane}&_count=${count}`;
      for (let pages = 0; url !== "" && pages < 9; pages++) {
        const page = await ask(url);
        expect(page.body.total).toBe(all.length);
        expect(idsOf(page).length).toBeLessThanOrEqual(count);
        ids.push(...idsOf(page));
        url = linked(page, "next");
        expect(url).not.toContain(jane);
      }
      expect(ids).toEqual(all);
    }
  });

  it("says what a parameter must be like", async () => {
    for (const [query, code] of [
      ["date=yesterday", "value"],
      ["code:text=hb", "not-supported"],
      ["_summary=some", "value"],
      ["_elements=a&_summary=true", "value"],
    ]) {
      const { status, body } = await ask(`/fhir/Observation?patient=${jane}&${query}`);
      expect([status, body.issue?.[0]?.code], query).toEqual([400, code]);
    }
    const lenient = await ask(`/fhir/Observation?patient=${jane}&nonsense=1`);
    expect([idsOf(lenient), lenient.body.entry?.at(-1)?.search.mode]).toEqual([JANES.Observation, "outcome"]);
    const strict = await ask(`/fhir/Observation?patient=${jane}&nonsense=1`, {
      headers: { prefer: "handling=strict" },
    });
    expect(strict.status).toBe(400);
  });

  it("gives nothing while the audit fails", async () => {
    region.audit.fails = true;
    for (const url of [`/fhir/AllergyIntolerance?patient=${jane}`, `/fhir/AllergyIntolerance/${factIdOf("allergy")}`]) {
      const { status, text } = await ask(url);
      expect([status, text.includes("penicillin")]).toEqual([500, false]);
    }
    region.audit.fails = false;
  });
});

describe("how much is shown", () => {
  it("_elements: what is named, what must be there, and the tag that says so", async () => {
    const { body } = await ask(`/fhir/Observation/${result}-1?_elements=value,subject`);
    expect(Object.keys(body).sort()).toEqual(
      ["code", "id", "meta", "resourceType", "status", "subject", "valueQuantity"].sort(),
    );
    expect(JSON.stringify(body)).toContain("SUBSETTED");
    const search = await ask(`/fhir/Observation?patient=${jane}&_elements=subject&_count=1`);
    expect(search.body.entry?.[0]?.resource).not.toHaveProperty("valueQuantity");
    const next = await ask(linked(search, "next"));
    expect(next.body.entry?.[0]?.resource.meta?.tag?.map(({ code }) => code)).toContain("SUBSETTED");
  });

  it("_summary: true, text, data, count and false", async () => {
    const url = `/fhir/Observation/${result}-1?_summary=`;
    const whole = (await ask(`/fhir/Observation/${result}-1`)).body;
    expect((await ask(`${url}false`)).body).toEqual(whole);
    const summary = (await ask(`${url}true`)).body;
    expect(summary).toHaveProperty("valueQuantity");
    expect(summary).not.toHaveProperty("text");
    const text = (await ask(`${url}text`)).body;
    expect(text).toHaveProperty("text");
    expect(text).not.toHaveProperty("valueQuantity");
    const data = (await ask(`${url}data`)).body;
    expect(Object.keys(data).sort()).toEqual(
      Object.keys(whole)
        .filter((name) => name !== "text")
        .sort(),
    );
    expect((await ask(`${url}count`)).status).toBe(400);
    const count = await ask(`/fhir/Observation?patient=${jane}&_summary=count`);
    expect([count.body.total, count.body.entry, linked(count, "next")]).toEqual([3, undefined, ""]);
    const patients = await ask("/fhir/Patient?family=smith&_summary=count");
    expect([patients.body.total, patients.body.entry]).toEqual([1, undefined]);
  });

  it("nothing to whom has the version already, who is on record all the same", async () => {
    for (const path of [`Patient/${jane}`, `Encounter/11`, `Observation/${result}-1`]) {
      const { headers } = await ask(`/fhir/${path}`);
      await region.audited();
      for (const known of [String(headers.etag), `"x", ${headers.etag}`, "*"]) {
        const reply = await ask(`/fhir/${path}`, { headers: { "if-none-match": known } });
        expect([reply.status, reply.text, reply.headers.etag]).toEqual([304, "", headers.etag]);
      }
      expect((await region.audited()).length).toBe(3);
      expect((await ask(`/fhir/${path}`, { headers: { "if-none-match": 'W/"1x"' } })).status).toBe(200);
    }
  });
});
