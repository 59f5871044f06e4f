import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { findPatients } from "./fhir-search.ts";
import { type VisitCondition, visitSql } from "./visit-search.ts";

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const idOf = (number: number) => `00000000-0000-8000-8000-${String(number).padStart(12, "0")}`;
const part = fc.constantFrom("Ward 7", "ward 77", "Bay 1", "7", "100%", "a_b", "ST MARY'S", "East", "\\");
const place = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(", "));

test("a place is found by any of its parts, or by several that follow each other, in any case, and by nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 6 }), place, async (locations, asked) => {
      await database.pool.query("truncate person, source_record, encounter");
      const ids = locations.map((_, at) => at + 1);
      await database.pool.query(
        `insert into person (person_id, status, golden, created_by, updated_by)
         select p, 'active', '{}', 1, 1 from unnest($1::uuid[]) as p`,
        [ids.map(idOf)],
      );
      await database.pool.query(
        `insert into source_record (source_record_id, authority, local_id, feed, status, person_id, identifiers, demographics,
           blocking_keys, created_by, updated_by)
         select id, 'RBD', id::text, 'f', 'active', p, '{}', '{}', '{}', 1, 1 from unnest($1::bigint[], $2::uuid[]) as r (id, p)`,
        [ids, ids.map(idOf)],
      );
      await database.pool.query(
        `insert into encounter (encounter_id, source_record_id, visit_number, status, location, recorded_at, updated_by)
         select id, id, id::text, 'in-progress', place, now(), 1 from unnest($1::bigint[], $2::text[]) as e (id, place)`,
        [ids, locations],
      );
      const isThere = (location: string) => `, ${location}, `.toLowerCase().includes(`, ${asked}, `.toLowerCase());
      const found = await findPatients(database.pool, [{ kind: "visit", visit: { places: [asked] } }], {
        ...{ after: null, limit: 100 },
      });
      expect(found).toEqual(ids.filter((_, at) => isThere(locations[at] ?? "")).map(idOf));
    }),
    { numRuns: 60 },
  );
});

test.each<[VisitCondition, string]>([
  [{ places: ["ward 7"] }, "encounter_place"],
  [{ visitNumber: "V1" }, "encounter_visit_number"],
  [{ account: "A1" }, "encounter_account"],
])("%j is found by the index %s", async (visit, index) => {
  const values: unknown[] = [];
  const sql = visitSql(visit, (value) => `$${values.push(value)}`);
  const plan = await database.transaction(async (transaction) => {
    await transaction.query("set local enable_seqscan = off");
    const { rows } = await transaction.query<{ "QUERY PLAN": string }>(
      `explain select s.person_id from ${sql}`,
      values,
    );
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });
  expect(plan).toMatch(new RegExp(`(on|using) ${index} `));
});
