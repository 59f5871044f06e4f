-- What a commit of arrivals costs: one statement, one round trip, for messages like none before them.

-- Two 64-bit hashes tell whether anything like a message came before (see `packages/store/src/arrival.ts`): the key of
-- its control id, and the key of its control id with its content. Numbers of eight bytes instead of three texts.
-- Null where the message was not accepted: it is no precedent for anything.
alter table journal add column control_key bigint, add column content_key bigint;
update journal set
  control_key = ('x' || left(encode(sha256(convert_to(concat_ws(E'\x01', feed, sender, control_id), 'UTF8')), 'hex'), 16))::bit(64)::bigint,
  content_key = ('x' || left(encode(sha256, 'hex'), 16))::bit(64)::bigint
where accepted and kind = 'message';

drop index journal_control_id;
-- With the time, because one constant control id for all messages was seen: only those near in time are looked at.
create index journal_control_key on journal (control_key, message_at) where control_key is not null;
create index journal_content_key on journal (content_key) where content_key is not null;

-- The same content under the same control id, stamped anew: MSH-7, MSH-8 or MSH-13 differ.
alter table redelivery add column restamped boolean not null default false;

-- The sequence number protocol (MSH-13): the last number accepted, kept before it is acknowledged.
create table sender_sequence (
  feed text not null,
  sender text not null,
  last_sequence bigint not null,
  primary key (feed, sender)
);

-- What stood around the messages of a batch (FHS, BHS before them; BTS, FTS after). With the messages it is the frame.
create table batch_envelope (
  first_journal_id bigint primary key,
  header bytea not null,
  trailer bytea not null,
  messages integer not null,
  -- What is wrong with the envelope, in words: a count that does not agree, a trailer that is missing.
  faults text[] not null
);

-- Journal ids are drawn under a lock that lasts until the commit is seen, so that they commit in order, as the head row
-- made sure of before. A row that every commit updates leaves a trail of dead ones while anybody holds a snapshot.
create sequence journal_id_seq as bigint;
select setval('journal_id_seq', next_id, false) from journal_head;
drop table journal_head;

create function draw_journal_ids(ids integer) returns bigint language plpgsql volatile as $$
declare
  first_id bigint;
begin
  perform pg_advisory_xact_lock(4317227);
  first_id := nextval('journal_id_seq');
  if ids > 1 then
    perform setval('journal_id_seq', first_id + ids - 1);
  end if;
  return first_id;
end
$$;

-- Counts are appended and now and then folded: one row for all would be the same trail, and a wait for each other.
alter table tally drop constraint tally_pkey;

-- Appends a message like none before it and gives its id; or null, having written nothing, when something like it came
-- before: then the caller judges. Volatile, so that each statement sees what committed before the lock was had.
create function append_message(
  feed text, connection text, received_at timestamptz, raw bytea, sha256 bytea, message_code text, trigger_event text,
  version text, sender text, control_id text, message_at timestamptz, identities text[], acknowledgement bytea,
  acknowledgement_code text, control_key_ bigint, content_key_ bigint, window_from timestamptz, window_to timestamptz
) returns bigint language plpgsql volatile as $$
declare
  id bigint := draw_journal_ids(1);
begin
  perform from journal j where j.content_key = content_key_;
  if found then
    return null;
  end if;
  perform from journal j
  where j.control_key = control_key_ and j.message_at > window_from and j.message_at < window_to;
  if found then
    return null;
  end if;
  insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
    version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code, control_key, content_key)
  values (id, 'message', feed, connection, received_at, raw, sha256, true, message_code, trigger_event, version, sender,
    control_id, message_at, identities, acknowledgement, acknowledgement_code, control_key_, content_key_);
  insert into tally values (feed, 'received', 1);
  return id;
end
$$;

-- The same for many at once, all or none; their ids follow each other. The raw bytes travel as one value cut by offsets.
create function append_messages(raws bytea, entries jsonb) returns bigint language plpgsql volatile as $$
declare
  first_id bigint := draw_journal_ids(jsonb_array_length(entries));
begin
  perform from jsonb_to_recordset(entries) as e (content_key bigint)
  where exists (select from journal j where j.content_key = e.content_key offset 0);
  if found then
    return null;
  end if;
  perform from jsonb_to_recordset(entries) as e (control_key bigint, window_from timestamptz, window_to timestamptz)
  where exists (
    select from journal j
    where j.control_key = e.control_key and j.message_at > e.window_from and j.message_at < e.window_to offset 0
  );
  if found then
    return null;
  end if;
  insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
    version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code, control_key, content_key)
  select first_id + e.place, 'message', e.feed, e.connection, e.received_at, substr(raws, e.from_byte, e.bytes), e.sha256,
    true, e.message_code, e.trigger_event, e.version, e.sender, e.control_id, e.message_at, e.identities,
    e.acknowledgement, e.acknowledgement_code, e.control_key, e.content_key
  from jsonb_to_recordset(entries) as e (
    place integer, feed text, connection text, received_at timestamptz, from_byte integer, bytes integer, sha256 bytea,
    message_code text, trigger_event text, version text, sender text, control_id text, message_at timestamptz,
    identities text[], acknowledgement bytea, acknowledgement_code text, control_key bigint, content_key bigint
  );
  insert into tally
  select e.feed, 'received', count(*) from jsonb_to_recordset(entries) as e (feed text) group by e.feed;
  return first_id;
end
$$;
