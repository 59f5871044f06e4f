import { DEFAULT_SURVIVORSHIP, reconcile } from "@chesil/model";
import { type RegisterRow, simulateRegister } from "@chesil/simulator";
import { readPersons, readRecordsOfPersons, type StoredRecord } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { homePersonOf } from "../../services/resolve/src/mint.ts";
import { freshDatabase } from "../../test/database.ts";
import { receive, resolveAll } from "../../test/region.ts";
import { messageOf } from "./identity-messages.ts";
import { Register } from "./identity-register.ts";
import { fillStore, type Region } from "./identity-store.ts";

describe("the rows of a register", () => {
  const rows = [...simulateRegister({ people: 600, seed: "parted" })];
  const register = new Register(400, { fresh: 100, strangers: 40 });
  const filed = new Map<RegisterRow, StoredRecord>();
  for (const row of rows) {
    const record = register.take(row);
    if (record) filed.set(row, record);
  }
  const personsOf = (some: Iterable<RegisterRow>) => new Set([...some].map(({ person }) => person));

  it("are on file, sent later or neither, and nobody is on both sides who should not be", () => {
    const onFile = personsOf(filed.keys());
    expect([onFile.size, register.persons, register.records]).toEqual([400, 400, filed.size]);
    expect([register.ofOthers.length, register.ofKnown.length, register.strangers.length]).toEqual([50, 50, 40]);
    expect(register.ofKnown.filter((row) => filed.has(row) || !onFile.has(row.person))).toEqual([]);
    expect(register.known.filter((row) => !filed.has(row))).toEqual([]);
    const [others, strangers] = [personsOf(register.ofOthers), personsOf(register.strangers)];
    expect([others.size, strangers.size]).toEqual([50, 40]);
    expect([...onFile, ...strangers].filter((person) => others.has(person))).toEqual([]);
    expect([...onFile].filter((person) => strangers.has(person))).toEqual([]);
  });

  it("of one person are linked under the name of the oldest", () => {
    for (const [, records] of Map.groupBy(filed, ([row]) => row.person)) {
      const ids = records.map(([, { sourceRecordId }]) => sourceRecordId);
      const home = homePersonOf(Math.min(...ids));
      expect(records.filter(([, { personId }]) => personId !== home)).toEqual([]);
    }
  });
});

describe("a store that is filled without messages", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let region: Region;
  beforeAll(async () => {
    database = await freshDatabase();
    region = await fillStore(database.url, 300, { fresh: 40, strangers: 10 }, () => {});
  });
  afterAll(() => database?.close());

  const counted = async () => {
    const { rows } = await database.pool.query<Record<string, number>>(
      `select (select count(*) from person) as persons, (select count(*) from source_record) as records,
         (select count(*) from identity_event) as events, (select count(*) from outcome where outcome = 'applied') as applied`,
    );
    return rows[0];
  };

  it("holds the golden records that reconciling gives", async () => {
    const { rows } = await database.pool.query<{ id: string }>("select person_id as id from person");
    const ids = rows.map(({ id }) => id);
    const records = Map.groupBy(await readRecordsOfPersons(database.pool, ids), ({ personId }) => personId);
    for (const { personId, golden } of await readPersons(database.pool, ids))
      expect(golden).toEqual(JSON.parse(JSON.stringify(reconcile(records.get(personId) ?? [], DEFAULT_SURVIVORSHIP))));
    expect([ids.length, records.size, region.records > 400]).toEqual([300, 300, true]);
  });

  it("has every index again", async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      "select indexname as name from pg_indexes where tablename in ('person', 'source_record') order by 1",
    );
    const other = await freshDatabase();
    const { rows: untouched } = await other.pool.query<{ name: string }>(
      "select indexname as name from pg_indexes where tablename in ('person', 'source_record') order by 1",
    );
    await other.close();
    expect(rows).toEqual(untouched);
  });

  it("is not changed by what is on file being sent again", async () => {
    const before = await counted();
    const again = region.known.slice(0, 100);
    await receive(
      database,
      again.map((row) => messageOf(row, "A31")),
    );
    await resolveAll(database);
    expect(await counted()).toEqual({ ...before, applied: again.length });
  });
});
