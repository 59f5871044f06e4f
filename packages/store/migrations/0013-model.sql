-- Matching models as data, what a candidate would change before anybody switches, and how the one in force keeps its worth.

-- Never changed and never deleted: a version ends in a hash of what the model says, and the journal speaks of models by it.
create table matching_model (
  version text primary key,
  content jsonb not null,
  note text not null,
  added_at timestamptz not null,
  added_by text not null
);
-- Which model was in force is the journal's to say (`activation`).

-- A candidate decides everybody (or a share of them) anew beside the model in force; nothing of anybody changes by it.
create table shadow_run (
  version text primary key references matching_model,
  state text not null check (state in ('asked', 'running', 'done', 'off')),
  -- Of the records, how many are decided: all, or a sample by their ids.
  share double precision not null check (share > 0 and share <= 1),
  asked_by text not null,
  asked_at timestamptz not null,
  -- The model that it is held against.
  against text,
  -- The last record that was decided: where it goes on.
  position bigint not null,
  counted jsonb not null,
  started_at timestamptz,
  finished_at timestamptz
);
-- One decision that would come out otherwise.
create table shadow_change (
  version text not null references matching_model,
  kind text not null check (kind in ('link', 'unlink', 'question-opened', 'question-closed')),
  source_record_id bigint not null,
  other_source_record_id bigint not null,
  -- Pairs of records that come together, or apart, by it.
  pairs integer not null,
  -- Of the pair that says most, in bits: by the candidate, and by the model in force.
  weight double precision,
  weight_in_force double precision,
  why text,
  primary key (version, source_record_id, kind, other_source_record_id)
);

-- How heavy the pairs are that share a key, by a model: of a sample of records, scaled to all of them.
create table pair_scores (
  version text primary key references matching_model,
  measured_at timestamptz not null,
  records bigint not null,
  sampled bigint not null,
  bins jsonb not null
);

-- What a day's decisions looked like, as counts, to be held against another time's.
create table drift_day (
  day date not null,
  version text not null,
  figures jsonb not null,
  measured_at timestamptz not null,
  primary key (day, version)
);

-- The labels: what people decided of pairs, as it holds.
create index decision_verdict on decision (journal_id) where command = 'decide' and state = 'applied' and undone_by is null;
