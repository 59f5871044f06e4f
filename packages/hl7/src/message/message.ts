import { isAscii } from "node:buffer";
import { type CharsetName, type Declared, declaredCharset, decodeBytes, latin1Text } from "./charset.ts";
import { type Delimiters, readDelimiters } from "./delimiters.ts";
import { type Dialect, type PlaceWithin, part } from "./place.ts";
import { Segment } from "./segment.ts";
import { segmentTexts } from "./terminators.ts";

/** The part of MSH-18 in a message. */
const CHARSET_FIELD = 18;

/** Bytes that may stand before MSH and mean nothing: line ends, blanks, and the start block of a frame. */
const LEADING = new Set([0x0a, 0x0b, 0x0d, 0x20, 0x09]);

export type ReadResult =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly reason: ReadFailure; readonly text: string };

/** `no-header`: no MSH. `not-readable`: MSH-1 and MSH-2 separate nothing. `charset`: bytes invalid in their set. */
export type ReadFailure = "no-header" | "not-readable" | "charset";

const FAILURE_TEXT: Record<ReadFailure, string> = {
  "no-header": "The message does not begin with an MSH segment.",
  "not-readable": "MSH-1 and MSH-2 do not give two to five distinct delimiters.",
  charset: "The bytes are not valid in the character set that MSH-18 or the feed names.",
};

/** One more thing to ask for a place: which segment of that name, counted from 1. */
export interface PlaceInMessage extends PlaceWithin {
  readonly occurrence?: number;
}

/** A message as received: the very bytes, and a reading of them that happens as it is asked for. */
export class Message implements Dialect {
  readonly bytes: Uint8Array;
  readonly delimiters: Delimiters;
  /** True when each character of the text is one byte of the message, as in nearly all. */
  readonly isByteText: boolean;
  /** True when no character set was declared and the bytes, being no UTF-8, were read as Latin-1. */
  readonly isCharsetFallback: boolean;
  readonly #text: string;
  #charset: CharsetName | undefined;
  #segments: readonly Segment[] | undefined;

  constructor(bytes: Uint8Array, reading: Reading) {
    this.bytes = bytes;
    this.delimiters = reading.delimiters;
    this.#charset = reading.charset;
    this.isByteText = reading.isByteText;
    this.isCharsetFallback = reading.isCharsetFallback;
    this.#text = reading.text;
  }

  /** Exactly what was received. */
  toBytes(): Uint8Array {
    return this.bytes;
  }

  /** The decoded message, for a person to read: without a byte order mark and without NUL. */
  get text(): string {
    return this.#text;
  }

  segments(): readonly Segment[] {
    if (this.#segments === undefined) {
      const segments: Segment[] = [];
      for (const raw of segmentTexts(this.#text, this.delimiters.field)) segments.push(new Segment(raw, this));
      this.#segments = segments;
    }
    return this.#segments;
  }

  /** The character set the text was read in. Bytes that are all ASCII are so in every set: MSH-18 then names it. */
  get charset(): CharsetName {
    if (this.#charset === undefined) {
      const declared = declaredCharset(this.segments()[0]?.fieldRaw(CHARSET_FIELD) ?? "", this.delimiters.repetition);
      this.#charset = declared === "detect" || declared === "unknown" ? "ascii" : declared;
    }
    return this.#charset;
  }

  segment(id: string): Segment | undefined {
    for (const segment of this.segments()) if (segment.id === id) return segment;
    return undefined;
  }

  all(id: string): Segment[] {
    return this.segments().filter((segment) => segment.id === id);
  }

  /** Unescaped text of a place, counted from 1 as HL7 does; "" when it is absent, empty or `""`. */
  get(segmentId: string, field: number, at?: PlaceInMessage): string {
    const occurrence = at?.occurrence ?? 1;
    const segment = occurrence === 1 ? this.segment(segmentId) : this.all(segmentId)[occurrence - 1];
    return segment === undefined ? "" : segment.get(field, at);
  }
}

interface Reading {
  readonly text: string;
  readonly delimiters: Delimiters;
  /** Undefined where every byte is ASCII and nothing but MSH-18 can say more. */
  readonly charset: CharsetName | undefined;
  readonly isByteText: boolean;
  readonly isCharsetFallback: boolean;
}

/**
 * Reads bytes as a message; never throws. `charset`, from the feed's configuration, wins over MSH-18. A byte order
 * mark and blank lines before MSH are passed over; they stay in the bytes.
 */
export function readMessage(bytes: Uint8Array, options?: { charset?: CharsetName }): ReadResult {
  const opened = openMessage(bytes, options?.charset);
  if (opened.failure !== undefined) return { ok: false, reason: opened.failure, text: FAILURE_TEXT[opened.failure] };
  return { ok: true, message: opened.message };
}

/**
 * As far as the bytes can be opened. With failure `charset` the header may still be readable byte by byte, and then
 * `message` is that reading: good for answering the sender, never for data.
 */
export type Opened =
  | { readonly failure?: undefined; readonly message: Message }
  | { readonly failure: ReadFailure; readonly message?: Message };

export function openMessage(bytes: Uint8Array, override: CharsetName | undefined): Opened {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const start = headerStart(bytes, hasMark ? 3 : 0);
  if (!isHeaderAt(bytes, start)) return { failure: isSixteenBit(bytes) ? "charset" : "no-header" };
  const body = start === 0 ? bytes : bytes.subarray(start);
  const declared = override ?? (hasMark ? "utf-8" : undefined);
  const decoded = isAscii(body) ? asciiText(body, declared) : decodeBytes(body, declared ?? declaredIn(body));
  const asSent = decoded.ok ? decoded.text : latin1Text(body);
  const text = withoutNul(asSent);
  const delimiters = readDelimiters(text);
  if (delimiters === undefined) return { failure: "not-readable" };
  const charset = decoded.ok ? decoded.charset : "iso-8859-1";
  const isCharsetFallback = decoded.ok && decoded.fallback;
  const isByteText = charset === undefined && text === asSent;
  const message = new Message(bytes, { text, delimiters, charset, isByteText, isCharsetFallback });
  return decoded.ok ? { message } : { failure: "charset", message };
}

function asciiText(body: Uint8Array, charset: CharsetName | undefined) {
  return { ok: true as const, text: latin1Text(body), charset, fallback: false };
}

/** The bytes of the MSH segment, one character each, whatever the character set: what an answer echoes. */
export function headerBytesText(message: Message): string {
  return firstLine(message.bytes.subarray(headerStart(message.bytes, message.bytes[0] === 0xef ? 3 : 0)));
}

function headerStart(bytes: Uint8Array, from: number): number {
  let start = from;
  while (start < bytes.length && LEADING.has(bytes[start] ?? 0)) start++;
  return start;
}

/** `MSH` and a fourth byte, which is the field separator. */
function isHeaderAt(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0x4d && bytes[start + 1] === 0x53 && bytes[start + 2] === 0x48 && start + 3 < bytes.length;
}

/** UTF-16 can not ride in MLLP; it is named for what it is rather than called headerless. */
function isSixteenBit(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0x4d && second === 0) || (first === 0 && second === 0x4d);
}

/** What MSH-18 asks for, read before anything is decoded. */
function declaredIn(body: Uint8Array): Declared {
  const header = firstLine(body);
  const field = part(header, header.charAt(3), CHARSET_FIELD) ?? "";
  return declaredCharset(field, header.charAt(5));
}

function firstLine(body: Uint8Array): string {
  let end = 0;
  while (end < body.length && body[end] !== 0x0d && body[end] !== 0x0a) end++;
  return latin1Text(body.subarray(0, end));
}

/** No HL7 value can hold NUL, and PostgreSQL can not store it: it is dropped for reading and stays in the bytes. */
function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}
