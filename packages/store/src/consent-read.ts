import type { Client } from "./client.ts";
import type { RepresentativeAuthority } from "./command.ts";
import { LEFT_UNASKED } from "./consent.ts";

/** What was said once about sharing a person's record. */
export type ConsentStatement = {
  readonly journalId: number;
  readonly personId: string;
  readonly optedOut: boolean;
  readonly askedBy: "person" | "representative";
  readonly authority: RepresentativeAuthority | null;
  readonly lacksCapacity: boolean;
  readonly evidence: string;
  readonly reason: string;
  /** ISO date. */
  readonly askedOn: string;
  readonly recordedBy: string;
  readonly recordedAt: Date;
};

/** What was said of the person's own id, the latest first. */
export async function readConsentStatements(client: Client, personId: string): Promise<ConsentStatement[]> {
  const { rows } = await client.query<ConsentStatement>(
    `select journal_id as "journalId", person_id as "personId", opted_out as "optedOut", asked_by as "askedBy", authority,
       lacks_capacity as "lacksCapacity", evidence, reason, asked_on as "askedOn", recorded_by as "recordedBy",
       recorded_at as "recordedAt"
     from consent_statement where person_id = $1 order by journal_id desc`,
    [personId],
  );
  return rows;
}

/** Somebody who was one with whoever opted out when that was recorded, and is not any more. */
export type PartedAfterOptOut = {
  readonly personId: string;
  /** Whose opt-out it is: the person who kept the id. */
  readonly optedOutId: string;
  readonly optedOutAt: Date;
  readonly partedAt: Date;
};

/**
 * The questions that partings leave about opt-outs, the oldest first: an opt-out recorded while two were held for one stays
 * with the id it was recorded for, and it may have been the other's. Asked until something is recorded of the other.
 */
export async function readPartedAfterOptOut(client: Client, limit: number): Promise<PartedAfterOptOut[]> {
  const { rows } = await client.query<PartedAfterOptOut>(
    `select distinct on (s.person_id, c.person_id) s.person_id as "personId", c.person_id as "optedOutId",
       c.recorded_at as "optedOutAt", e.at as "partedAt"
     from consent c join person p on p.person_id = c.person_id and p.status = 'active'
     join identity_event e on e.from_person_id = c.person_id and e.journal_id > c.journal_id and not (${LEFT_UNASKED})
     join source_record s on s.source_record_id = e.source_record_id and s.person_id <> c.person_id
     cross join lateral (
       select i.person_id from identity_event i
       where i.source_record_id = s.source_record_id and i.journal_id < c.journal_id order by i.event_id desc limit 1
     ) then_of
     where c.opted_out and then_of.person_id = c.person_id
       and not exists (select from consent other where other.person_id = s.person_id and other.journal_id > e.journal_id)
     order by s.person_id, c.person_id, e.event_id desc limit $1`,
    [limit],
  );
  return rows;
}
