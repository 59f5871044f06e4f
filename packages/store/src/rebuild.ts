import type { Client } from "./client.ts";
import type { Database, Transaction } from "./database.ts";
import { HASHED_TABLES } from "./state-hash.ts";

/** Where the store is decided anew, beside the one that is read. */
export const ASIDE_SCHEMA = "rebuild";
/** Where the store that was read goes when the other takes its place. */
export const BEFORE_SCHEMA = "before_rebuild";

/** The tables that resolve writes: these are made anew, and change places. All others are there once. */
export const DECIDED_TABLES: readonly string[] = [...HASHED_TABLES, "fact_version", "fact_snapshot", "parked_identity"];

/** What resolve counts goes here while it decides aside; the counts that people see are its own only after the switch. */
const COUNTED = "tally";

/** Nothing that resolve reads is found by these: they are made when all rows are there, at a fraction of the cost. */
const LATE_INDEXES: ReadonlySet<string> = new Set([
  "person_nhs_number",
  "person_name",
  "person_birth_date",
  "person_postcode",
  "person_replaced_by",
  "source_record_local_id",
  "source_record_blocking_keys",
  "encounter_place",
  "encounter_place_names",
  "encounter_visit_number",
  "encounter_account",
  "identity_event_from_person",
  "identity_event_source_record",
  "outcome_source_record",
  "outcome_decided_again",
  "review_task_open",
  "review_task_closed",
]);

/** Whether a store stands aside that can be gone on with: one of another migration has other columns. */
export async function readAside(client: Client): Promise<"none" | "begun" | "complete" | "outdated"> {
  if (!(await hasSchema(client, ASIDE_SCHEMA))) return "none";
  const { rows } = await client.query<{ isCurrent: boolean; isComplete: boolean }>(
    `select migration = (select max(number) from public.migration) as "isCurrent", is_complete as "isComplete"
     from ${ASIDE_SCHEMA}.origin`,
  );
  if (!rows[0]?.isCurrent) return "outdated";
  return rows[0].isComplete ? "complete" : "begun";
}

/** Whether the store is still kept that was read before the last switch. */
export const hasStoreBefore = (client: Client): Promise<boolean> => hasSchema(client, BEFORE_SCHEMA);

/** Gives back the disk that the store before the last switch takes. */
export async function dropStoreBefore(client: Client): Promise<void> {
  await client.query(`drop schema if exists ${BEFORE_SCHEMA} cascade`);
}

/** What was decided aside is forgotten. */
export async function dropAside(database: Database, consumer: string): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query(`drop schema if exists ${ASIDE_SCHEMA} cascade`);
    await transaction.query("delete from log_consumer where consumer = $1", [consumer]);
  });
}

async function hasSchema(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_namespace where nspname = $1", [name]);
  return rowCount === 1;
}

/**
 * Makes empty tables aside, as the live ones are: columns, checks and storage the same, constraints and indexes under the same
 * names. The consumer begins at the first entry.
 */
export async function beginAside(database: Database, consumer: string): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query(`drop schema if exists ${ASIDE_SCHEMA} cascade`);
    await transaction.query(`create schema ${ASIDE_SCHEMA}`);
    for (const table of [...DECIDED_TABLES, COUNTED]) {
      await transaction.query(
        `create table ${ASIDE_SCHEMA}.${table} (like public.${table} including all excluding indexes)
         ${await storageOf(transaction, table)}`,
      );
      for (const index of await readIndexes(transaction, table))
        if (!LATE_INDEXES.has(index.name)) await transaction.query(index.sql);
    }
    await transaction.query(
      `create table ${ASIDE_SCHEMA}.origin as
       select max(number) as migration, false as is_complete, 0::bigint as refused_up_to from public.migration`,
    );
    await transaction.query("update log_consumer set position = 0 where consumer = $1", [consumer]);
  });
}

/** Makes the indexes that only readers need, and tells the planner what is there. */
export async function completeAside(aside: Database): Promise<void> {
  for (const table of DECIDED_TABLES) {
    for (const index of await readIndexes(aside.pool, table))
      if (LATE_INDEXES.has(index.name))
        await aside.pool.query(index.sql.replace(/^(CREATE (?:UNIQUE )?INDEX) /, "$1 if not exists "));
    await aside.pool.query(`analyze ${ASIDE_SCHEMA}.${table}`);
  }
  await aside.pool.query(`update ${ASIDE_SCHEMA}.origin set is_complete = true`);
}

/** LIKE leaves them out. */
async function storageOf(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ options: string[] | null }>(
    "select reloptions as options from pg_class where oid = $1::regclass",
    [`public.${table}`],
  );
  return rows[0]?.options ? `with (${rows[0].options.join(", ")})` : "";
}

/** The statements that make a table's constraints and indexes aside. LIKE would make them under names of its own. */
async function readIndexes(client: Client, table: string): Promise<{ name: string; sql: string }[]> {
  const { rows } = await client.query<{ name: string; index: string; constraint: string | null }>(
    `select c.relname as name, pg_get_indexdef(i.indexrelid) as index, pg_get_constraintdef(k.oid) as constraint
     from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = i.indexrelid
     where i.indrelid = $1::regclass order by k.oid is null, c.relname`,
    [`public.${table}`],
  );
  return rows.map(({ name, index, constraint }) => ({
    name,
    sql:
      constraint === null
        ? index.replace(` ON public.${table} `, ` ON ${ASIDE_SCHEMA}.${table} `)
        : `alter table ${ASIDE_SCHEMA}.${table} add constraint ${name} ${constraint}`,
  }));
}

/**
 * Copies what was refused at the door, up to an entry: no decider decides it, and the journal says by `accepted` which it is.
 */
export async function copyRefused(aside: Database | Transaction, upTo: number): Promise<void> {
  const client = "pool" in aside ? aside.pool : aside;
  await client.query(
    `with refused as (
       insert into ${ASIDE_SCHEMA}.outcome select o.* from public.outcome o join public.journal j using (journal_id)
       where not j.accepted and j.journal_id > (select refused_up_to from ${ASIDE_SCHEMA}.origin) and j.journal_id <= $1
       on conflict do nothing
     )
     update ${ASIDE_SCHEMA}.origin set refused_up_to = greatest(refused_up_to, $1)`,
    [upTo],
  );
}

/** Where a consumer stands. */
export async function readPosition(client: Client, consumer: string): Promise<number> {
  const { rows } = await client.query<{ position: number }>("select position from log_consumer where consumer = $1", [
    consumer,
  ]);
  return rows[0]?.position ?? 0;
}

/** Whether part of a later entry is done already: a command about a message commits its effects one after another. */
export async function isWithinCommand(client: Client, position: number): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from outcome where decided_by <> journal_id and decided_by > $1 limit 1",
    [position],
  );
  return rowCount !== 0;
}
