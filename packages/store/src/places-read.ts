import type { Client } from "./client.ts";

/** Where a record says that somebody is to be found, now and formerly, as paths of its JSON. */
const DEMOGRAPHICS = [
  ...["addresses", "telecoms"].flatMap((field) =>
    ["lines[*]", "city", "postcode", "value"].map((part) => `${field}.value[*].${part}`),
  ),
  ...["generalPractitioner", "generalPractice"].flatMap((field) => [`${field}.value.code`, `${field}.value.display`]),
];
const FORMER = [
  ...["addresses", "telecoms"].flatMap((field) =>
    ["lines[*]", "city", "postcode", "value"].map((part) => `fields.${field}[*].value[*].${part}`),
  ),
  ...["generalPractitioner", "generalPractice"].flatMap((field) => [
    `fields.${field}[*].value.code`,
    `fields.${field}[*].value.display`,
  ]),
];
/** Of registrations, relatives, appointments, referrals and care at home. */
const FACTS = [
  ...["practice", "practitioner", "provider", "referredTo", "organisation"].flatMap((party) => [
    `${party}.code`,
    `${party}.display`,
  ]),
  ...["addresses[*].lines[*]", "addresses[*].city", "addresses[*].postcode", "telecoms[*].value", "location"],
];

const textsAt = (column: string, paths: readonly string[]) =>
  `select p.text #>> '{}' as place from unnest(array[${paths.map((path) => `'$.${path}'`).join(", ")}]::jsonpath[]) as at (path)
     cross join lateral jsonb_path_query(${column}, at.path) as p (text) where jsonb_typeof(p.text) = 'string'`;

/**
 * Where each of the persons is to be found, by all that their records say of it: addresses, numbers, practices, wards, and those
 * of their next of kin; former ones too. For the read gate, which tells nobody.
 */
export async function readPlaces(client: Client, personIds: readonly string[]): Promise<Map<string, string[]>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await client.query<{ person_id: string; places: string[] }>({
    name: "places",
    text: `with said as (
             select s.person_id, place from source_record s cross join lateral (
               ${textsAt("s.demographics", DEMOGRAPHICS)}
               union all
               ${textsAt("s.former", FORMER)}
             ) told where s.person_id = any($1::uuid[])
             union
             select s.person_id, place from source_record s join encounter e using (source_record_id)
             cross join lateral (
               select unnest(array[e.location, e.pending_location]) union all select movement ->> 'place' from jsonb_array_elements(e.movements) movement
             ) as told (place) where s.person_id = any($1::uuid[])
             union
             select s.person_id, place from source_record s join fact f using (source_record_id)
             cross join lateral (${textsAt("f.content", FACTS)}) told
             where s.person_id = any($1::uuid[])
               and f.kind in ('registration', 'relationship', 'appointment', 'referral', 'care-package')
           )
           select person_id, array_agg(place) as places from said where place is not null group by person_id`,
    values: [personIds],
  });
  return new Map(rows.map(({ person_id, places }) => [person_id, places]));
}
