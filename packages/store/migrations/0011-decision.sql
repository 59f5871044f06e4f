-- What data managers decide about identities, and the questions they are asked.

-- `number-conflict`: one NHS number on two people, or two on one. `fits-two`: a record that may be either of two persons.
-- `possible-overlay`: a record whose words became somebody else's (both sides are that record). `data-quality`: a value
-- that too many records share to say anything.
alter table review_task drop constraint review_task_kind_check;
alter table review_task add constraint review_task_kind_check check (kind in ('possible-match', 'number-conflict', 'fits-two',
  'merge-conflict', 'link-conflict', 'link-check', 'possible-overlay', 'data-quality'));
-- `overtaken`: what is known by now no longer raises the question.
alter table review_task drop constraint review_task_settled_check;
alter table review_task add constraint review_task_settled_check
  check (settled in ('joined', 'parted', 'ruled', 'deleted', 'overtaken'));
-- Whose turn it is: anybody's, a second reviewer's who does not see the first verdict, or, where those two disagree, a third's.
alter table review_task add column stage text not null default 'first' check (stage in ('first', 'second', 'adjudication'));
alter table review_task add column assignee text;

-- What a person decided: one row for each journalled command about identities or tasks. The verdicts are the labels that
-- models are trained and judged by.
create table decision (
  -- The command's own entry.
  journal_id bigint primary key,
  command text not null check (command in ('decide', 'move', 'undo', 'lift', 'assign')),
  task_id bigint,
  verdict text check (verdict in ('same', 'different', 'unsure')),
  -- The two records that a verdict is about; of a move, those that moved and one of where they went.
  source_record_id bigint,
  other_source_record_id bigint,
  moved bigint[],
  decided_by text not null,
  decided_at timestamptz not null,
  reason text not null,
  -- `awaiting`: a second reviewer is asked first. `outvoted`: an adjudicator decided otherwise. `refused`: see `detail`.
  state text not null check (state in ('applied', 'refused', 'awaiting', 'outvoted')),
  detail text,
  -- The pair as it was compared then, level by level.
  evidence jsonb,
  -- The command that undid it.
  undone_by bigint
);
create index decision_task on decision (task_id) where task_id is not null;
create index decision_record on decision (source_record_id);
create index decision_other_record on decision (other_source_record_id);

-- The entry that made the record look like somebody else; until a person has looked, it is linked to nobody.
alter table source_record add column overlaid_by bigint;
-- `overlaid`: with the words that it had before. `cleared`: a person found that it is one patient all the same.
alter table identity_event drop constraint identity_event_kind_check;
alter table identity_event add constraint identity_event_kind_check check
  (kind in ('created', 'linked', 'moved', 'unlinked', 'merged', 'retired', 'renamed', 'deleted', 'restored', 'overlaid', 'cleared'));
