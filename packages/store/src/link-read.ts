import type { Client } from "./client.ts";
import type { IdentityEventWrite } from "./identity-write.ts";

/** A dated event that tied a source record to a person, or took it away. */
export type StoredIdentityEvent = IdentityEventWrite;

const EVENT_COLUMNS = `event_id as "eventId", journal_id as "journalId", at, kind, source_record_id as "sourceRecordId",
  person_id as "personId", from_person_id as "fromPersonId", decided_by as "decidedBy", weight, evidence`;

/** What happened to a person's links, newest first. */
export async function readIdentityEvents(
  client: Client,
  personId: string,
  limit: number,
): Promise<StoredIdentityEvent[]> {
  const { rows } = await client.query<StoredIdentityEvent>(
    `(select ${EVENT_COLUMNS} from identity_event where person_id = $1 order by event_id desc limit $2)
     union
     (select ${EVENT_COLUMNS} from identity_event where from_person_id = $1 order by event_id desc limit $2)
     order by "eventId" desc limit $2`,
    [personId, limit],
  );
  return rows;
}

/** What messages decided about links, in order. */
export async function readIdentityEventsOfMessages(
  client: Client,
  journalIds: readonly number[],
): Promise<StoredIdentityEvent[]> {
  if (journalIds.length === 0) return [];
  const { rows } = await client.query<StoredIdentityEvent>(
    `select ${EVENT_COLUMNS} from identity_event where journal_id = any($1::bigint[]) order by event_id`,
    [journalIds],
  );
  return rows;
}

/** With whom a record was one person before its words became somebody else's: the active records of that person now. */
export async function readFormerMates(client: Client, sourceRecordId: number): Promise<number[]> {
  const { rows } = await client.query<{ source_record_id: number }>(
    `with recursive left_person as (
       select from_person_id as person_id from identity_event
       where source_record_id = $1 and kind = 'overlaid' order by event_id desc limit 1
     ), end_person as (
       select p.person_id, p.replaced_by from left_person join person p using (person_id)
       union
       select p.person_id, p.replaced_by from end_person e join person p on p.person_id = e.replaced_by
     )
     select s.source_record_id from end_person join source_record s using (person_id)
     where s.source_record_id <> $1 and s.status = 'active' order by 1`,
    [sourceRecordId],
  );
  return rows.map((row) => row.source_record_id);
}

/** For each source record the event that put it where it is. */
export async function readLatestLinks(
  client: Client,
  sourceRecordIds: readonly number[],
): Promise<Map<number, StoredIdentityEvent>> {
  if (sourceRecordIds.length === 0) return new Map();
  const { rows } = await client.query<StoredIdentityEvent>(
    `select distinct on (source_record_id) ${EVENT_COLUMNS} from identity_event
     where source_record_id = any($1::bigint[]) order by source_record_id, event_id desc`,
    [sourceRecordIds],
  );
  return new Map(rows.map((row) => [row.sourceRecordId, row]));
}

/** How many messages spoke of each source record. */
export async function countMessages(client: Client, sourceRecordIds: readonly number[]): Promise<Map<number, number>> {
  if (sourceRecordIds.length === 0) return new Map();
  const { rows } = await client.query<{ source_record_id: number; messages: number }>(
    `select source_record_id, count(*) as messages from outcome
     where source_record_id = any($1::bigint[]) group by source_record_id`,
    [sourceRecordIds],
  );
  return new Map(rows.map((row) => [row.source_record_id, row.messages]));
}
