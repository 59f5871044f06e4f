-- The journal in ranges of its ids: what is old leaves as a whole range at a time, and what is new finds its range made ahead.

-- A range: from first_id on, before next_id. Its rows never change; once they are archived only their bytes are gone.
create table journal_partition (
  first_id bigint primary key,
  next_id bigint not null unique,
  table_name text not null,
  archived_at timestamptz,
  -- The folder of the archive, as it was named then.
  archive text,
  -- How many entries have their bytes in the archive only, and what those came to.
  entries_archived bigint not null default 0,
  bytes_archived bigint not null default 0
);

-- Some 40 GB: a quarter of a year of a region of 200,000 messages a day. A query that does not name ids is planned and run
-- for every range, so there should be few.
create function journal_partition_entries() returns bigint language sql immutable as 'select 20000000::bigint';

-- What a message is known by when it comes again (migration 0006), apart from the ranges: it is looked for at every append,
-- whenever it came, and that must not cost a look into each. No id is unique here that is not in the journal.
create table journal_key (
  journal_id bigint not null,
  control_key bigint,
  content_key bigint not null,
  message_at timestamptz not null
);
insert into journal_key select journal_id, control_key, content_key, message_at from journal where content_key is not null;
create index journal_key_control on journal_key (control_key, message_at) where control_key is not null;
create index journal_key_content on journal_key (content_key);
alter table journal drop column control_key, drop column content_key;

-- The table as it is becomes the first range. Its indexes give their names to those of the whole.
do $$
declare
  definitions text[];
  definition text;
  renamed record;
  bound bigint;
begin
  select array_agg(pg_get_indexdef(indexrelid)) into definitions
  from pg_index where indrelid = 'journal'::regclass and not indisprimary;
  for renamed in select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = 'journal'::regclass loop
    execute format('alter index %I rename to %I', renamed.relname, replace(renamed.relname, 'journal', 'journal_1'));
  end loop;
  alter table journal rename to journal_1;
  create table journal (like journal_1 including defaults including constraints including storage) partition by range (journal_id);
  alter table journal add primary key (journal_id);
  foreach definition in array definitions loop
    execute replace(definition, ' ON public.journal_1 ', ' ON public.journal ');
  end loop;
  select (coalesce(max(journal_id), 0) / journal_partition_entries() + 1) * journal_partition_entries() + 1 into bound from journal_1;
  execute format('alter table journal attach partition journal_1 for values from (1) to (%s)', bound);
  insert into journal_partition (first_id, next_id, table_name) values (1, bound, 'journal_1');
end
$$;

-- Makes sure that the range of the id and the one after it are there. Only under the lock of the ids.
create function open_journal_partitions(id bigint) returns void language plpgsql volatile as $$
declare
  first bigint;
  next bigint;
  name text;
begin
  loop
    first := coalesce((select p.next_id from journal_partition p order by p.next_id desc limit 1), 1);
    exit when first - journal_partition_entries() > id;
    next := first + journal_partition_entries();
    name := 'journal_' || first;
    -- Made apart and then attached: nobody who reads or appends has to wait.
    execute format('create table %I (like journal including all)', name);
    execute format('alter table journal attach partition %I for values from (%s) to (%s)', name, first, next);
    insert into journal_partition (first_id, next_id, table_name) values (first, next, name);
  end loop;
end
$$;

create or replace function draw_journal_ids(ids integer) returns bigint language plpgsql volatile as $$
declare
  first_id bigint;
begin
  perform pg_advisory_xact_lock(4317227);
  first_id := nextval('journal_id_seq');
  if ids > 1 then
    perform setval('journal_id_seq', first_id + ids - 1);
  end if;
  perform open_journal_partitions(first_id + ids);
  return first_id;
end
$$;

select open_journal_partitions(1);

-- Appends a message like none before it and gives its id; or null, having written nothing, when something like it came
-- before: then the caller judges. Volatile, so that each statement sees what committed before the lock was had.
create or replace function append_message(
  feed text, connection text, received_at timestamptz, raw bytea, sha256 bytea, message_code text, trigger_event text,
  version text, sender text, control_id text, message_at timestamptz, identities text[], acknowledgement bytea,
  acknowledgement_code text, control_key_ bigint, content_key_ bigint, window_from timestamptz, window_to timestamptz
) returns bigint language plpgsql volatile as $$
declare
  id bigint := draw_journal_ids(1);
begin
  perform from journal_key k where k.content_key = content_key_;
  if found then
    return null;
  end if;
  perform from journal_key k
  where k.control_key = control_key_ and k.message_at > window_from and k.message_at < window_to;
  if found then
    return null;
  end if;
  insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
    version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code)
  values (id, 'message', feed, connection, received_at, raw, sha256, true, message_code, trigger_event, version, sender,
    control_id, message_at, identities, acknowledgement, acknowledgement_code);
  insert into journal_key values (id, control_key_, content_key_, message_at);
  insert into tally values (feed, 'received', 1);
  return id;
end
$$;

-- The same for many at once, all or none; their ids follow each other. The raw bytes travel as one value cut by offsets.
create or replace function append_messages(raws bytea, entries jsonb) returns bigint language plpgsql volatile as $$
declare
  first_id bigint := draw_journal_ids(jsonb_array_length(entries));
begin
  perform from jsonb_to_recordset(entries) as e (content_key bigint)
  where exists (select from journal_key k where k.content_key = e.content_key offset 0);
  if found then
    return null;
  end if;
  perform from jsonb_to_recordset(entries) as e (control_key bigint, window_from timestamptz, window_to timestamptz)
  where exists (
    select from journal_key k
    where k.control_key = e.control_key and k.message_at > e.window_from and k.message_at < e.window_to offset 0
  );
  if found then
    return null;
  end if;
  insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
    version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code)
  select first_id + e.place, 'message', e.feed, e.connection, e.received_at, substr(raws, e.from_byte, e.bytes), e.sha256,
    true, e.message_code, e.trigger_event, e.version, e.sender, e.control_id, e.message_at, e.identities,
    e.acknowledgement, e.acknowledgement_code
  from jsonb_to_recordset(entries) as e (
    place integer, feed text, connection text, received_at timestamptz, from_byte integer, bytes integer, sha256 bytea,
    message_code text, trigger_event text, version text, sender text, control_id text, message_at timestamptz,
    identities text[], acknowledgement bytea, acknowledgement_code text
  );
  insert into journal_key
  select first_id + e.place, e.control_key, e.content_key, e.message_at
  from jsonb_to_recordset(entries) as e (place integer, control_key bigint, content_key bigint, message_at timestamptz);
  insert into tally
  select e.feed, 'received', count(*) from jsonb_to_recordset(entries) as e (feed text) group by e.feed;
  return first_id;
end
$$;

-- What was refused at the door: a rebuild takes over what became of it, for no decider decides it.
create index journal_refused on journal (journal_id) where not accepted;
