-- Who may look, who looked, and who said no.

create table app_user (
  username text primary key,
  display_name text not null,
  password_hash text not null,
  roles text[] not null,
  disabled boolean not null default false,
  created_at timestamptz not null,
  last_sign_in_at timestamptz
);

-- Tokens are kept as sha-256 only: a copy of the database signs nobody in.
create table session (
  token_sha256 bytea primary key,
  username text not null references app_user,
  created_at timestamptz not null,
  last_seen_at timestamptz not null
);

create table sign_in_link (
  token_sha256 bytea primary key,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- A person's opt-out of sharing: beats every role, emergencies included.
create table consent (
  person_id uuid primary key,
  opted_out boolean not null,
  recorded_by text not null,
  recorded_at timestamptz not null
);

-- Every look at a patient, written before the answer leaves.
create table audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null,
  username text not null,
  action text not null,
  person_id uuid,
  source_record_id bigint,
  journal_id bigint,
  detail jsonb not null
);
create index audit_person on audit (person_id, audit_id) where person_id is not null;
create index audit_username on audit (username, audit_id);
