-- Of what kind each of a row's facts is: a kind that few rows have can vanish from all of them, and no more than a few
-- rows have changed. Empty of rows that were loaded before.
alter table load_row add column kinds text[] not null default '{}';
