-- Source records, persons, and every dated event that tied one to the other. Nothing here is destroyed.
-- Ids are minted from the journal entry that made the thing, so that a rebuild mints the same ones.

create table person (
  person_id uuid primary key,
  status text not null check (status in ('active', 'merged')),
  -- Where a merged person's records went.
  replaced_by uuid,
  -- Each value with the source record and time it came from: a pure function of the linked source records.
  golden jsonb not null,
  -- Search columns, folded (lower case, letters only), derived from `golden`.
  nhs_number text,
  family_name text,
  given_name text,
  birth_date text,
  sex text,
  postcode text,
  created_by bigint not null,
  updated_by bigint not null
) with (fillfactor = 70);
create index person_nhs_number on person (nhs_number) where status = 'active';
create index person_name on person (family_name text_pattern_ops, given_name text_pattern_ops) where status = 'active';
create index person_birth_date on person (birth_date) where status = 'active';
create index person_postcode on person (postcode text_pattern_ops) where status = 'active';
create index person_replaced_by on person (replaced_by) where replaced_by is not null;

create table source_record (
  source_record_id bigint primary key,
  authority text not null,
  local_id text not null,
  feed text not null,
  status text not null check (status in ('active', 'retired')),
  -- The survivor, when a sender merged this record away. Later messages for it are redirected there.
  retired_into bigint,
  person_id uuid not null,
  identifiers jsonb not null,
  -- Field by field: value, when the sender recorded it, and the journal entry that said so.
  demographics jsonb not null,
  blocking_keys bigint[] not null,
  created_by bigint not null,
  updated_by bigint not null,
  unique (authority, local_id)
  -- Nearly every message rewrites its record and changes no indexed column: room on the page keeps the indexes out of it.
) with (fillfactor = 70);
create index source_record_person on source_record (person_id);
create index source_record_local_id on source_record (local_id);
-- Candidates for a match: every record that shares a key. No pending list: it would be scanned at every lookup.
create index source_record_blocking_keys on source_record using gin (blocking_keys) with (fastupdate = off);

create table identity_event (
  event_id bigint primary key,
  journal_id bigint not null,
  at timestamptz not null,
  kind text not null check (kind in ('created', 'linked', 'moved', 'merged', 'retired')),
  source_record_id bigint not null,
  person_id uuid not null,
  from_person_id uuid,
  decided_by text not null check (decided_by in ('identifier', 'model', 'sender', 'human', 'new')),
  weight real,
  -- The evidence level by level, the model version, the runner-up (law 7).
  evidence jsonb
);
create index identity_event_person on identity_event (person_id, event_id);
create index identity_event_from_person on identity_event (from_person_id) where from_person_id is not null;
create index identity_event_source_record on identity_event (source_record_id, event_id);
create index identity_event_journal on identity_event (journal_id);

create table encounter (
  source_record_id bigint not null,
  visit_number text not null,
  encounter_id bigint not null unique,
  status text not null check (status in ('planned', 'in-progress', 'on-leave', 'finished', 'cancelled')),
  class text,
  location text,
  specialty text,
  consultant jsonb,
  admission_method text,
  admitted_at text,
  discharged_at text,
  discharge_destination text,
  -- When the sender recorded the latest fact that was applied; an older one never overwrites it.
  recorded_at timestamptz not null,
  updated_by bigint not null,
  primary key (source_record_id, visit_number)
) with (fillfactor = 70);

create table review_task (
  task_id bigint primary key,
  kind text not null check (kind in ('possible-match', 'merge-conflict')),
  state text not null check (state in ('open', 'closed')),
  source_record_id bigint not null,
  other_source_record_id bigint not null,
  weight real,
  why text not null,
  evidence jsonb not null,
  opened_by bigint not null,
  opened_at timestamptz not null,
  closed_by bigint,
  closed_at timestamptz
);
-- One open question for a pair of records, whichever asked first.
create unique index review_task_open_pair on review_task
  (kind, least(source_record_id, other_source_record_id), greatest(source_record_id, other_source_record_id))
  where state = 'open';
create index review_task_open on review_task (state, opened_at);

-- Identities held behind a message that could not be applied. Their later messages park, in order, behind it.
create table parked_identity (
  identity text primary key,
  journal_id bigint not null,
  since timestamptz not null
);
create index parked_identity_journal on parked_identity (journal_id);
