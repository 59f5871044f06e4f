-- What a source said of a record's fields before, with the times between which it did: what can not be read off the values
-- that it has now. Null, of a record that was heard once: nothing. Apart from these, which matching reads.
alter table source_record add column former jsonb;
