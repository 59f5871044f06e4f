import type { GoldenRecord, Outcome, Reason, Warning } from "@chesil/model";
import type { Transaction } from "./database.ts";
import type { StoredPerson, StoredRecord } from "./identity-read.ts";
import { column, jsonColumn, textColumn } from "./unnest.ts";

/** What a person is found by: folded, derived from the golden record. */
export type SearchColumns = {
  readonly nhsNumber: string | null;
  readonly familyName: string | null;
  readonly givenName: string | null;
  readonly birthDate: string | null;
  readonly sex: string | null;
  readonly postcode: string | null;
};

/** A record with what matching reads of it, as JSON, and which version of matching says so. */
export type RecordWrite = StoredRecord & { readonly matchRecord?: string; readonly matchVersion?: number };

export type PersonWrite = StoredPerson & { readonly search: SearchColumns; readonly journalId: number };

/**
 * `moved`: to another person; `unlinked`: to one of its own, or back to the one it came from; `unmerged`: what was merged
 * away stands by itself again; `renamed`: another local id; `restored`: it spoke again after it was deleted; `overlaid`: its words became somebody else's; `cleared`: a person found
 * that it is one patient all the same.
 */
export type IdentityEventKind =
  | "created"
  | "linked"
  | "moved"
  | "unlinked"
  | "merged"
  | "unmerged"
  | "retired"
  | "renamed"
  | "deleted"
  | "restored"
  | "overlaid"
  | "cleared";

export type IdentityEventWrite = {
  readonly eventId: number;
  readonly journalId: number;
  readonly at: Date;
  readonly kind: IdentityEventKind;
  readonly sourceRecordId: number;
  readonly personId: string;
  readonly fromPersonId: string | null;
  readonly decidedBy: "identifier" | "model" | "sender" | "human" | "new";
  readonly weight: number | null;
  readonly evidence: unknown;
};

export type OutcomeWrite = {
  readonly journalId: number;
  readonly outcome: Exclude<Outcome, "duplicate" | "rejected" | "conflict">;
  readonly reason: Reason | null;
  readonly detail: string | null;
  readonly decidedBy: number;
  readonly decidedAt: Date;
  readonly sourceRecordId: number | null;
  readonly personId: string | null;
  readonly warnings: readonly Warning[];
  /** Null or absent: each patient was heard by the record of its own id, and what was asserted was done. */
  readonly hearing?: Hearing | null;
};

/** How a message was heard where not each patient was heard by the record of its own id. Identities as `authority|localId`. */
export type Hearing = {
  /** Heard by the record that the id led to, by its source record id. */
  readonly redirected: Readonly<Record<string, number>>;
  /** Not heard by the record that the id led to, because somebody else is described. */
  readonly elsewhere: readonly string[];
  /** Heard by nobody. */
  readonly unheard: readonly string[];
  /** What it asserts of identities was not believed: nothing of it was done. */
  readonly isDoubted: boolean;
};

export async function writeRecords(transaction: Transaction, rows: readonly RecordWrite[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-records",
    text: `insert into source_record (source_record_id, authority, local_id, feed, status, retired_into, person_id, identifiers,
             demographics, blocking_keys, created_by, updated_by, deleted_at, overlaid_by, match_record, match_version, former)
           select id, authority, local_id, feed, status, retired_into, person_id, identifiers, demographics, keys::bigint[],
             created_by, updated_by, deleted_at, overlaid_by, match_record, match_version, former
           from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::jsonb[],
             $9::jsonb[], $10::text[], $11::bigint[], $12::bigint[], $13::timestamptz[], $14::bigint[], $15::text[], $16::smallint[],
             $17::jsonb[])
           as r (id, authority, local_id, feed, status, retired_into, person_id, identifiers, demographics, keys, created_by,
             updated_by, deleted_at, overlaid_by, match_record, match_version, former)
           on conflict (source_record_id) do update set authority = excluded.authority, local_id = excluded.local_id,
             feed = excluded.feed, status = excluded.status, deleted_at = excluded.deleted_at, overlaid_by = excluded.overlaid_by,
             retired_into = excluded.retired_into, person_id = excluded.person_id, identifiers = excluded.identifiers,
             demographics = excluded.demographics, blocking_keys = excluded.blocking_keys, updated_by = excluded.updated_by,
             match_record = excluded.match_record, match_version = excluded.match_version, former = excluded.former`,
    values: [
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.authority),
      column(rows, (row) => row.localId),
      column(rows, (row) => row.feed),
      column(rows, (row) => row.status),
      column(rows, (row) => row.retiredInto),
      column(rows, (row) => row.personId),
      jsonColumn(rows, (row) => row.identifiers),
      jsonColumn(rows, (row) => row.demographics),
      column(rows, (row) => `{${row.blockingKeys.join(",")}}`),
      column(rows, (row) => row.createdBy),
      column(rows, (row) => row.updatedBy),
      column(rows, (row) => row.deletedAt ?? null),
      column(rows, (row) => row.overlaidBy ?? null),
      textColumn(rows, (row) => row.matchRecord ?? null),
      column(rows, (row) => row.matchVersion ?? null),
      jsonColumn(rows, (row) => row.former),
    ],
  });
}

export async function writePersons(transaction: Transaction, rows: readonly PersonWrite[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-persons",
    text: `insert into person (person_id, status, replaced_by, golden, nhs_number, family_name, given_name, birth_date, sex, postcode,
             created_by, updated_by)
           select id, status, replaced_by, golden, nhs_number, family_name, given_name, birth_date, sex, postcode,
             -- Its id begins with the journal entry that made it.
             ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint, journal_id
           from unnest($1::uuid[], $2::text[], $3::uuid[], $4::jsonb[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
             $10::text[], $11::bigint[])
           as r (id, status, replaced_by, golden, nhs_number, family_name, given_name, birth_date, sex, postcode, journal_id)
           on conflict (person_id) do update set status = excluded.status, replaced_by = excluded.replaced_by,
             golden = excluded.golden, nhs_number = excluded.nhs_number, family_name = excluded.family_name,
             given_name = excluded.given_name, birth_date = excluded.birth_date, sex = excluded.sex, postcode = excluded.postcode,
             updated_by = excluded.updated_by`,
    values: [
      column(rows, (row) => row.personId),
      column(rows, (row) => row.status),
      column(rows, (row) => row.replacedBy),
      jsonColumn(rows, (row) => row.golden satisfies GoldenRecord),
      column(rows, (row) => row.search.nhsNumber),
      column(rows, (row) => row.search.familyName),
      column(rows, (row) => row.search.givenName),
      column(rows, (row) => row.search.birthDate),
      column(rows, (row) => row.search.sex),
      column(rows, (row) => row.search.postcode),
      column(rows, (row) => row.journalId),
    ],
  });
}

export async function writeIdentityEvents(
  transaction: Transaction,
  rows: readonly IdentityEventWrite[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-identity-events",
    text: `insert into identity_event (event_id, journal_id, at, kind, source_record_id, person_id, from_person_id, decided_by, weight, evidence)
           select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::bigint[], $6::uuid[], $7::uuid[],
             $8::text[], $9::real[], $10::jsonb[])`,
    values: [
      column(rows, (row) => row.eventId),
      column(rows, (row) => row.journalId),
      column(rows, (row) => row.at),
      column(rows, (row) => row.kind),
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.personId),
      column(rows, (row) => row.fromPersonId),
      column(rows, (row) => row.decidedBy),
      column(rows, (row) => row.weight),
      jsonColumn(rows, (row) => row.evidence),
    ],
  });
}

/** Writes outcomes; a replayed message's earlier outcome is replaced. */
export async function writeOutcomes(transaction: Transaction, rows: readonly OutcomeWrite[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-outcomes",
    text: `insert into outcome (journal_id, outcome, reason, detail, decided_by, decided_at, source_record_id, person_id, warnings, hearing)
           select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::bigint[],
             $8::uuid[], $9::jsonb[], $10::jsonb[])
           on conflict (journal_id) do update set outcome = excluded.outcome, reason = excluded.reason, detail = excluded.detail,
             decided_by = excluded.decided_by, decided_at = excluded.decided_at, source_record_id = excluded.source_record_id,
             person_id = excluded.person_id, warnings = excluded.warnings, hearing = excluded.hearing`,
    values: [
      column(rows, (row) => row.journalId),
      column(rows, (row) => row.outcome),
      column(rows, (row) => row.reason),
      column(rows, (row) => row.detail),
      column(rows, (row) => row.decidedBy),
      column(rows, (row) => row.decidedAt),
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.personId),
      jsonColumn(rows, (row) => (row.warnings.length > 0 ? row.warnings : null)),
      jsonColumn(rows, (row) => row.hearing),
    ],
  });
}

/** Notes that messages count as heard otherwise from now on: after a merge was taken back, or taken up again. */
export async function writeHearings(
  transaction: Transaction,
  rows: readonly { readonly journalId: number; readonly hearing: Hearing }[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `update outcome o set hearing = r.hearing from unnest($1::bigint[], $2::jsonb[]) as r (journal_id, hearing)
     where o.journal_id = r.journal_id`,
    [column(rows, (row) => row.journalId), jsonColumn(rows, (row) => row.hearing)],
  );
}

/**
 * Parks identities behind a journal entry. One that is parked already stays behind the earlier entry, unless that is
 * `releasing`, the entry being let go: then it waits for this one instead.
 */
export async function parkIdentities(
  transaction: Transaction,
  identities: readonly string[],
  journalId: number,
  since: Date,
  releasing?: number,
): Promise<void> {
  if (identities.length === 0) return;
  await transaction.query(
    `insert into parked_identity (identity, journal_id, since) select unnest($1::text[]), $2, $3
     on conflict (identity) do update set journal_id = excluded.journal_id where parked_identity.journal_id = $4`,
    [identities, journalId, since, releasing ?? null],
  );
}
