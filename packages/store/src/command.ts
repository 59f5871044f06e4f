import type { Database } from "./database.ts";
import { drawIds } from "./journal-ids.ts";

/**
 * What a person told Chesil to do with a message, journalled like everything from outside (law 8) and carried out by resolve in
 * journal order.
 */
export type Command =
  | { readonly command: "replay"; readonly journalId: number; readonly by: string; readonly reason: string }
  | { readonly command: "skip"; readonly journalId: number; readonly by: string; readonly reason: string }
  | {
      readonly command: "repair";
      readonly journalId: number;
      /** The corrected message: its bytes as base64, because text would lose the character set. */
      readonly message: string;
      readonly by: string;
      readonly reason: string;
    };

/** The command in the bytes of its journal entry. */
export const readCommand = (raw: Buffer): Command => JSON.parse(raw.toString("utf8")) as Command;

/** Commits commands to the journal. @returns their journal ids, in order. */
export function appendCommands(database: Database, commands: readonly Command[], at: Date): Promise<number[]> {
  if (commands.length === 0) return Promise.resolve([]);
  return database.transaction(async (transaction) => {
    const firstId = await drawIds(transaction, commands.length);
    await transaction.query(
      `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
         version, sender, control_id, message_at, identities)
       select $1 + place - 1, 'command', '', '', $2, convert_to(text, 'UTF8'), sha256(convert_to(text, 'UTF8')), true, '', '',
         '', '', '', $2, '{}'
       from unnest($3::text[]) with ordinality as c (text, place)`,
      [firstId, at, commands.map((command) => JSON.stringify(command))],
    );
    return commands.map((_, index) => firstId + index);
  });
}
