-- What each row states, so that what it states no longer is withdrawn as it was stated, whatever its feed's mapping is now; and
-- nothing that another row of the feed states as well.

-- As of when the row was said last: its own time, or a later one by which it was said to stand.
alter table load_row add column said_at timestamptz;
update load_row set said_at = extract_at;
alter table load_row alter column said_at set not null;

-- Its facts by name, and for each the entry that stated it: of a Bundle an older one may have, that was a part of the record.
alter table load_row add column facts uuid[] not null default '{}';
alter table load_row add column stated_by bigint[] not null default '{}';

-- By its feed's mapping other rows may state the same facts.
alter table load_row add column is_shared boolean not null default false;
create index load_row_shared on load_row using gin (facts) where is_shared;

-- As of when facts were withdrawn: a row that states one again by an older time of its own says so by the time of its extract.
create table load_gone_fact (
  feed text not null,
  fact uuid not null,
  gone_at timestamptz not null,
  primary key (feed, fact)
);
