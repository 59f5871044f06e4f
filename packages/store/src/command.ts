import type { Database } from "./database.ts";
import { drawIds } from "./journal-ids.ts";

/**
 * What a person told Chesil to do, journalled like everything from outside (law 8) and carried out by resolve in journal
 * order.
 */
export type Command = MessageCommand | IdentityCommand;

/** To do with a message that was set aside. */
export type MessageCommand =
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

export type Verdict = "same" | "different" | "unsure";

/** To do with identities, and with the questions about them. */
export type IdentityCommand =
  | {
      /** Two records are one patient's, or two patients'. `one` and `other` are one record where its overlay is judged. */
      readonly command: "decide";
      readonly one: number;
      readonly other: number;
      readonly verdict: Verdict;
      /** The question that it answers. */
      readonly taskId: number | null;
      /** A second reviewer is asked before anything is done, as policy said when it was decided. */
      readonly isSecondNeeded: boolean;
      readonly by: string;
      readonly reason: string;
    }
  | {
      /** Records leave their person: to the person of the record `to`, or where that is null to one of their own. */
      readonly command: "move";
      readonly sourceRecordIds: readonly number[];
      readonly to: number | null;
      readonly by: string;
      readonly reason: string;
    }
  /** Takes back what an earlier command laid down and lifted. */
  | { readonly command: "undo"; readonly journalId: number; readonly by: string; readonly reason: string }
  /** Ends one rule, whoever laid it down. */
  | { readonly command: "lift"; readonly ruleId: number; readonly by: string; readonly reason: string }
  /** Whose questions these are from now on; null: anybody's. */
  | {
      readonly command: "assign";
      readonly taskIds: readonly number[];
      readonly to: string | null;
      readonly by: string;
      readonly reason: string;
    };

export const isMessageCommand = (command: Command): command is MessageCommand =>
  command.command === "replay" || command.command === "skip" || command.command === "repair";

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
