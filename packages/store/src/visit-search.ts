import type { Client } from "./client.ts";
import type { StoredEncounter } from "./encounter.ts";

/** Visits by what a ward clerk knows of them: IHE's demographics query with visits. */

/** Of one visit all that is given must be true. A visit that was cancelled, deleted or merged away is none. */
export type VisitCondition = {
  readonly account?: string | undefined;
  readonly accountAuthority?: string | undefined;
  readonly visitNumber?: string | undefined;
  readonly visitAuthority?: string | undefined;
  readonly class?: string | undefined;
  /** Each is one part of the place (ward, room, bed, facility), in any case. */
  readonly places?: readonly string[] | undefined;
  readonly consultantCode?: string | undefined;
  /** A part of the doctor's name, in any case. */
  readonly consultantName?: string | undefined;
  readonly specialty?: string | undefined;
  /** Visits in these specialties are none: codes, or ranges of codes of one length (`700-727`). */
  readonly exceptSpecialties?: readonly string[] | undefined;
};

type Bind = (value: unknown) => string;

const likeWithin = (text: string) => `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;

/** `encounter e join source_record s on … where …`, for a subquery. */
export function visitSql(visit: VisitCondition, bind: Bind): string {
  const where = [
    "e.retired_into is null",
    "e.status not in ('cancelled', 'deleted')",
    "s.status <> 'deleted'",
    ...equalities(visit).flatMap(([column, value]) => (value === undefined ? [] : [`${column} = ${bind(value)}`])),
    ...(visit.places ?? []).map((place) => placeSql(place, bind)),
  ];
  if (visit.consultantName !== undefined) {
    where.push(`lower(e.consultant ->> 'display') like ${bind(likeWithin(visit.consultantName))}`);
  }
  for (const each of visit.exceptSpecialties ?? []) {
    const [first = "", last = first] = each.split("-");
    where.push(`(e.specialty is null or not (length(btrim(e.specialty)) = ${bind(first.length)}::int
      and btrim(e.specialty) collate "C" between ${bind(first)} and ${bind(last)}))`);
  }
  return `encounter e join source_record s on s.source_record_id = e.source_record_id where ${where.join(" and ")}`;
}

/** The parts by their index, and then that they stand there together as asked: one may itself hold a comma. */
const placeSql = (place: string, bind: Bind) =>
  `(string_to_array(lower(e.location), ', ') @> string_to_array(${bind(place.toLowerCase())}::text, ', ')
    and (', ' || lower(e.location) || ', ') like ${bind(likeWithin(`, ${place}, `))})`;

const equalities = (visit: VisitCondition) =>
  [
    ["e.account", visit.account],
    ["s.authority", visit.account === undefined ? undefined : visit.accountAuthority],
    ["e.visit_number", visit.visitNumber],
    ["s.authority", visit.visitNumber === undefined ? undefined : visit.visitAuthority],
    ["e.class", visit.class],
    ["e.consultant ->> 'code'", visit.consultantCode],
    ["e.specialty", visit.specialty],
  ] as const;

export type FoundVisit = Pick<
  StoredEncounter,
  | ("visitNumber" | "account" | "class" | "location" | "consultant" | "specialty" | "admissionMethod")
  | ("admittedAt" | "dischargedAt")
> & { readonly personId: string; readonly authority: string };

/** Of each person the newest visit that matches; a person without one is missing. */
export async function readNewestVisits(
  client: Client,
  personIds: readonly string[],
  visit: VisitCondition,
): Promise<Map<string, FoundVisit>> {
  if (personIds.length === 0) return new Map();
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const { rows } = await client.query<FoundVisit>(
    `select distinct on (s.person_id) s.person_id as "personId", s.authority, e.visit_number as "visitNumber", e.account, e.class,
       e.location, e.consultant, e.specialty, e.admission_method as "admissionMethod", e.admitted_at as "admittedAt",
       e.discharged_at as "dischargedAt"
     from ${visitSql(visit, bind)} and s.person_id = any(${bind(personIds)}::uuid[])
     order by s.person_id, coalesce(e.admitted_at, e.discharged_at) desc nulls last, e.encounter_id desc`,
    values,
  );
  return new Map(rows.map((row) => [row.personId, row]));
}
