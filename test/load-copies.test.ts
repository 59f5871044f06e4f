import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { FhirReading } from "@chesil/load";
import type { Database } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { extractFolder, load } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const PRACTICE: FhirReading = { load: "fhir", authority: "GP1", nhsNumberTraced: false };
const DOCUMENT_BYTES = 40_000;

let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => database.close());

type Resource = { readonly resourceType: string; readonly id: string; readonly [name: string]: unknown };

const patient = (id: string, change: object = {}): Resource => ({
  ...{ resourceType: "Patient", id, name: [{ family: "Cole", given: ["Bo"] }], birthDate: "2015-07-31" },
  identifier: [{ system: "https://gp.example/id", value: id }],
  ...change,
});
const leaflet = (of: string): Resource => ({
  ...{ resourceType: "DocumentReference", id: `d-${of}`, status: "current", subject: { reference: `Patient/${of}` } },
  type: { text: "Leaflet" },
  content: [{ attachment: { contentType: "text/plain", url: "Binary/b" } }],
});
const shared: Resource = {
  ...{ resourceType: "Binary", id: "b", contentType: "text/plain" },
  data: Buffer.alloc(DOCUMENT_BYTES, "a").toString("base64"),
};
const bundleOf = (resources: readonly Resource[]) => ({
  ...{ resourceType: "Bundle", type: "collection", timestamp: "2026-03-13T00:00:00Z" },
  entry: resources.map((resource) => ({
    fullUrl: `https://gp.example/${resource.resourceType}/${resource.id}`,
    resource,
  })),
});
const ids = Array.from({ length: 40 }, (_, at) => `p${at}`);
/** Forty patients who have one document in common, and one who has none. */
const BUNDLE = JSON.stringify(bundleOf([...ids.flatMap((id) => [patient(id), leaflet(id)]), shared, patient("alone")]));

const journalled = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ bytes: string }>(
    "select coalesce(sum(length(raw)), 0) as bytes from journal where kind = 'message'",
  );
  return Number(rows[0]?.bytes);
};

describe("a document that many patients of a Bundle share", () => {
  it.each(["json", "ndjson"])(
    "makes the journal at most ten times the file (%s); who is over is told once",
    async (ext) => {
      const write = extractFolder();
      const path = write(`all.${ext}`, ext === "json" ? BUNDLE : `${BUNDLE}\n`);
      const rejectsPath = `${dirname(path)}/rejects.ndjson`;
      const report = await load(database, path, PRACTICE, { rejectsPath });
      const { read, rejected } = report.rows;
      expect([read, report.rows.new + rejected]).toEqual([41, 41]);
      expect(rejected).toBeGreaterThan(20);
      expect(await journalled()).toBeLessThanOrEqual(10 * BUNDLE.length);
      for (const { reason } of report.rejected) expect(reason).toContain("Send the patients in Bundles of at most 10");
      const lines = readFileSync(rejectsPath, "utf8").trimEnd().split("\n");
      expect(lines).toHaveLength(1);
      expect(lines[0]?.length).toBeLessThan(1.1 * BUNDLE.length);
      // Loaded again as it is the next ones of it are taken.
      const next = await load(database, rejectsPath, PRACTICE);
      expect(next.rows.new).toBeGreaterThanOrEqual(10);
      expect(next.rows.new + next.rows.rejected).toBe(rejected);
      await resolveAll(database);
      const { rows } = await database.pool.query("select 1 from fact where kind = 'document' and state = 'current'");
      expect(rows).toHaveLength(40 - next.rows.rejected);
    },
  );

  it("holds up nothing else: of a whole extract what is gone is withdrawn, and not who is over", async () => {
    const write = extractFolder();
    const few = bundleOf([...["p39", "gone"].flatMap((id) => [patient(id), leaflet(id)]), shared]);
    await load(database, write("few.json", JSON.stringify(few)), PRACTICE);
    const whole = await load(database, write("all.json", BUNDLE), PRACTICE, { isFull: true, goneShareMax: 0.6 });
    expect(whole.rows.gone).toBe(1);
    expect(whole.notWithdrawn).toBeUndefined();
    await resolveAll(database);
    const { rows } = await database.pool.query<{ state: string }>(
      `select s.local_id || ' ' || f.state as state from fact f join source_record s using (source_record_id)
       where s.local_id in ('p39', 'gone') order by 1`,
    );
    expect(rows.map(({ state }) => state)).toEqual(["gone retracted", "p39 current"]);
  });
});

describe("a Bundle that says something twice", () => {
  it("has the patient refused who is spoken of so, and mended that patient is loaded", async () => {
    const write = extractFolder();
    const text = JSON.stringify(bundleOf([patient("p1"), patient("p2", { gender: "female" }), patient("p3")]));
    const twice = text.replace('"gender":"female"', '"gender":"female","gender":"male"');
    const path = write("all.json", twice);
    const rejectsPath = `${dirname(path)}/rejects.ndjson`;
    const report = await load(database, path, PRACTICE, { rejectsPath });
    expect(report).toMatchObject({ rows: { new: 2, rejected: 1 } });
    expect(report.rejected).toEqual([
      { row: 2, reason: "Bundle.entry[1].resource.gender: It stands there twice: leave one." },
    ]);
    const line = readFileSync(rejectsPath, "utf8");
    expect(line).toContain('"gender":"female","gender":"male"');
    const again = await load(database, write("same.ndjson", line), PRACTICE);
    expect(again.rows).toMatchObject({ read: 1, rejected: 1 });
    const mended = write("mended.ndjson", line.replace(',"gender":"male"', ""));
    expect((await load(database, mended, PRACTICE)).rows).toMatchObject({ new: 1, rejected: 0 });
  });
});
