-- Where a patient was during a visit, the latest last: a pure function of its events, as the columns beside it are.
alter table encounter add column movements jsonb not null default '[]';

-- The places of a visit that are not its last one, with their wards, as capitals: FHIR points at them as earlier and planned.
create function encounter_places(movements jsonb, pending text) returns text[] immutable parallel safe language sql
  return (select array_agg(distinct upper(name)) from (
            select code #>> '{}' as place from jsonb_path_query(movements, '$[*].place') as code union select pending
          ) said cross join lateral (values (place), (split_part(place, ', ', 1))) as named (name) where name <> '');
alter table encounter add column place_names text[] generated always as (encounter_places(movements, pending_location)) stored;
create index encounter_place_names on encounter using gin (place_names) with (fastupdate = off);
