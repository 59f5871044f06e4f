import type { Sensitivity } from "@chesil/model";
import type { Database, Transaction } from "./database.ts";
import { drawIds } from "./journal-ids.ts";

/**
 * What a person told Chesil to do, journalled like everything from outside (law 8) and carried out by resolve in journal
 * order.
 */
export type Command = MessageCommand | IdentityCommand | PrivacyCommand | RetentionCommand;

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

/** By what somebody decides for another. A parent decides for a child whatever the child's capacity. */
export const REPRESENTATIVE_AUTHORITIES = [
  "lasting-power-of-attorney",
  "enduring-power-of-attorney",
  "court-appointed-deputy",
  "parental-responsibility",
  "best-interests-decision",
  "other",
] as const;
export type RepresentativeAuthority = (typeof REPRESENTATIVE_AUTHORITIES)[number];

/** To do with who may be shown: in force with the entry itself, whenever resolve comes to it. */
export type PrivacyCommand =
  | {
      /** The person does not want their record shared, or wants it again. */
      readonly command: "consent";
      readonly personId: string;
      readonly optedOut: boolean;
      readonly askedBy: "person" | "representative";
      /** Of a representative. */
      readonly authority: RepresentativeAuthority | null;
      /** The representative confirmed that the person lacks the capacity to decide it. */
      readonly lacksCapacity: boolean;
      /** Where the form or the proof is filed. */
      readonly evidence: string;
      /** ISO date. */
      readonly askedOn: string;
      readonly by: string;
      readonly reason: string;
    }
  | {
      /** How closely records are kept, whatever their senders say. */
      readonly command: "sensitivity";
      readonly sourceRecordIds: readonly number[];
      readonly level: Sensitivity;
      readonly by: string;
      readonly reason: string;
    };

/**
 * What became of the bytes of a range's messages, ids from `firstId` on and before `nextId`: from this entry on no decision
 * hears these messages again (`archive`), or any may (`bring-back`), whatever the journal happens to hold (`retention.ts`).
 */
export type RetentionCommand =
  | {
      readonly command: "archive";
      readonly firstId: number;
      readonly nextId: number;
      /** The folder that `chesil import journal` takes. */
      readonly archive: string;
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly command: "bring-back";
      readonly firstId: number;
      readonly nextId: number;
      readonly by: string;
      readonly reason: string;
    };

export const isRetentionCommand = (command: Command): command is RetentionCommand =>
  command.command === "archive" || command.command === "bring-back";

export const isPrivacyCommand = (command: Command): command is PrivacyCommand =>
  command.command === "consent" || command.command === "sensitivity";

export const isMessageCommand = (command: Command): command is MessageCommand =>
  command.command === "replay" || command.command === "skip" || command.command === "repair";

/** The command in the bytes of its journal entry. */
export const readCommand = (raw: Buffer): Command => JSON.parse(raw.toString("utf8")) as Command;

/** Commits commands to the journal. @returns their journal ids, in order. */
export function appendCommands(database: Database, commands: readonly Command[], at: Date): Promise<number[]> {
  if (commands.length === 0) return Promise.resolve([]);
  return database.transaction((transaction) => appendCommandsWithin(transaction, commands, at));
}

/** The same, together with what else the transaction does; nothing else is journalled until it ends. */
export async function appendCommandsWithin(
  transaction: Transaction,
  commands: readonly Command[],
  at: Date,
): Promise<number[]> {
  const firstId = await drawIds(transaction, commands.length);
  await transaction.query(
    `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
       version, sender, control_id, message_at, identities)
     select $1 + place - 1, 'command', '', '', $2, convert_to(text, 'UTF8'), sha256(convert_to(text, 'UTF8')), true, '', name,
       '', '', '', $2, '{}'
     from unnest($3::text[], $4::text[]) with ordinality as c (text, name, place)`,
    [firstId, at, commands.map((command) => JSON.stringify(command)), commands.map(({ command }) => command)],
  );
  return commands.map((_, index) => firstId + index);
}
