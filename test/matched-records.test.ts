import { copyMatchedRecords, type Database, readRecordsOfOtherVersion } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";

/** The index's own way to read everybody, against the rows as PostgreSQL says them. */

const VERSION = 7;
let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(() => database.pool.query("truncate source_record"));
afterAll(() => database.close());

const fill = (records: number) =>
  database.pool.query(
    `insert into source_record (source_record_id, authority, local_id, feed, status, person_id, identifiers, demographics,
       blocking_keys, created_by, updated_by, match_record, match_version, overlaid_by)
     select n, 'RBD', n, 'test', case when n % 7 = 0 then 'retired' else 'active' end, gen_random_uuid(), '{}', '{}',
       -- None, one and many keys, below and above 0.
       (select coalesce(array_agg(hashint8extended(n, k)), '{}') from generate_series(1, n % 15) as k), n, n,
       case when n % 11 = 0 then null else '{"names":[{"given":["Zoë","Ó Súilleabháin","\\u0000","𝄞"]}],"n":' || n || '}' end,
       case when n % 5 = 0 then null when n % 13 = 0 then $2 + 1 else $2 end, case when n % 17 = 0 then 1 end
     from generate_series(1, $1) as n`,
    [records, VERSION],
  );

it("reads each record that can be matched once: here, or as one of another version", async () => {
  await fill(3_000);
  const copied: unknown[] = [];
  await copyMatchedRecords(database, VERSION, (id, matchRecord, keys) =>
    copied.push([id, matchRecord, keys.map(String)]),
  );
  const { rows } = await database.pool.query(
    `select source_record_id as id, match_record, blocking_keys::text[] as keys from source_record
     where status = 'active' and overlaid_by is null and match_version = $1 and match_record is not null order by 1`,
    [VERSION],
  );
  const byId = (a: unknown, b: unknown) => (a as [number])[0] - (b as [number])[0];
  expect(copied.sort(byId)).toEqual(rows.map(({ id, match_record, keys }) => [id, match_record, keys]));
  const others: number[] = [];
  for await (const records of readRecordsOfOtherVersion(database.pool, VERSION))
    others.push(...records.map(({ sourceRecordId }) => sourceRecordId));
  const { rows: matched } = await database.pool.query(
    "select source_record_id as id from source_record where status = 'active' and overlaid_by is null order by 1",
  );
  const found = [...copied.map((row) => (row as [number])[0]), ...others].sort((a, b) => a - b);
  expect(found).toEqual(matched.map(({ id }) => id));
});

it("fails where the connection is lost on the way, and nothing else does", async () => {
  await fill(60_000);
  let isEnded = false;
  const copying = copyMatchedRecords(database, VERSION, () => {
    if (isEnded) return;
    isEnded = true;
    void database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy (select source_record_id%'",
    );
  });
  await expect(copying).rejects.toThrow();
});

it("fails where a record can not be taken in, with what was thrown", async () => {
  await fill(100);
  const copying = copyMatchedRecords(database, VERSION, () => {
    throw new RangeError("full");
  });
  await expect(copying).rejects.toThrow("full");
});
