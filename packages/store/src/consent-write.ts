import { appendCommandsWithin, type PrivacyCommand } from "./command.ts";
import type { Database, Transaction } from "./database.ts";
import { writeSensitivity } from "./sensitivity.ts";

/** Who said it, when, and by which entry of the journal. */
type Journalled = { readonly journalId: number; readonly receivedAt: Date };

/**
 * Journals what a person said about who may be shown, in force when this resolves: the entry and what follows from it commit
 * together, so that nobody is shown while resolve is behind. @returns the journal ids.
 */
export function journalPrivacy(database: Database, commands: readonly PrivacyCommand[], at: Date): Promise<number[]> {
  return database.transaction(async (transaction) => {
    const journalIds = await appendCommandsWithin(transaction, commands, at);
    for (const [place, command] of commands.entries())
      await applyPrivacy(transaction, { journalId: journalIds[place] ?? 0, receivedAt: at }, command);
    return journalIds;
  });
}

/**
 * What follows from an entry. It is a function of the entries alone, and the latest one of a person or a record holds whatever
 * the order they are applied in: done again, or after a later one, it changes nothing (laws 3 and 8).
 */
export async function applyPrivacy(
  transaction: Transaction,
  { journalId, receivedAt }: Journalled,
  command: PrivacyCommand,
): Promise<void> {
  if (command.command === "sensitivity") {
    const { sourceRecordIds, level, reason, by: recordedBy } = command;
    return writeSensitivity(transaction, {
      sourceRecordIds,
      level,
      reason,
      recordedBy,
      journalId,
      recordedAt: receivedAt,
    });
  }
  const { personId, optedOut, askedBy, authority, lacksCapacity, evidence, reason, askedOn, by } = command;
  await transaction.query(
    `insert into consent_statement (journal_id, person_id, opted_out, asked_by, authority, lacks_capacity, evidence, reason,
       asked_on, recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
    [journalId, personId, optedOut, askedBy, authority, lacksCapacity, evidence, reason, askedOn, by, receivedAt],
  );
  await transaction.query(
    `insert into consent as known (person_id, opted_out, recorded_by, recorded_at, journal_id) values ($1, $2, $3, $4, $5)
     on conflict (person_id) do update set opted_out = excluded.opted_out, recorded_by = excluded.recorded_by,
       recorded_at = excluded.recorded_at, journal_id = excluded.journal_id
     where coalesce(known.journal_id, 0) < excluded.journal_id`,
    [personId, optedOut, by, receivedAt, journalId],
  );
}
