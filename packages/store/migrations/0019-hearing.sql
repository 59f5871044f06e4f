-- Of a message whose patients were not all heard by the records of the ids that it names: who was heard elsewhere or not at
-- all, and whether what it asserts was not believed. By this it can be heard again as it was heard, after it was found that
-- two patients are two. Null, of nearly all: each was heard by the record of its own id.
alter table outcome add column hearing jsonb;
