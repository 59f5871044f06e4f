import type { Client } from "./client.ts";
import { readCommand } from "./command.ts";
import type { Transaction } from "./database.ts";

/** What a person gave to stand in for the bytes received of a message. */
export type Correction = {
  readonly commandId: number;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
  readonly bytes: Buffer;
};

/** The corrections in force, by the message that each repairs. */
export async function readCorrections(client: Client, journalIds: readonly number[]): Promise<Map<number, Correction>> {
  const { rows } = await client.query<{ journal_id: number; command_id: number; received_at: Date; raw: Buffer }>(
    `select o.journal_id, c.journal_id as command_id, c.received_at, c.raw
     from outcome o join journal c on c.journal_id = o.corrected_by where o.journal_id = any($1::bigint[])`,
    [journalIds],
  );
  const corrections = new Map<number, Correction>();
  for (const row of rows) {
    const command = readCommand(row.raw);
    if (command.command !== "repair") continue;
    const { by, reason, message } = command;
    const bytes = Buffer.from(message, "base64");
    corrections.set(row.journal_id, { commandId: row.command_id, by, reason, at: row.received_at, bytes });
  }
  return corrections;
}

/** From now on the message is judged by the correction of this command. */
export async function noteCorrection(transaction: Transaction, journalId: number, commandId: number): Promise<void> {
  await transaction.query("update outcome set corrected_by = $2 where journal_id = $1", [journalId, commandId]);
}
