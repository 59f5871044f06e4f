import { cleanText } from "../map/identifiers.ts";
import type { CharsetName } from "../message/charset.ts";
import type { Delimiters } from "../message/delimiters.ts";
import { headerBytesText, type Message } from "../message/message.ts";
import { leaf, leafText } from "../message/place.ts";
import { readTime } from "../message/time.ts";

/** What MSH says, for routing, for the journal and for the answer. Plain data: it may be stored and sent as JSON. */
export interface Header {
  /** How the message came, and so how it is answered. */
  readonly encoding: Message["encoding"];
  readonly delimiters: Delimiters;
  readonly charset: CharsetName;
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly receivingApplication: string;
  readonly receivingFacility: string;
  /** MSH-7 as sent. */
  readonly messageAt: string;
  /** MSH-7 in UTC, where it names an instant. */
  readonly messageAtIso?: string;
  /** MSH-9.1, upper case. */
  readonly messageCode: string;
  /** MSH-9.2, upper case; EVN-1 where a version 2.1 sender leaves MSH-9.2 out. */
  readonly triggerEvent: string;
  readonly structure: string;
  /** MSH-10 exactly as sent, escapes and padding and all. */
  readonly controlId: string;
  /** MSH-11.1, upper case. */
  readonly processingId: string;
  /** MSH-12.1. */
  readonly version: string;
  /** MSH-15: AL, NE, ER, SU or empty. */
  readonly acceptAck: string;
  /** MSH-16. */
  readonly applicationAck: string;
  /** MSH-13. */
  readonly sequence: string;
  /**
   * The pieces of MSH between its separators (piece 0 is the id, MSH-n is piece n - 1), one character for each byte
   * received: the answer echoes some of them byte for byte. Of v2.xml, the pieces that the message would have with
   * delimiters, in UTF-8.
   */
  readonly echo: readonly string[];
}

/** A header longer than this is made to harm; of one, the fields are read that any version gives MSH. */
const LENGTH_MAX = 8192;
const FIELDS_MAX = 32;

/** Reads the header of a message; never fails, since a message has one by then. */
export function readHeader(message: Message): Header {
  const { delimiters } = message;
  const raw = message.segmentAt(0)?.raw;
  if (raw === undefined) throw new Error("A message without segments was opened.");
  // MSH-1 is the separator, so that MSH-n is piece n - 1.
  const fields = fieldsOf(raw, delimiters.field);
  const text = (n: number) => cleanText(leafText(leaf(fields[n - 1] ?? "", delimiters, undefined), message));
  const messageAt = text(7);
  const { messageCode, triggerEvent, structure } = messageType(message, fields[8] ?? "");
  const header: { -readonly [Key in keyof Header]: Header[Key] } = {
    encoding: message.encoding,
    delimiters,
    charset: message.charset,
    sendingApplication: text(3),
    sendingFacility: text(4),
    receivingApplication: text(5),
    receivingFacility: text(6),
    messageAt,
    messageCode,
    triggerEvent,
    structure,
    controlId: fields[9] ?? "",
    processingId: text(11).toUpperCase(),
    version: text(12),
    acceptAck: text(15).toUpperCase(),
    applicationAck: text(16).toUpperCase(),
    sequence: text(13),
    echo: message.isByteText ? fields : fieldsOf(headerBytesText(message), delimiters.field),
  };
  const messageAtIso = readTime(messageAt)?.iso;
  if (messageAtIso !== undefined) header.messageAtIso = messageAtIso;
  return header;
}

function fieldsOf(header: string, separator: string): string[] {
  // To split without a limit is the faster, and this stands on the way to every acknowledgement.
  return header.length <= LENGTH_MAX ? header.split(separator) : header.split(separator, FIELDS_MAX);
}

/** The code, event and structure of MSH-9. Where MSH-9 and EVN-1 disagree, MSH-9 wins. */
export function messageType(
  message: Message,
  msh9: string,
): Pick<Header, "messageCode" | "triggerEvent" | "structure"> {
  const text = (component: number) => cleanText(leafText(leaf(msh9, message.delimiters, { component }), message));
  const trigger = text(2) || cleanText(message.get("EVN", 1));
  return { messageCode: text(1).toUpperCase(), triggerEvent: trigger.toUpperCase(), structure: text(3) };
}
