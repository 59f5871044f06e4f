import { createHash } from "node:crypto";
import type { Client } from "./client.ts";

/**
 * What resolve has decided, as rows. Left out is what depends on how messages were cut into batches, and on the clock: which
 * of a fact's repetitions is written with it, when something was decided, which batch closed a question.
 */
const DECIDED = {
  source_record: `select source_record_id, authority, local_id, status, retired_into, person_id, identifiers, demographics, former,
    blocking_keys, created_by, updated_by, deleted_at, overlaid_by from source_record`,
  person: `select person_id, status, replaced_by, golden, nhs_number, family_name, given_name, birth_date, sex, postcode,
    created_by from person`,
  encounter: "select * from encounter",
  fact: `select fact_id, source_record_id, kind, fact_key, visit_number, state, content, parts_at, parts_by, retracted_at,
    retracted_by, relation, relates_to, related_at, related_by, created_by from fact`,
  identity_event: "select * from identity_event",
  link_rule: "select * from link_rule",
  number_alias: "select * from number_alias",
  review_task: `select task_id, kind, state, settled, source_record_id, other_source_record_id, weight, why, evidence, opened_by,
    opened_at, asked_by, stage, assignee from review_task`,
  decision: "select * from decision",
  outcome: `select journal_id, outcome, reason, detail, source_record_id, person_id, warnings from outcome
    where journal_id <= $1`,
} as const;

/** Tables that resolve writes, and which say the same whatever the batches were: they make the hash. */
export const HASHED_TABLES = Object.keys(DECIDED) as readonly (keyof typeof DECIDED)[];

export type StateHash = {
  /** SHA-256 over all tables, as hex. */
  readonly hash: string;
  /** Of each table how many rows it has, and what they come to. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly sum: string }>>;
};

/**
 * A fingerprint of everything that resolve has decided: equal stores, equal hashes, whatever the order of their rows
 * (law 8). Of each table the rows' own hashes are added up, so that nothing has to be sorted.
 *
 * @param upTo the journal entry up to which outcomes count: what is refused at the door is written before the decider is there.
 */
export async function readStateHash(client: Client, upTo: number = Number.MAX_SAFE_INTEGER): Promise<StateHash> {
  const tables: Record<string, { rows: number; sum: string }> = {};
  for (const table of HASHED_TABLES) {
    const { rows } = await client.query<{ rows: number; sum: string }>(
      `select count(*) as rows, concat_ws(' ', coalesce(sum(hashtextextended(t::text, 0)), 0),
         coalesce(sum(hashtextextended(t::text, 1)), 0)) as sum
       from (${DECIDED[table]}) t`,
      boundOf(table, upTo),
    );
    if (rows[0]) tables[table] = rows[0];
  }
  return { hash: createHash("sha256").update(JSON.stringify(tables)).digest("hex"), tables };
}

/** How a table came out otherwise: rows that only the one store has, and rows that only the other has. */
export type Difference = { readonly table: string; readonly onlyBefore: number; readonly onlyAfter: number };

/** Keeps the rows of these tables as the client's snapshot sees them, as hashes, for `countDifferences`. */
export async function keepRowHashes(client: Client, schema: string, tables: readonly string[], upTo: number) {
  for (const table of HASHED_TABLES.filter((each) => tables.includes(each)))
    await client.query(
      `create table ${schema}.was_${table} as select hashtextextended(t::text, 0) as row_hash
       from (${DECIDED[table].replace("$1", String(Math.trunc(upTo)))}) t`,
    );
}

/** Holds the rows that were kept against those that this client sees, and keeps them no longer. */
export async function countDifferences(
  client: Client,
  schema: string,
  tables: readonly string[],
  upTo: number,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const table of HASHED_TABLES.filter((each) => tables.includes(each))) {
    const was = `select row_hash from ${schema}.was_${table}`;
    const is = `select hashtextextended(t::text, 0) from (${DECIDED[table]}) t`;
    const { rows } = await client.query<{ before: number; after: number }>(
      `select (select count(*) from (${was} except all ${is}) t) as before,
              (select count(*) from (${is} except all ${was}) t) as after`,
      boundOf(table, upTo),
    );
    differences.push({ table, onlyBefore: rows[0]?.before ?? 0, onlyAfter: rows[0]?.after ?? 0 });
    await client.query(`drop table ${schema}.was_${table}`);
  }
  return differences;
}

const boundOf = (table: keyof typeof DECIDED, upTo: number) => (DECIDED[table].includes("$1") ? [upTo] : []);
