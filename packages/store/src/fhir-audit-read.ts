import type { StoredAuditEntry } from "./audit.ts";
import type { Client } from "./client.ts";

/** Which entries of the audit; at least the persons or the entries are named, and all conditions hold. */
export type AuditAsked = {
  /** Looks at one of them, or at somebody who was merged into one of them. */
  readonly personIds?: readonly string[] | undefined;
  readonly auditIds?: readonly number[] | undefined;
  /** Entries below this id: the order is newest first. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** Newest first by their ids. Whoever looked at a person before a merge looked at the survivor's record. */
export async function readAuditOf(client: Client, asked: AuditAsked): Promise<StoredAuditEntry[]> {
  const { personIds, auditIds, before, limit } = asked;
  if (!personIds && !auditIds) throw new Error("The audit is read of persons or by its ids.");
  const { rows } = await client.query<StoredAuditEntry>(
    `with recursive family as (
       select unnest($1::uuid[]) as person_id
       union
       select p.person_id from family f join person p on p.replaced_by = f.person_id
     )
     select audit_id as "auditId", at, username, action, person_id as "personId", source_record_id as "sourceRecordId",
       journal_id as "journalId", detail
     from audit
     where ($1::uuid[] is null or person_id = any(array(select person_id from family)))
       and ($2::bigint[] is null or audit_id = any($2::bigint[])) and ($3::bigint is null or audit_id < $3)
     order by audit_id desc limit $4`,
    [personIds ?? null, auditIds ?? null, before ?? null, limit],
  );
  return rows;
}
