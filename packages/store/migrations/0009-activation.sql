-- What the settings were by which messages were read, in the journal's own order: a rebuild reads each message as it was
-- read (law 8).
alter table journal drop constraint journal_kind_check;
alter table journal add constraint journal_kind_check check (kind in ('message', 'command', 'activation'));
create index journal_activation on journal (journal_id) where kind = 'activation';
