import { Buffer, isAscii, isUtf8 } from "node:buffer";

/**
 * Bytes to text, by what MSH-18 declares or the feed is configured with. What is declared is held to; what is not
 * declared (empty, or `UNICODE`, which senders put on anything) is detected. A byte is never replaced by U+FFFD.
 */

/** The character sets Chesil reads, by their IANA names. */
export const CHARSET_NAMES = [
  "ascii",
  "utf-8",
  "iso-8859-1",
  "iso-8859-2",
  "iso-8859-3",
  "iso-8859-4",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-9",
  "iso-8859-10",
  "iso-8859-13",
  "iso-8859-14",
  "iso-8859-15",
  "windows-1252",
] as const;
export type CharsetName = (typeof CHARSET_NAMES)[number];

/** What MSH-18 asks for: a known set, our own judgement, or a set we do not have. */
export type Declared = CharsetName | "detect" | "unknown";

/** How the text came about. `fallback`: nothing was declared and the bytes are no UTF-8, so they were read as Latin-1. */
export type Decoded =
  | { readonly ok: true; readonly text: string; readonly charset: CharsetName; readonly fallback: boolean }
  | { readonly ok: false };

const LABELS = new Map<string, Declared>([
  ["", "detect"],
  ['""', "detect"],
  ["UNICODE", "detect"],
  ["UNICODE UTF-8", "utf-8"],
  ["UNICODEUTF-8", "utf-8"],
  ["UTF-8", "utf-8"],
  ["UTF8", "utf-8"],
  ["ASCII", "ascii"],
  ["US-ASCII", "ascii"],
  ["ISOIR6", "ascii"],
  ["ISOIR100", "iso-8859-1"],
  ["LATIN1", "iso-8859-1"],
  ["WINDOWS-1252", "windows-1252"],
  ["CP1252", "windows-1252"],
]);

/** HL7 table 0211 and the spellings met in the field. Of several repetitions the first is the message's own. */
export function declaredCharset(msh18: string, repetitionSeparator: string): Declared {
  const exact = LABELS.get(msh18);
  if (exact !== undefined) return exact;
  const end = repetitionSeparator === "" ? -1 : msh18.indexOf(repetitionSeparator);
  const first = end < 0 ? msh18 : msh18.slice(0, end);
  const label = first.replace(/\s+/g, "").toUpperCase();
  const known = LABELS.get(label);
  if (known !== undefined) return known;
  const part = /^(?:ISO[-_]?)?8859[-/](\d{1,2})$/.exec(label)?.[1];
  const name = CHARSET_NAMES.find((each) => each === `iso-8859-${part}`);
  return name ?? "unknown";
}

/**
 * The text of bytes that are not all ASCII, or not: `ok` is false when they are not valid in the character set that
 * applies. (Bytes that are all ASCII need no judgement and are read before it comes to this.)
 */
export function decodeBytes(bytes: Uint8Array, declared: Declared): Decoded {
  switch (declared) {
    case "ascii":
    case "unknown":
      return { ok: false };
    case "utf-8":
      return isUtf8(bytes) ? utf8(bytes) : { ok: false };
    case "detect":
      return isUtf8(bytes) ? utf8(bytes) : eightBit(bytes, "iso-8859-1", true);
    default:
      return eightBit(bytes, declared, false);
  }
}

function utf8(bytes: Uint8Array): Decoded {
  return { ok: true, text: bufferOver(bytes).toString("utf8"), charset: "utf-8", fallback: false };
}

function eightBit(bytes: Uint8Array, charset: CharsetName, fallback: boolean): Decoded {
  try {
    return { ok: true, text: eightBitText(bytes, charset), charset, fallback };
  } catch {
    return { ok: false }; // A byte that this set leaves undefined.
  }
}

/**
 * ISO 8859-1 gives the bytes 80 to 9F to control characters that no HL7 text holds; senders who use them mean
 * Windows-1252, where they are dashes and apostrophes (`O’Brien`).
 */
function eightBitText(bytes: Uint8Array, charset: CharsetName): string {
  if (charset !== "iso-8859-1") return new TextDecoder(charset, { fatal: true }).decode(bytes);
  const text = latin1Text(bytes);
  return /[\u0080-\u009f]/.test(text) ? new TextDecoder("windows-1252").decode(bytes) : text;
}

/** The bytes of one `\X..\` escape as text: UTF-8 when they are that, else as the message's own 8-bit set has them. */
export function decodeEscapedBytes(bytes: Uint8Array, charset: CharsetName): string {
  if (isAscii(bytes)) return latin1Text(bytes);
  const multibyte = charset === "utf-8" || charset === "ascii";
  const decoded = decodeBytes(bytes, multibyte ? "detect" : charset);
  return decoded.ok ? decoded.text : latin1Text(bytes);
}

/** One character for each byte, whatever the bytes mean. */
export function latin1Text(bytes: Uint8Array): string {
  return bufferOver(bytes).toString("latin1");
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
