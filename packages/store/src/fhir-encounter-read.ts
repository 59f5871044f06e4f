import type { Client } from "./client.ts";
import type { StoredEncounter } from "./encounter.ts";

/** A visit as FHIR shows it: with whose it is now, and a version that changes with that too. Asked of no gate yet. */
export type VersionedEncounter = StoredEncounter & {
  readonly personId: string;
  readonly authority: string;
  readonly feed: string;
  /** The person died: where they are is said by none of their visits. */
  readonly isOfDead: boolean;
  /** The journal entry that changed what is said of it last. */
  readonly saidBy: number;
  /**
   * When the journal entry that changed it last arrived, or that gave its source record to the person; while it is open also
   * one that changed the person: a death ends what it says.
   */
  readonly updatedAt: Date | null;
};

/** Which visits; at least the persons or the visits are named, and both conditions hold where both are. */
export type EncountersOf = {
  readonly personIds?: readonly string[] | undefined;
  readonly encounterIds?: readonly number[] | undefined;
  /** Visits below this id: the order is newest first. */
  readonly before?: number | undefined;
  readonly limit: number;
  /** Also those that were merged away, and what is held of source records that their sender deleted: as deleted. */
  readonly isWhole?: boolean | undefined;
};

/** One statement, newest first by their ids. One that was merged away, or whose source record was deleted, is none any more. */
export async function readVersionedEncounters(client: Client, asked: EncountersOf): Promise<VersionedEncounter[]> {
  const { personIds, encounterIds, before, limit, isWhole } = asked;
  if (!personIds && !encounterIds) throw new Error("Encounters are read of persons or by their ids.");
  if (personIds?.length === 0 || encounterIds?.length === 0) return [];
  const { rows } = await client.query<VersionedEncounter>({
    // One text a name: a prepared statement is known by it.
    name: `versioned-encounters${personIds ? "-of-persons" : ""}${encounterIds ? "-by-id" : ""}${isWhole ? "-whole" : ""}`,
    text: `with asked as materialized (
             select e.*, s.person_id, s.authority, s.feed, greatest(e.updated_by, linked.journal_id, case when e.status in ('in-progress', 'on-leave') then p.updated_by end) as version,
               coalesce(p.golden #>> '{deceased,value}' = 'true' or p.golden #>> '{deathDate,value}' is not null, false) as is_of_dead,
               e.retired_into is not null or s.status = 'deleted' as is_gone
             from source_record s join encounter e on e.source_record_id = s.source_record_id
             left join lateral (
               select i.journal_id from identity_event i where i.source_record_id = s.source_record_id
               order by i.event_id desc limit 1
             ) linked on true
             left join person p on p.person_id = s.person_id
             where ${isWhole ? "true" : "e.retired_into is null and s.status <> 'deleted'"}
               and ${personIds ? "s.person_id = any($1::uuid[])" : "$1::uuid[] is null"}
               and ${encounterIds ? "e.encounter_id = any($2::bigint[])" : "$2::bigint[] is null"}
               and ($3::bigint is null or e.encounter_id < $3)
             -- Sorted, not read along the index of all ids: a person has few of these.
             order by -e.encounter_id limit $4
           )
           select a.source_record_id as "sourceRecordId", a.visit_number as "visitNumber", a.encounter_id as "encounterId",
             case when a.is_gone then 'deleted' else a.status end as status, a.account, a.class, a.location, a.pending_location as "pendingLocation", a.specialty, a.consultant,
             a.admission_method as "admissionMethod", a.admitted_at as "admittedAt", a.discharged_at as "dischargedAt",
             a.expected_at as "expectedAt", a.discharge_destination as "dischargeDestination", a.movements,
             a.is_of_dead as "isOfDead", a.recorded_at as "recordedAt",
             a.updated_by as "saidBy", a.version as "updatedBy", a.person_id as "personId", a.authority, a.feed, j.received_at as "updatedAt"
           from asked a left join journal j on j.journal_id = a.version
           order by a.encounter_id desc`,
    values: [personIds ?? null, encounterIds ?? null, before ?? null, limit],
  });
  return rows;
}
