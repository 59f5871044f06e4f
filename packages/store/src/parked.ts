import type { Outcome, Reason } from "@chesil/model";
import type { Client } from "./client.ts";
import type { Database, Transaction } from "./database.ts";

/** What stands about a message that a person wants replayed or skipped. */
export type Standing = { readonly feed: string; readonly outcome: Outcome | null; readonly reason: Reason | null };

export async function readStanding(database: Database, journalId: number): Promise<Standing | undefined> {
  const { rows } = await database.pool.query<Standing>(
    "select j.feed, o.outcome, o.reason from journal j left join outcome o using (journal_id) where j.journal_id = $1 and j.kind = 'message'",
    [journalId],
  );
  return rows[0];
}

/** The latest message of the feed that waits for its continuation under this pointer (DSC-1). */
export async function readWaitingPart(database: Database, feed: string, pointer: string): Promise<number | undefined> {
  const { rows } = await database.pool.query<{ journal_id: number }>(
    `select o.journal_id from outcome o join journal j using (journal_id)
     where o.outcome = 'parked' and o.reason = 'awaiting-continuation' and o.detail = $2 and j.feed = $1
     order by o.journal_id desc limit 1`,
    [feed, pointer],
  );
  return rows[0]?.journal_id;
}

/**
 * Messages parked behind `journalId`, in order, those after `after`: by an identity that waits for it, or by what they
 * were parked with, because the last part of a message names nobody.
 */
export async function readFollowers(
  database: Database,
  journalId: number,
  after: number,
  messagesMax: number,
): Promise<number[]> {
  const { rows } = await database.pool.query<{ journal_id: number }>(
    `select j.journal_id from outcome o join journal j using (journal_id)
     where o.outcome = 'parked' and j.journal_id > $2
       and (j.identities && array(select identity from parked_identity where journal_id = $1)
         or (o.reason = 'behind-parked' and o.detail = 'journal ' || $1))
     order by j.journal_id limit $3`,
    [journalId, after, messagesMax],
  );
  return rows.map((row) => row.journal_id);
}

/**
 * Messages that wait for what is in an archive, in order; and those that this entry has let go of already, whose followers
 * still wait.
 */
export async function readHeldByArchive(database: Database, entryId: number): Promise<number[]> {
  const { rows } = await database.pool.query<{ journal_id: number }>(
    `select journal_id from outcome where outcome = 'quarantined' and reason = 'archived-messages' and outcome <> 'applied'
     union
     select p.journal_id from parked_identity p join outcome o using (journal_id)
     where o.decided_by = $1 and o.decided_by <> o.journal_id
     order by journal_id`,
    [entryId],
  );
  return rows.map((row) => row.journal_id);
}

/** Lets go of what waited for `journalId`. */
export async function releaseIdentities(transaction: Transaction, journalId: number): Promise<void> {
  await transaction.query("delete from parked_identity where journal_id = $1", [journalId]);
}

/** A message that waits for a person, or for the rest of itself. */
export type HeldMessage = {
  readonly journalId: number;
  readonly feed: string;
  readonly messageCode: string;
  readonly triggerEvent: string;
  readonly receivedAt: Date;
  readonly outcome: Exclude<Outcome, "duplicate"> | null;
  readonly reason: string | null;
  readonly detail: string | null;
  /** `failed`: it holds up later messages of its patients. `awaiting-continuation`: it waits, and holds up nobody. */
  readonly kind: "failed" | "awaiting-continuation";
  readonly since: Date;
  /** How many identities wait behind it. */
  readonly identities: number;
  /** How many messages wait behind it; beyond MESSAGES_BEHIND_MAX they are not counted on. */
  readonly messagesBehind: number;
};

/** Messages behind one entry that are counted: a patient who has more is in trouble anyway. */
export const MESSAGES_BEHIND_MAX = 1_000;

/**
 * What is held back: one row for each message that others wait behind, and each that waits for its continuation; in
 * journal order, which is oldest first.
 *
 * The inner `offset 0` keeps the lookup by identity first: the messages of some patients are few, the parked may be many.
 */
export async function readParkedIdentities(
  client: Client,
  page: { after: number; limit: number },
): Promise<HeldMessage[]> {
  const { rows } = await client.query<HeldMessage>(
    `with held as (
       (select journal_id, 'failed' as kind, min(since) as since, array_agg(identity) as identities
        from parked_identity where journal_id > $1 group by journal_id order by journal_id limit $2)
       union all
       (select o.journal_id, 'awaiting-continuation', null, '{}' from outcome o
        where o.outcome = 'parked' and o.reason = 'awaiting-continuation' and o.outcome <> 'applied' and o.journal_id > $1
          and not exists (select from parked_identity p where p.journal_id = o.journal_id)
        order by o.journal_id limit $2)
     )
     select journal_id as "journalId", j.feed, j.message_code as "messageCode", j.trigger_event as "triggerEvent",
       j.received_at as "receivedAt", o.outcome, o.reason, o.detail, h.kind, coalesce(h.since, j.received_at) as since,
       cardinality(h.identities) as identities,
       (select count(*) from (
          select from (select b.journal_id from journal b where b.identities && h.identities offset 0) theirs
          join outcome w using (journal_id) where w.outcome = 'parked' and w.journal_id <> h.journal_id limit $3 + 1
        ) waiting) as "messagesBehind"
     from held h join journal j using (journal_id) left join outcome o using (journal_id)
     order by journal_id limit $2`,
    [page.after, page.limit, MESSAGES_BEHIND_MAX],
  );
  return rows;
}
