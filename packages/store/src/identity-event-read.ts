import type { Client } from "./client.ts";
import type { StoredIdentityEvent } from "./link-read.ts";

/** An identity event in the order in which events were decided, with the key of its record. */
export type FollowedIdentityEvent = StoredIdentityEvent & {
  readonly authority: string;
  readonly localId: string;
  /** The entry that decided: the message's own, or the command that had it judged again. */
  readonly position: number;
};

/** Where a follower stands: the last event that it has. */
export type IdentityEventPlace = { readonly position: number; readonly eventId: number };

/**
 * Identity events in the order of the entries that decided them, after a place, up to where the consumer has committed.
 *
 * No event is ever passed over: the one decider commits its position with the events, in the journal's order, so nothing
 * comes in at or before a position that is committed. A replayed message's events have ids lower than what was read long
 * ago; they stand where the replay stands, and the events of its own entry are looked for under that command.
 */
export async function readIdentityEventsAfter(
  client: Client,
  consumer: string,
  page: { readonly after: IdentityEventPlace; readonly limit: number },
): Promise<FollowedIdentityEvent[]> {
  const { rows } = await client.query<FollowedIdentityEvent>(
    `with committed as materialized (
       select coalesce((select position from log_consumer where consumer = $1), 0) as until
     ), own as (
       select e.event_id, e.journal_id as position from identity_event e left join outcome o using (journal_id)
       where e.journal_id between $2 and (select until from committed) and coalesce(o.decided_by, e.journal_id) = e.journal_id
         and (e.journal_id > $2 or e.event_id > $3)
       order by e.journal_id, e.event_id limit $4
     ), again as (
       select e.event_id, o.decided_by as position from outcome o join identity_event e using (journal_id)
       where o.decided_by <> o.journal_id and o.decided_by between $2 and (select until from committed)
         and (o.decided_by > $2 or e.event_id > $3)
       order by o.decided_by, e.event_id limit $4
     ), placed as (
       select * from own union all select * from again order by position, event_id limit $4
     )
     select e.event_id as "eventId", e.journal_id as "journalId", e.at, e.kind, e.source_record_id as "sourceRecordId",
       e.person_id as "personId", e.from_person_id as "fromPersonId", e.decided_by as "decidedBy", e.weight, e.evidence,
       s.authority, s.local_id as "localId", placed.position
     from placed join identity_event e using (event_id) join source_record s using (source_record_id)
     order by placed.position, placed.event_id`,
    [consumer, page.after.position, page.after.eventId, page.limit],
  );
  return rows;
}
