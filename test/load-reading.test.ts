import { appendFeedActivation, readActivations } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, readingOf } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);
/** As somebody maps it who takes one column for the other. */
const OTHERWISE = readingOf({
  ...CHILDREN_MAPPING,
  patient: { ...CHILDREN_MAPPING.patient, names: [{ family: "forename", given: ["surname"] }] },
});

describe("how the rows of a feed are read", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const rows = Array.from({ length: 12 }, (_, id) => child(id, { plan: "Y" }));
  const activated = async () => (await readActivations(database)).length;
  const families = async () => {
    await resolveAll(database);
    const { rows: found } = await database.pool.query(
      "select distinct demographics #>> '{names,value,0,family}' as family from source_record order by 1",
    );
    return found.map(({ family }) => family);
  };

  it("stays as it is where another load of the feed is refused, because one runs", async () => {
    const write = extractFolder();
    const path = write("a.csv", csvOf(rows));
    let refused: unknown;
    await load(database, path, CHILDREN, {
      batchRowsMax: 4,
      onProgress: (read) => {
        if (read === 4) refused = load(database, path, OTHERWISE).catch((error: Error) => error.message);
      },
    });
    expect(await refused).toBe("A load of children is running. Wait for its end.");
    expect(await activated()).toBe(1);
    expect(await families()).toEqual(rows.map(({ surname }) => surname).sort());
  });

  it("stays as it is where a guard refuses the file", async () => {
    const write = extractFolder();
    await load(database, write("a.csv", csvOf(rows)), CHILDREN);
    const emptied = write("b.csv", csvOf(rows.map((row) => ({ ...row, plan: "" }))));
    await expect(load(database, emptied, OTHERWISE)).rejects.toThrow("12 of 12 rows no longer state");
    expect(await activated()).toBe(1);
  });

  it("is that of the load for all its rows: it ends where another way came into force, and says what to do", async () => {
    const write = extractFolder();
    const path = write("a.csv", csvOf(rows));
    let other: Promise<unknown> | undefined;
    const loaded = load(database, path, CHILDREN, {
      batchRowsMax: 4,
      onProgress: () => {
        other ??= appendFeedActivation(database, { feed: "children", reading: OTHERWISE, by: "reload" }, new Date());
      },
    });
    await expect(loaded).rejects.toThrow("another configuration of this feed came into force");
    await other;
    const known = new Set(rows.map(({ surname }) => surname));
    expect((await families()).every((family) => known.has(family))).toBe(true);
    expect((await load(database, path, CHILDREN)).rows.read).toBe(12);
    expect(await families()).toEqual([...known].sort());
  });
});
