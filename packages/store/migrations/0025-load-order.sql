-- Extracts come in any order: what an older one says of a row never takes the place of what a newer one said.

-- When the latest extract was made that had the row as it is known.
alter table load_row add column extract_at timestamptz;
update load_row r set extract_at = j.message_at from journal j where j.journal_id = r.journal_id;
alter table load_row alter column extract_at set not null;

-- What older extracts said of rows that were known from newer ones, and that was heard: so that it is heard once.
create table load_late_row (
  feed text not null,
  row_key text not null,
  extract_at timestamptz not null,
  content_sha256 bytea not null,
  primary key (feed, row_key, extract_at)
);

-- The extract was the whole of what the source had, and what it had no longer is withdrawn: one that was made before it has
-- nothing to add.
alter table load add column is_settled boolean not null default false;
