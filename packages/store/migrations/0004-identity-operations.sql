-- What senders assert of identities beyond a merge, and the encounter as what all its events come to.

-- `deleted`: the sender says that the record should not be (A29). It stays, unlinked, and says nothing any more.
alter table source_record drop constraint source_record_status_check;
alter table source_record add constraint source_record_status_check check (status in ('active', 'retired', 'deleted'));
-- When the sender recorded the latest deletion: what was recorded before it has no effect, however late it comes.
alter table source_record add column deleted_at timestamptz;
-- Checked at the end: an id and the alias that leads to it may change places.
alter table source_record drop constraint source_record_authority_local_id_key;
alter table source_record add constraint source_record_authority_local_id_key
  unique (authority, local_id) deferrable initially deferred;

alter table identity_event drop constraint identity_event_kind_check;
alter table identity_event add constraint identity_event_kind_check check
  (kind in ('created', 'linked', 'moved', 'unlinked', 'merged', 'retired', 'renamed', 'deleted', 'restored'));

-- `link-conflict`: a sender's link or move was not believed, as `merge-conflict` is of a merge. `link-check`: two records
-- are of one person, and what a sender said is a reason to look whether they should be.
alter table review_task drop constraint review_task_kind_check;
alter table review_task add constraint review_task_kind_check
  check (kind in ('possible-match', 'merge-conflict', 'link-conflict', 'link-check'));

-- Two source records of one patient, or of two: asserted by a sender (A24, A37, A43) or decided by a person, and binding
-- for the matcher until it is lifted. A sender's rule never lifts a person's.
create table link_rule (
  rule_id bigint primary key,
  kind text not null check (kind in ('same', 'different')),
  source_record_id bigint not null,
  other_source_record_id bigint not null,
  decided_by text not null check (decided_by in ('sender', 'human')),
  journal_id bigint not null,
  at timestamptz not null,
  -- The journal entry that ended it.
  lifted_by bigint
);
-- Which rules bind a record? Asked for the records of every batch, from either side.
create index link_rule_record on link_rule (source_record_id) where lifted_by is null;
create index link_rule_other_record on link_rule (other_source_record_id) where lifted_by is null;

-- A visit or account number that a sender merged away, moved or corrected, and where its later messages go.
create table number_alias (
  source_record_id bigint not null,
  kind text not null check (kind in ('account', 'visit')),
  number text not null,
  into_source_record_id bigint not null,
  into_number text not null,
  journal_id bigint not null,
  -- It was moved back: the number lives here again.
  lifted_by bigint,
  primary key (source_record_id, kind, number)
);

-- A visit that is moved or renumbered stays the same encounter.
alter table encounter drop constraint encounter_pkey;
alter table encounter drop constraint encounter_encounter_id_key;
alter table encounter add primary key (encounter_id);
-- Checked at the end: a number and the one it is corrected to may change places.
alter table encounter add constraint encounter_visit unique (source_record_id, visit_number) deferrable initially deferred;
alter table encounter drop constraint encounter_status_check;
alter table encounter add constraint encounter_status_check
  check (status in ('planned', 'in-progress', 'on-leave', 'finished', 'cancelled', 'deleted'));
alter table encounter add column account text;
alter table encounter add column pending_location text;
alter table encounter add column expected_at text;
-- The encounter that this one was merged into. It stays as it was, and is shown to nobody.
alter table encounter add column retired_into bigint;
-- What each message said of the visit. All columns above but the ids are a pure function of these.
alter table encounter add column events jsonb not null default '[]';
-- What the oldest events came to, once there were too many to keep one by one.
alter table encounter add column base jsonb;
