-- What matching reads of a record, as the JSON text that equal ones are known by, and which version of matching made it and
-- the keys: the index of everybody is read back without making any of it anew. Null: nobody can be matched with it.
alter table source_record add column match_record text;
alter table source_record add column match_version smallint;
