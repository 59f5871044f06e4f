import { setImmediate as turn } from "node:timers/promises";
import { continuationOf, type FeedDialect, judgeCorrection, type Message, readMessage, toEvent } from "@chesil/hl7";
import { entryEvent, isEncoding, isRowTrigger, readAboutRow } from "@chesil/load";
import type { CanonicalEvent, Reason } from "@chesil/model";
import {
  type Command,
  type JournalEntry,
  type ResettleSlice,
  readActivation,
  readCommand,
  readResettleSlice,
} from "@chesil/store";
import { readXmlInTurns } from "@chesil/xml";
import type { Dialects } from "./dialects.ts";
import { CDA_CODE, documentItem } from "./interpret-document.ts";

/** A journal entry as resolve understands it. */
export type Interpreted =
  | {
      readonly kind: "event";
      readonly entry: JournalEntry;
      readonly event: CanonicalEvent;
      /** Nothing is taken of a message that makes a patient look like somebody else. */
      readonly isOverlayHeld: boolean;
      /** Journal entries that held the message's earlier parts. */
      readonly parts?: readonly number[];
    }
  | { readonly kind: "unreadable"; readonly entry: JournalEntry; readonly reason: Reason; readonly text: string }
  | { readonly kind: "command"; readonly entry: JournalEntry; readonly command: Command }
  /** From here on messages are read by other settings, which the dialects know. */
  | { readonly kind: "activation"; readonly entry: JournalEntry }
  /** Some records are decided anew by the model that came into force. */
  | { readonly kind: "resettle"; readonly entry: JournalEntry; readonly slice: ResettleSlice }
  /** One of several messages that are one: see `interpret-entries.ts`. */
  | {
      readonly kind: "part";
      readonly entry: JournalEntry;
      readonly message: Message;
      readonly continues: string | undefined;
      readonly continued: string | undefined;
    };

/** One that is an event or says why not. */
export type MessageItem = Extract<Interpreted, { kind: "event" | "unreadable" }>;

/**
 * Never throws: a fault of ours in reading one message must not stop all that come after it.
 * @param asOf the journal entry by whose time the message is read: itself, or the command that has it judged again.
 */
export function interpret(entry: JournalEntry, dialects: Dialects, asOf = entry.journalId): Interpreted {
  try {
    return understand(entry, dialects, asOf);
  } catch (error) {
    return failed(entry, error as Error);
  }
}

/** The same of a document of megabytes: it is read slice by slice, and others have a turn between them. */
export async function interpretInTurns(
  entry: JournalEntry,
  dialects: Dialects,
  asOf = entry.journalId,
): Promise<Interpreted> {
  try {
    return documentItem(entry, dialects.of(entry.feed, asOf), await readXmlInTurns(entry.raw, turn));
  } catch (error) {
    return failed(entry, error as Error);
  }
}

const failed = (entry: JournalEntry, error: Error): MessageItem => ({
  kind: "unreadable",
  entry,
  reason: "apply-failed",
  text: `Reading failed: ${error.name}.`,
});

function understand(entry: JournalEntry, dialects: Dialects, asOf: number): Interpreted {
  if (entry.kind === "command") return { kind: "command", entry, command: readCommand(entry.raw) };
  if (entry.kind === "activation") {
    dialects.activate(entry.journalId, readActivation(entry.raw));
    return { kind: "activation", entry };
  }
  if (entry.kind === "resettle") return { kind: "resettle", entry, slice: readResettleSlice(entry.raw) };
  if (dialects.ofLoad(entry.feed, asOf)) return rowItem(entry, dialects, asOf);
  const dialect = dialects.of(entry.feed, asOf);
  if (entry.messageCode === CDA_CODE) return documentItem(entry, dialect);
  const read = readMessage(entry.raw, dialect);
  if (!read.ok) return { kind: "unreadable", entry, reason: read.reason, text: read.text };
  const { continues, continued } = continuationOf(read.message);
  if (continues !== undefined || continued !== undefined)
    return { kind: "part", entry, message: read.message, continues, continued };
  return eventItem(entry, read.message, dialect);
}

/** What a row of an extract says; one that is spoken of again is read as it was read when it was said. */
function rowItem(entry: JournalEntry, dialects: Dialects, asOf: number): MessageItem {
  const { feed, version: encoding, messageAt: extractAt, receivedAt, triggerEvent, controlId } = entry;
  if (!isEncoding(encoding)) return { kind: "unreadable", entry, reason: "charset", text: "" };
  const trigger = isRowTrigger(triggerEvent) ? triggerEvent : "ROW";
  const isAbout = trigger === "STILL" || trigger === "GONE";
  const reading = dialects.ofLoad(feed, (isAbout ? readAboutRow(entry.raw)?.about.entry : undefined) ?? asOf);
  if (!reading) return { kind: "unreadable", entry, reason: "not-readable", text: "Its row was no row of an extract." };
  const read = entryEvent(entry.raw, reading, { feed, encoding, extractAt, receivedAt, controlId }, trigger);
  if (!read.ok) return { kind: "unreadable", entry, reason: read.reason, text: read.text };
  return { kind: "event", entry, event: read.event, isOverlayHeld: false };
}

/** The same for a message that a person has repaired: what they gave stands in for the bytes received. */
export function interpretCorrection(
  entry: JournalEntry,
  correction: Uint8Array,
  dialects: Dialects,
  asOf: number,
): MessageItem {
  if (entry.messageCode === CDA_CODE) return { kind: "unreadable", entry, reason: "not-readable", text: NO_REPAIR };
  try {
    const judged = judgeCorrection(correction, dialects.of(entry.feed, asOf), entry);
    if (!judged.ok) return { kind: "unreadable", entry, reason: judged.reason, text: judged.text };
    return { kind: "event", entry, event: judged.event, isOverlayHeld: false };
  } catch (error) {
    return failed(entry, error as Error);
  }
}

const NO_REPAIR =
  "A document can not be repaired here: its sender gives out a version that is right. Replay it, or skip it.";

/** What a whole message says. */
export function eventItem(entry: JournalEntry, message: Message, dialect: FeedDialect): MessageItem {
  const mapped = toEvent(message, dialect, entry.receivedAt);
  if (!mapped.ok) return { kind: "unreadable", entry, reason: mapped.reason, text: mapped.text };
  return { kind: "event", entry, event: mapped.event, isOverlayHeld: dialect.onOverlay === "hold" };
}
