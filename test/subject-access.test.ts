import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { openRig, type Rig } from "../services/api/src/rig.ts";
import { freshDatabase } from "./database.ts";
import { Folder } from "./link-folder.ts";
import { FEED } from "./region.ts";
import {
  BEN,
  BYTES,
  DELETED,
  HOSTILE,
  LONG_NOTE,
  LONG_WORD,
  MANY,
  MERGED,
  MOVES,
  writeAnna,
} from "./subject-access-person.ts";

/** A person's own request for their record: all of it, to a privacy officer alone, as a page and as FHIR. */

const SCREENSHOTS = process.env.CHESIL_SCREENSHOTS;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let rig: Rig;
let anna: string;
let officer: string;
beforeAll(async () => {
  database = await freshDatabase();
  rig = await openRig({ database });
  await writeAnna(database);
  anna = await personOf("P0");
  officer = await rig.signedIn(["privacy-officer"], "olga");
});
afterAll(() => rig.close());

const rows = async <T extends object>(sql: string, values: unknown[] = []) =>
  (await database.pool.query<T>(sql, values)).rows;
const personOf = async (localId: string) =>
  (await rows<{ id: string }>("select person_id as id from source_record where local_id = $1", [localId]))[0]?.id ?? "";

const exported = (query = "", personId = anna, cookie = officer) =>
  rig.ask(cookie, "GET", `/api/v1/persons/${personId}/export${query}`);
const pageOf = async (personId = anna) => (await exported("", personId)).body;

type Held = {
  resourceType: string;
  id: string;
  status?: string;
  active?: boolean;
  contentType?: string;
  data?: string;
  meta: { tag?: { code: string }[] };
};
type Whole = { type: string; entry: { fullUrl: string; resource: Held }[] };
const bundleOf = async (personId = anna) => (await exported("?format=fhir", personId)).json() as Whole;
const looksOf = (personId: string) =>
  rows<{ username: string; detail: object }>(
    "select username, detail from audit where action = 'person.export' and person_id = $1 order by audit_id",
    [personId],
  );

describe("the export of one person's record", () => {
  it("is the privacy officer's alone, for subject access, and on record before it leaves", async () => {
    for (const role of ["clinician", "data-manager", "administrator"] as const)
      expect((await exported("", anna, await rig.signedIn([role], `user-${role}`))).statusCode).toBe(403);
    expect((await exported()).statusCode).toBe(200);
    expect(await looksOf(anna)).toEqual([{ username: "olga", detail: { format: "html", purpose: "subject-access" } }]);
    expect((await exported("", anna.replace(/..$/, "zz"))).statusCode).toBe(404);
    await database.pool.query("alter table audit rename to audit_away");
    try {
      for (const query of ["", "?format=fhir"]) {
        const failed = await exported(query);
        expect([failed.statusCode, failed.body.includes("ABBOT")]).toEqual([500, false]);
      }
    } finally {
      await database.pool.query("alter table audit_away rename to audit");
    }
  });

  it("has every value with its source, every finding of a result, every document, and nothing of anybody else", async () => {
    const page = await pageOf();
    for (const told of ["ABBOT", "999 000 4951", "14 Old Street", "01632 960777", "RDZ", "WARD 7", "Value number 20"])
      expect(page, told).toContain(told);
    for (const told of ["Told in confidence", "Seen with <b>asthma</b>", BYTES.toString("base64"), LONG_NOTE])
      expect(page, told).toContain(told);
    for (const whole of [page, JSON.stringify(await bundleOf())]) {
      expect(whole).not.toContain(BEN.family);
      expect(whole).not.toContain("Somebody else's");
    }
    expect(page).not.toMatch(/<script|onerror\s*=\s*"|src=x/);
  });

  it("has every fact that the store holds, however many, in both forms", async () => {
    const facts = await rows<{ id: number; kind: string; state: string }>(
      "select fact_id as id, kind, state from fact join source_record using (source_record_id) where person_id = $1",
      [anna],
    );
    expect(facts.length).toBeGreaterThan(MANY);
    const [page, bundle] = [await pageOf(), await bundleOf()];
    const articles = new Set([...page.matchAll(/<article id="fact-(\d+)"/g)].map(([, id]) => Number(id)));
    const resources = new Set(bundle.entry.map(({ resource }) => resource.id));
    expect(facts.filter(({ id }) => !articles.has(id))).toEqual([]);
    expect(facts.filter(({ id }) => !resources.has(String(id)))).toEqual([]);
    expect(articles.size).toBe(facts.length);
    // Each with what it says: no list cuts it.
    for (let n = 0; n < MANY; n++) expect(page, `value ${n}`).toContain(`>${n}.5<`);
  });

  it("has every value of former times, however many, and whom a sender merged into theirs", async () => {
    const [page, bundle] = [await pageOf(), JSON.stringify(await bundleOf())];
    for (let n = 1; n <= MOVES; n++) {
      expect(page, `address ${n}`).toContain(`>${n} Former Street`);
      expect(bundle, `address ${n}`).toContain(`"${n} Former Street"`);
    }
    for (const whole of [page, bundle]) expect(whole).toContain("8 Merged Mews");
    expect(page).toContain(`RBD, number ${MERGED.id}`);
  });

  it("has what was said before of a fact, and marks what was taken back", async () => {
    const page = await pageOf();
    const earlier = page.slice(page.indexOf('<div class="earlier">')).split("</article>")[0] ?? "";
    expect(earlier).toContain("99 g/L");
    const gone = page.slice(page.indexOf('<article id="fact-8000"')).split("</article>")[0];
    expect(gone).toContain('class="gone"');
    expect(gone).toContain("entered in error: its sender took it back");
    const held = (await bundleOf()).entry.find(({ resource }) => resource.id === "8000")?.resource;
    expect(held?.meta.tag?.map(({ code }) => code)).toEqual(["retracted"]);
  });

  it("tells where a record is held that its sender deleted, which is exported by that reference, marked", async () => {
    const apart = await personOf(DELETED.id);
    expect(apart).not.toBe(anna);
    expect(await pageOf()).toContain(`What it said is held apart, under the reference ${apart}.`);
    const page = await pageOf(apart);
    expect(page).toContain(`RD3, number ${DELETED.id}`);
    expect(page.split('<article id="fact-8001"')[1]?.split("</article>")[0]).toContain("entered in error");
    const { entry } = await bundleOf(apart);
    const flag = entry.find(({ resource }) => resource.id === "8001")?.resource;
    expect([flag?.resourceType, flag?.status]).toEqual(["Flag", "entered-in-error"]);
    const patient = entry.find(({ resource }) => resource.id.startsWith("record-"))?.resource;
    expect([patient?.active, patient?.meta.tag?.[0]?.code]).toEqual([false, "retracted"]);
  });

  it("says whom else it tells of, and marks each", async () => {
    const page = await pageOf();
    expect(page).toContain("<b>It names 2 other people</b>");
    const kin = page.slice(page.indexOf('<section id="relationship"')).split("</section>")[0] ?? "";
    expect(kin).toContain("5 Relative Road");
    expect(kin.match(/About another person: to be reviewed/g)).toHaveLength(2);
    const related = (await bundleOf()).entry.filter(({ resource }) => resource.resourceType === "RelatedPerson");
    expect(related.map(({ resource }) => resource.meta.tag?.map(({ code }) => code))).toEqual([
      ["other-person"],
      ["other-person"],
    ]);
  });

  it("tells who looked, by account, and by the command line as that", async () => {
    await rig.ask(await rig.signedIn(["clinician"], "carla"), "GET", `/api/v1/persons/${anna}`);
    await database.pool.query("update app_user set display_name = 'Olga Ward' where username = 'olga'");
    await database.pool.query(
      "insert into audit (at, username, action, person_id, detail) values (now(), 'olga', 'person.export', $1, $2)",
      [anna, { purpose: "subject-access", source: "command line" }],
    );
    const looks = (await pageOf()).split('<section id="looks"')[1] ?? "";
    expect(looks).toMatch(/carla<br><span class="quiet">clinician<\/span>/);
    expect(looks).toMatch(/olga<br><span class="quiet">by the command line<\/span>/);
    expect(looks).toMatch(/Olga Ward<br><span class="quiet">privacy officer<\/span>/);
  });

  it("tells what people decided and what was said about sharing; not of whoever opted out, nor a first verdict of two", async () => {
    const recordOf = async (localId: string) =>
      (await rows<{ id: number }>("select source_record_id as id from source_record where local_id = $1", [localId]))[0]
        ?.id;
    const [one, other, ben] = [await recordOf("P0"), await recordOf("B77"), await recordOf(BEN.id)];
    const decide = (journalId: number, second: number | undefined, verdict: string, state: string) =>
      database.pool.query(
        `insert into decision (journal_id, command, verdict, source_record_id, other_source_record_id, decided_by, decided_at, reason, state)
         values ($1, 'decide', $2, $3, $4, 'dora', now(), $6, $5)`,
        [journalId, verdict, one, second, state, `reason ${journalId}`],
      );
    onTestFinished(async () => {
      await database.pool.query(
        "delete from consent; delete from decision; delete from consent_statement; delete from sensitivity_mark",
      );
    });
    await decide(700_001, other, "same", "applied");
    await decide(700_002, other, "same", "awaiting");
    await decide(700_003, ben, "different", "applied");
    await database.pool.query(
      `insert into consent_statement (journal_id, person_id, opted_out, asked_by, lacks_capacity, evidence, reason, asked_on, recorded_by, recorded_at)
       values (700004, $1, false, 'person', false, 'letter of May', 'changed her mind', '2026-05-05', 'paula', now())`,
      [anna],
    );
    await database.pool.query(
      "insert into consent (person_id, opted_out, recorded_by, recorded_at) values ($1, true, 'p', now())",
      [await personOf(BEN.id)],
    );
    await database.pool.query(
      "insert into sensitivity_mark values ($1, 'restricted', 'asked us to', 700005, 'pia', now())",
      [one],
    );
    const page = await pageOf();
    const told = page.split('<section id="identity"')[1]?.split('<section id="looks"')[0] ?? "";
    for (const each of ["two records are one person&#39;s.", "Because: reason 700001", "Of RBD P0, RDZ B77", "dora"])
      expect(told, each).toContain(each);
    for (const each of ["reason 700002", "reason 700003", "different people"]) expect(told, each).not.toContain(each);
    expect(told).toContain("A question about two records is being decided.");
    for (const each of ["Share my record again", "changed her mind", "letter of May", "by paula", "asked us to", "pia"])
      expect(told, each).toContain(each);
  });

  it("is a FHIR Bundle that stands by itself: whatever it refers to is in it, documents byte for byte", async () => {
    const answer = await exported("?format=fhir");
    expect(answer.headers["content-type"]).toContain("application/fhir+json");
    const { type, entry } = answer.json() as Whole;
    expect(type).toBe("collection");
    const urls = entry.map(({ fullUrl }) => fullUrl.replace("https://chesil.invalid/fhir/", ""));
    expect(new Set(urls).size).toBe(urls.length);
    expect(urls).toEqual(entry.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
    const pointers = entry.flatMap(({ resource }) => pointersOf(resource));
    expect(pointers.filter((pointer) => pointer.startsWith("Binary/"))).toHaveLength(3);
    expect([...new Set(pointers)].filter((pointer) => !urls.includes(pointer))).toEqual([]);
    const types = Map.groupBy(entry, ({ resource }) => resource.resourceType);
    expect(types.get("Provenance")?.length).toBeGreaterThan(MANY);
    expect(types.get("Patient")?.map(({ resource }) => resource.active)).toEqual([true, true, true, false]);
    const binary = types.get("Binary")?.find(({ resource }) => resource.contentType === "application/octet-stream");
    expect(Buffer.from(binary?.resource.data ?? "", "base64").equals(BYTES)).toBe(true);
  });

  it("is not there for who opted out, until they opt in again", async () => {
    await database.pool.query(
      "insert into consent (person_id, opted_out, recorded_by, recorded_at) values ($1, true, 'p', now())",
      [anna],
    );
    for (const query of ["", "?format=fhir"]) expect((await exported(query)).statusCode).toBe(404);
    await database.pool.query("delete from consent");
    expect((await exported()).statusCode).toBe(200);
  });

  it("of an id that was merged into another is the record of the other", async () => {
    const old = "00000000-0009-8000-8000-000000000009";
    await database.pool.query(
      `insert into person (person_id, status, replaced_by, golden, created_by, updated_by) values ($1, 'merged', $2, '{}', 1, 1)`,
      [old, anna],
    );
    expect(await pageOf(old)).toContain(`Reference ${anna}`);
    await database.pool.query("delete from person where person_id = $1", [old]);
  });
});

/** Whatever a resource points at within the record, and where attachments are to be had; not where a sender keeps them. */
function pointersOf(value: unknown, name = ""): string[] {
  if (typeof value === "string")
    return (name === "reference" || name === "url") && /^[A-Z][A-Za-z]+\//.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => pointersOf(part, Array.isArray(value) ? name : key));
}

describe("the export by the command line", () => {
  const run = async (args: readonly string[], folder: Folder) => {
    vi.stubEnv("CHESIL_DATABASE_URL", database.url);
    try {
      return await folder.chesil("export", "person", ...args);
    } finally {
      vi.unstubAllEnvs();
    }
  };
  const folderOf = () =>
    new Folder({
      "chesil.yaml": `feeds:\n  - name: ${FEED.name}\n    listen: mllp://127.0.0.1:0\n    defaultAuthority: RBD\n`,
    });
  const said = ["--by", "Olga Ward", "--reason", "request 17"];

  it("is files for the caller alone, the documents as they were sent, on record in the name that was given", async () => {
    const folder = folderOf();
    const out = join(folder.path, "record");
    const { code, out: printed } = await run([anna, "--out", out, ...said], folder);
    expect([code, printed]).toEqual([0, `${join(out, "record.html")}\n`]);
    const names = readdirSync(out);
    expect(names.map((name) => name.replace(/\d+-\d+/, "N")).sort()).toEqual([
      ...["document-N.bin", "document-N.html", "document-N.html", "record.fhir.json", "record.html"],
    ]);
    for (const name of names) expect([name, statSync(join(out, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(statSync(out).mode & 0o777).toBe(0o700);
    const file = (name: string) => readFileSync(join(out, name));
    expect(file(names.find((name) => name.endsWith(".bin")) ?? "").equals(BYTES)).toBe(true);
    expect(file("record.html").toString()).toContain("This is the end of the record.");
    expect((JSON.parse(file("record.fhir.json").toString()) as Whole).type).toBe("collection");
    expect((await looksOf(anna)).at(-1)).toEqual({
      username: "Olga Ward",
      detail: { purpose: "subject-access", source: "command line", reason: "request 17", account: expect.any(String) },
    });
  });

  it("asks who exports and why, and writes over nothing", async () => {
    const folder = folderOf();
    const out = join(folder.path, "record");
    const before = await looksOf(anna);
    for (const args of [
      [anna, "--out", out],
      [anna, "--out", out, "--by", "Olga Ward"],
      [anna, "--out", out, "--by", " ", "--reason", "request 17"],
      [anna, "--out", out, "--by", "Olga Ward", "--reason", "a\nb"],
      [anna, "--out", folder.path, ...said],
      ["anna", "--out", out, ...said],
    ])
      expect([args, (await run(args, folder)).code]).toEqual([args, 2]);
    expect(readdirSync(folder.path)).toEqual(["chesil.yaml"]);
    expect(await looksOf(anna)).toEqual(before);
  });

  it("leaves nothing where there is nobody, and where the look can not be put on record", async () => {
    const folder = folderOf();
    const out = join(folder.path, "record");
    expect((await run([anna.replace(/....$/, "ffff"), "--out", out, ...said], folder)).code).toBe(2);
    await database.pool.query("alter table audit rename to audit_away");
    try {
      expect((await run([anna, "--out", out, ...said], folder)).code).toBe(1);
    } finally {
      await database.pool.query("alter table audit_away rename to audit");
    }
    expect(readdirSync(folder.path)).toEqual(["chesil.yaml"]);
    expect(existsSync(out)).toBe(false);
  });
});

describe("the page", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      args: chromium.args,
      headless: true,
    });
    page = await browser.newPage({ viewport: { width: 1000, height: 1400 } });
  });
  afterAll(() => browser.close());

  it("stands by itself in a browser: it fetches nothing, runs nothing, and prints", async () => {
    const folder = new Folder({});
    const path = join(folder.path, "record.html");
    const written = await pageOf();
    // A name that says what a page must not do stands in it as what it is: text.
    expect(written).toContain(HOSTILE.slice(0, 20).replace("<", "&#60;").replace(">", "&#62;").replace("'", "&#39;"));
    writeFileSync(path, written);
    const fetched: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => fetched.push(request.url().slice(0, 60)));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(pathToFileURL(path).href);
    expect(await page.title()).toBe("Health and care record of ABBOT, ANNA");
    expect(fetched).toEqual([pathToFileURL(path).href.slice(0, 60)]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(STRUCTURE)).toEqual({ lang: "en-GB", withoutScope: 0, deadLinks: [], sameIds: [] });
    expect(await page.locator("section h2").allTextContents()).toEqual(
      expect.arrayContaining(["Your details", "Visits to hospital", "Test results", "Letters and documents"]),
    );
    // Nothing is wider than the page, on a telephone either.
    expect(await page.getByText(LONG_WORD).count()).toBeGreaterThan(0);
    for (const width of [1000, 360]) {
      await page.setViewportSize({ width, height: 1400 });
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${width} wide`).toBe(true);
      if (SCREENSHOTS) await keep(`subject-access-${width}.png`);
    }
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    expect(pdf.length).toBeGreaterThan(10_000);
    if (SCREENSHOTS) writeFileSync(join(SCREENSHOTS, "subject-access.pdf"), pdf);
  });

  const keep = async (name: string) => {
    mkdirSync(SCREENSHOTS ?? "", { recursive: true });
    await page.screenshot({
      path: join(SCREENSHOTS ?? "", name),
      clip: { x: 0, y: 0, width: 1000, height: 6000 },
      fullPage: true,
    });
  };
});

/** What of the page a program that reads it aloud goes by. */
const STRUCTURE = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const ids = all("[id]").map(({ id }) => id);
  return {
    lang: document.documentElement.lang,
    withoutScope: all("th:not([scope])").length,
    deadLinks: all("a[href^='#']").map((a) => a.getAttribute("href").slice(1)).filter((id) => !ids.includes(id)),
    sameIds: ids.filter((id, at) => ids.indexOf(id) !== at),
  };
})()`;
