import type { EncounterStatement, EncounterStatus, Movement, Party } from "@chesil/model";
import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";
import { column, jsonColumn } from "./unnest.ts";

/** What one message said of a visit. */
export type EncounterEvent = Omit<EncounterStatement, "visitNumber"> & {
  /** ISO instant, UTC. */
  readonly recordedAt: string;
  readonly occurredAt?: string;
  readonly journalId: number;
};

/** What the events of a visit come to. */
export type EncounterState = {
  readonly status: EncounterStatus;
  readonly account: string | null;
  readonly class: string | null;
  readonly location: string | null;
  readonly pendingLocation: string | null;
  readonly specialty: string | null;
  readonly consultant: Party | null;
  readonly admissionMethod: string | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  readonly expectedAt: string | null;
  readonly dischargeDestination: string | null;
  /** Where the patient was, the latest last; where no event says a place, none. */
  readonly movements: readonly Movement[];
  /** When the latest of them was recorded. */
  readonly recordedAt: Date;
};

export type StoredEncounter = EncounterState & {
  readonly encounterId: number;
  readonly sourceRecordId: number;
  readonly visitNumber: string;
  readonly updatedBy: number;
};

/** An encounter with what it is made of. */
export type KeptEncounter = StoredEncounter & {
  /** The encounter that this one was merged into. */
  readonly retiredInto: number | null;
  readonly events: readonly EncounterEvent[];
  /** What older events came to. */
  readonly base: EncounterState | null;
};

const COLUMNS = `encounter_id as "encounterId", source_record_id as "sourceRecordId", visit_number as "visitNumber", status, account,
  class, location, pending_location as "pendingLocation", specialty, consultant, admission_method as "admissionMethod",
  admitted_at as "admittedAt", discharged_at as "dischargedAt", expected_at as "expectedAt",
  discharge_destination as "dischargeDestination", movements, recorded_at as "recordedAt", updated_by as "updatedBy"`;

/** The encounters of source records, latest first; those merged away are left out. */
export async function readEncounters(client: Client, sourceRecordIds: readonly number[]): Promise<StoredEncounter[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<StoredEncounter>({
    name: "encounters",
    text: `select ${COLUMNS} from encounter where source_record_id = any($1::bigint[]) and retired_into is null
           order by coalesce(admitted_at, discharged_at) desc nulls last, encounter_id desc`,
    values: [sourceRecordIds],
  });
  return rows;
}

/** Which encounters of source records: those with one of the numbers, and all of some records. */
export type EncountersAsked = {
  readonly sourceRecordIds: readonly number[];
  readonly visitNumbers: readonly string[];
  readonly accounts: readonly string[];
  readonly allOf: readonly number[];
};

/** Encounters with their events, those merged away included. */
export async function readKeptEncounters(client: Client, asked: EncountersAsked): Promise<KeptEncounter[]> {
  const { sourceRecordIds, visitNumbers, accounts, allOf } = asked;
  const named = visitNumbers.length + accounts.length > 0 ? sourceRecordIds : [];
  if (named.length + allOf.length === 0) return [];
  const { rows } = await client.query<Omit<KeptEncounter, "base"> & { base: StoredBase | null }>({
    name: "kept-encounters",
    text: `select ${COLUMNS}, retired_into as "retiredInto", events, base from encounter
           where (source_record_id = any($1::bigint[]) and (visit_number = any($2::text[]) or account = any($3::text[])))
             or source_record_id = any($4::bigint[])`,
    values: [named, visitNumbers, accounts, allOf],
  });
  return rows.map((row) => ({
    ...row,
    base: row.base && { ...row.base, recordedAt: new Date(row.base.recordedAt) },
  }));
}

/** In JSON an instant is text. */
type StoredBase = Omit<EncounterState, "recordedAt"> & { readonly recordedAt: string };

export async function writeEncounters(transaction: Transaction, rows: readonly KeptEncounter[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query({
    name: "write-encounters",
    text: `insert into encounter (encounter_id, source_record_id, visit_number, status, account, class, location, pending_location,
             specialty, consultant, admission_method, admitted_at, discharged_at, expected_at, discharge_destination, recorded_at,
             updated_by, retired_into, events, base, movements)
           select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::text[], $10::jsonb[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::timestamptz[],
             $17::bigint[], $18::bigint[], $19::jsonb[], $20::jsonb[], $21::jsonb[])
           on conflict (encounter_id) do update set source_record_id = excluded.source_record_id,
             visit_number = excluded.visit_number, status = excluded.status, account = excluded.account, class = excluded.class,
             location = excluded.location, pending_location = excluded.pending_location, specialty = excluded.specialty,
             consultant = excluded.consultant, admission_method = excluded.admission_method, admitted_at = excluded.admitted_at,
             discharged_at = excluded.discharged_at, expected_at = excluded.expected_at,
             discharge_destination = excluded.discharge_destination, recorded_at = excluded.recorded_at,
             updated_by = excluded.updated_by, retired_into = excluded.retired_into, events = excluded.events,
             base = excluded.base, movements = excluded.movements`,
    values: [
      column(rows, (row) => row.encounterId),
      column(rows, (row) => row.sourceRecordId),
      column(rows, (row) => row.visitNumber),
      column(rows, (row) => row.status),
      column(rows, (row) => row.account),
      column(rows, (row) => row.class),
      column(rows, (row) => row.location),
      column(rows, (row) => row.pendingLocation),
      column(rows, (row) => row.specialty),
      jsonColumn(rows, (row) => row.consultant),
      column(rows, (row) => row.admissionMethod),
      column(rows, (row) => row.admittedAt),
      column(rows, (row) => row.dischargedAt),
      column(rows, (row) => row.expectedAt),
      column(rows, (row) => row.dischargeDestination),
      column(rows, (row) => row.recordedAt),
      column(rows, (row) => row.updatedBy),
      column(rows, (row) => row.retiredInto),
      jsonColumn(rows, (row) => row.events),
      jsonColumn(rows, (row) => row.base),
      jsonColumn(rows, (row) => row.movements),
    ],
  });
}

/** Takes away encounters that nobody speaks of any more. */
export async function deleteEncounters(transaction: Transaction, encounterIds: readonly number[]): Promise<void> {
  if (encounterIds.length === 0) return;
  await transaction.query("delete from encounter where encounter_id = any($1::bigint[])", [encounterIds]);
}
