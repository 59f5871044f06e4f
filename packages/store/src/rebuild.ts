import { createHash } from "node:crypto";
import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";

/**
 * What resolve has decided, as rows. Left out is what depends on how messages were cut into batches, and on the clock: which
 * of a fact's repetitions is written with it, when something was decided, which batch closed a question.
 */
const DECIDED = {
  source_record: `select source_record_id, authority, local_id, status, retired_into, person_id, identifiers, demographics,
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
  outcome: "select journal_id, outcome, reason, detail, source_record_id, person_id, warnings from outcome",
} as const;

/** The tables above, and what goes with them. */
const FORGOTTEN = [
  ...Object.keys(DECIDED).filter((table) => table !== "outcome"),
  "fact_version",
  "fact_snapshot",
  "parked_identity",
];
/** Outcomes that resolve gives; the others are given at the door, and stay. */
const RESOLVED_OUTCOMES = ["applied", "quarantined", "parked", "skipped"];

export type StateHash = {
  /** SHA-256 over all tables, as hex. */
  readonly hash: string;
  /** Of each table how many rows it has, and what they come to. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly sum: string }>>;
};

/**
 * A fingerprint of everything that resolve has decided: equal stores, equal hashes, whatever the order of their rows
 * (law 8). Of each table the rows' own hashes are added up, so that nothing has to be sorted.
 */
export async function readStateHash(client: Client): Promise<StateHash> {
  const tables: Record<string, { rows: number; sum: string }> = {};
  for (const [table, sql] of Object.entries(DECIDED)) {
    const { rows } = await client.query<{ rows: number; sum: string }>(
      `select count(*) as rows, concat_ws(' ', coalesce(sum(hashtextextended(t::text, 0)), 0),
         coalesce(sum(hashtextextended(t::text, 1)), 0)) as sum
       from (${sql}) t`,
    );
    if (rows[0]) tables[table] = rows[0];
  }
  return { hash: createHash("sha256").update(JSON.stringify(tables)).digest("hex"), tables };
}

/**
 * Forgets everything that resolve has decided, and sets its consumer back to the beginning of the journal. Nobody else may
 * resolve meanwhile.
 */
export async function forgetDecided(transaction: Transaction, consumer: string): Promise<void> {
  await transaction.query(`truncate ${FORGOTTEN.join(", ")}`);
  await transaction.query("delete from outcome where outcome = any($1)", [RESOLVED_OUTCOMES]);
  await transaction.query("delete from tally where name = any($1)", [RESOLVED_OUTCOMES]);
  await transaction.query("update log_consumer set position = 0 where consumer = $1", [consumer]);
}
