import { isAscii, isUtf8 } from "node:buffer";

/** Character sets that extracts come in. An entry of the journal keeps the one that its file was read in. */
export const ENCODINGS = ["utf-8", "windows-1252", "utf-16le", "utf-16be"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const isEncoding = (text: string): text is Encoding => (ENCODINGS as readonly string[]).includes(text);

/** A line longer than this is judged in pieces. */
const LINE_BYTES_MAX = 1024 * 1024;
const LF = 0x0a;
/** Bytes that windows-1252 gives no character: the web's decoders let them through as control characters. */
const UNASSIGNED = /[\u0081\u008d\u008f\u0090\u009d]/;

/**
 * Which character set a file is in, told the whole of it bit by bit: what its byte order mark says; without one UTF-8,
 * unless more lines beyond ASCII can not be UTF-8 than can. Of a UTF-8 file with some broken rows only these are lost.
 */
export class EncodingSurvey {
  #bom: Encoding | undefined;
  #isBegun = false;
  #rest: Buffer = Buffer.alloc(0);
  #utf8Lines = 0;
  #otherLines = 0;

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk);
    if (!this.#isBegun && bytes.length < 3) {
      this.#rest = bytes;
      return;
    }
    if (!this.#isBegun) this.#bom = markedEncoding(bytes);
    this.#isBegun = true;
    if (this.#bom) return;
    const last = bytes.lastIndexOf(LF) + 1;
    const end = last === 0 && bytes.length > LINE_BYTES_MAX ? bytes.length : last;
    this.#judge(bytes.subarray(0, end));
    this.#rest = bytes.subarray(end);
  }

  /** @param given what the file is in by its feed's settings: a byte order mark knows better. */
  end(given?: Encoding): Encoding {
    if (!this.#isBegun) this.#bom = markedEncoding(this.#rest);
    if (this.#bom || given) return this.#bom ?? (given as Encoding);
    this.#judge(this.#rest);
    this.#rest = Buffer.alloc(0);
    return this.#otherLines > this.#utf8Lines ? "windows-1252" : "utf-8";
  }

  #judge(bytes: Buffer): void {
    if (isAscii(bytes)) return;
    for (let from = 0; from < bytes.length; ) {
      const found = bytes.indexOf(LF, from);
      const to = found < 0 ? bytes.length : found + 1;
      const line = bytes.subarray(from, to);
      if (!isAscii(line)) {
        if (isUtf8(line)) this.#utf8Lines++;
        else this.#otherLines++;
      }
      from = to;
    }
  }
}

function markedEncoding(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

const decoders = new Map<Encoding, TextDecoder>();

/** The text of bytes, without a byte order mark; undefined where they are not of the character set. */
export function decode(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    const text = decoderOf(encoding).decode(bytes);
    return encoding === "windows-1252" && UNASSIGNED.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly text: string };

/**
 * The text of a row or a header in its file's character set, or why it is none.
 *
 * Of a windows-1252 file all bytes are characters, so that a row of UTF-8 in it (two systems wrote the file, or its encoding is
 * declared wrong) would be read as "Ã©" and "â€™", and nobody would be told. Bytes beyond ASCII that all make up UTF-8 are
 * UTF-8 with near certainty: words of Western Europe have hardly ever an "Ã" or "â" with a sign behind it. Such a row is refused, as
 * the other way round a row of windows-1252 in a file of UTF-8 is, rather than read as UTF-8: what is journalled has the header
 * and the row in one character set, and a name is no place for a guess. The file of rejected rows has it in the likely one.
 */
export function readText(bytes: Uint8Array, encoding: Encoding): ReadText {
  const text = decode(bytes, encoding);
  if (text === undefined) return { ok: false, text: "Bytes that the character set has not." };
  return likelyEncoding(bytes, encoding) === encoding ? { ok: true, text } : { ok: false, text: MIXED };
}

const MIXED =
  "Bytes that are UTF-8, in a file that is read as windows-1252. Write the whole file in one, and set the feed's `encoding` to it.";

/** The character set that a row is in, which may be another than its file's. */
export function likelyEncoding(bytes: Uint8Array, encoding: Encoding): Encoding {
  if (encoding === "windows-1252" && !isAscii(bytes) && isUtf8(bytes)) return "utf-8";
  if (encoding === "utf-8" && !isUtf8(bytes)) return "windows-1252";
  return encoding;
}

function decoderOf(encoding: Encoding): TextDecoder {
  const known = decoders.get(encoding);
  if (known) return known;
  const made = new TextDecoder(encoding, { fatal: true });
  decoders.set(encoding, made);
  return made;
}
