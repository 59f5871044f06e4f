-- Everything that comes from outside, in one order. Rows are never updated: what became of a message is `outcome`.

-- Numbers are drawn under this row's lock inside the inserting transaction, so that they commit in order: a reader
-- that goes by `journal_id > position` can not skip a late commit, as it would with a sequence.
create table journal_head (
  only_row boolean primary key default true check (only_row),
  next_id bigint not null
);
insert into journal_head (next_id) values (1);

create table journal (
  journal_id bigint primary key,
  kind text not null check (kind in ('message', 'command')),
  feed text not null,
  connection text not null,
  received_at timestamptz not null,
  raw bytea not null,
  sha256 bytea not null,
  -- false: stored as evidence and refused (rejected, conflict); the event log does not deliver it.
  accepted boolean not null,
  message_code text not null,
  trigger_event text not null,
  version text not null,
  sender text not null,
  control_id text not null,
  -- MSH-7 as an instant, else the time of receipt.
  message_at timestamptz not null,
  identities text[] not null,
  acknowledgement bytea,
  acknowledgement_code text
);

-- Is this control id known? Asked for every frame before its commit.
create index journal_control_id on journal (feed, sender, control_id) where accepted;
-- Message search by control id whatever the feed.
create index journal_search_control_id on journal (control_id);
-- Message search by time.
create index journal_received_at on journal using brin (received_at);
-- Message search by patient. Searches are rare and inserts are not: the pending list is welcome here.
create index journal_identities on journal using gin (identities);

-- A resend of accepted bytes: counted here, stored nowhere twice.
create table redelivery (
  redelivery_id bigint generated always as identity primary key,
  journal_id bigint not null,
  feed text not null,
  connection text not null,
  received_at timestamptz not null
);
create index redelivery_journal_id on redelivery (journal_id);

-- Bytes that never became a message: HTTP on the port, half a frame, a frame over the limit. At most 1 KiB each.
create table wire_fault (
  fault_id bigint generated always as identity primary key,
  feed text not null,
  at timestamptz not null,
  remote_address text not null,
  reason text not null,
  bytes bytea not null
);
create index wire_fault_feed on wire_fault (feed, fault_id desc);

-- What became of each message. No row: in flight.
create table outcome (
  journal_id bigint primary key,
  outcome text not null
    check (outcome in ('applied', 'conflict', 'quarantined', 'parked', 'rejected', 'skipped')),
  reason text,
  detail text,
  -- The journal entry that decided: the message itself, or the command that replayed or skipped it.
  decided_by bigint not null,
  decided_at timestamptz not null,
  source_record_id bigint,
  person_id uuid,
  warnings jsonb
);
-- The quarantine page and the parked list; applied messages, nearly all, stay out of it.
create index outcome_not_applied on outcome (outcome, reason, journal_id) where outcome <> 'applied';
-- The messages of a source record.
create index outcome_source_record on outcome (source_record_id) where source_record_id is not null;

-- Counts kept in the transactions that change them, because the live page can not count ten million rows a second.
-- `received` counts journal messages and redeliveries; `duplicate` counts redeliveries.
create table tally (
  feed text not null,
  name text not null,
  messages bigint not null,
  primary key (feed, name)
);

-- Consumers of the event log: where they are, and who may move them (the lease; its epoch fences a stale owner).
create table log_consumer (
  consumer text primary key,
  position bigint not null default 0,
  lease_epoch bigint not null default 0,
  lease_owner text,
  lease_until timestamptz
);
