/**
 * Segment ids as numbers, so that a line is asked for its id without a text being made of it: three characters of
 * eight bits each, in capitals. 0 is a line that has none.
 */
export const NO_ID = 0;

/** `PID` of `PID|…` or of a bare `PID`, in any case (senders who write `pid` mean PID). */
export function codeOfId(text: string, start: number, end: number, fieldSeparator: number): number {
  if (end - start < 3) return NO_ID;
  if (end - start > 3 && text.charCodeAt(start + 3) !== fieldSeparator) return NO_ID;
  const first = capital(text.charCodeAt(start));
  const second = capital(text.charCodeAt(start + 1));
  const third = capital(text.charCodeAt(start + 2));
  if (!isLetter(first) || !isLetterOrDigit(second) || !isLetterOrDigit(third)) return NO_ID;
  return (first << 16) | (second << 8) | third;
}

/** The code of an id to look for; `NO_ID` of what can be none. */
export function codeOf(id: string): number {
  return id.length === 3 ? codeOfId(id, 0, 3, 0) : NO_ID;
}

const TEXTS = new Map<number, string>([[NO_ID, ""]]);

/** The id as text: one and the same string for all lines that have it. */
export function idOfCode(code: number): string {
  let text = TEXTS.get(code);
  if (text === undefined) {
    text = String.fromCharCode(code >> 16, (code >> 8) & 0xff, code & 0xff);
    TEXTS.set(code, text);
  }
  return text;
}

function capital(code: number): number {
  return code >= 0x61 && code <= 0x7a ? code - 0x20 : code;
}

function isLetter(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isLetterOrDigit(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39);
}

/** Segments that hold what people write, and local ones, which may hold anything. */
export function isFreeText(id: string): boolean {
  return id === "OBX" || id === "NTE" || id === "TXA" || id.startsWith("Z");
}
