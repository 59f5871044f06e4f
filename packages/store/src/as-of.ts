import type { Client } from "./client.ts";
import type { IdentityEventKind } from "./identity-write.ts";

/** A source record that was a person's own at a time, and the event that had put it there. */
export type LinkAsOf = {
  readonly sourceRecordId: number;
  readonly authority: string;
  readonly localId: string;
  /** Whose it is now. */
  readonly personIdNow: string;
  readonly since: Date;
  readonly kind: IdentityEventKind;
  readonly decidedBy: string;
};

/**
 * Who a person was at a time, by the identity events until then: links only, because the values that records had are not
 * kept.
 *
 * `missing`: no event had named the person yet. `redirected`: none of the records was the person's own then, and its home
 * record, the one the person was made of, was `replacedBy`'s.
 */
export type PersonAsOf =
  | { readonly state: "missing" }
  | { readonly state: "active"; readonly links: readonly LinkAsOf[] }
  | { readonly state: "redirected"; readonly replacedBy: string };

/** @param at events at this instant count. */
export async function readPersonAsOf(client: Client, personId: string, at: Date): Promise<PersonAsOf> {
  const { rows } = await client.query<LinkAsOf & { personIdThen: string }>(
    `with touched as (
       select source_record_id from identity_event where person_id = $1 and at <= $2
       union
       select source_record_id from identity_event where from_person_id = $1 and at <= $2
     )
     select t.source_record_id as "sourceRecordId", s.authority, s.local_id as "localId", s.person_id as "personIdNow", last.at as since,
       last.kind, last.decided_by as "decidedBy", last.person_id as "personIdThen"
     from touched t join source_record s using (source_record_id) join person p on p.person_id = $1 cross join lateral (
       select e.at, e.kind, e.decided_by, e.person_id from identity_event e
       where e.source_record_id = t.source_record_id and e.at <= $2 order by e.event_id desc limit 1
     ) last
     -- The home record first: one entry made both, and where it made several records, their events tell them apart.
     order by s.created_by = p.created_by desc, exists (
       select from identity_event e
       where e.source_record_id = t.source_record_id and e.person_id = $1 and e.kind = 'created'
     ) desc, t.source_record_id`,
    [personId, at],
  );
  const home = rows[0];
  if (!home) return { state: "missing" };
  const links = rows.flatMap(({ personIdThen, ...link }) => (personIdThen === personId ? [link] : []));
  links.sort((a, b) => a.sourceRecordId - b.sourceRecordId);
  if (links.length > 0) return { state: "active", links };
  return { state: "redirected", replacedBy: home.personIdThen };
}
