import { continuationOf, type FeedDialect, joinContinued, type Message, readMessage } from "@chesil/hl7";
import { type Database, type JournalEntry, readCorrections, readJournal, readWaitingPart } from "@chesil/store";
import type { Dialects } from "./dialects.ts";
import {
  eventItem,
  type Interpreted,
  interpret,
  interpretCorrection,
  interpretInTurns,
  type MessageItem,
} from "./interpret.ts";
import { isLargeDocument } from "./interpret-document.ts";

/** A message that was too large for its sender is put together from no more parts than this. */
const PARTS_MAX = 100;

type Part = Extract<Interpreted, { kind: "part" }>;
type Whole = Exclude<Interpreted, Part>;

/**
 * Journal entries as resolve understands them when it judges them again: one that was repaired, by its correction. A
 * message sent in parts (DSC, ADD) is one when its last part is there: until then its parts are parked and hold up
 * nobody, because what they say is not known yet. Its place in the order is that of its last part.
 * @param asOf the command by which they are judged again.
 */
export async function interpretEntries(
  database: Database,
  entries: readonly JournalEntry[],
  dialects: Dialects,
  asOf: number,
): Promise<Whole[]> {
  const corrections = await readCorrections(
    database.pool,
    entries.map((entry) => entry.journalId),
  );
  const items: Interpreted[] = [];
  for (const entry of entries) {
    const correction = corrections.get(entry.journalId);
    if (correction) items.push(interpretCorrection(entry, correction.bytes, dialects, asOf));
    else if (isLargeDocument(entry)) items.push(await interpretInTurns(entry, dialects, asOf));
    else items.push(interpret(entry, dialects, asOf));
  }
  return withPartsJoined(database, items, dialects, asOf);
}

/** The same for entries that are understood each by itself. What came before them must be settled. */
export async function withPartsJoined(
  database: Database,
  items: readonly Interpreted[],
  dialects: Dialects,
  asOf?: number,
): Promise<Whole[]> {
  const whole: Whole[] = [];
  for (const item of items) {
    if (item.kind !== "part") whole.push(item);
    else {
      const dialect = dialects.of(item.entry.feed, asOf ?? item.entry.journalId);
      whole.push(await wholeOf(database, item, whole, dialect));
    }
  }
  return whole;
}

/** The message that a part ends, the part itself while the rest is awaited, or why neither will do. */
async function wholeOf(
  database: Database,
  part: Part,
  earlier: readonly Whole[],
  dialect: FeedDialect,
): Promise<MessageItem> {
  const { entry, message, continues, continued } = part;
  if (continues !== undefined) return { kind: "unreadable", entry, reason: "awaiting-continuation", text: continues };
  const parts = await partsBefore(database, entry.feed, continued ?? "", earlier, dialect);
  if (parts.length === 0) {
    // MSH-14 alone is no proof: a message that is whole by itself is taken as it is.
    if (message.idAt(1) !== "ADD") return eventItem(entry, message, dialect);
    return {
      kind: "unreadable",
      entry,
      reason: "not-readable",
      text: "The message that this one continues is not here.",
    };
  }
  const joined = joinContinued([...parts.map(({ message }) => message), message], dialect);
  if (!joined.ok) return { kind: "unreadable", entry, reason: joined.reason, text: joined.text };
  const item = eventItem(entry, joined.message, dialect);
  return item.kind === "event" ? { ...item, parts: parts.map(({ journalId }) => journalId) } : item;
}

type Found = { readonly journalId: number; readonly message: Message };

/** The waiting parts that lead to the pointer, first to last: from this batch, else from the journal. */
async function partsBefore(
  database: Database,
  feed: string,
  pointer: string,
  earlier: readonly Whole[],
  dialect: FeedDialect,
): Promise<Found[]> {
  const parts: Found[] = [];
  for (let wanted = pointer; wanted !== "" && parts.length < PARTS_MAX; ) {
    const entry =
      earlier.findLast((item) => item.entry.feed === feed && item.kind === "unreadable" && isWaitingFor(item, wanted))
        ?.entry ?? (await waitingEntry(database, feed, wanted));
    const read = entry && readMessage(entry.raw, dialect);
    if (!entry || !read?.ok || parts.some(({ journalId }) => journalId === entry.journalId)) break;
    parts.unshift({ journalId: entry.journalId, message: read.message });
    wanted = continuationOf(read.message).continued ?? "";
  }
  return parts;
}

const isWaitingFor = (item: { reason: string; text: string }, pointer: string) =>
  item.reason === "awaiting-continuation" && item.text === pointer;

async function waitingEntry(database: Database, feed: string, pointer: string): Promise<JournalEntry | undefined> {
  const journalId = await readWaitingPart(database, feed, pointer);
  return journalId === undefined ? undefined : (await readJournal(database, [journalId]))[0];
}
