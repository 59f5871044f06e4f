import type { LoadReading } from "@chesil/load";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { extractFolder, load } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const PRACTICE: LoadReading = { load: "fhir", authority: "GP1", nhsNumberTraced: false };
const day = (number: number) => new Date(Date.UTC(2026, 2, number));

type Resource = { readonly resourceType: string; readonly id: string; readonly [name: string]: unknown };

const patient = (id: string): Resource => ({
  ...{ resourceType: "Patient", id, name: [{ family: "Cole", given: ["Bo"] }], birthDate: "2015-07-31" },
  identifier: [{ system: "https://gp.example/id", value: id }],
});
const condition = (id: string, of: string, words: string, changed = 1): Resource => ({
  ...{ resourceType: "Condition", id, subject: { reference: `Patient/${of}` }, code: { text: words } },
  meta: { lastUpdated: day(changed).toISOString() },
});
const bundleOf = (at: number | undefined, ...resources: Resource[]) => ({
  ...{ resourceType: "Bundle", type: "collection", ...(at && { timestamp: day(at).toISOString() }) },
  entry: resources.map((resource) => ({
    fullUrl: `https://gp.example/${resource.resourceType}/${resource.id}`,
    resource,
  })),
});

describe("a practice's records as Bundles", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let write: ReturnType<typeof extractFolder>;
  beforeEach(async () => {
    database = await freshDatabase();
    write = extractFolder();
  });
  afterEach(() => database.close());

  const current = async () => {
    await resolveAll(database);
    const { rows } = await database.pool.query(
      `select f.content #>> '{code,text}' as words from fact f join source_record s using (source_record_id)
       where f.state = 'current' order by 1`,
    );
    return rows.map(({ words }) => words);
  };
  /** One file, made on a day. */
  const given = (made: number, bundle: object, change: object = {}) =>
    load(database, write(`${made}.json`, JSON.stringify(bundle)), PRACTICE, { extractAt: day(made), ...change });
  const whole = { isFull: true, isConfirmed: true };

  it("that tell no time are as of the time of their extract, whatever their entries say of theirs", async () => {
    const [one, two] = [condition("c1", "p", "asthma", 9), condition("c2", "p", "eczema", 2)];
    await given(10, bundleOf(undefined, patient("p"), one, two), whole);
    expect(await current()).toEqual(["asthma", "eczema"]);
    // The entry that was changed last is gone, so the latest of the others' times is an older one.
    const other = condition("c2", "p", "atopic eczema", 3);
    await given(11, bundleOf(undefined, patient("p"), other), whole);
    expect(await current()).toEqual(["atopic eczema"]);
    await given(12, bundleOf(undefined, patient("p"), one, other), whole);
    expect(await current()).toEqual(["asthma", "atopic eczema"]);
  });

  it("state what a part of a record that came late states, until a whole one has it no longer", async () => {
    await given(10, bundleOf(10, patient("p"), condition("c1", "p", "asthma")));
    await given(5, bundleOf(5, patient("p"), condition("c2", "p", "eczema")));
    expect(await current()).toEqual(["asthma", "eczema"]);
    await given(12, bundleOf(12, patient("p"), condition("c1", "p", "asthma")), whole);
    expect(await current()).toEqual(["asthma"]);
  });

  it("of two feeds of one authority do not take back what the other states", async () => {
    const of = (feed: string, ...conditions: Resource[]) => ({
      bundle: bundleOf(10, patient("p"), ...conditions),
      feed,
    });
    const [one, other] = [
      of("records", condition("c1", "p", "asthma")),
      of("out-of-hours", condition("c1", "p", "a fall")),
    ];
    for (const { bundle, feed } of [one, other]) await given(10, bundle, { ...whole, feed });
    expect(await current()).toEqual(["a fall", "asthma"]);
    await given(12, bundleOf(12, patient("p")), { ...whole, feed: "out-of-hours" });
    expect(await current()).toEqual(["asthma"]);
  });
});
