import { Buffer, isUtf8 } from "node:buffer";
import type { Findings } from "./finding.ts";

/** Bytes of a document as text: by its byte order mark, by what it declares, else UTF-8, else Windows-1252. */

/** A declaration stands at the very beginning. */
const DECLARATION_BYTES = 4_096;
const XML_ENCODING = /^\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.:-]{0,40})["']/;
const META_CHARSET = /<meta\s[^>]{0,400}?\bcharset\s*=\s*["']?\s*([A-Za-z][\w.:-]{0,40})/i;

/** Declared for bytes that are read as one byte each, so it can not be true of them. */
const WIDE = /^(?:utf-?16|utf-?32|ucs-?[24]|unicode|iso-10646)/i;

export type TextOptions = {
  /** Known from outside: text that came as part of a message was decoded with it already, whatever it declares. */
  readonly charset?: string | undefined;
};

/** Never throws. What is declared but is not so is a finding; what can not be read is read as Windows-1252. */
export function documentText(bytes: Uint8Array, findings: Findings, { charset }: TextOptions = {}): string {
  const marked = markedCharset(bytes);
  const declared = charset ?? marked ?? declaredCharset(bytes);
  if (declared !== undefined) {
    const text = decoded(bytes, declared);
    if (text !== undefined) return withoutMark(text);
    findings.add("charset");
  }
  if (isUtf8(bytes)) return withoutMark(Buffer.from(bytes).toString("utf8"));
  return new TextDecoder("windows-1252").decode(bytes);
}

/** One control character in so many is a slip in a text; more are no text. */
const CHARACTERS_FOR_EACH_CONTROL = 32;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted.
const CONTROLS = /[\u0001-\u0008\u000e-\u001f]/g;

/** The beginning of what may be text; undefined where control characters say that it is none. */
export function beginningAsText(bytes: Uint8Array): string | undefined {
  const marked = markedCharset(bytes);
  const text = marked?.startsWith("utf-16")
    ? new TextDecoder(marked).decode(bytes)
    : Buffer.from(bytes).toString("latin1");
  const controls = text.match(CONTROLS)?.length ?? 0;
  if (text.includes("\0") || controls * CHARACTERS_FOR_EACH_CONTROL > text.length) return undefined;
  return withoutMark(text.replace(/^\u00ef\u00bb\u00bf/, ""));
}

/** Whether a label is one that can be decoded. */
export function isCharset(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

/** By the byte order mark, or by how markup looks in 16 bits. */
function markedCharset(bytes: Uint8Array): string | undefined {
  const [one, two, three, four] = bytes;
  if (one === 0xef && two === 0xbb && three === 0xbf) return "utf-8";
  if (one === 0xff && two === 0xfe) return "utf-16le";
  if (one === 0xfe && two === 0xff) return "utf-16be";
  if (one === 0x3c && two === 0 && three !== 0 && four === 0) return "utf-16le";
  if (one === 0 && two === 0x3c && three === 0 && four !== 0) return "utf-16be";
  return undefined;
}

function declaredCharset(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString("latin1");
  const label = (XML_ENCODING.exec(beginning) ?? META_CHARSET.exec(beginning))?.[1];
  return label === undefined || WIDE.test(label) ? undefined : label;
}

/** Undefined for a label that is not known here, and for bytes that are not of that character set. */
function decoded(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const withoutMark = (text: string) => (text.startsWith("\ufeff") ? text.slice(1) : text);
