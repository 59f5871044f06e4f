import type { Client } from "./client.ts";

/** Rows that name somebody by a code: a doctor, an organisation; or a place by its name. */
export type NamedIn = {
  readonly personIds: readonly string[];
  readonly encounterIds: readonly number[];
  readonly factIds: readonly number[];
};

/**
 * Where a code is named, the newest first, so many of each: the GP and the practice of a person, the consultant of a visit,
 * any party of a fact. In any case. `authority`: only in what its own source records say.
 */
export async function findCode(
  client: Client,
  { code, authority }: { readonly code: string; readonly authority?: string | undefined },
  limit: number,
): Promise<NamedIn> {
  const [persons, encounters, facts] = await Promise.all([
    client.query<{ id: string }>(
      `select person_id as id from person where status = 'active' and party_codes @> array[upper($1)] limit $2`,
      [code, limit],
    ),
    client.query<{ id: number }>(
      `select e.encounter_id as id from encounter e join source_record s on s.source_record_id = e.source_record_id
       where upper(e.consultant ->> 'code') = upper($1) and e.retired_into is null and s.status <> 'deleted'
         and ($2::text is null or s.authority = $2) order by e.encounter_id desc limit $3`,
      [code, authority ?? null, limit],
    ),
    findFacts(client, { code, authority }, limit),
  ]);
  return {
    personIds: persons.rows.map(({ id }) => id),
    encounterIds: encounters.rows.map(({ id }) => id),
    factIds: facts,
  };
}

/**
 * The newest visits to a place of an authority, by its name or a part of it (`Ward 4`); those who were there before or are to
 * come there by its name or ward, and appointments there by its name.
 */
export async function findPlace(
  client: Client,
  { code, authority }: { readonly code: string; readonly authority?: string | undefined },
  limit: number,
): Promise<NamedIn> {
  const [encounters, facts] = await Promise.all([
    client.query<{ id: number }>(
      `select e.encounter_id as id from encounter e join source_record s on s.source_record_id = e.source_record_id
       where (string_to_array(lower(e.location), ', ') @> string_to_array(lower($1), ', ') or e.place_names @> array[upper($1)])
         and e.retired_into is null
         and s.status <> 'deleted' and ($2::text is null or s.authority = $2) order by e.encounter_id desc limit $3`,
      [code, authority ?? null, limit],
    ),
    findFacts(client, { code, authority }, limit),
  ]);
  return { personIds: [], encounterIds: encounters.rows.map(({ id }) => id), factIds: facts };
}

async function findFacts(
  client: Client,
  { code, authority }: { readonly code: string; readonly authority?: string | undefined },
  limit: number,
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select f.fact_id as id from fact f join source_record s on s.source_record_id = f.source_record_id
     where f.party_codes @> array[upper($1)] and s.status <> 'deleted' and ($2::text is null or s.authority = $2)
     order by f.fact_id desc limit $3`,
    [code, authority ?? null, limit],
  );
  return rows.map(({ id }) => id);
}
