import type { Transaction } from "./database.ts";

/** Draws `count` journal ids that follow each other. Nobody else draws any until the transaction's end is seen. */
export async function drawIds(transaction: Transaction, count: number): Promise<number> {
  const { rows } = await transaction.query<{ first_id: number }>("select draw_journal_ids($1) as first_id", [count]);
  const first = rows[0];
  if (!first) throw new Error("No journal ids could be drawn: run the migrations.");
  return first.first_id;
}
