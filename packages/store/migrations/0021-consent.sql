-- Who said no to sharing, and what is to be kept from most: derived from the journal, effective with the entry that says it.

-- The journal entry that said so; null only where a test wrote the row.
alter table consent add column journal_id bigint;

-- Everything that was ever said of it, so that an officer can answer who asked, by what right, and when.
create table consent_statement (
  journal_id bigint primary key,
  person_id uuid not null,
  opted_out boolean not null,
  -- The person themself, or somebody for them: by which authority (a lasting power of attorney, parental responsibility, …).
  asked_by text not null check (asked_by in ('person', 'representative')),
  authority text,
  -- A representative of an adult confirmed that the person lacks capacity to decide it.
  lacks_capacity boolean not null,
  -- Where the form or the proof is filed; never the proof.
  evidence text not null,
  reason text not null,
  -- The day on which it was asked for, as the officer states it: ISO date.
  asked_on text not null,
  recorded_by text not null,
  recorded_at timestamptz not null
);
create index consent_statement_person on consent_statement (person_id, journal_id);

-- What a privacy officer said of a source record; it goes before what its sender says. It hangs off the record, so that
-- merging, linking and parting move nothing.
create table sensitivity_mark (
  source_record_id bigint primary key,
  level text not null check (level in ('unrestricted', 'restricted', 'very-restricted')),
  reason text not null,
  journal_id bigint not null,
  recorded_by text not null,
  recorded_at timestamptz not null
);

-- What the sender says. A column of its own, so that an index on it leaves updates of everything else on their page.
alter table source_record add column sensitivity text generated always as (demographics -> 'confidentiality' ->> 'value') stored;
create index source_record_sensitivity on source_record (source_record_id) where sensitivity in ('restricted', 'very-restricted');
