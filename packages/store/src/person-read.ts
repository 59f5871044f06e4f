import type { Client } from "./client.ts";

/** Every given condition holds. Names are folded as `@chesil/matching` folds them; prefixes match from the start. */
export type PersonCriteria = {
  /** Ten digits. */
  readonly nhsNumber?: string | undefined;
  readonly familyPrefix?: string | undefined;
  readonly givenPrefix?: string | undefined;
  /** Two words of which either may be the family name: tried both ways round. */
  readonly eitherName?: readonly [string, string] | undefined;
  /** As precise as stored: ISO `1950`, `1950-07` or `1950-07-31`. */
  readonly birthDate?: string | undefined;
  readonly sex?: string | undefined;
  /** Printed form, `BH1 1AA`; or its start, `BH1 `. */
  readonly postcodePrefix?: string | undefined;
  /** A source record's local id, active or retired, and its authority where it is known. */
  readonly localId?: string | undefined;
  readonly authority?: string | undefined;
};

/** A place in the order of a search: by family name, given name, id. It names a person: encrypt it before it leaves. */
export type PersonPlace = { readonly family: string; readonly given: string; readonly personId: string };

/** Local ids are meant to be unique under an authority; a hundred authorities that use the same one are enough. */
const LOCAL_ID_RECORDS_MAX = 100;

/**
 * Active persons in the order of their names, after a place where it is given. A merged person is found as its
 * survivor. Run it under a statement timeout: two letters may be the start of many names.
 */
export async function searchPersons(
  client: Client,
  criteria: PersonCriteria,
  page: { after: PersonPlace | null; limit: number },
): Promise<PersonPlace[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const startsWith = (prefix: string) => bind(`${prefix.replace(/[\\%_]/g, "\\$&")}%`);
  const conditions = ["p.status = 'active'"];
  if (criteria.nhsNumber !== undefined) conditions.push(`p.nhs_number = ${bind(criteria.nhsNumber)}`);
  if (criteria.familyPrefix !== undefined) conditions.push(`p.family_name like ${startsWith(criteria.familyPrefix)}`);
  if (criteria.givenPrefix !== undefined) conditions.push(`p.given_name like ${startsWith(criteria.givenPrefix)}`);
  if (criteria.eitherName !== undefined) {
    const [one, other] = criteria.eitherName.map(startsWith);
    conditions.push(
      `((p.family_name like ${one} and p.given_name like ${other}) or (p.family_name like ${other} and p.given_name like ${one}))`,
    );
  }
  if (criteria.birthDate !== undefined) conditions.push(`p.birth_date = ${bind(criteria.birthDate)}`);
  if (criteria.sex !== undefined) conditions.push(`p.sex = ${bind(criteria.sex)}`);
  if (criteria.postcodePrefix !== undefined) conditions.push(`p.postcode like ${startsWith(criteria.postcodePrefix)}`);
  if (criteria.localId !== undefined) {
    const persons = await readPersonsOfLocalId(client, criteria.localId, criteria.authority);
    conditions.push(`p.person_id = any(${bind(persons)}::uuid[])`);
  }
  if (page.after) {
    const { family, given, personId } = page.after;
    conditions.push(
      `(coalesce(p.family_name, '') collate "C", coalesce(p.given_name, '') collate "C", p.person_id)
         > (${bind(family)}, ${bind(given)}, ${bind(personId)}::uuid)`,
    );
  }
  const { rows } = await client.query<PersonPlace>(
    `select coalesce(p.family_name, '') as family, coalesce(p.given_name, '') as given, p.person_id as "personId"
     from person p where ${conditions.join(" and ")}
     order by coalesce(p.family_name, '') collate "C", coalesce(p.given_name, '') collate "C", p.person_id
     limit ${bind(page.limit)}`,
    values,
  );
  return rows;
}

async function readPersonsOfLocalId(client: Client, localId: string, authority: string | undefined): Promise<string[]> {
  const { rows } = await client.query<{ person_id: string }>(
    `select distinct person_id from (
       select person_id from source_record where local_id = $1 and ($2::text is null or authority = $2) limit $3
     ) found`,
    [localId, authority ?? null, LOCAL_ID_RECORDS_MAX],
  );
  return [
    ...(
      await readSurvivors(
        client,
        rows.map((row) => row.person_id),
      )
    ).values(),
  ];
}

/** For each person the one its records went to, at the end of any chain: itself when it was not merged. */
export async function readSurvivors(client: Client, personIds: readonly string[]): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await client.query<{ asked_id: string; person_id: string }>({
    name: "survivors",
    text: `with recursive up as (
             select asked_id, p.person_id, p.replaced_by from unnest($1::uuid[]) as asked (asked_id)
               join person p on p.person_id = asked_id
             union
             select u.asked_id, p.person_id, p.replaced_by from up u join person p on p.person_id = u.replaced_by
           )
           select asked_id, person_id from up where replaced_by is null`,
    values: [personIds],
  });
  return new Map(rows.map((row) => [row.asked_id, row.person_id]));
}

/** The person each source record belongs to; an unknown record is missing. */
export async function readPersonsOfRecords(
  client: Client,
  sourceRecordIds: readonly number[],
): Promise<Map<number, string>> {
  if (sourceRecordIds.length === 0) return new Map();
  const { rows } = await client.query<{ source_record_id: number; person_id: string }>(
    "select source_record_id, person_id from source_record where source_record_id = any($1::bigint[])",
    [sourceRecordIds],
  );
  return new Map(rows.map((row) => [row.source_record_id, row.person_id]));
}

/** Persons whose golden record carries one of the NHS numbers, active ones. */
export async function readPersonsByNhsNumber(client: Client, nhsNumbers: readonly string[]): Promise<string[]> {
  if (nhsNumbers.length === 0) return [];
  const { rows } = await client.query<{ person_id: string }>(
    "select person_id from person where nhs_number = any($1::text[]) and status = 'active'",
    [nhsNumbers],
  );
  return rows.map((row) => row.person_id);
}

/** Every authority that has source records. Skips from one to the next: the index is never read through. */
export async function readAuthorities(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ authority: string }>(
    `with recursive known as (
       (select authority from source_record order by authority limit 1)
       union all
       select (select s.authority from source_record s where s.authority > k.authority order by s.authority limit 1)
       from known k where k.authority is not null
     )
     select authority from known where authority is not null`,
  );
  return rows.map((row) => row.authority);
}
