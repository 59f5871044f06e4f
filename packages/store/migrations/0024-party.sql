-- Where a doctor, an organisation or a place is named: FHIR shows whom and what a record points at, and Chesil holds no
-- register of them.

-- The texts at a path of a record, as capitals: codes of the parties right in it (`{"performer": {"code": "c123"}}`).
create function party_codes(record jsonb, path jsonpath) returns text[] immutable parallel safe language sql
  return (select array_agg(distinct upper(code #>> '{}')) from jsonb_path_query(record, path) as code
          where jsonb_typeof(code) = 'string');

-- Columns of their own, so that an index on them leaves updates of everything else on their page. No pending list: it would
-- be scanned at every lookup.
alter table person add column party_codes text[] generated always as (party_codes(golden, '$.*.value.code')) stored;
create index person_party_codes on person using gin (party_codes) with (fastupdate = off) where status = 'active';
-- Of an appointment the name of its place too.
alter table fact add column party_codes text[] generated always as (party_codes(content, '$.*.code') || party_codes(content, '$.location')) stored;
create index fact_party_codes on fact using gin (party_codes) with (fastupdate = off);
create index encounter_consultant on encounter (upper(consultant ->> 'code')) where consultant is not null;
