import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles, survey } from "../csv/files.fixture.ts";
import { type Batch, extrasOf, inOrderOfIds, readBatch } from "./batch.ts";
import { csvOf, personRows } from "./people.fixture.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

async function batchOf(csv: string, options: Parameters<typeof survey>[1] = {}): Promise<Batch> {
  const surveyed = await survey(files.write(csv), options);
  if (!surveyed.ok) throw new Error(JSON.stringify(surveyed.errors));
  return readBatch(surveyed.plan);
}

describe("a batch", () => {
  it("holds all records in their order, each with its id, its true person and what was declared", async () => {
    const rows = personRows(3000);
    const batch = await batchOf(csvOf(rows), { truth: "person", compare: "job:exact" });
    expect(batch.ids).toEqual(rows.map(({ id }) => id));
    expect(batch.records.map(({ families }) => families[0]?.raw)).toEqual(rows.map((row) => row.family_name));
    expect([...batch.truth]).toEqual(rows.map((_, place) => place >> 1));
    expect(batch.extras).toEqual([
      { name: "job", kind: "exact" },
      { name: "city", kind: "fuzzy" },
    ]);
    const extras = batch.records.map(({ extras }) => extras.map((text) => text?.raw));
    expect(extras).toEqual(rows.map(({ job, city }) => [job, city]));
  });

  it("has no truth where none is named, and compares no town that is declared otherwise", async () => {
    const batch = await batchOf("id,family_name,city\n1,Lomax,Poole\n2,Farrow,\n", { compare: "city:exact" });
    expect([...batch.truth]).toEqual([-1, -1]);
    expect(batch.extras).toEqual([{ name: "city", kind: "exact" }]);
    expect(batch.records.map(({ extras }) => extras[0]?.text)).toEqual(["poole", undefined]);
  });

  it("tells how many records it has read, up to all", async () => {
    const surveyed = await survey(files.write(csvOf(personRows(3000))));
    if (!surveyed.ok) throw new Error("The example has a fault.");
    const told: number[] = [];
    await readBatch(surveyed.plan, (records) => told.push(records));
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(6000);
    expect(extrasOf(surveyed.plan)).toEqual([{ name: "city", kind: "fuzzy" }]);
  });

  it("in the order of its ids is the same whatever order it came in", async () => {
    const rows = personRows(40);
    const batch = await batchOf(csvOf(rows), { truth: "person" });
    const expected = inOrderOfIds(batch);
    expect(expected.ids).toEqual(rows.map(({ id }) => id).sort());
    for (const [place, id] of expected.ids.entries()) {
      const before = batch.ids.indexOf(id);
      expect(expected.records[place]).toBe(batch.records[before]);
      expect(expected.truth[place]).toBe(batch.truth[before]);
    }
    fc.assert(
      fc.property(fc.shuffledSubarray([...rows.keys()], { minLength: rows.length }), (places) => {
        const shuffled: Batch = {
          ...batch,
          records: places.map((place) => batch.records[place] as Batch["records"][number]),
          ids: places.map((place) => batch.ids[place] as string),
          truth: Int32Array.from(places, (place) => batch.truth[place] as number),
        };
        expect(inOrderOfIds(shuffled)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
