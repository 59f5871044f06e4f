import { Buffer } from "node:buffer";

/**
 * What a sender stamps on every sending of a message, rather than says with it: when (MSH-7), by whom (MSH-8) and as
 * which in sequence (MSH-13).
 */
const STAMPED_FIELDS = [7, 8, 13];
const STAMPED_ELEMENT = /<((?:[\w.-]+:)?MSH\.(?:7|8|13))(?:\s[^<>]*)?>[\s\S]*?<\/\1\s*>/g;
/** The header of v2.xml. One longer than this, or with comments or CDATA in it, is left as it is. */
const XML_HEADER = /<((?:[\w.-]+:)?MSH)(?:\s[^<>]*)?>[\s\S]*?<\/\1\s*>/;
const XML_HEADER_BYTES_MAX = 8192;

const CR = 0x0d;
const LF = 0x0a;
const MARK = [0xef, 0xbb, 0xbf];
/** Line ends, blanks and the start block of a frame, which may stand before MSH and mean nothing. */
const LEADING = new Set([LF, CR, 0x0b, 0x09, 0x20]);

/**
 * The bytes without what sending stamped on them: the same for a resend that was stamped anew. Only the header is
 * looked at. In pieces, because they are hashed and a document is large: nothing of it is copied. Bytes in which no
 * header is found are one piece.
 */
export function contentWithoutTransport(bytes: Uint8Array): readonly Uint8Array[] {
  const start = contentStart(bytes);
  if (bytes[start] === 0x3c) return withoutStampedElements(bytes);
  const isHeader = bytes[start] === 0x4d && bytes[start + 1] === 0x53 && bytes[start + 2] === 0x48;
  return isHeader && start + 3 < bytes.length ? withoutStampedFields(bytes, start) : [bytes];
}

function contentStart(bytes: Uint8Array): number {
  let start = MARK.every((byte, index) => bytes[index] === byte) ? MARK.length : 0;
  while (LEADING.has(bytes[start] ?? -1)) start++;
  return start;
}

function withoutStampedFields(bytes: Uint8Array, start: number): Uint8Array[] {
  const separators = separatorsOf(bytes, start);
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const field of STAMPED_FIELDS) {
    // MSH-1 is the first separator itself, so that MSH-n stands after the one before it.
    const before = separators[field - 2];
    const after = separators[field - 1];
    if (before === undefined || after === undefined || after === before + 1) continue;
    kept.push(bytes.subarray(from, before + 1));
    from = after;
  }
  return [...kept, bytes.subarray(from)];
}

/** Where the first 13 separators of MSH stand, and where the segment ends if it does so before. */
function separatorsOf(bytes: Uint8Array, start: number): number[] {
  const separator = bytes[start + 3];
  const found: number[] = [];
  let at = start + 3;
  for (; at < bytes.length && found.length < 13; at++) {
    const byte = bytes[at];
    if (byte === CR || byte === LF) break;
    if (byte === separator) found.push(at);
  }
  if (found.length < 13) found.push(at);
  return found;
}

function withoutStampedElements(bytes: Uint8Array): Uint8Array[] {
  const opening = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, XML_HEADER_BYTES_MAX));
  const found = XML_HEADER.exec(opening.toString("latin1"));
  if (found === null || found[0].includes("<!")) return [bytes];
  const header = found[0].replaceAll(STAMPED_ELEMENT, "<$1/>");
  const rest = found.index + found[0].length;
  return [bytes.subarray(0, found.index), Buffer.from(header, "latin1"), bytes.subarray(rest)];
}
