/** What the first bytes of a message are, before anything of it is decoded. */

const LESS_THAN = 0x3c;

/** Bytes that may stand before a message and mean nothing: line ends, blanks, and the start block of a frame. */
const LEADING = new Set([0x0a, 0x0b, 0x0d, 0x20, 0x09]);

export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Where the message itself begins: after a byte order mark and blank lines. */
export function contentStart(bytes: Uint8Array): number {
  let start = hasByteOrderMark(bytes) ? 3 : 0;
  while (start < bytes.length && LEADING.has(bytes[start] ?? 0)) start++;
  return start;
}

/** `MSH` and a fourth byte, which is the field separator. */
export function isHeaderAt(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0x4d && bytes[start + 1] === 0x53 && bytes[start + 2] === 0x48 && start + 3 < bytes.length;
}

export function isXmlAt(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === LESS_THAN && bytes[start + 1] !== 0;
}

/** UTF-16 and UTF-32 can not ride in MLLP; they are named for what they are rather than called headerless. */
export function isWide(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const isNarrow = first !== 0 && second !== 0;
  return !isNarrow && (isLetterOrTag(first) || isLetterOrTag(second) || isLetterOrTag(bytes[3]));
}

function isLetterOrTag(byte: number | undefined): boolean {
  return byte === 0x4d || byte === LESS_THAN;
}
