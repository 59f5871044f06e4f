import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { readOptedOut } from "./consent.ts";
import { HIDDEN_RECORDS } from "./hidden-records.ts";

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const PERSONS = 5;
const idOf = (number: number) => `00000000-0000-8000-8000-${String(number).padStart(12, "0")}`;
const person = fc.nat(PERSONS - 1);
const departure = fc.record({
  from: person,
  to: person,
  kind: fc.constantFrom("overlaid", "overlaid", "unlinked", "moved"),
  by: fc.constantFrom("model", "model", "human"),
});

/** Whom an opt-out of the persons is one of: along merges both ways, and with records that left unasked. */
function optedOutOf(
  seeds: readonly number[],
  parents: readonly (number | null)[],
  departures: readonly { from: number; to: number; kind: string; by: string }[],
): Set<number> {
  const found = new Set(seeds);
  for (const each of found) {
    const parent = parents[each];
    if (parent !== undefined && parent !== null) found.add(parent);
    for (const [child, of] of parents.entries()) if (of === each) found.add(child);
    for (const { from, to, kind, by } of departures)
      if (from === each && kind !== "moved" && by !== "human") found.add(to);
  }
  return found;
}

test("who is opted out is the same asked of each and counted of all, however merges and departures follow", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(person, { freq: 2 }), { minLength: PERSONS, maxLength: PERSONS }),
      fc.array(departure, { minLength: 1, maxLength: 3 }),
      fc.array(person, { minLength: 1, maxLength: 2 }),
      async (drawn, departures, chosen) => {
        // A person is merged into an earlier one only, so there is no circle.
        const parents = drawn.map((parent, at) => (parent === null || at === 0 ? null : parent % at));
        const { pool } = database;
        await pool.query("truncate person, source_record, identity_event, consent");
        await pool.query(
          `insert into person (person_id, status, replaced_by, golden, created_by, updated_by)
           select id, case when parent is null then 'active' else 'merged' end, parent, '{}', 1, 1
           from unnest($1::uuid[], $2::uuid[]) as p (id, parent)`,
          [parents.map((_, at) => idOf(at)), parents.map((parent) => (parent === null ? null : idOf(parent)))],
        );
        await pool.query(
          `insert into source_record (source_record_id, authority, local_id, feed, status, person_id, identifiers, demographics,
             blocking_keys, created_by, updated_by)
           select id, 'RDZ', id::text, 'f', 'active', p, '{}', '{}', '{}', 1, 1 from unnest($1::bigint[], $2::uuid[]) as r (id, p)`,
          [parents.map((_, at) => at + 1), parents.map((_, at) => idOf(at))],
        );
        for (const [at, { from, to, kind, by }] of departures.entries())
          await pool.query(
            `insert into identity_event (event_id, journal_id, at, kind, source_record_id, person_id, from_person_id, decided_by)
             values ($1, 1, now(), $2, 1, $3, $4, $5)`,
            [at + 1, kind, idOf(to), idOf(from), by],
          );
        for (const each of new Set(chosen))
          await pool.query("insert into consent values ($1, true, 'test', now())", [idOf(each)]);
        const expected = [...optedOutOf(chosen, parents, departures)].sort();
        expect(
          [
            ...(await readOptedOut(
              pool,
              parents.map((_, at) => idOf(at)),
            )),
          ].sort(),
        ).toEqual(expected.map(idOf));
        const { rows } = await pool.query<{ id: number }>(
          `with recursive ${HIDDEN_RECORDS} select source_record_id as id from hidden order by 1`,
        );
        expect(rows.map(({ id }) => id)).toEqual(expected.map((at) => at + 1));
      },
    ),
    { numRuns: 80 },
  );
});
