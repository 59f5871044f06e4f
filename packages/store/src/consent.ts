import { type AuditEntry, detailText } from "./audit.ts";
import type { Client } from "./client.ts";
import { levelOfPerson } from "./sensitivity.ts";

/** Of an identity event `e`: its record left for a person of its own, and no data manager said so. */
export const LEFT_UNASKED = `e.from_person_id is not null and e.kind in ('overlaid', 'unlinked') and e.decided_by <> 'human'`;

/** From a person `f` to those with the same survivor, and to the one they were merged into. */
const MERGED_WITH = `select p.replaced_by as person_id from person p where p.person_id = f.person_id and p.replaced_by is not null
  union all
  select p.person_id from person p where p.replaced_by = f.person_id`;

/** A step of a recursion, from a person `f`: to everybody whom an opt-out of `f` is an opt-out of. */
export const OPT_OUT_GOES_TO = `${MERGED_WITH}
  union all
  select e.person_id from identity_event e where e.from_person_id = f.person_id and ${LEFT_UNASKED}`;

/** The same step back: to everybody whose opt-out is one of `f`. */
const OPT_OUT_COMES_FROM = `${MERGED_WITH}
  union all
  select e.from_person_id from identity_event e where e.person_id = f.person_id and ${LEFT_UNASKED}`;

/** Of the persons $1 those who opted out, as `opted_out`: two recursive parts of a statement. */
const OPTED_OUT = `family as (
    select asked_id, asked_id as person_id from unnest($1::uuid[]) as asked (asked_id)
    union
    select f.asked_id, next.person_id from family f cross join lateral (${OPT_OUT_COMES_FROM}) next
  ), opted_out as (
    select distinct f.asked_id from family f join consent c on c.person_id = f.person_id where c.opted_out
  )`;

/**
 * Which of the persons are opted out of sharing (law 10).
 *
 * An opt-out belongs to a human being, so it follows `replaced_by`: it holds for the person it was recorded for, the
 * survivor that person was merged into, and every other person merged into the same survivor. It goes along, too, with a
 * record that left its person for one of its own without anybody having looked: by the model, or because its words became
 * somebody else's. Where a data manager parted two patients it does not.
 */
export async function readOptedOut(client: Client, personIds: readonly string[]): Promise<Set<string>> {
  if (personIds.length === 0) return new Set();
  const { rows } = await client.query<{ asked_id: string }>({
    name: "opted-out",
    text: `with recursive ${OPTED_OUT} select asked_id from opted_out`,
    values: [personIds],
  });
  return new Set(rows.map((row) => row.asked_id));
}

/** Whose recorded opt-outs make the person opted out: their own, and of everybody they are one with. */
export async function readOptOutsBehind(client: Client, personId: string): Promise<string[]> {
  const { rows } = await client.query<{ person_id: string }>(
    `with recursive ${OPTED_OUT} select distinct c.person_id from family join consent c using (person_id) where c.opted_out`,
    [[personId]],
  );
  return rows.map((row) => row.person_id).sort();
}

/** What of a person bears on who may see what. Somebody of whom nothing does is missing from the answers below. */
export type PersonMarks = {
  readonly personId: string;
  readonly optedOut: boolean;
  /** The strictest level of the person's records; null: nothing is restricted. */
  readonly sensitivity: "restricted" | "very-restricted" | null;
  readonly deceased: boolean;
  /** The date of death as the golden record has it, as precise as it was sent; null where it is not known. */
  readonly diedOn: string | null;
};

/** Beside `OPTED_OUT`: what is marked of each of the persons $1 of whom anything is, as `marked`. */
const MARKED = `${OPTED_OUT}, marked as (
    select * from (
      select asked.asked_id as "personId", o.asked_id is not null as "optedOut", ${levelOfPerson("asked.asked_id")} as sensitivity,
        coalesce(p.golden #>> '{deceased,value}' = 'true' or p.golden #>> '{deathDate,value}' is not null, false) as deceased,
        p.golden #>> '{deathDate,value}' as "diedOn"
      from (select distinct asked_id from unnest($1::uuid[]) as a (asked_id)) asked
      left join opted_out o on o.asked_id = asked.asked_id left join person p on p.person_id = asked.asked_id
    ) m where "optedOut" or sensitivity is not null or deceased
  )`;

/** What is marked of the persons. */
export async function readMarks(client: Client, personIds: readonly string[]): Promise<Map<string, PersonMarks>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await client.query<PersonMarks>({
    name: "marks",
    text: `with recursive ${MARKED} select * from marked`,
    values: [personIds],
  });
  return new Map(rows.map((row) => [row.personId, row]));
}

/** A look at several persons, and how it is put on record of those who are marked. */
export type Look = Pick<AuditEntry, "at" | "username" | "action" | "detail"> & {
  readonly detailOfOptedOut: AuditEntry["detail"];
  readonly detailOfRestricted: AuditEntry["detail"];
};

/**
 * Puts a look at each of the persons on record, in their order; on a pool client committed when this resolves.
 * One statement, for every answer about a patient waits for it. @returns what is marked of them.
 */
export async function writeLooks(
  client: Client,
  personIds: readonly string[],
  look: Look,
): Promise<Map<string, PersonMarks>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await client.query<PersonMarks>({
    name: "write-looks",
    text: `with recursive ${MARKED}, written as (
             insert into audit (at, username, action, person_id, detail)
             select $2, $3, $4, person_id,
               case when "optedOut" then $6::jsonb when sensitivity is not null then $7::jsonb else $5::jsonb end
             from unnest($1::uuid[]) with ordinality as looked_at (person_id, place)
             left join marked on "personId" = person_id
             order by place
           )
           select * from marked`,
    values: [
      ...[personIds, look.at, look.username, look.action],
      ...[look.detail, look.detailOfOptedOut, look.detailOfRestricted].map(detailText),
    ],
  });
  return new Map(rows.map((row) => [row.personId, row]));
}
