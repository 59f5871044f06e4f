import { LoadRefusedError } from "@chesil/ingest";
import type { Database } from "@chesil/store";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, type Row, readingOf } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);

const change = fc.record({
  surname: fc.constantFrom("Cole", "Marsh"),
  town: fc.constantFrom("Wool", ""),
  plan: fc.constantFrom("Y", ""),
});
type Rows = readonly (readonly [id: number, Row])[];
/** A cell may say nothing, which keeps what is known: also what an extract said that was made before and comes after. */
const rowsOf = (change: fc.Arbitrary<Row>, idMax: number, minLength: number) =>
  fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: idMax }), change), {
    ...{ minLength, maxLength: 8 },
    selector: ([id]) => id,
  });

/** Extracts are made a minute apart. */
const madeAt = (minute: number): Date => new Date(Date.UTC(2026, 2, 14, 0, minute));

/** What the loads came to, ids left out. */
async function endOf({ pool }: Database) {
  const { rows: records } = await pool.query("select local_id, demographics from source_record order by local_id");
  const { rows: stated } = await pool.query<{ local_id: string; state: string }>(
    "select s.local_id, f.fact_key, f.state from fact f join source_record s using (source_record_id) order by 1, 2",
  );
  const { rows: linked } = await pool.query(
    "select array_agg(local_id order by local_id) as together from source_record group by person_id order by 1",
  );
  const known = records.map(({ local_id, demographics }) => [
    local_id,
    demographics.names.value,
    demographics.addresses?.value,
    demographics.sex?.value,
  ]);
  return { known, stated, linked };
}

async function journalled({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*) from journal where kind = 'message'");
  return rows[0]?.count ?? 0;
}

/** A load that dies at the n-th look at the clock: between rows, before a commit, before its end. */
async function killed(database: Database, path: string, made: { extractAt: Date; isFull: boolean }, after: number) {
  let looks = 0;
  const now = () => {
    if (++looks > after) throw new Error("killed");
    return new Date();
  };
  await load(database, path, CHILDREN, { ...made, isConfirmed: true, now, batchRowsMax: 2 }).catch((error: Error) =>
    expect(error.message).toBe("killed"),
  );
}

describe("whatever the rows", () => {
  const extracts = fc.array(rowsOf(change, 12, 1), { minLength: 2, maxLength: 2 });
  const manner = fc.record({
    isTwice: fc.boolean(),
    isShuffled: fc.boolean(),
    killedAfter: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  });

  async function outcomeOf(
    given: readonly Rows[],
    options: { isTwice?: boolean; killedAfter?: number | undefined; isShuffled?: boolean },
  ) {
    const database = await freshDatabase();
    try {
      const write = extractFolder();
      for (const [minute, extract] of given.entries()) {
        const ordered = options.isShuffled ? [...extract].reverse() : extract;
        const path = write("children.csv", csvOf(ordered.map(([id, row]) => child(id, row))));
        const full = { isFull: true, isConfirmed: true, extractAt: madeAt(minute) };
        if (options.killedAfter !== undefined) await killed(database, path, full, options.killedAfter);
        await load(database, path, CHILDREN, full);
        if (options.isTwice) await load(database, path, CHILDREN, full);
        await resolveAll(database);
      }
      return { ...(await endOf(database)), counted: await journalled(database) };
    } finally {
      await database.close();
    }
  }

  it("loaded twice, in pieces, or in another order they come to the same", async () => {
    await fc.assert(
      fc.asyncProperty(extracts, manner, async (given, how) => {
        expect(await outcomeOf(given, how)).toEqual(await outcomeOf(given, {}));
      }),
      { numRuns: 3 },
    );
  }, 120_000);
});

describe("extracts that come in another order than they were made in", () => {
  type Extract = { readonly minute: number; readonly rows: Rows; readonly isFull: boolean };
  const change = fc.record({
    surname: fc.constantFrom("Cole", "Marsh"),
    gender: fc.constantFrom("F", "M", ""),
    plan: fc.constantFrom("Y", ""),
  });
  const made = fc.array(fc.record({ rows: rowsOf(change, 4, 0), isFull: fc.boolean() }), {
    minLength: 2,
    maxLength: 5,
  });
  const arrival = made.chain((extracts) => {
    const timed = extracts.map((extract, minute): Extract => ({ ...extract, minute }));
    return fc.shuffledSubarray(timed, { minLength: timed.length });
  });
  const killedAfter = fc.option(fc.integer({ min: 3, max: 12 }), { nil: undefined });

  let database: Database;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(async () => database.close());

  /** @returns what was loaded of it. */
  async function loadAll(
    into: Database,
    extracts: readonly Extract[],
    how: { killedAfter?: number | undefined; isTwice?: boolean } = {},
  ): Promise<Extract[]> {
    const write = extractFolder();
    const loaded: Extract[] = [];
    for (const { minute, rows, isFull } of extracts) {
      const columns = Object.keys(child(1));
      const text = csvOf(
        rows.map(([id, row]) => child(id, row)),
        columns,
      );
      const path = write(`children-${minute}.csv`, text);
      const manner = { isFull, isConfirmed: true, extractAt: madeAt(minute) };
      const isRefused = loaded.some((other) => other.isFull && other.minute > minute);
      const before = await journalled(into);
      if (isRefused) await expect(load(into, path, CHILDREN, manner)).rejects.toThrow(LoadRefusedError);
      else {
        if (how.killedAfter !== undefined) await killed(into, path, manner, how.killedAfter);
        await load(into, path, CHILDREN, manner);
        loaded.push({ minute, rows, isFull });
      }
      if (isRefused) expect(await journalled(into)).toBe(before);
      const once = await journalled(into);
      if (how.isTwice && !isRefused) await load(into, path, CHILDREN, manner);
      expect(await journalled(into)).toBe(once);
      await resolveAll(into);
    }
    return loaded;
  }

  /** Who is on a plan by the latest extract that speaks of them, or does not and was to be the whole. */
  function onPlan(extracts: readonly Extract[]): string[] {
    const latestFirst = [...extracts].sort((a, b) => b.minute - a.minute);
    return [1, 2, 3, 4].flatMap((id) => {
      const last = latestFirst.find(({ rows, isFull }) => isFull || rows.some(([each]) => each === id));
      return last?.rows.some(([each, { plan }]) => each === id && plan === "Y") ? [`C${id}`] : [];
    });
  }

  it("come to what they would have come to in that order, or are refused and change nothing", async () => {
    await fc.assert(
      fc.asyncProperty(arrival, killedAfter, fc.boolean(), async (extracts, after, isTwice) => {
        const [one, other] = [await freshDatabase(), await freshDatabase()];
        try {
          const loaded = await loadAll(one, extracts, { killedAfter: after, isTwice });
          await loadAll(
            other,
            [...loaded].sort((a, b) => a.minute - b.minute),
          );
          const end = await endOf(one);
          expect(end).toEqual(await endOf(other));
          const current = end.stated.filter(({ state }) => state === "current").map(({ local_id }) => local_id);
          expect(current).toEqual(onPlan(extracts));
        } finally {
          await Promise.all([one.close(), other.close()]);
        }
      }),
      { numRuns: 5 },
    );
  }, 240_000);

  const extract = (minute: number, isFull: boolean, ...rows: Rows): Extract => ({ minute, rows, isFull });
  const facts = async () => (await endOf(database)).stated.map(({ local_id, state }) => `${local_id} ${state}`);

  it("a withdrawn fact stays withdrawn, and the row of before is not taken for what is known", async () => {
    const older = extract(1, false, [1, { plan: "Y" }], [2, { plan: "Y" }]);
    const newer = extract(2, false, [1, { plan: "" }]);
    await loadAll(database, [newer, older]);
    expect(await facts()).toEqual(["C1 retracted", "C2 current"]);
    // What the latest says already makes no entry; nor does the older one that was heard.
    const once = await journalled(database);
    await loadAll(database, [extract(3, false, [1, { plan: "" }]), older]);
    expect(await journalled(database)).toBe(once);
    await loadAll(database, [extract(4, false, [1, { plan: "Y" }])]);
    expect(await facts()).toEqual(["C1 current", "C2 current"]);
  });

  it("rows that all tell the same time of their own end as the newer one has them", async () => {
    const dated = readingOf({ ...CHILDREN_MAPPING, recordedAt: "town" });
    const write = extractFolder();
    const row = (plan: string, surname: string) => csvOf([child(1, { plan, surname, town: "2026-01-01" })]);
    const newer = await load(database, write("newer.csv", row("", "Marsh")), dated, { extractAt: madeAt(2) });
    const older = await load(database, write("older.csv", row("Y", "Cole")), dated, { extractAt: madeAt(1) });
    expect([newer.late, older.late]).toEqual([0, 1]);
    expect(older.rows).toMatchObject({ read: 1, new: 0, changed: 0, unchanged: 1 });
    await resolveAll(database);
    const { known, stated } = await endOf(database);
    expect(known[0]?.[1]).toMatchObject([{ family: "Marsh" }]);
    expect(stated).toMatchObject([{ local_id: "C1", state: "retracted" }]);
  });

  it("a whole extract withdraws nothing that only a newer one has, and nothing older is loaded after it", async () => {
    await loadAll(database, [extract(1, false, [1, { plan: "Y" }]), extract(3, false, [2, { plan: "Y" }])]);
    await loadAll(database, [extract(2, true, [3, { plan: "Y" }])]);
    expect(await facts()).toEqual(["C1 retracted", "C2 current", "C3 current"]);
    await expect(loadAll(database, [extract(1, false, [1, { plan: "Y" }])])).rejects.toThrow(
      "It was made at 2026-03-14T00:01:00.000Z, and the whole extract of 2026-03-14T00:02:00.000Z was loaded already",
    );
    await loadAll(database, [extract(4, true, [3, { plan: "Y" }])]);
    expect(await facts()).toEqual(["C1 retracted", "C2 retracted", "C3 current"]);
  });

  it("nothing older is loaded either once a withdrawal has begun that was killed", async () => {
    await loadAll(database, [extract(1, false, [1, { plan: "Y" }], [2, { plan: "Y" }])]);
    const path = extractFolder()("whole.csv", csvOf([child(2, { plan: "Y" })]));
    const settled = async () => (await database.pool.query("select from load where is_settled")).rowCount;
    for (let after = 1; (await settled()) === 0; after++)
      await killed(database, path, { extractAt: madeAt(3), isFull: true }, after);
    expect((await database.pool.query("select from load where is_settled and ended_at is null")).rowCount).toBe(1);
    await expect(loadAll(database, [extract(2, false, [1, { plan: "Y" }])])).rejects.toThrow(LoadRefusedError);
  });

  it("one whose name tells a time to come is as old as its loading, and holds up nothing", async () => {
    const path = extractFolder()("children.csv", csvOf([child(1)]));
    const now = () => new Date("2026-03-14T12:00:00Z");
    const report = await load(database, path, CHILDREN, { extractAt: new Date("2099-01-01"), isFull: true, now });
    expect(report.extractAt).toBe("2026-03-14T12:00:00.000Z");
    const later = { extractAt: new Date("2026-03-15T00:00:00Z"), isFull: true };
    expect((await load(database, path, CHILDREN, later)).rows.unchanged).toBe(1);
  });
});
