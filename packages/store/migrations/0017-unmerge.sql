-- `unmerged`: what a sender's merge had retired into another record stands by itself again.
alter table identity_event drop constraint identity_event_kind_check;
alter table identity_event add constraint identity_event_kind_check check
  (kind in ('created', 'linked', 'moved', 'unlinked', 'merged', 'unmerged', 'retired', 'renamed', 'deleted', 'restored', 'overlaid',
    'cleared'));
