-- Extracts of those who speak no HL7 v2: each changed row is a journal entry like any message.

-- One file that was loaded, or is being loaded: ended_at is null until then, and for ever when it was killed.
create table load (
  load_id bigint generated always as identity primary key,
  feed text not null,
  file_name text not null,
  file_sha256 bytea not null,
  -- When the extract was made, as its feed's settings tell.
  extract_at timestamptz not null,
  is_full boolean not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  rows_read bigint not null default 0,
  rows_new bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_unchanged bigint not null default 0,
  rows_gone bigint not null default 0,
  rows_rejected bigint not null default 0
);
create index load_feed on load (feed, load_id desc);

-- Of each row that a feed's extracts hold what it last said, written in the transaction that journals it: an extract that
-- is sent again journals the differences only, and a load that was killed goes on.
create table load_row (
  feed text not null,
  row_key text not null,
  content_sha256 bytea not null,
  -- The entry that holds the row.
  journal_id bigint not null,
  primary key (feed, row_key)
);
