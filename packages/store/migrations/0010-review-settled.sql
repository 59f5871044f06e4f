-- Whether a question is open is read off the present: what answers it is kept, and taken back when it no longer does.

-- How the machine found it answered: both sides are one person now (`joined`), or two where the question was whether they
-- should be one (`parted`), a rule says so (`ruled`), or a side was deleted. Null while it is open, and where a person
-- closed it: those the machine leaves alone, and what it asks afterwards is another task.
alter table review_task add column settled text check (settled in ('joined', 'parted', 'ruled', 'deleted'));
alter table review_task add constraint review_task_settled_closed check (settled is null or state = 'closed');
-- The journal entry that asked last; `why` and `evidence` are its words.
alter table review_task add column asked_by bigint;
update review_task set asked_by = opened_by;
alter table review_task alter column asked_by set not null;

-- One question for a pair of records, whichever asked first, that no person has closed.
drop index review_task_open_pair;
create unique index review_task_pair on review_task
  (kind, least(source_record_id, other_source_record_id), greatest(source_record_id, other_source_record_id))
  where state = 'open' or settled is not null;
-- Which questions are about these records? Asked by each batch that moves some, and by each look at a person.
create index review_task_record on review_task (source_record_id);
create index review_task_other_record on review_task (other_source_record_id);
