import type { FhirReading } from "@chesil/load";
import type { Database } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, readingOf } from "./load-files.ts";

const PRACTICE: FhirReading = { load: "fhir", authority: "GP1", nhsNumberTraced: false };
const WHOLE = { isFull: true, goneShareMax: 0.9 };

type Resource = { readonly resourceType: string; readonly id: string; readonly [name: string]: unknown };

const patient = (id: string): Resource => ({
  ...{ resourceType: "Patient", id, name: [{ family: "Cole", given: ["Bo"] }], birthDate: "2015-07-31" },
  identifier: [{ system: "https://gp.example/id", value: id }],
});
const condition = (id: string, of: string): Resource => ({
  ...{ resourceType: "Condition", id, subject: { reference: `Patient/${of}` }, code: { text: `of ${id}` } },
});
const bundleOf = (...resources: Resource[]) =>
  JSON.stringify({
    ...{ resourceType: "Bundle", type: "collection", timestamp: "2026-03-13T00:00:00Z" },
    entry: resources.map((resource) => ({
      fullUrl: `https://gp.example/${resource.resourceType}/${resource.id}`,
      resource,
    })),
  });

describe("what is refused of an extract", () => {
  let database: Database;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  it("is told by its lines where one patient is on two of them, and what to do", async () => {
    const lines = [
      bundleOf(patient("a"), patient("b")),
      "",
      bundleOf(patient("p"), condition("c1", "p")),
      bundleOf(patient("p"), condition("c2", "p")),
    ];
    const report = await load(database, extractFolder()("all.ndjson", lines.join("\n")), PRACTICE);
    expect(report.rows).toMatchObject({ new: 2, rejected: 2 });
    const reason = expect.stringMatching(/^The patient is on several lines of the file, first on 3 and 4,.*one Bundle/);
    expect(report.rejected).toEqual([3, 4].map((row) => ({ row, reason })));
  });

  it("is told by its rows where several have one key and say different things, however far apart", async () => {
    const rows = Array.from({ length: 40 }, (_, id) => child(id));
    const others = [child(5, { town: "Wool" }), child(5, { town: "Wareham" })];
    const file = extractFolder()("all.csv", csvOf([...rows, ...others]));
    const { rejected } = await load(database, file, readingOf(CHILDREN_MAPPING), { batchRowsMax: 4 });
    const reason = expect.stringContaining("several rows of this key with different content, first 7 and 42:");
    expect(rejected).toEqual([7, 42, 43].map((row) => ({ row, reason })));
  });

  it("says how much stands for its sake that a whole extract has no longer", async () => {
    const write = extractFolder();
    const records = ["a", "b", "c"].flatMap((id) => [patient(id), condition(`c-${id}`, id)]);
    await load(database, write("a.json", bundleOf(...records)), PRACTICE);
    const dangling = condition("x", "nobody");
    const after = bundleOf(patient("a"), patient("b"), condition("c-b", "b"), dangling);
    const report = await load(database, write("b.json", after), PRACTICE, WHOLE);
    expect(report).toMatchObject({ rows: { gone: 0 }, withdrawing: 0 });
    expect(report.notWithdrawn).toMatch(
      /^1 part\(s\) .* what 1 patient\(s\) no longer state .* so do the 1 that are gone/,
    );
    // Sent again it is as it was, and what stood stands still.
    expect((await load(database, write("c.json", after), PRACTICE, WHOLE)).notWithdrawn).toContain("what 1 patient(s)");
    const all = write("d.json", bundleOf(...records, dangling));
    expect((await load(database, all, PRACTICE, WHOLE)).notWithdrawn).toBeUndefined();
  });

  it("says so too where it is about a patient who was read, and what is gone was withdrawn", async () => {
    const write = extractFolder();
    await load(database, write("a.json", bundleOf(patient("a"), condition("c-a", "a"), patient("b"))), PRACTICE);
    const unread: Resource = { ...condition("c-2", "a"), code: undefined, recordedDate: "no date" };
    const after = bundleOf(patient("a"), { ...unread, resourceType: "Immunization", patient: unread.subject });
    expect(await load(database, write("b.json", after), PRACTICE, WHOLE)).toMatchObject({
      rows: { gone: 1, rejected: 1 },
      notWithdrawn: "What 1 patient(s) no longer state stands still: entries about them were refused. Mend them first.",
    });
  });
});
