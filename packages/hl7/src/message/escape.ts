import { Buffer } from "node:buffer";
import { type CharsetName, decodeEscapedBytes } from "./charset.ts";
import type { Delimiters } from "./delimiters.ts";

/**
 * HL7 escapes, both ways. Text is split first and unescaped after, never the other way round. What is not an escape
 * is kept as it stands: `BSV 4\5 re.` is a street, not an error.
 */

/** More blank lines or spaces than this in one formatting command is not formatting. */
const FORMATTING_COUNT_MAX = 99;

const FORMATTING = /^\.(br|sp|sk|in|ti|fi|nf|ce) ?[+-]?(\d{0,4})$/i;
const HEXADECIMAL = /^X(?:[0-9A-Fa-f]{2})+$/;
/** Escapes with a meaning we do not give them: local ones, changes of character set, damaged hexadecimal. */
const OPAQUE = /^(?:Z[^ ]*|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6}|X[0-9A-Fa-f]*|\.[a-z]{2}.{0,8})$/;

/** The text with its escapes resolved. Unknown and unbalanced escapes stay as they were sent. */
export function unescapeText(text: string, delimiters: Delimiters, charset: CharsetName = "utf-8"): string {
  if (delimiters.escape === "" || !text.includes(delimiters.escape)) return text;
  return resolveEscapes(text, delimiters, charset).text;
}

/** Whether the text holds an escape that had to be kept as it was sent. */
export function hasBadEscape(text: string, delimiters: Delimiters): boolean {
  if (delimiters.escape === "" || !text.includes(delimiters.escape)) return false;
  return resolveEscapes(text, delimiters, "utf-8").bad;
}

function resolveEscapes(text: string, delimiters: Delimiters, charset: CharsetName): { text: string; bad: boolean } {
  const mark = delimiters.escape;
  let resolved = "";
  let copied = 0;
  let bad = false;
  let opening = text.indexOf(mark);
  while (opening >= 0) {
    const closing = text.indexOf(mark, opening + 1);
    if (closing < 0) return { text: resolved + text.slice(copied), bad: true };
    const body = text.slice(opening + 1, closing);
    const meaning = meaningOf(body, delimiters, charset);
    if (meaning !== undefined) {
      resolved += copied === opening ? meaning : text.slice(copied, opening) + meaning;
      copied = closing + 1;
      opening = text.indexOf(mark, copied);
    } else {
      bad = true;
      // A stray escape character is text, and the next one may still open a real escape.
      opening = OPAQUE.test(body) ? text.indexOf(mark, closing + 1) : closing;
    }
  }
  return { text: resolved + text.slice(copied), bad };
}

function meaningOf(body: string, delimiters: Delimiters, charset: CharsetName): string | undefined {
  switch (body) {
    case "F":
      return delimiters.field;
    case "S":
      return delimiters.component;
    case "T":
      return delimiters.subcomponent === "" ? undefined : delimiters.subcomponent;
    case "R":
      return delimiters.repetition;
    case "E":
      return delimiters.escape;
    case "P":
      return delimiters.truncation === "" ? undefined : delimiters.truncation;
    case "H":
    case "N":
      return ""; // Highlighting on and off: nothing of it is text.
  }
  if (body.startsWith("X")) return HEXADECIMAL.test(body) ? textOfHexadecimal(body.slice(1), charset) : undefined;
  return body.startsWith(".") ? formattingText(body) : undefined;
}

function textOfHexadecimal(digits: string, charset: CharsetName): string {
  // A line end, as nearly all of these are.
  if (digits.length === 2 && digits < "80") return String.fromCharCode(Number.parseInt(digits, 16));
  return decodeEscapedBytes(Buffer.from(digits, "hex"), charset);
}

/** Formatting commands of FT fields, as plain text: line breaks and spaces survive, indents and wrapping do not. */
function formattingText(body: string): string | undefined {
  const match = FORMATTING.exec(body);
  if (match === null) return undefined;
  const count = match[2] === "" ? 1 : Number(match[2]);
  if (count > FORMATTING_COUNT_MAX) return undefined;
  switch (match[1]?.toLowerCase()) {
    case "br":
    case "ce":
      return "\n";
    case "sp":
      return "\n".repeat(count);
    case "sk":
      return " ".repeat(count);
    default:
      return "";
  }
}

/**
 * Text made safe to stand in a field: delimiters and control characters escaped, so that `unescapeText` gives the
 * same text back. Where the delimiters hold no escape character, what cannot be said becomes a space: a changed
 * letter is better than a shifted field.
 */
export function encodeText(text: string, delimiters: Delimiters): string {
  // Text that looks like the null is still text.
  if (text === '""') return delimiters.escape === "" ? " " : hexadecimalEscape(text, delimiters.escape);
  const toEscape = whatToEscape(delimiters);
  if (!toEscape.test(text)) return text;
  let encoded = "";
  let copied = 0;
  for (let index = 0; index < text.length; index++) {
    const replacement = escapeOf(text.charAt(index), delimiters);
    if (replacement === undefined) continue;
    encoded += text.slice(copied, index) + replacement;
    copied = index + 1;
  }
  return encoded + text.slice(copied);
}

const TO_ESCAPE = new WeakMap<Delimiters, RegExp>();

/** Most text has none of it, and documents are long. */
function whatToEscape(delimiters: Delimiters): RegExp {
  let pattern = TO_ESCAPE.get(delimiters);
  if (pattern === undefined) {
    const { field, encodingCharacters } = delimiters;
    const characters = [...(field + encodingCharacters)].map((each) => `\\x${each.charCodeAt(0).toString(16)}`);
    pattern = new RegExp(`[\\x00-\\x08\\x0a-\\x1f${characters.join("")}]`);
    TO_ESCAPE.set(delimiters, pattern);
  }
  return pattern;
}

function escapeOf(character: string, delimiters: Delimiters): string | undefined {
  const mark = delimiters.escape;
  const letter = letterOf(character, delimiters);
  if (letter !== "") return mark === "" ? " " : mark + letter + mark;
  if (character >= " " || character === "\t") return undefined;
  return mark === "" ? " " : hexadecimalEscape(character, mark);
}

function letterOf(character: string, delimiters: Delimiters): string {
  switch (character) {
    case delimiters.field:
      return "F";
    case delimiters.component:
      return "S";
    case delimiters.repetition:
      return "R";
    case delimiters.escape:
      return "E";
    case delimiters.subcomponent:
      return "T";
    case delimiters.truncation:
      return "P";
    default:
      return "";
  }
}

function hexadecimalEscape(characters: string, mark: string): string {
  let digits = "";
  for (const character of characters) digits += character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
  return `${mark}X${digits}${mark}`;
}
