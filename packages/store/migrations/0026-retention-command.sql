-- That a range of the journal was archived, and that it came back, are commands in the journal: decisions depend on them.

-- All of them, in order: read whenever a decider begins.
create index journal_retention on journal (journal_id) where kind = 'command' and trigger_event in ('archive', 'bring-back');
