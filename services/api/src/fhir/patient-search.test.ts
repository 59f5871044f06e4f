import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { personIdOf } from "./region-fixture.ts";
import {
  type Asked,
  idsOf,
  JANE,
  JOSE,
  linked,
  MERGED_INTO_OPTED_OUT,
  MERGED_TWICE,
  NHS,
  OPTED_OUT,
  PAGERS,
  type Reply,
  type ServedRegion,
  serveRegion,
} from "./served-region-fixture.ts";

let region: ServedRegion;
const ask = (url: string, asked?: Asked) => region.ask(url, asked);

beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

/** The numbers of the persons that a search finds, all of them on its first page. */
async function foundBy(query: string, headers: Record<string, string> = {}): Promise<number[]> {
  const reply = await ask(`/fhir/Patient?${query}`, { headers });
  expect([reply.status, reply.body.resourceType], query).toEqual([200, "Bundle"]);
  const ids = idsOf(reply);
  expect(reply.body.total, query).toBe(ids.length);
  return ids.map((id) => Number(id.slice(-12)));
}

describe("search for patients", () => {
  it.each<[string, number[]]>([
    [`identifier=${NHS}|9990000018`, [JANE]],
    [`identifier=${NHS}%7C999%20000%200018`, [JANE]],
    ["identifier=9990000018", [JANE]],
    ["identifier=9990000026", [JOSE]],
    [`identifier=${NHS}|9990000042`, []],
    ["identifier=urn:chesil:authority:POOLE-PAS|P1", [JANE]],
    ["identifier=POOLE-PAS|P1OLD", [JANE]],
    ["identifier=urn:chesil:authority:SIMULATOR%2520MRN|77", [JANE]],
    ["identifier=OTHER|P1", []],
    ["identifier=P1", [JANE]],
    ["identifier=P1,9990000026", [JANE, JOSE]],
    ["identifier=P1&identifier=77", [JANE]],
    ["identifier=P1&identifier=9990000026", []],
    ["family=smith", [JANE]],
    ["family=SMIT", [JANE]],
    ["family=o%E2%80%99neill", [JOSE]],
    ["family=mith", []],
    ["family=smith,oneill", [JANE, JOSE]],
    ["family=%25", []],
    ["family=_mith", []],
    ["family:exact=SMITH", [JANE]],
    ["family:exact=smith", []],
    ["given=jose", [JOSE]],
    ["given=ann", [JANE]],
    ["given=nn", []],
    ["given:exact=Ann", [JANE]],
    ["given:exact=An", []],
    ["family=smith&given=jane&birthdate=1950-07-31&gender=female&address-postalcode=BH151AA", [JANE]],
    ["birthdate=1950-07-31", [JANE]],
    ["birthdate=1950-07", [JANE, JOSE]],
    ["birthdate=1950", [JANE, JOSE]],
    ["birthdate=ge1950-07-31&birthdate=lt1951", [JANE, JOSE]],
    ["birthdate=gt1964-12-31", [105, 106]],
    ["birthdate=eb1950-08", [JANE, JOSE]],
    ["birthdate=1960,1961", [100, 101]],
    ["birthdate=ne1950&birthdate=le1961-06", [100, 101]],
    ["gender=other", [JOSE]],
    ["gender=male", []],
    ["gender=female,other", [JANE, JOSE]],
    ["address-postalcode=bh15", [JANE]],
    ["address-postalcode=BH1%201", [JOSE]],
    ["address-postalcode=BH1", [JANE, JOSE]],
    ["address-city=pool", [JANE]],
    ["address-city=POOLE&family=smith", [JANE]],
    ["address-city=oole", []],
    ["address-city=%25", []],
    ["address=1%20high&family=smith", [JANE]],
    ["address=bh15", [JANE]],
    ["address=poole", [JANE]],
    ["address=nowhere", []],
    ["telecom=07700900123", [JANE]],
    ["telecom=phone|%2B44%207700%20900123", [JANE]],
    ["telecom=07700900124", []],
    ["telecom=00000000000", []],
    ["telecom=nobody@example.org", []],
    ["active=true&family=smith", [JANE]],
    ["active=false&family=smith", []],
    [`_id=${personIdOf(JANE)},${personIdOf(JOSE)}`, [JANE, JOSE]],
    [`_id=${personIdOf(MERGED_TWICE)}`, [JANE]],
    [`_id=${personIdOf(OPTED_OUT)},${personIdOf(MERGED_INTO_OPTED_OUT)},nonsense`, []],
    [`identifier=${NHS}|9990000034`, []],
    ["family=smithers", []],
    ["family=smith&_format=json&_pretty=true&given=", [JANE]],
  ])("finds by %s %j", async (query, numbers) => expect(await foundBy(query)).toEqual(numbers));

  it("finds everybody who did not opt out, once, when asked for nobody in particular", async () => {
    expect(await foundBy("")).toEqual([JANE, JOSE, ...PAGERS]);
  });

  it("answers for those who opted out exactly as for nobody, but for the link's seal", async () => {
    const unsealed = ({ text }: Reply) => text.replace(/_page=[\w-]+/g, "");
    const nobody = await ask(`/fhir/Patient?identifier=${NHS}|9990000042`);
    expect(unsealed(await ask(`/fhir/Patient?identifier=${NHS}|9990000034`))).toBe(unsealed(nobody));
    expect(unsealed(await ask("/fhir/Patient?family=smithers"))).toBe(unsealed(nobody));
  });

  it("neither shows nor counts whoever opts out while they are being found", async () => {
    region.optOut.isLate = true;
    const reply = await ask("/fhir/Patient?birthdate=1950");
    const visits = await ask(`/fhir/Encounter?_id=13,51`);
    region.optOut.isLate = false;
    expect([idsOf(reply), reply.body.total]).toEqual([[personIdOf(JANE), personIdOf(JOSE)], 2]);
    expect([idsOf(visits), visits.body.total]).toEqual([["13"], 1]);
    expect(reply.text).not.toContain("SMITHERS");
  });

  it("puts every person shown on record, with the names of the criteria and no value", async () => {
    await region.audited();
    await ask("/fhir/Patient?birthdate=1950-07&family=smith,oneill");
    const detail = { resource: "Patient", criteria: ["birthdate", "family"] };
    expect(await region.audited()).toEqual(
      [JANE, JOSE].map((number) => ({
        username: "jane",
        action: "fhir-search",
        person_id: personIdOf(number),
        detail,
      })),
    );
    await ask("/fhir/Patient?family=nobody");
    expect(await region.audited()).toMatchObject([{ action: "fhir-search", person_id: null }]);
  });

  it("takes the same search as a form, alone or with the URL", async () => {
    const form = await ask("/fhir/Patient/_search", { form: "family=smith&given=jane" });
    expect(idsOf(form)).toEqual([personIdOf(JANE)]);
    expect(idsOf(await ask("/fhir/Patient/_search?family=smith,oneill", { form: "birthdate=1950-07-31" }))).toEqual([
      personIdOf(JANE),
    ]);
    expect(idsOf(await ask("/fhir/Patient/_search?family=smith"))).toEqual([personIdOf(JANE)]);
    const json = await ask("/fhir/Patient/_search", { form: "{}", headers: { "content-type": "application/json" } });
    expect([json.status, json.body.resourceType]).toEqual([415, "OperationOutcome"]);
  });

  it("pages to the end with links that name nobody, counting everybody who may be seen", async () => {
    const pages: Reply[] = [];
    for (let url = "/fhir/Patient?family=pager&_count=2"; url !== ""; ) {
      const page = await ask(url);
      expect([page.status, page.body.total]).toEqual([200, PAGERS.length]);
      pages.push(page);
      url = linked(page, "next");
    }
    expect(pages.map((page) => idsOf(page).length)).toEqual([2, 2, 2]);
    expect(pages.flatMap(({ body }) => (body.entry ?? []).map(({ fullUrl }) => fullUrl))).toEqual(
      PAGERS.map((number) => `http://chesil.example/fhir/Patient/${personIdOf(number)}`),
    );
    for (const { url = "" } of pages.flatMap(({ body }) => body.link ?? [])) {
      expect(url).toMatch(/^http:\/\/chesil\.example\/fhir\/Patient\?_page=[\w-]+$/);
      expect(Buffer.from(url.split("=")[1] ?? "", "base64url").toString("latin1")).not.toMatch(/pager/i);
    }
  });

  it("gives the same page again from its self link, to the same user only", async () => {
    const first = await ask("/fhir/Patient?family=pager&_count=2");
    const self = linked(first, "self");
    const again = await ask(self);
    expect(again.body.entry).toEqual(first.body.entry);
    for (const other of [
      await ask(self, { viewer: "john" }),
      await ask("/fhir/Patient?_page=x"),
      await ask(self.replace("Patient", "Encounter")),
    ]) {
      expect([other.status, other.body.resourceType]).toEqual([410, "OperationOutcome"]);
    }
  });

  it("counts without showing for _count=0, and shows at most 100", async () => {
    const { body } = await ask("/fhir/Patient?family=pager&_count=0");
    expect([body.total, body.entry]).toEqual([6, undefined]);
    expect((await ask("/fhir/Patient?_count=5000")).status).toBe(200);
  });

  it("ignores what it does not know and says so; refuses it when asked to be strict", async () => {
    const lenient = await ask("/fhir/Patient?family=smith&shoe-size=44");
    expect(lenient.body.entry?.map(({ search }) => search.mode)).toEqual(["match", "outcome"]);
    expect(lenient.body.entry?.at(-1)?.resource).toMatchObject({
      issue: [
        {
          severity: "warning",
          code: "not-supported",
          diagnostics: "The parameter shoe-size is not supported and was ignored.",
        },
      ],
    });
    const strict = await ask("/fhir/Patient?family=smith&shoe-size=44", { headers: { prefer: "handling=strict" } });
    expect([strict.status, strict.body.resourceType, strict.body.issue?.[0]?.code]).toEqual([
      400,
      "OperationOutcome",
      "not-supported",
    ]);
    expect(await foundBy("family=smith", { prefer: "handling=strict" })).toEqual([JANE]);
    // Nothing would be left of the question, and everybody would be the answer.
    expect((await ask("/fhir/Patient?name=nobody&_count=5")).status).toBe(400);
  });

  it.each([
    "birthdate=tomorrow",
    "gender=F",
    "active=perhaps",
    "family=smith&mothersMaidenName=mit",
    "mothersMaidenName:exact=mit",
    "address-state=Dorset",
    "address-country=GBR",
    "_count=x",
    "family:contains=mit",
    "identifier=POOLE-PAS|",
    `given=${"x,".repeat(60)}x`,
  ])("refuses %s without repeating it", async (query) => {
    const { status, body, text } = await ask(`/fhir/Patient?${query}`);
    expect([status, body.resourceType]).toEqual([400, "OperationOutcome"]);
    expect(text).not.toMatch(/tomorrow|mit"|POOLE/);
  });

  it("has a limit on the size of a search, by URL and by form", async () => {
    expect((await ask(`/fhir/Patient?family=${"x".repeat(4_080)}`)).status).toBe(200);
    expect((await ask(`/fhir/Patient?family=${"x".repeat(4_100)}`)).status).toBe(414);
    const form = await ask("/fhir/Patient/_search", { form: `family=${"x".repeat(4_100)}` });
    expect([form.status, form.body.resourceType]).toEqual([413, "OperationOutcome"]);
  });
});
