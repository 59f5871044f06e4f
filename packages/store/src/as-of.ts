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

/** How a source record stood at a time. */
export type StandingAsOf = {
  readonly status: "active" | "retired" | "deleted";
  readonly retiredInto: number | null;
  /** Its sender had deleted it, be it that it spoke again. */
  readonly wasDeleted: boolean;
};

/** Of records that had been heard of: whether they spoke then, by the events until then. */
export async function readStandingsAsOf(
  client: Client,
  sourceRecordIds: readonly number[],
  at: Date,
): Promise<Map<number, StandingAsOf>> {
  const { rows } = await client.query<StandingAsOf & { id: number }>(
    `select s.source_record_id as id,
       case last.kind when 'merged' then 'retired' when 'retired' then 'retired' when 'deleted' then 'deleted' else 'active' end
         as status,
       case last.kind when 'merged' then (last.evidence ->> 'retiredInto')::bigint when 'retired' then s.retired_into end
         as "retiredInto",
       exists (
         select from identity_event e where e.source_record_id = s.source_record_id and e.at <= $2 and e.kind = 'deleted'
       ) as "wasDeleted"
     from source_record s left join lateral (
       select e.kind, e.evidence from identity_event e
       where e.source_record_id = s.source_record_id and e.at <= $2
         and e.kind in ('merged', 'retired', 'unmerged', 'deleted', 'restored')
       order by e.event_id desc limit 1
     ) last on true
     where s.source_record_id = any($1::bigint[])
       and exists (select from identity_event e where e.source_record_id = s.source_record_id and e.at <= $2)`,
    [sourceRecordIds, at],
  );
  return new Map(rows.map(({ id, ...standing }) => [id, standing]));
}

/**
 * Who a person was at a time, by the identity events until then: links only.
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
