import { appendCommands, DECIDED_TABLES } from "@chesil/store";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { freshDatabase } from "./database.ts";
import { Folder } from "./link-folder.ts";
import { adt, receive, resolveAll } from "./region.ts";
import { LATER, LATER_STILL, who } from "./region-store.ts";

/** Law 8 by the command that an operator has for it. */

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
  vi.stubEnv("CHESIL_DATABASE_URL", database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.close();
});

type Said = {
  isSame: boolean;
  isSwitched: boolean;
  before: { hash: string };
  after: { hash: string };
  differences: unknown[];
};

async function rebuild(...options: string[]): Promise<{ code: number; said: Said }> {
  const { code, out } = await new Folder({}).chesil("rebuild", "--json", ...options);
  return { code, said: JSON.parse(out) };
}
const query = async <Row extends object>(sql: string) => (await database.pool.query<Row>(sql)).rows;
const schemas = async () =>
  (await query<{ name: string }>("select nspname as name from pg_namespace where nspname ~ 'rebuild'")).map(
    ({ name }) => name,
  );

/** How the store is built: everything that a migration names. */
const shape = () =>
  query(
    `select 'index' as what, indexname as name, indexdef as says from pg_indexes where schemaname = 'public'
     union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
     union all select 'constraint', conname, conrelid::regclass || pg_get_constraintdef(oid) from pg_constraint
       where connamespace = 'public'::regnamespace
     union all select 'table', relname, reloptions::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
     order by 1, 2, 3`,
  );

async function fill(): Promise<void> {
  const anna = who(0, { nhsNumber: "9990004951" });
  await receive(database, [
    adt("A28", anna),
    adt("A28", { ...anna, id: "COPY", authority: "RDZ" }),
    adt("A01", who(1), { visit: "V1" }),
    adt("A31", who(1, { phone: "01632960001" }), LATER),
    // Refused at the door, where no decider decides it.
    adt("A28", { id: "" }),
  ]);
  await resolveAll(database);
  const ids = (await query<{ id: number }>("select source_record_id as id from source_record order by 1")).map(
    ({ id }) => id,
  );
  const command = { command: "decide", one: ids[0] ?? 0, other: ids[1] ?? 0, verdict: "different" } as const;
  await appendCommands(
    database,
    [{ ...command, taskId: null, isSecondNeeded: false, by: "dora", reason: "twins" }],
    new Date(),
  );
  await resolveAll(database);
}

it("decides everything anew, people's decisions included, and puts it in the store's place", async () => {
  await fill();
  const before = await shape();
  const [tally, outcomes] = [
    "select feed, name, sum(messages) from tally group by 1, 2 order by 1, 2",
    "select journal_id, outcome, reason from outcome order by 1",
  ];
  const counted = [await query(tally), await query(outcomes)];
  expect(JSON.stringify(counted)).toContain("rejected");
  expect(await rebuild("--compare")).toMatchObject({ code: 0, said: { isSame: true, isSwitched: false } });
  expect(await rebuild()).toMatchObject({ code: 0, said: { isSame: true, isSwitched: true } });
  expect(await shape()).toEqual(before);
  expect([await query(tally), await query(outcomes)]).toEqual(counted);
  expect(await schemas()).toEqual([]);
  // What is not decided yet is no difference.
  await receive(database, [adt("A31", who(1, { phone: "01632960002" }), LATER_STILL)]);
  expect(await rebuild()).toMatchObject({ code: 0, said: { isSame: true } });
});

it("says what differs, and leaves the store as it is unless told otherwise", async () => {
  const names = "select family_name from person where status = 'active' order by 1";
  const true_ = await query(names);
  await resolveAll(database);
  await query("update person set family_name = 'somebody' where status = 'active'");
  const different = await rebuild();
  expect(different).toMatchObject({
    code: 1,
    said: { isSame: false, isSwitched: false, differences: [{ table: "person", onlyBefore: 3, onlyAfter: 3 }] },
  });
  expect(await query(names)).toEqual(true_.map(() => ({ family_name: "somebody" })));
  expect(await schemas()).toEqual(["rebuild"]);

  const switched = await rebuild("--switch");
  expect(switched).toMatchObject({ code: 1, said: { isSame: false, isSwitched: true } });
  expect(switched.said.after.hash).toBe(different.said.after.hash);
  expect(await query(names)).toEqual(true_);
  expect(await schemas()).toEqual(["before_rebuild"]);
  const chesil = (...args: string[]) => new Folder({}).chesil(...args);
  expect(await chesil("rebuild")).toMatchObject({ code: 2, said: expect.stringContaining("chesil rebuild --drop") });
  await chesil("rebuild", "--drop");
  expect(await rebuild()).toMatchObject({ code: 0, said: { isSame: true } });
  expect((await chesil("verify")).code).toBe(0);
});

/** Everything else is there once: written at the door, by people, or for those who read. A new table is in one list or the other. */
const KEPT = `app_user audit batch_envelope consent consent_statement delivery drift_day identifier_change journal journal_key journal_partition load load_gone_fact load_late_row load_row log_consumer matching_model migration
  notification notification_place pair_scores redelivery sender_sequence sensitivity_mark session shadow_change shadow_run sign_in_link tally
  wire_fault`;

it("makes every table anew that resolve writes", async () => {
  const tables = await query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition",
  );
  expect(tables.map(({ name }) => name).sort()).toEqual([...DECIDED_TABLES, ...KEPT.split(/\s+/)].sort());
});
