import type { CanonicalEvent } from "@chesil/model";
import { messageType } from "../answer/header.ts";
import { hasBadEscape } from "../message/escape.ts";
import type { Message } from "../message/message.ts";
import type { Segment } from "../message/segment.ts";
import { readTime } from "../message/time.ts";
import type { MappingContext } from "./context.ts";
import { cleanText } from "./identifiers.ts";

/** What every message says of itself, whatever its type: who sent it, when, and what is odd about it. */

/** A clock may run ahead by this much; a message from later than that counts as of its receipt. */
const CLOCK_AHEAD_MAX_MS = 5 * 60_000;

type EventHead = Pick<CanonicalEvent, "schemaVersion" | "source" | "recordedAt" | "occurredAt">;

/** Source and times, from MSH and EVN. EVN-6 is when it happened: in a cancel, what is cancelled. */
export function eventHead(context: MappingContext): EventHead {
  const { message } = context;
  const msh = message.segments()[0];
  if (msh === undefined) throw new Error("A message without a header was mapped.");
  const { messageCode, triggerEvent } = messageType(message, msh.fieldRaw(9) ?? "");
  const evn = message.segment("EVN");
  const recordedAt = instantIn(evn, 2, context) ?? instantIn(msh, 7, context);
  const occurredAt = instantIn(evn, 6, context);
  return {
    schemaVersion: 2,
    source: {
      application: cleanText(msh.get(3)),
      facility: cleanText(msh.get(4)),
      controlId: msh.fieldRaw(10) ?? "",
      messageType: messageCode,
      triggerEvent,
      version: cleanText(msh.get(12)),
    },
    ...(recordedAt === undefined ? {} : { recordedAt }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
}

/** A time from more than the allowance after receipt counts as the receipt: one message from 2099 must freeze nothing. */
function instantIn(
  segment: Segment | undefined,
  field: number,
  { receivedAt, warnings }: MappingContext,
): string | undefined {
  const text = segment === undefined ? "" : cleanText(segment.get(field));
  if (segment === undefined || text === "") return undefined;
  const location = `${segment.id}-${field}`;
  const time = readTime(text);
  if (time?.iso === undefined) {
    if (time === undefined) warnings.add(location, "bad-date", "The date or time can not be read.");
    return undefined;
  }
  if (Date.parse(time.iso) <= receivedAt.getTime() + CLOCK_AHEAD_MAX_MS) return time.iso;
  warnings.add(location, "future-time", "The time is later than the receipt, which is used instead.");
  return receivedAt.toISOString();
}

/** What is odd about the message as a whole, and escapes that are not understood in the segments that are read. */
export function warnOfMessage(triggerEvent: string, segments: readonly Segment[], context: MappingContext): void {
  const { message, warnings } = context;
  if (message.isCharsetFallback) {
    warnings.add("MSH-18", "bad-charset", "No character set is declared and the bytes are not UTF-8: read as Latin-1.");
  }
  if (message.isCharsetUnknown) {
    const text = "The character set declared is not known here; the message could be read because its bytes are ASCII.";
    warnings.add("MSH-18", "bad-charset", text);
  }
  const eventCode = cleanText(message.get("EVN", 1)).toUpperCase();
  if (eventCode !== "" && eventCode !== triggerEvent) {
    warnings.add("EVN-1", "ignored", "EVN-1 names another event than MSH-9, which is used.");
  }
  for (const segment of segments) warnOfEscapes(segment, context);
}

/** Places whose escapes are not understood: they are kept as sent. */
export function warnOfEscapes(segment: Segment, { message, warnings }: MappingContext): void {
  if (!hasBadEscape(segment.raw, message.delimiters)) return;
  for (let field = 1; field <= segment.fieldCount; field++) {
    if (!hasBadEscape(segment.fieldRaw(field) ?? "", message.delimiters)) continue;
    warnings.add(`${segment.id}-${field}`, "bad-escape", "An escape sequence is not understood and was kept as sent.");
  }
}

/** The segments that were not used, by id. MSH and EVN always are. */
export function notMapped(message: Message, mapped: ReadonlySet<string>): string[] {
  const ids = new Set<string>();
  for (const { id } of message.segments()) {
    if (id !== "" && id !== "MSH" && id !== "EVN" && !mapped.has(id)) ids.add(id);
  }
  return [...ids];
}
