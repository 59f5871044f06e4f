-- Of what kind each of a row's facts is: a kind that few rows have can vanish from all of them, and no more than a few
-- rows have changed. Empty of rows that were loaded before.
alter table load_row add column kinds text[] not null default '{}';

-- Whether the file ended its last line: one that does not is doubted where the one before did. Null: that is not known.
alter table load add column ends_line boolean;

-- What the file was doubted for, and whoever gave it confirmed.
alter table load add column confirmed text[] not null default '{}';
