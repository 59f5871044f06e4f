import type { Client } from "./client.ts";
import { DECISION_COLUMNS, type Decision } from "./decision.ts";
import type { StoredIdentityEvent } from "./link-read.ts";

/** What happened to a person's links, or what somebody decided about their records. */
export type PersonHistoryEntry = {
  readonly place: PersonHistoryPlace;
  readonly event: HistoryEvent | null;
  readonly decision: Decision | null;
};

/** `by`, `reason`: of the decision that brought the event about; null where none did. */
type HistoryEvent = StoredIdentityEvent & { readonly by: string | null; readonly reason: string | null };

/** Newest first: by journal entry, of one entry the decision before its events, those from the last. */
export type PersonHistoryPlace = { readonly journalId: number; readonly eventId: number };

/** Above every event's id: where a decision stands among the events of its entry. */
const DECISION_PLACE = Number.MAX_SAFE_INTEGER;

/**
 * A person's identity events, and the decisions about every record that is or was theirs, after a place where it is given.
 * Decisions who has what task are left out: they say nothing of the person.
 */
export async function readPersonHistory(
  client: Client,
  personId: string,
  page: { readonly after: PersonHistoryPlace | null; readonly limit: number },
): Promise<PersonHistoryEntry[]> {
  const after = page.after ?? { journalId: Number.MAX_SAFE_INTEGER, eventId: Number.MAX_SAFE_INTEGER };
  const values = [personId, after.journalId, after.eventId, page.limit];
  const { rows: events } = await client.query<HistoryEvent>(
    `select e.event_id as "eventId", e.journal_id as "journalId", e.at, e.kind, e.source_record_id as "sourceRecordId",
       e.person_id as "personId", e.from_person_id as "fromPersonId", e.decided_by as "decidedBy", e.weight, e.evidence,
       d.decided_by as by, d.reason
     from identity_event e left join decision d using (journal_id)
     where (e.person_id = $1 or e.from_person_id = $1) and (e.journal_id, e.event_id) < ($2::bigint, $3::bigint)
     order by e.journal_id desc, e.event_id desc limit $4`,
    values,
  );
  const { rows: decisions } = await client.query<Decision>(
    `with theirs as materialized (
       select source_record_id from identity_event where person_id = $1
       union
       select source_record_id from identity_event where from_person_id = $1
       union
       select source_record_id from source_record where person_id = $1
     ), about as (
       select d.journal_id from theirs t join decision d on d.source_record_id = t.source_record_id
       union
       select d.journal_id from theirs t join decision d on d.other_source_record_id = t.source_record_id
     )
     select ${DECISION_COLUMNS} from decision join about using (journal_id)
     where command <> 'assign' and (journal_id, ${DECISION_PLACE}::bigint) < ($2::bigint, $3::bigint)
     order by journal_id desc limit $4`,
    values,
  );
  const entries: PersonHistoryEntry[] = [
    ...events.map((event) => ({
      place: { journalId: event.journalId, eventId: event.eventId },
      event,
      decision: null,
    })),
    ...decisions.map((decision) => ({
      place: { journalId: decision.journalId, eventId: DECISION_PLACE },
      event: null,
      decision,
    })),
  ];
  const newestFirst = (a: PersonHistoryEntry, b: PersonHistoryEntry) =>
    b.place.journalId - a.place.journalId || b.place.eventId - a.place.eventId;
  return entries.sort(newestFirst).slice(0, page.limit);
}
