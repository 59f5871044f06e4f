import type { Client } from "./client.ts";

/** One look, or one act. `detail` says how, never what was seen: it holds no value of a patient. */
export type AuditEntry = {
  readonly at: Date;
  readonly username: string;
  readonly action: string;
  readonly personId: string | null;
  readonly sourceRecordId: number | null;
  readonly journalId: number | null;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type StoredAuditEntry = AuditEntry & { readonly auditId: number };

/** As PostgreSQL's jsonb takes it, which holds no NUL. */
export const detailText = (detail: AuditEntry["detail"]): string =>
  JSON.stringify(detail).replaceAll("\\u0000", "\\ufffd");

/** Writes the entries in order; on a pool client they are committed when this resolves. */
export async function writeAudit(client: Client, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query({
    name: "write-audit",
    text: `insert into audit (at, username, action, person_id, source_record_id, journal_id, detail)
           select at, username, action, person_id, source_record_id, journal_id, detail
           from unnest($1::timestamptz[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[], $7::jsonb[])
             with ordinality as e (at, username, action, person_id, source_record_id, journal_id, detail, place)
           order by place`,
    values: [
      entries.map((entry) => entry.at),
      entries.map((entry) => entry.username),
      entries.map((entry) => entry.action),
      entries.map((entry) => entry.personId),
      entries.map((entry) => entry.sourceRecordId),
      entries.map((entry) => entry.journalId),
      entries.map((entry) => detailText(entry.detail)),
    ],
  });
}

/** The newest entries first, older than `before` where it is given. */
export async function readAudit(
  client: Client,
  page: { before: number | null; limit: number },
): Promise<StoredAuditEntry[]> {
  const { rows } = await client.query<StoredAuditEntry>(
    `select audit_id as "auditId", at, username, action, person_id as "personId", source_record_id as "sourceRecordId",
       journal_id as "journalId", detail
     from audit where $1::bigint is null or audit_id < $1 order by audit_id desc limit $2`,
    [page.before, page.limit],
  );
  return rows;
}
