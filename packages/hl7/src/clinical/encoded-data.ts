import { Buffer } from "node:buffer";

/**
 * Base64 and hexadecimal as they travel in messages. Judged strictly: a decoder that passes over what it does not know
 * makes another document of a damaged one. All of it takes time linear in the length, and copies only to decode.
 */
export type ByteEncoding = "base64" | "hex";

const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const NOT_HEX = /[^0-9A-Fa-f]/;
const PADDING = /^={1,2}$/;

/** Encoded data, and how many bytes it is; undefined when it is not in that encoding. */
export interface EncodedData {
  readonly data: string;
  readonly bytes: number | undefined;
}

/** The data without the line breaks that senders put in, measured. */
export function measured(text: string, encoding: ByteEncoding): EncodedData {
  const bytes = decodedLength(text, encoding);
  if (bytes !== undefined || !/\s/.test(text)) return { data: text, bytes };
  const data = text.replaceAll(/\s+/g, "");
  return { data, bytes: decodedLength(data, encoding) };
}

/** Padding may be left out; where it stands, it has to be right. */
function decodedLength(data: string, encoding: ByteEncoding): number | undefined {
  if (encoding === "hex") return data.length % 2 === 0 && !NOT_HEX.test(data) ? data.length / 2 : undefined;
  const end = data.search(NOT_BASE64);
  const digits = end < 0 ? data.length : end;
  if (digits % 4 === 1) return undefined;
  if (end >= 0 && !(PADDING.test(data.slice(end, end + 3)) && data.length % 4 === 0)) return undefined;
  return Math.floor((digits * 3) / 4);
}

/** The first bytes, one character each, as far as they can be decoded. */
export function beginningOf(text: string, encoding: ByteEncoding, bytes: number): string {
  return Buffer.from(text.slice(0, bytes * 2).trimStart(), encoding)
    .subarray(0, bytes)
    .toString("latin1");
}
