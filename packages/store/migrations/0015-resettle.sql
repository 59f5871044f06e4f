-- When another model comes into force everybody is decided anew by it, some hundreds of records at one entry of the journal
-- each: they have their place among the messages, so that a rebuild decides them there again (law 8).
alter table journal drop constraint journal_kind_check;
alter table journal add constraint journal_kind_check check (kind in ('message', 'command', 'activation', 'resettle'));
create index journal_resettle on journal (journal_id) where kind = 'resettle';
