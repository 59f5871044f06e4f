import type { Client } from "./client.ts";
import { readOptedOut } from "./consent.ts";
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

/**
 * Whether a message may leave: `pending` while nothing became of it yet; `withheld` where its person has opted out
 * (law 10), or is not known because it was not applied; else `free`.
 */
export async function readRelease(client: Client, journalId: number): Promise<"pending" | "withheld" | "free"> {
  const { rows } = await client.query<{ outcome: string; person_id: string | null }>(
    "select outcome, person_id from outcome where journal_id = $1",
    [journalId],
  );
  const row = rows[0];
  if (!row) return "pending";
  if (row.outcome !== "applied" || row.person_id === null) return "withheld";
  return (await readOptedOut(client, [row.person_id])).size > 0 ? "withheld" : "free";
}
