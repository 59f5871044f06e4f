/** The raw message for the eye: a segment a line, and no character hidden. */

export type RawPart = { kind: "text" | "segment" | "delimiter" | "control"; text: string; title?: string };
export type RawLine = RawPart[];

const CONTROL_NAMES: Record<number, string> = {
  0: "NUL",
  9: "TAB",
  10: "LF",
  11: "VT",
  12: "FF",
  13: "CR",
  27: "ESC",
  28: "FS",
  127: "DEL",
  160: "NBSP",
  173: "SHY",
  65279: "BOM",
};

/** Controls, format characters (soft hyphen, zero width, direction marks, BOM), no-break space, the replacement sign. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\ufffd]/u;

/**
 * Lines end after CR, or after LF where the message holds no CR at all (as the reader of messages has it). Segment names
 * and the delimiters that the message itself declares in MSH are marked; controls are named, never dropped.
 */
export function rawLines(raw: string): RawLine[] {
  const terminator = raw.includes("\r") ? "\r" : "\n";
  const delimiters = delimitersOf(raw);
  return splitAfter(raw, terminator).map((line) => partsOf(line, delimiters));
}

function splitAfter(text: string, terminator: string): string[] {
  const lines = text.split(terminator);
  const last = lines.pop() ?? "";
  const ended = lines.map((line) => line + terminator);
  return last === "" ? ended : [...ended, last];
}

/** Field separator and encoding characters, from MSH-1 and MSH-2. */
function delimitersOf(raw: string): string {
  const header = /MSH(.)([^\r\n]{0,5})/u.exec(raw);
  if (!header) return "|^~\\&";
  const separator = header[1] ?? "|";
  return separator + (header[2] ?? "").split(separator)[0];
}

function partsOf(line: string, delimiters: string): RawLine {
  const parts: RawLine = [];
  const segment = /^[\p{Cc}\p{Cf}]*([A-Z][A-Z0-9]{2})/u.exec(line);
  const segmentEnd = segment ? segment[0].length : 0;
  const segmentStart = segmentEnd - (segment?.[1]?.length ?? 0);
  let index = 0;
  for (const character of line) {
    const inSegment = index >= segmentStart && index < segmentEnd;
    if (HIDDEN.test(character)) parts.push(control(character));
    else append(parts, inSegment ? "segment" : delimiters.includes(character) ? "delimiter" : "text", character);
    index += character.length;
  }
  return parts;
}

function control(character: string): RawPart {
  const code = character.codePointAt(0) ?? 0;
  const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return { kind: "control", text: CONTROL_NAMES[code] ?? point, title: point };
}

function append(parts: RawLine, kind: "text" | "segment" | "delimiter", character: string): void {
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += character;
  else parts.push({ kind, text: character });
}
