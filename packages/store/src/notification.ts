import type { Client } from "./client.ts";
import type { Transaction } from "./database.ts";
import { HIDDEN_RECORDS } from "./hidden-records.ts";
import type { Backlog } from "./journal-read.ts";

/** Where a destination stands: the last entry whose identity events it took in, and the last change without an event. */
export type NotificationPlace = { readonly position: number; readonly changeId: number };

/** Somebody whose identifiers changed: by which entry, and when. */
export type PersonChange = { readonly personId: string; readonly position: number; readonly at: Date };

/** Somebody that a destination is to be told about. */
export type DueNotification = PersonChange & {
  /** How many changes there have been. */
  readonly turn: number;
  readonly isAudited: boolean;
  /** How often the destination refused to hear of this turn. */
  readonly refusals: number;
  /** A hash of what it was told last; null when it was never told. */
  readonly told: Buffer | null;
};

/** What became of a turn. `due`: it was refused, and is tried again. */
export type NotificationResult = {
  readonly personId: string;
  readonly state: "due" | "told" | "silent" | "withheld" | "refused";
  readonly refusals: number;
  readonly told: Buffer | null;
  readonly code: string | null;
  readonly answer: Buffer | null;
};

/** The place of a destination; one that is new begins with what comes next after its consumer's position. */
export async function openNotificationPlace(
  client: Client,
  destination: string,
  consumer: string,
): Promise<NotificationPlace> {
  await client.query(
    `insert into notification_place (destination, position, change_id)
     select $1, position, coalesce((select max(change_id) from identifier_change), 0)
     from log_consumer where consumer = $2 on conflict do nothing`,
    [destination, consumer],
  );
  const { rows } = await client.query<NotificationPlace>(
    `select position, change_id as "changeId" from notification_place where destination = $1`,
    [destination],
  );
  const [place] = rows;
  if (!place) throw new Error("A destination without a consumer was asked where it stands.");
  return place;
}

/** Who had other identifiers without an identity event, in order, after a change. */
export async function readIdentifierChangesAfter(
  client: Client,
  changeId: number,
  limit: number,
): Promise<{ changeId: number; personId: string }[]> {
  const { rows } = await client.query<{ changeId: number; personId: string }>(
    `select change_id as "changeId", person_id as "personId" from identifier_change
     where change_id > $1 order by change_id limit $2`,
    [changeId, limit],
  );
  return rows;
}

/**
 * Makes the persons due, in order, and moves the destination on. Who is due already keeps the place in the queue: however
 * many changes, one notification. Changes that every destination has taken in are forgotten.
 */
export async function oweNotifications(
  transaction: Transaction,
  destination: string,
  owed: { readonly changes: readonly PersonChange[]; readonly place: NotificationPlace; readonly now: Date },
): Promise<void> {
  const { changes, place, now } = owed;
  await transaction.query(
    `insert into notification as n
       (destination, person_id, state, queue_no, due_since, position, changed_at, turn, audited, refusals)
     select $1, person_id, 'due', nextval('notification_queue'), $5, position, at, 1, false, 0
     from (select * from unnest($2::uuid[], $3::bigint[], $4::timestamptz[]) with ordinality
             as c (person_id, position, at, ordinal) order by ordinal) changed
     on conflict (destination, person_id) do update set state = 'due', position = excluded.position,
       queue_no = case when n.state = 'due' then n.queue_no else excluded.queue_no end,
       due_since = case when n.state = 'due' then n.due_since else excluded.due_since end,
       changed_at = excluded.changed_at, turn = n.turn + 1, audited = false, refusals = 0`,
    [
      destination,
      changes.map((each) => each.personId),
      changes.map((each) => each.position),
      changes.map((each) => each.at),
      now,
    ],
  );
  await transaction.query("update notification_place set position = $2, change_id = $3 where destination = $1", [
    destination,
    place.position,
    place.changeId,
  ]);
  await transaction.query(
    "delete from identifier_change where change_id <= (select min(change_id) from notification_place)",
  );
}

/**
 * Makes those due whom an opt-out had withheld and who are opted out no more: what changed meanwhile was not told. Read off
 * what is stored, so that it does not matter who took the opt-out back, or when.
 */
export async function oweWithheld(transaction: Transaction, destination: string, now: Date): Promise<void> {
  await transaction.query(
    `with recursive ${HIDDEN_RECORDS}
     update notification set state = 'due', queue_no = nextval('notification_queue'), due_since = $2, changed_at = $2,
       turn = turn + 1, audited = false, refusals = 0
     where destination = $1 and state = 'withheld' and person_id not in (select person_id from family)`,
    [destination, now],
  );
}

/**
 * Forgets destinations that are told of identities no more: their place, which would keep every change for ever, and what
 * they were told. A consumer that is no destination's at all goes too: one that is added again under the name is new. Who
 * holds a lease that is not `owner`'s runs elsewhere, and stays.
 */
export async function forgetDestinations(
  client: Client,
  kept: {
    readonly identity: readonly string[];
    readonly all: readonly string[];
    readonly consumerPrefix: string;
    readonly owner: string;
  },
): Promise<void> {
  await client.query(
    `with gone as materialized (
       select p.destination, $3 || p.destination as consumer from notification_place p
       left join log_consumer c on c.consumer = $3 || p.destination
       where p.destination <> all($1::text[])
         and (c.lease_until is null or c.lease_until <= now() or c.lease_owner = $4)
     ), places as (
       delete from notification_place p using gone where p.destination = gone.destination
     ), told as (
       delete from notification n using gone where n.destination = gone.destination
     )
     delete from log_consumer c using gone where c.consumer = gone.consumer and gone.destination <> all($2::text[])`,
    [kept.identity, kept.all, kept.consumerPrefix, kept.owner],
  );
}

/** Who is due, first come first. */
export async function readDueNotifications(
  client: Client,
  destination: string,
  limit: number,
): Promise<DueNotification[]> {
  const { rows } = await client.query<DueNotification>(
    `select person_id as "personId", position, changed_at as at, turn, audited as "isAudited", refusals, told
     from notification where destination = $1 and state = 'due' order by queue_no limit $2`,
    [destination, limit],
  );
  return rows;
}

/** Notes that the audit has the disclosure of this turn. */
export async function noteNotificationAudited(
  transaction: Transaction,
  destination: string,
  personId: string,
): Promise<void> {
  await transaction.query("update notification set audited = true where destination = $1 and person_id = $2", [
    destination,
    personId,
  ]);
}

export async function writeNotificationResults(
  transaction: Transaction,
  destination: string,
  results: readonly NotificationResult[],
): Promise<void> {
  if (results.length === 0) return;
  await transaction.query(
    `update notification n set state = r.state, refusals = r.refusals, told = r.told, code = r.code, answer = r.answer
     from unnest($2::uuid[], $3::text[], $4::integer[], $5::bytea[], $6::text[], $7::bytea[])
       as r (person_id, state, refusals, told, code, answer)
     where n.destination = $1 and n.person_id = r.person_id`,
    [
      destination,
      results.map((each) => each.personId),
      results.map((each) => each.state),
      results.map((each) => each.refusals),
      results.map((each) => each.told),
      results.map((each) => each.code),
      results.map((each) => each.answer),
    ],
  );
}

/** How many persons a destination is to be told about, and since when. Who opted out is not among them (law 10). */
export async function readNotificationBacklog(client: Client, destination: string): Promise<Backlog> {
  const { rows } = await client.query<Backlog>(
    `with recursive ${HIDDEN_RECORDS}
     select count(*) as messages, min(due_since) as "oldestAt" from notification
     where destination = $1 and state = 'due' and person_id not in (select person_id from family)`,
    [destination],
  );
  return rows[0] ?? { messages: 0, oldestAt: null };
}
