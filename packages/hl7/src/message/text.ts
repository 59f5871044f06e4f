import { isAscii } from "node:buffer";
import {
  type CharsetFault,
  type CharsetName,
  type Declared,
  declaredCharset,
  decodeBytes,
  latin1Text,
  usesEscapeSequences,
} from "./charset.ts";
import type { SegmentEnd } from "./lines.ts";
import { hasByteOrderMark } from "./opening.ts";
import { part } from "./place.ts";

/** The part of MSH-18 in a message. */
export const CHARSET_FIELD = 18;

/** What a feed's configuration says of reading; a feed's dialect has all of it. */
export interface ReadingOptions {
  /** Wins over MSH-18. */
  readonly charset?: CharsetName;
  /** What MSH-18 `UNICODE` means here. Undefined: UTF-8 where the bytes are that, else Latin-1. */
  readonly unicodeIs?: "utf-8" | "iso-8859-1";
  /** What ends segments. Undefined: as `lines.ts` judges. */
  readonly segmentEnd?: SegmentEnd;
}

/** The text of a message, as far as it has been made. */
export interface MessageText {
  /** The text; or, where lines are decoded as they are asked for, the bytes by one character each. */
  readonly lineText: string;
  /** Decodes a part of `lineText`. Undefined where that is the text. */
  readonly textOf: ((from: number, to: number) => string) | undefined;
  /** Undefined where every byte is ASCII and nothing but MSH-18 can say more. */
  readonly charset: CharsetName | undefined;
  /** Each character of the text is one byte of the message. */
  readonly isByteText: boolean;
  readonly isCharsetFallback: boolean;
  /** Why the bytes are no text; then `lineText` is the bytes by one character each. */
  readonly fault: CharsetFault | undefined;
}

const UTF_8: Declared = { set: "utf-8", hasAlternates: false };

/** Reads `body`, the bytes of a message from its MSH on. */
export function textOfMessage(bytes: Uint8Array, body: Uint8Array, options: ReadingOptions): MessageText {
  const byteText = latin1Text(body);
  const configured = configuredSet(bytes, options);
  if (isAscii(body) && !mayChangeSet(byteText, configured, options)) {
    const lineText = withoutNul(byteText);
    const isByteText = lineText.length === byteText.length;
    const charset = configured?.set as CharsetName | undefined;
    return { lineText, textOf: undefined, charset, isByteText, isCharsetFallback: false, fault: undefined };
  }
  const decoded = decodeBytes(body, byteText, configured ?? declaredIn(byteText, options));
  if (!decoded.ok) return { ...AS_BYTES, lineText: withoutNul(byteText), fault: decoded.fault };
  const { charset, isFallback: isCharsetFallback, text } = decoded;
  const read = { charset, isByteText: false, isCharsetFallback, fault: undefined };
  if (typeof text === "string") return { ...read, lineText: withoutNul(text), textOf: undefined };
  if (!byteText.includes("\0")) return { ...read, lineText: byteText, textOf: text };
  return { ...read, lineText: withoutNul(text(0, byteText.length)), textOf: undefined };
}

/** A text that was made elsewhere. */
export function textAsIs(lineText: string): MessageText {
  return { ...AS_BYTES, lineText, charset: "utf-8", fault: undefined };
}

const AS_BYTES = {
  textOf: undefined,
  charset: "iso-8859-1" as const,
  isByteText: false,
  isCharsetFallback: false,
};

function configuredSet(bytes: Uint8Array, { charset }: ReadingOptions): Declared | undefined {
  if (charset !== undefined) return { set: charset, hasAlternates: false };
  return hasByteOrderMark(bytes) ? UTF_8 : undefined;
}

/** What MSH-18 asks for, read before anything is decoded. */
function declaredIn(byteText: string, { unicodeIs }: ReadingOptions): Declared {
  const header = byteText.slice(0, headerEnd(byteText));
  const field = part(header, header.charAt(3), CHARSET_FIELD) ?? "";
  return declaredCharset(field, header.charAt(5), unicodeIs);
}

function headerEnd(text: string): number {
  let end = 0;
  while (end < text.length && text[end] !== "\r" && text[end] !== "\n") end++;
  return end;
}

/** Text of 7 bits that is no ASCII: it changes its set by escape sequences. */
function mayChangeSet(byteText: string, configured: Declared | undefined, options: ReadingOptions): boolean {
  return byteText.includes("\u001b") && usesEscapeSequences(configured ?? declaredIn(byteText, options));
}

/** No HL7 value can hold NUL, and PostgreSQL can not store it: it is dropped for reading and stays in the bytes. */
function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}
