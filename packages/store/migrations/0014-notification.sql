-- Who is told which identifiers a person has (IHE ITI-10). A destination follows identity events and the changes below; whom
-- they are about is due, once, and is told what holds when the turn comes.

-- Identifiers that changed without an identity event: another NHS number, or one that a record quotes. Written by the one
-- decider, in the transaction that changes them, so `change_id` grows in the order of the commits.
create table identifier_change (
  change_id bigint generated always as identity primary key,
  person_id uuid not null
);

-- Where each destination stands. No row: nobody follows, and no change is noted.
create table notification_place (
  destination text primary key,
  -- The journal entry whose identity events were the last to be taken in.
  position bigint not null,
  change_id bigint not null
);

create function note_identifier_change() returns trigger language plpgsql as $$
begin
  if exists (select from notification_place) then
    insert into identifier_change (person_id) values (new.person_id);
  end if;
  return null;
end $$;
create trigger person_nhs_number_changed after update on person for each row
  when (old.nhs_number is distinct from new.nhs_number) execute function note_identifier_change();
create trigger source_record_identifiers_changed after update on source_record for each row
  when (old.identifiers -> 'value' is distinct from new.identifiers -> 'value') execute function note_identifier_change();

create sequence notification_queue;
-- One row a destination and person: whether they are due, and what was said last.
create table notification (
  destination text not null,
  person_id uuid not null,
  -- `told`: it was acknowledged. `silent`: there is nothing to tell this destination. `withheld`: the person opted out.
  -- `refused`: set aside with its answer, until the person changes again.
  state text not null check (state in ('due', 'told', 'silent', 'withheld', 'refused')),
  queue_no bigint not null,
  due_since timestamptz not null,
  -- The latest change: its entry, its time, and how many there were. What is sent again unchanged is the same message.
  position bigint not null,
  changed_at timestamptz not null,
  turn integer not null,
  -- Whether the disclosure of this turn is in the audit, and how often it was refused.
  audited boolean not null,
  refusals integer not null,
  -- A hash of what the destination knows.
  told bytea,
  -- MSA-1 of the last answer, and all of it where it was a refusal.
  code text,
  answer bytea,
  primary key (destination, person_id)
);
create index notification_due on notification (destination, queue_no) where state = 'due';
