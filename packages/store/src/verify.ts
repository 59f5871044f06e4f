import type { Database } from "./database.ts";

export type Verification = {
  readonly entries: number;
  /** Journal entries whose bytes are not those that were hashed on arrival. */
  readonly damaged: readonly number[];
  /** Messages by what the rows say, to be held against the tally. */
  readonly counted: Readonly<Record<string, number>>;
  readonly tallied: Readonly<Record<string, number>>;
  /** Accepted messages that the decider has not reached yet. */
  readonly inFlight: number;
  /** Accepted messages that the decider has passed and that have no outcome: there must be none. */
  readonly withoutOutcome: readonly number[];
};

/**
 * Reads the whole journal: every entry that is not archived against its sha-256 (computed by the server, nothing travels),
 * and law 2's sum against the counts that transactions kept. One snapshot, so a running Chesil does not disturb it.
 */
export function verifyJournal(database: Database): Promise<Verification> {
  return database.transaction(async (transaction) => {
    await transaction.query("set transaction isolation level repeatable read, read only");
    const damaged = await transaction.query<{ journal_id: number }>(
      `select journal_id from journal j where sha256 <> sha256(raw) and not (raw = '' and exists (
         select from journal_partition p where p.entries_archived > 0 and j.journal_id >= p.first_id and j.journal_id < p.next_id))
       order by journal_id limit 1000`,
    );
    const counts = await transaction.query<{ name: string; messages: number }>(
      `select 'received' as name, (select count(*) from journal where kind = 'message') + (select count(*) from redelivery) as messages
       union all select 'duplicate', count(*) from redelivery
       union all select outcome, count(*) from outcome group by outcome`,
    );
    const tally = await transaction.query<{ name: string; messages: number }>(
      "select name, sum(messages)::bigint as messages from tally group by name",
    );
    const open = await transaction.query<{ journal_id: number; passed: boolean }>(
      `select j.journal_id, j.journal_id <= coalesce((select max(position) from log_consumer), 0) as passed
       from journal j left join outcome o using (journal_id)
       where j.kind = 'message' and o.journal_id is null order by j.journal_id`,
    );
    const entries = await transaction.query<{ count: number }>("select count(*) from journal");
    const asRecord = (rows: { name: string; messages: number }[]) =>
      Object.fromEntries(
        rows
          .filter((row) => row.messages !== 0)
          .map((row) => [row.name, row.messages])
          .sort(),
      );
    return {
      entries: entries.rows[0]?.count ?? 0,
      damaged: damaged.rows.map((row) => row.journal_id),
      counted: asRecord(counts.rows),
      tallied: asRecord(tally.rows),
      inFlight: open.rows.filter((row) => !row.passed).length,
      withoutOutcome: open.rows.filter((row) => row.passed).map((row) => row.journal_id),
    };
  });
}
