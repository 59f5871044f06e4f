-- What became of each message that a destination was to get. The queue itself is the journal: a destination is a consumer
-- of the event log, and its position is what survives a restart.
create table delivery (
  destination text not null,
  journal_id bigint not null,
  outcome text not null check (outcome in ('delivered', 'refused', 'withheld')),
  -- MSA-1 of the answer; why, where none was asked for.
  code text not null,
  attempts integer not null,
  at timestamptz not null,
  answer bytea,
  primary key (destination, journal_id)
);
create index delivery_journal on delivery (journal_id);
