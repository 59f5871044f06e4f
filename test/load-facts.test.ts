import { LoadRefusedError } from "@chesil/ingest";
import type { LoadReading } from "@chesil/load";
import type { Database } from "@chesil/store";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, type Row, readingOf } from "./load-files.ts";
import { resolveAll } from "./region.ts";

/** A visit each, of the child and the package of which it was one: rows of a package state it again and again. */
const VISITS_MAPPING = {
  rowKey: ["visit"],
  recordedAt: "changed",
  patient: { id: "child_id" },
  facts: [
    {
      kind: "care-package",
      key: ["package"],
      content: { type: { concept: { text: "service" } }, status: { constant: "active" } },
    },
    {
      kind: "alert",
      name: "dog",
      when: ["dog"],
      content: {
        ...{ code: { concept: { text: { constant: "Dog" } } }, category: { constant: "environmental" } },
        ...{ priority: { constant: "high" }, status: { constant: "active" } },
      },
    },
  ],
};
const VISITS = readingOf(VISITS_MAPPING);

const COLUMNS = ["visit", "child_id", "package", "service", "dog", "changed"];
const visit = (id: number, change: Row = {}): Row => ({
  ...{ visit: `V${id}`, child_id: "C1", package: "P1", service: `Care ${id}`, dog: "", changed: "" },
  ...change,
});
const WHOLE = { isFull: true, isConfirmed: true };
const madeAt = (minute: number): Date => new Date(Date.UTC(2026, 2, 14, 0, minute));

let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => database.close());

type Stated = { local_id: string; fact_key: string; content: { type?: { text: string } }; state: string };
const factsOf = async ({ pool }: Database) =>
  (
    await pool.query<Stated>(
      `select s.local_id, f.fact_key, f.content, f.state from fact f join source_record s using (source_record_id)
       order by 1, f.kind, 2`,
    )
  ).rows.map(({ local_id, fact_key, content, state }) =>
    [local_id, fact_key, content.type?.text, state].filter((each) => each !== undefined).join(" "),
  );
const facts = () => factsOf(database);

describe("a fact that several rows state", () => {
  const write = () => {
    const put = extractFolder();
    let minute = 0;
    return async (rows: readonly Row[], how: Parameters<typeof load>[3] = WHOLE) => {
      const path = put(`visits-${++minute}.csv`, csvOf(rows, COLUMNS));
      const report = await load(database, path, VISITS, { extractAt: madeAt(minute), ...how });
      await resolveAll(database);
      return report;
    };
  };

  it("stands while one of them does, as the rows say it that are left", async () => {
    const load = write();
    await load([visit(1), visit(2)]);
    expect(await facts()).toEqual(["C1 children|P1 Care 2 current"]);
    expect((await load([visit(1)])).rows.gone).toBe(1);
    expect(await facts()).toEqual(["C1 children|P1 Care 1 current"]);
    await load([]);
    expect(await facts()).toEqual(["C1 children|P1 Care 1 retracted"]);
    await load([visit(2)]);
    expect(await facts()).toEqual(["C1 children|P1 Care 2 current"]);
  });

  it("stands where its row is known by another key from now on", async () => {
    const load = write();
    await load([visit(1, { changed: "2026-01-02" })]);
    await load([visit(9, { changed: "2026-01-01" })]);
    expect(await facts()).toEqual(["C1 children|P1 Care 9 current"]);
  });

  it("goes with a row that says something else, and not from the rows that state it still", async () => {
    const load = write();
    await load([visit(1), visit(2), visit(3, { child_id: "C2", package: "P3" })]);
    await load([visit(2, { package: "P2" })], {});
    expect(await facts()).toEqual([
      ...["C1 children|P1 Care 1 current", "C1 children|P2 Care 2 current", "C2 children|P3 Care 3 current"],
    ]);
    await load([visit(1, { package: "P2" }), visit(2, { package: "P2" })], {});
    expect(await facts()).toEqual([
      ...["C1 children|P1 Care 1 retracted", "C1 children|P2 Care 1 current", "C2 children|P3 Care 3 current"],
    ]);
  });
});

describe("a fact of several columns' key", () => {
  it("is another one where the same word stands in another column", async () => {
    const put = extractFolder();
    const reading = readingOf({
      ...VISITS_MAPPING,
      facts: [{ ...VISITS_MAPPING.facts[0], key: ["package", "dog"] }],
    });
    const rows = [visit(1, { package: "A", dog: "" }), visit(2, { package: "", dog: "A" })];
    await load(database, put("a.csv", csvOf(rows, COLUMNS)), reading);
    await resolveAll(database);
    expect(await facts()).toEqual(["C1 children|A| Care 1 current", "C1 children||A Care 2 current"]);
  });

  it("stands while another row states it by the mapping before, though by this one no two rows could", async () => {
    const put = extractFolder();
    await load(database, put("a.csv", csvOf([visit(1), visit(2)], COLUMNS)), VISITS, { extractAt: madeAt(1) });
    const { key: _, ...alone } = VISITS_MAPPING.facts[0] as { key?: unknown };
    const reading = readingOf({ ...VISITS_MAPPING, facts: [alone] });
    const changed = csvOf([visit(1, { service: "Other care" })], COLUMNS);
    await load(database, put("b.csv", changed), reading, { extractAt: madeAt(2), isConfirmed: true });
    await resolveAll(database);
    expect(await facts()).toEqual(["C1 children|P1 Care 2 current", "C1 children|V1 Other care current"]);
  });
});

describe("a row that tells its own time", () => {
  it("is heard where that time goes back: the extract says what is so now", async () => {
    const put = extractFolder();
    const say = async (minute: number, change: Row) => {
      const path = put(`${minute}.csv`, csvOf([visit(1, change)], COLUMNS));
      const report = await load(database, path, VISITS, { extractAt: madeAt(minute) });
      await resolveAll(database);
      return report.rows;
    };
    await say(1, { changed: "2026-01-05", dog: "Y" });
    expect(await say(2, { changed: "2026-01-04", dog: "", service: "Less care" })).toMatchObject({ changed: 1 });
    const dog = "C1 children|V1#dog";
    expect(await facts()).toEqual([`${dog} retracted`, "C1 children|P1 Less care current"]);
    // And again by a time that is after its own and before that of the correction.
    await say(3, { changed: "2026-01-06", dog: "Y", service: "More care" });
    expect(await facts()).toEqual([`${dog} current`, "C1 children|P1 More care current"]);
  });
});

describe("a mapping that changes", () => {
  const put = (rows: readonly Row[]) => extractFolder()("visits.csv", csvOf(rows, COLUMNS));
  const changed = (change: object) => readingOf({ ...VISITS_MAPPING, ...change });

  it.each([
    ["names a fact otherwise", { facts: [{ ...VISITS_MAPPING.facts[0], key: ["visit"] }] }, ["children|V1 Care 1"]],
    ["leaves a kind out", { facts: [VISITS_MAPPING.facts[1]] }, ["children|V1#dog"]],
    ["tells patients by another column", { patient: { id: "package" } }, ["children|P1 Care 1", "children|V1#dog"]],
  ])("and %s takes back what was stated by the one before", async (_, change, current) => {
    const path = put([visit(1, { dog: "Y" })]);
    await load(database, path, VISITS, { extractAt: madeAt(1) });
    await resolveAll(database);
    expect((await facts()).every((fact) => fact.endsWith("current"))).toBe(true);
    expect((await load(database, path, changed(change), { extractAt: madeAt(2) })).withdrawing).toBe(1);
    await resolveAll(database);
    const left = (await facts()).filter((fact) => fact.endsWith("current"));
    expect(left.map((fact) => fact.split(" ").slice(1, -1).join(" ")).sort()).toEqual(current);
  });
});

describe("a load by which many rows no longer state what they stated", () => {
  it("is refused until somebody confirms it, and a dry run says how many they are", async () => {
    const children = readingOf(CHILDREN_MAPPING);
    const put = extractFolder();
    const all = Array.from({ length: 30 }, (_, id) => child(id, { plan: "Y" }));
    await load(database, put("all.csv", csvOf(all)), children, { extractAt: madeAt(1) });
    const recoded = put("recoded.csv", csvOf(all.map((row) => ({ ...row, plan: "YES" }))));
    const dry = await load(database, recoded, children, { extractAt: madeAt(2), isDryRun: true });
    expect(dry).toMatchObject({ withdrawing: 30, rows: { changed: 30 } });
    await expect(load(database, recoded, children, { extractAt: madeAt(2) })).rejects.toThrow(
      "30 of 30 rows no longer state what they stated, more than 20 %",
    );
    const few = put("few.csv", csvOf(all.slice(0, 3).map((row) => ({ ...row, plan: "" }))));
    expect((await load(database, few, children, { extractAt: madeAt(3) })).withdrawing).toBe(3);
    const confirmed = await load(database, recoded, children, { extractAt: madeAt(4), isConfirmed: true });
    expect(confirmed.withdrawing).toBe(27);
    await resolveAll(database);
    expect((await facts()).filter((fact) => fact.endsWith("current"))).toEqual([]);
  });
});

describe("Bundles", () => {
  const reading: LoadReading = { load: "fhir", authority: "GP1", nhsNumberTraced: false };
  const patient = {
    ...{ resourceType: "Patient", id: "p1", name: [{ family: "Cole", given: ["Bo"] }], birthDate: "2015-07-31" },
    identifier: [{ system: "https://gp.example/id", value: "p1" }],
  };
  const allergy = (id: string, change: object = {}) => ({
    ...{ resourceType: "AllergyIntolerance", id, code: { text: id }, patient: { reference: "Patient/p1" } },
    ...change,
  });
  const put = extractFolderOf();
  const give = async (minute: number, resources: readonly object[], how: Parameters<typeof load>[3] = {}) => {
    const entry = [patient, ...resources].map((resource) => ({ resource }));
    const path = put(`b${minute}.json`, JSON.stringify({ resourceType: "Bundle", type: "collection", entry }));
    const report = await load(database, path, reading, { extractAt: madeAt(minute), ...how });
    await resolveAll(database);
    return report;
  };
  const states = async () =>
    (await database.pool.query("select content #>> '{code,text}' as text, state from fact order by 1")).rows.map(
      ({ text, state }) => `${text} ${state}`,
    );

  it("that are the whole record withdraw what they have no longer, whichever part of it said so", async () => {
    await give(1, [allergy("Nuts")]);
    await give(2, [allergy("Eggs"), allergy("Milk")]);
    expect(await states()).toEqual(["Eggs current", "Milk current", "Nuts current"]);
    expect((await give(3, [allergy("Milk", { criticality: "high" })], WHOLE)).withdrawing).toBe(1);
    expect(await states()).toEqual(["Eggs retracted", "Milk current", "Nuts retracted"]);
  });

  it("that are the whole record withdraw what an older part said, also where they say what the part before them did", async () => {
    await give(1, [allergy("Nuts"), allergy("Eggs")], WHOLE);
    await give(2, [allergy("Nuts")]);
    expect(await states()).toEqual(["Eggs current", "Nuts current"]);
    expect(await give(3, [allergy("Nuts")], WHOLE)).toMatchObject({ withdrawing: 1, rows: { changed: 1 } });
    expect(await states()).toEqual(["Eggs retracted", "Nuts current"]);
    expect(await give(4, [allergy("Nuts")], WHOLE)).toMatchObject({ withdrawing: 0, rows: { unchanged: 1 } });
  });

  it("withdraw nothing where nobody knows whose an entry is", async () => {
    await give(1, [allergy("Nuts"), allergy("Eggs")]);
    const nobodys = allergy("Eggs", { patient: { reference: "Patient/nobody" } });
    const part = [allergy("Nuts"), allergy("Milk")];
    expect((await give(2, [...part, nobodys], WHOLE)).rows.rejected).toBe(1);
    expect(await states()).toEqual(["Eggs current", "Milk current", "Nuts current"]);
    await give(3, part, WHOLE);
    expect(await states()).toEqual(["Eggs retracted", "Milk current", "Nuts current"]);
  });

  it("withdraw nothing of a patient of whom an entry was refused", async () => {
    await give(1, [allergy("Nuts"), allergy("Eggs")]);
    const refused = allergy("Nuts", { implicitRules: "https://rules.example" });
    await give(2, [refused, allergy("Milk")], WHOLE);
    expect(await states()).toEqual(["Eggs current", "Milk current", "Nuts current"]);
    await give(3, [allergy("Milk"), allergy("Nuts")], WHOLE);
    expect(await states()).toEqual(["Eggs retracted", "Milk current", "Nuts current"]);
  });
});

function extractFolderOf(): (name: string, content: string) => string {
  let put: ReturnType<typeof extractFolder> | undefined;
  beforeEach(() => {
    put = undefined;
  });
  return (name, content) => {
    put ??= extractFolder();
    return put(name, content);
  };
}

describe("whatever rows state together, and whatever times they tell", () => {
  const change = fc.record({
    package: fc.constantFrom("P1", "P2", ""),
    dog: fc.constantFrom("Y", ""),
    child_id: fc.constantFrom("C1", "C2"),
    changed: fc.constantFrom("2026-01-01", "2026-01-02", ""),
  });
  const rows = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4 }), change), { selector: ([id]) => id });
  const made = fc.array(fc.record({ rows, isFull: fc.boolean() }), { minLength: 2, maxLength: 6 });
  const arrival = made.chain((extracts) => {
    const timed = extracts.map((extract, minute) => ({ ...extract, minute }));
    return fc.shuffledSubarray(timed, { minLength: timed.length });
  });
  type Extract = {
    readonly rows: readonly (readonly [number, Row])[];
    readonly isFull: boolean;
    readonly minute: number;
  };

  /** What the rows state that stand after all, by the order in which their extracts were made. */
  function expected(given: readonly Extract[]): string[] {
    const standing = new Map<number, Row>();
    for (const { rows, isFull } of [...given].sort((one, other) => one.minute - other.minute)) {
      if (isFull) standing.clear();
      for (const [id, row] of rows) standing.set(id, row);
    }
    const stated = [...standing].flatMap(([id, row]) => [
      `${row.child_id} children|${row.package || `V${id}`}`,
      ...(row.dog ? [`${row.child_id} children|V${id}#dog`] : []),
    ]);
    return [...new Set(stated)].sort();
  }

  it("what is current is what the rows say that stand, in whatever order their extracts come", async () => {
    await fc.assert(
      fc.asyncProperty(arrival, async (given) => {
        const own = await freshDatabase();
        try {
          const put = extractFolder();
          for (const { rows, isFull, minute } of given) {
            const text = csvOf(
              rows.map(([id, row]) => visit(id, row)),
              COLUMNS,
            );
            const how = { extractAt: madeAt(minute), isFull, isConfirmed: true, batchRowsMax: 2 };
            // One that is older than a whole one is refused: it could say nothing that stands.
            await load(own, put(`visits-${minute}.csv`, text), VISITS, how).catch((error: Error) =>
              expect(error).toBeInstanceOf(LoadRefusedError),
            );
            await resolveAll(own);
          }
          const current = (await factsOf(own)).filter((fact) => fact.endsWith("current"));
          expect(current.map((fact) => fact.split(" ").slice(0, 2).join(" ")).sort()).toEqual(expected(given));
        } finally {
          await own.close();
        }
      }),
      { numRuns: 6 },
    );
  }, 240_000);
});
