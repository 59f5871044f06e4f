-- Clinical facts. They hang off the source record, never off the person: linking and unlinking people moves nothing.

create table fact (
  -- Minted from the message that first spoke of it. Moving a fact to another source record changes all else.
  fact_id bigint primary key,
  source_record_id bigint not null,
  kind text not null,
  -- What tells this fact from others of its kind: the sender's own number, or what it is about. A long one is hashed.
  fact_key text not null check (length(fact_key) <= 200),
  -- What the columns below come to, with the snapshots and the facts that replace this one.
  state text not null check (state in ('current', 'superseded', 'retracted', 'withdrawn')),
  visit_number text,
  content jsonb not null,
  -- When the sender recorded the present content, and the message that said it. An older one never overwrites it.
  recorded_at timestamptz not null,
  journal_id bigint not null,
  -- The message that carried a document's parts, and when it was recorded: later ones may speak of its status only.
  parts_at timestamptz,
  parts_by bigint,
  -- The latest retraction. Of a fact known only by its retraction, the content is the retraction's.
  retracted_at timestamptz,
  retracted_by bigint,
  -- The latest statement that named another fact of the same kind, which this one replaces or adds to.
  relation text check (relation in ('replace', 'addend')),
  relates_to text,
  related_at timestamptz,
  related_by bigint,
  created_by bigint not null,
  updated_by bigint not null,
  -- All facts of a source record, or of one kind, are found by it too. Checked at the end: moves may swap places.
  unique (source_record_id, kind, fact_key) deferrable initially deferred
  -- A fact that is said again is rewritten and changes no indexed column.
) with (fillfactor = 70);
-- Which facts replace this one? Asked for every fact that is spoken of; few have an answer.
create index fact_relates_to on fact (source_record_id, kind, relates_to) where relates_to is not null;

-- What a message said of a fact, where the fact does not show it just so.
create table fact_version (
  fact_id bigint not null,
  journal_id bigint not null,
  recorded_at timestamptz not null,
  content jsonb not null,
  parts_by bigint,
  primary key (fact_id, journal_id)
);

-- The latest whole list of a kind that a source gave, of one visit or (empty) of the patient. It withdraws what it does
-- not list, also what comes late. What it lists unchanged is not rewritten: it was said again here.
create table fact_snapshot (
  source_record_id bigint not null,
  kind text not null,
  visit_number text not null,
  recorded_at timestamptz not null,
  journal_id bigint not null,
  fact_keys jsonb not null,
  primary key (source_record_id, kind, visit_number)
) with (fillfactor = 70);
