import { continuationOf, type FeedDialect, type Message, readMessage, toEvent } from "@chesil/hl7";
import type { CanonicalEvent, Reason } from "@chesil/model";
import type { Command, JournalEntry } from "@chesil/store";

/** A journal entry as resolve understands it. */
export type Interpreted =
  | {
      readonly kind: "event";
      readonly entry: JournalEntry;
      readonly event: CanonicalEvent;
      /** Journal entries that held the message's earlier parts. */
      readonly parts?: readonly number[];
    }
  | { readonly kind: "unreadable"; readonly entry: JournalEntry; readonly reason: Reason; readonly text: string }
  | { readonly kind: "command"; readonly entry: JournalEntry; readonly command: Command }
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

/** Never throws: a fault of ours in reading one message must not stop all that come after it. */
export function interpret(entry: JournalEntry, dialectOf: (feed: string) => FeedDialect): Interpreted {
  try {
    return understand(entry, dialectOf);
  } catch (error) {
    return { kind: "unreadable", entry, reason: "apply-failed", text: `Reading failed: ${(error as Error).name}.` };
  }
}

function understand(entry: JournalEntry, dialectOf: (feed: string) => FeedDialect): Interpreted {
  if (entry.kind === "command") {
    return { kind: "command", entry, command: JSON.parse(entry.raw.toString("utf8")) as Command };
  }
  const dialect = dialectOf(entry.feed);
  const read = readMessage(entry.raw, dialect);
  if (!read.ok) return { kind: "unreadable", entry, reason: read.reason, text: read.text };
  const { continues, continued } = continuationOf(read.message);
  if (continues !== undefined || continued !== undefined)
    return { kind: "part", entry, message: read.message, continues, continued };
  return eventItem(entry, read.message, dialect);
}

/** What a whole message says. */
export function eventItem(entry: JournalEntry, message: Message, dialect: FeedDialect): MessageItem {
  const mapped = toEvent(message, dialect, entry.receivedAt);
  if (!mapped.ok) return { kind: "unreadable", entry, reason: mapped.reason, text: mapped.text };
  return { kind: "event", entry, event: mapped.event };
}
