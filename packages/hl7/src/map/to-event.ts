import { messageType } from "../answer/header.ts";
import { clinicalEvent } from "../clinical/clinical-event.ts";
import type { Message } from "../message/message.ts";
import { adtEvent } from "./adt-event.ts";
import type { FeedDialect } from "./dialect.ts";
import { type MapResult, notAnEvent } from "./map-result.ts";

/**
 * What a message says, as a canonical event: of who and where (ADT), or of what was found, written, ordered and
 * arranged (everything else). Warnings name places and never quote what stood there. Pure: `receivedAt` is the only
 * clock.
 */
export function toEvent(message: Message, feed: FeedDialect, receivedAt: Date): MapResult {
  const header = message.segments()[0];
  if (header === undefined) return notAnEvent("no-header");
  const { messageCode, triggerEvent } = messageType(message, header.fieldRaw(9) ?? "");
  return messageCode === "ADT"
    ? adtEvent(message, triggerEvent, feed, receivedAt)
    : clinicalEvent(message, feed, receivedAt);
}
