import { type FeedDialect, readMessage, toEvent } from "@chesil/hl7";
import type { CanonicalEvent, Reason } from "@chesil/model";
import type { Command, JournalEntry } from "@chesil/store";

/** A journal entry as resolve understands it. */
export type Interpreted =
  | { readonly kind: "event"; readonly entry: JournalEntry; readonly event: CanonicalEvent }
  | { readonly kind: "unreadable"; readonly entry: JournalEntry; readonly reason: Reason; readonly text: string }
  | { readonly kind: "command"; readonly entry: JournalEntry; readonly command: Command };

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
  const read = readMessage(entry.raw, dialect.charset ? { charset: dialect.charset } : {});
  if (!read.ok) return { kind: "unreadable", entry, reason: read.reason, text: read.text };
  const mapped = toEvent(read.message, dialect, entry.receivedAt);
  if (!mapped.ok) return { kind: "unreadable", entry, reason: mapped.reason, text: mapped.text };
  return { kind: "event", entry, event: mapped.event };
}
