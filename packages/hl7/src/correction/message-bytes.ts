import { Buffer, isAscii } from "node:buffer";
import type { FeedDialect } from "../map/dialect.ts";
import type { CharsetName } from "../message/charset.ts";
import { readMessage } from "../message/message.ts";

/**
 * The bytes that this feed's messages would have had for a text, in the character set that the text's own MSH-18 or
 * the feed says; undefined where that set can not say the text, or is one that is only read here.
 */
export function messageBytes(text: string, feed: FeedDialect): Uint8Array | undefined {
  const utf8 = Buffer.from(text, "utf8");
  if (isAscii(utf8) || text.trimStart().startsWith("<")) return utf8;
  // What is declared stands in ASCII; what else is there must not be read in a set that it is not written in yet.
  const declared = readMessage(Buffer.from(text.replace(/[^\0-\x7f]/g, "?"), "ascii"), feed);
  if (!declared.ok) return utf8;
  const { charset } = declared.message;
  const bytes = charset === "ascii" || charset === "utf-8" ? utf8 : eightBitBytes(text, charset);
  if (bytes === undefined) return undefined;
  const read = readMessage(bytes, feed);
  return read.ok && read.message.text === text ? bytes : undefined;
}

const TABLES = new Map<CharsetName, ReadonlyMap<string, number>>();

/** Undefined for a set in which a byte may mean something only with the one before it, and where a character is missing. */
function eightBitBytes(text: string, charset: CharsetName): Uint8Array | undefined {
  const table = TABLES.get(charset) ?? tableOf(charset);
  TABLES.set(charset, table);
  const bytes: number[] = [];
  for (const character of text) {
    const byte = table.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Each character of a set and its byte, from the decoder that reads it. */
function tableOf(charset: CharsetName): ReadonlyMap<string, number> {
  // ISO 8859-1 is read, as everywhere, as Windows-1252.
  const decoder = new TextDecoder(charset);
  return new Map(
    Array.from({ length: 256 }, (_, byte): [string, number] => [decoder.decode(Uint8Array.of(byte)), byte]).filter(
      ([character]) => character.length === 1 && character !== "\ufffd",
    ),
  );
}
