-- What append_messages does, and what stood around messages that came in envelopes or batches: in one statement, as for
-- messages that came alone. Null, and nothing written, when something like one of them came before.
create function append_enveloped(raws bytea, entries jsonb, around bytea, envelopes jsonb) returns bigint
language plpgsql volatile as $$
declare
  first_id bigint := append_messages(raws, entries);
begin
  if first_id is null then
    return null;
  end if;
  insert into batch_envelope (first_journal_id, header, trailer, messages, faults)
  select first_id + e.place, substr(around, e.from_byte, e.header_bytes),
    substr(around, e.from_byte + e.header_bytes, e.trailer_bytes), e.messages,
    array(select jsonb_array_elements_text(e.faults))
  from jsonb_to_recordset(envelopes) as e (
    place integer, from_byte integer, header_bytes integer, trailer_bytes integer, messages integer, faults jsonb
  );
  return first_id;
end
$$;
