import type { Outcome, Reason } from "@chesil/model";
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

/** Messages parked behind any of the identities that wait for `journalId`, in order, those after `after`. */
export async function readFollowers(
  database: Database,
  journalId: number,
  after: number,
  messagesMax: number,
): Promise<number[]> {
  const { rows } = await database.pool.query<{ journal_id: number }>(
    `select j.journal_id from outcome o join journal j using (journal_id)
     where o.outcome = 'parked' and j.journal_id > $2
       and j.identities && array(select identity from parked_identity where journal_id = $1)
     order by j.journal_id limit $3`,
    [journalId, after, messagesMax],
  );
  return rows.map((row) => row.journal_id);
}

/** Lets go of what waited for `journalId`. */
export async function releaseIdentities(transaction: Transaction, journalId: number): Promise<void> {
  await transaction.query("delete from parked_identity where journal_id = $1", [journalId]);
}
