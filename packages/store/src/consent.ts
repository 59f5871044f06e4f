import type { Client } from "./client.ts";

/** Of an identity event `e`: its record left for a person of its own, and no data manager said so. */
const LEFT_UNASKED = `e.from_person_id is not null and e.kind in ('overlaid', 'unlinked') and e.decided_by <> 'human'`;

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
    text: `with recursive family as (
             select asked_id, asked_id as person_id from unnest($1::uuid[]) as asked (asked_id)
             union
             select f.asked_id, next.person_id from family f cross join lateral (${OPT_OUT_COMES_FROM}) next
           )
           select distinct f.asked_id from family f join consent c on c.person_id = f.person_id where c.opted_out`,
    values: [personIds],
  });
  return new Set(rows.map((row) => row.asked_id));
}
