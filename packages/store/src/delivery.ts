import type { Client } from "./client.ts";
import { readMarks } from "./consent.ts";
import type { Transaction } from "./database.ts";

/** What became of a message at a destination. `code` is MSA-1 of its answer, or why it was withheld. */
export type Delivery = {
  readonly destination: string;
  readonly journalId: number;
  readonly outcome: "delivered" | "refused" | "withheld";
  readonly code: string;
  readonly attempts: number;
  readonly at: Date;
  readonly answer: Buffer | null;
};

export async function writeDelivery(transaction: Transaction, delivery: Delivery): Promise<void> {
  await transaction.query(
    `insert into delivery (destination, journal_id, outcome, code, attempts, at, answer) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (destination, journal_id) do update set outcome = excluded.outcome, code = excluded.code,
       attempts = excluded.attempts, at = excluded.at, answer = excluded.answer`,
    [
      delivery.destination,
      delivery.journalId,
      delivery.outcome,
      delivery.code,
      delivery.attempts,
      delivery.at,
      delivery.answer,
    ],
  );
}

/** Messages that were withheld from the destination and were applied since by this command, in order. */
export async function readReleasedBy(client: Client, destination: string, commandId: number): Promise<number[]> {
  const { rows } = await client.query<{ journal_id: number }>(
    `select d.journal_id from delivery d join outcome o using (journal_id)
     where d.destination = $1 and d.outcome = 'withheld' and o.outcome = 'applied' and o.decided_by = $2
     order by d.journal_id`,
    [destination, commandId],
  );
  return rows.map((row) => row.journal_id);
}

/** What a destination was told last of an entry; undefined when it was told nothing. */
export async function readToldCode(
  client: Client,
  destination: string,
  journalId: number,
): Promise<string | undefined> {
  const { rows } = await client.query<{ code: string }>(
    "select code from delivery where destination = $1 and journal_id = $2",
    [destination, journalId],
  );
  return rows[0]?.code;
}

/** Entries of which a destination was told that they were not applied, and that one of these entries decided since. */
export async function readDecidedAnew(
  client: Client,
  destination: string,
  decidedBy: readonly number[],
): Promise<number[]> {
  const { rows } = await client.query<{ journal_id: number }>(
    `select d.journal_id from delivery d join outcome o using (journal_id)
     where d.destination = $1 and d.code in ('AE', 'AR') and o.decided_by = any($2) and o.decided_by <> d.journal_id
     order by d.journal_id`,
    [destination, decidedBy],
  );
  return rows.map((row) => row.journal_id);
}

/**
 * Whether a message may leave: `pending` while nothing became of it yet; `withheld` where anybody it names has opted out
 * (law 10) or is restricted, since its bytes say where they live, or is not known because it was not applied; else `free`.
 */
export async function readRelease(client: Client, journalId: number): Promise<"pending" | "withheld" | "free"> {
  const { rows } = await client.query<{ outcome: string; person_id: string | null }>(
    "select outcome, person_id from outcome where journal_id = $1",
    [journalId],
  );
  const row = rows[0];
  if (!row) return "pending";
  if (row.outcome !== "applied" || row.person_id === null) return "withheld";
  const named = await client.query<{ person_id: string }>(
    // An authority may hold a bar itself: every bar is tried.
    `select distinct s.person_id
     from journal j, unnest(j.identities) as identity, generate_series(1, length(identity)) as bar, source_record s
     where j.journal_id = $1 and substr(identity, bar, 1) = '|'
       and s.authority = left(identity, bar - 1) and s.local_id = substr(identity, bar + 1)`,
    [journalId],
  );
  const persons = [row.person_id, ...named.rows.map((each) => each.person_id)];
  const marks = [...(await readMarks(client, persons)).values()];
  return marks.some((each) => each.optedOut || each.sensitivity !== null) ? "withheld" : "free";
}
