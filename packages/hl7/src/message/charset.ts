import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { decodeIso2022 } from "./iso2022.ts";

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
  "iso-8859-11",
  "iso-8859-13",
  "iso-8859-14",
  "iso-8859-15",
  "windows-1252",
  "gb18030",
  "big5",
  "euc-kr",
  "shift_jis",
  "iso-2022-jp",
] as const;
export type CharsetName = (typeof CHARSET_NAMES)[number];

/** What MSH-18 or the feed asks for. */
export interface Declared {
  /** A known set, our own judgement, a set of 16 or 32 bits, or one that we do not have. */
  readonly set: CharsetName | "detect" | "wide" | "unknown";
  /** MSH-18 names more sets: the text may change to them by ISO 2022 escape sequences. */
  readonly hasAlternates: boolean;
}

/** Why bytes are no text. */
export type CharsetFault = "invalid" | "unknown" | "wide";

export type Decoded =
  | {
      readonly ok: true;
      readonly charset: CharsetName;
      /** Nothing was declared and the bytes are no UTF-8, so they are read as Latin-1. */
      readonly isFallback: boolean;
      readonly text: DecodedText;
    }
  | { readonly ok: false; readonly fault: CharsetFault };

/**
 * Text that is there already; or, where every line can be decoded by itself, the way to decode a part of the bytes:
 * twenty megabytes of document need not become text because somebody asks for the header.
 */
export type DecodedText = string | ((from: number, to: number) => string);

const LABELS = new Map<string, Declared["set"]>([
  ["", "detect"],
  ['""', "detect"],
  ["UNICODE", "detect"],
  ["UNICODEUTF-8", "utf-8"],
  ["UTF-8", "utf-8"],
  ["UTF8", "utf-8"],
  ["UNICODEUTF-16", "wide"],
  ["UTF-16", "wide"],
  ["UNICODEUTF-32", "wide"],
  ["UTF-32", "wide"],
  ["ASCII", "ascii"],
  ["US-ASCII", "ascii"],
  ["ISOIR6", "ascii"],
  ["ISOIR100", "iso-8859-1"],
  ["LATIN1", "iso-8859-1"],
  ["WINDOWS-1252", "windows-1252"],
  ["CP1252", "windows-1252"],
  ["ISOIR13", "iso-2022-jp"],
  ["ISOIR14", "iso-2022-jp"],
  ["ISOIR87", "iso-2022-jp"],
  ["ISOIR159", "iso-2022-jp"],
  ["ISO-2022-JP", "iso-2022-jp"],
  ["SHIFT_JIS", "shift_jis"],
  ["KSX1001", "euc-kr"],
  ["EUC-KR", "euc-kr"],
  ["GB18030-2000", "gb18030"],
  ["GB18030", "gb18030"],
  ["BIG-5", "big5"],
  ["BIG5", "big5"],
]);

const NOTHING_DECLARED: Declared = { set: "detect", hasAlternates: false };

/**
 * HL7 table 0211 and the spellings met in the field. The first repetition is the message's own set; empty with others
 * after it, it is ASCII. `unicodeIs` is what this sender means by the bare word `UNICODE`.
 */
export function declaredCharset(
  msh18: string,
  repetitionSeparator: string,
  unicodeIs?: "utf-8" | "iso-8859-1",
): Declared {
  if (msh18 === "") return NOTHING_DECLARED;
  const [first = "", ...others] = repetitionSeparator === "" ? [msh18] : msh18.split(repetitionSeparator);
  const hasAlternates = others.some((each) => each !== "");
  const label = first.replace(/\s+/g, "").toUpperCase();
  if (label === "" && hasAlternates) return { set: "ascii", hasAlternates };
  if (label === "UNICODE" && unicodeIs !== undefined) return { set: unicodeIs, hasAlternates };
  return { set: LABELS.get(label) ?? isoPart(label), hasAlternates };
}

function isoPart(label: string): CharsetName | "unknown" {
  const part = /^(?:ISO[-_]?)?8859[-/](\d{1,2})$/.exec(label)?.[1];
  return CHARSET_NAMES.find((each) => each === `iso-8859-${part}`) ?? "unknown";
}

/** Whether an escape sequence of ISO 2022 may stand in the text: then even bytes that are all ASCII say something else. */
export function usesEscapeSequences({ set, hasAlternates }: Declared): boolean {
  return (
    set === "iso-2022-jp" || (hasAlternates && (set === "ascii" || set === "euc-kr" || set.startsWith("iso-8859-")))
  );
}

const ESCAPE = "\u001b";

/**
 * The text of bytes that are not all ASCII, or that hold escape sequences. `byteText` is the same bytes, one character
 * each. (Other bytes that are all ASCII need no judgement and are read before it comes to this.)
 */
export function decodeBytes(bytes: Uint8Array, byteText: string, declared: Declared): Decoded {
  const { set } = declared;
  if (set === "unknown" || set === "wide") return { ok: false, fault: set };
  if (set === "iso-2022-jp" || (usesEscapeSequences(declared) && byteText.includes(ESCAPE))) {
    const charset = set as CharsetName;
    return decodedOr(decodeIso2022(bytes, charset), charset);
  }
  switch (set) {
    case "ascii":
      return { ok: false, fault: "invalid" };
    case "utf-8":
      return isUtf8(bytes) ? utf8(bytes) : { ok: false, fault: "invalid" };
    case "detect":
      return isUtf8(bytes) ? utf8(bytes) : latin(bytes, byteText, true);
    case "iso-8859-1":
      return latin(bytes, byteText, false);
    case "gb18030":
    case "big5":
    case "euc-kr":
    case "shift_jis":
      return decodedOr(wholeText(bytes, set), set);
    default:
      return eightBit(bytes, byteText, set);
  }
}

function decodedOr(text: DecodedText | undefined, charset: CharsetName, isFallback = false): Decoded {
  return text === undefined ? { ok: false, fault: "invalid" } : { ok: true, text, charset, isFallback };
}

function utf8(bytes: Uint8Array): Decoded {
  const buffer = bufferOver(bytes);
  return decodedOr((from, to) => buffer.toString("utf8", from, to), "utf-8");
}

/** In these sets a byte may mean something only with the one before it. */
function wholeText(bytes: Uint8Array, charset: CharsetName): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * ISO 8859-1 gives the bytes 80 to 9F to control characters that no HL7 text holds; senders who use them mean
 * Windows-1252, where they are dashes and apostrophes (`O’Brien`).
 */
function latin(bytes: Uint8Array, byteText: string, isFallback: boolean): Decoded {
  const text = /[\u0080-\u009f]/.test(byteText) ? slicesBy("windows-1252", bytes) : byteText;
  return decodedOr(text, "iso-8859-1", isFallback);
}

function eightBit(bytes: Uint8Array, byteText: string, charset: CharsetName): Decoded {
  const holes = holesOf(charset);
  return decodedOr(holes?.test(byteText) === true ? undefined : slicesBy(charset, bytes), charset);
}

function slicesBy(charset: CharsetName, bytes: Uint8Array): DecodedText {
  const decoder = new TextDecoder(charset);
  return (from, to) => decoder.decode(bytes.subarray(from, to));
}

const HOLES = new Map<CharsetName, RegExp | undefined>();

/** The bytes that a set of 8 bits leaves undefined. */
function holesOf(charset: CharsetName): RegExp | undefined {
  if (!HOLES.has(charset)) {
    const upper = Uint8Array.from({ length: 128 }, (_, index) => 0x80 + index);
    const text = new TextDecoder(charset).decode(upper);
    const undefinedBytes = [...upper].filter((_, index) => text[index] === "\ufffd");
    const characters = undefinedBytes.map((byte) => `\\x${byte.toString(16)}`).join("");
    HOLES.set(charset, characters === "" ? undefined : new RegExp(`[${characters}]`));
  }
  return HOLES.get(charset);
}

/** The bytes of one `\X..\` escape as text: UTF-8 when they are that, else as the message's own 8-bit set has them. */
export function decodeEscapedBytes(bytes: Uint8Array, charset: CharsetName): string {
  const byteText = latin1Text(bytes);
  if (isAscii(bytes)) return byteText;
  const set = charset === "utf-8" || charset === "ascii" ? "detect" : charset;
  const decoded = decodeBytes(bytes, byteText, { set, hasAlternates: false });
  if (!decoded.ok) return byteText;
  return typeof decoded.text === "string" ? decoded.text : decoded.text(0, bytes.length);
}

/** One character for each byte, whatever the bytes mean. */
export function latin1Text(bytes: Uint8Array): string {
  return bufferOver(bytes).toString("latin1");
}

export function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
