-- Whoever follows identity events reads them in the order in which they were decided. What a replay decides carries the
-- older entry's id: it is found by the entry that decided. Only the few that were judged again are in here.
create index outcome_decided_again on outcome (decided_by, journal_id) where decided_by <> journal_id;

-- Closed tasks, the last closed first; at UTC, because an index wants what no setting changes. Open ones are few, and come in
-- the order of what is urgent now.
create index review_task_closed on review_task
  ((-coalesce(extract(epoch from closed_at at time zone 'UTC')::float8, 0)), opened_at, task_id) where state = 'closed';
