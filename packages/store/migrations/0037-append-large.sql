-- The lock under which ids are drawn is held until its commit is seen, and everybody who appends waits for it. What is large is
-- written before the lock is asked for, under ids that nobody sees, and renumbered under it: a row keeps what is stored apart
-- of it (TOAST) when another column changes, so that no byte is written twice.
create sequence journal_unseen_seq as bigint cycle maxvalue 511;

-- What append_enveloped does, of messages with many bytes.
create function append_large(raws bytea, entries jsonb, around bytea, envelopes jsonb) returns bigint
language plpgsql volatile as $$
declare
  ids integer := jsonb_array_length(entries);
  last_drawn bigint := (select last_value from journal_id_seq);
  bound bigint := (select p.next_id from journal_partition p where last_drawn between p.first_id and p.next_id - 1);
  unseen bigint;
  first_id bigint;
begin
  -- The last ids of the range: no other drawn one comes near them, and the row stays in its range.
  if bound is null or ids > 128 or bound - last_drawn < 1000000 then
    return append_enveloped(raws, entries, around, envelopes);
  end if;
  unseen := bound - 128 * nextval('journal_unseen_seq');
  insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
    version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code)
  select unseen + e.place, 'message', e.feed, e.connection, e.received_at, substr(raws, e.from_byte, e.bytes), e.sha256,
    true, e.message_code, e.trigger_event, e.version, e.sender, e.control_id, e.message_at, e.identities,
    e.acknowledgement, e.acknowledgement_code
  from jsonb_to_recordset(entries) as e (
    place integer, feed text, connection text, received_at timestamptz, from_byte integer, bytes integer, sha256 bytea,
    message_code text, trigger_event text, version text, sender text, control_id text, message_at timestamptz,
    identities text[], acknowledgement bytea, acknowledgement_code text
  );
  insert into batch_envelope (first_journal_id, header, trailer, messages, faults)
  select unseen + e.place, substr(around, e.from_byte, e.header_bytes),
    substr(around, e.from_byte + e.header_bytes, e.trailer_bytes), e.messages,
    array(select jsonb_array_elements_text(e.faults))
  from jsonb_to_recordset(envelopes) as e (
    place integer, from_byte integer, header_bytes integer, trailer_bytes integer, messages integer, faults jsonb
  );

  first_id := draw_journal_ids(ids);
  perform from jsonb_to_recordset(entries) as e (
    content_key bigint, control_key bigint, window_from timestamptz, window_to timestamptz
  )
  where exists (select from journal_key k where k.content_key = e.content_key offset 0)
    or exists (
      select from journal_key k
      where k.control_key = e.control_key and k.message_at > e.window_from and k.message_at < e.window_to offset 0
    );
  if found then
    delete from journal where journal_id >= unseen and journal_id < unseen + ids;
    delete from batch_envelope where first_journal_id >= unseen and first_journal_id < unseen + ids;
    return null;
  end if;
  update journal set journal_id = first_id + (journal_id - unseen)
  where journal_id >= unseen and journal_id < unseen + ids;
  update batch_envelope set first_journal_id = first_id + (first_journal_id - unseen)
  where first_journal_id >= unseen and first_journal_id < unseen + ids;
  insert into journal_key
  select first_id + e.place, e.control_key, e.content_key, e.message_at
  from jsonb_to_recordset(entries) as e (place integer, control_key bigint, content_key bigint, message_at timestamptz);
  insert into tally
  select e.feed, 'received', count(*) from jsonb_to_recordset(entries) as e (feed text) group by e.feed;
  return first_id;
end
$$;
