import { codeOfId, isFreeText, NO_ID } from "./segment-id.ts";

/** What ends segments, where a feed says so. */
export type SegmentEnd = "cr" | "lf" | "crlf";

/** A text longer than this may have very many lines, and then growing a plain list of numbers is what takes the time. */
const LONG_TEXT = 64 * 1024;

/**
 * Where the segments of a message stand, without a text or an object for any of them: a message of a million segments
 * is surveyed in some milliseconds.
 */
export class Lines {
  /** Start, end and id of each line. */
  #places: number[] | Int32Array;
  #count = 0;

  constructor(textLength: number) {
    this.#places = textLength > LONG_TEXT ? new Int32Array(3 * 256) : [];
  }

  get count(): number {
    return this.#count;
  }

  start(index: number): number {
    return this.#places[index * 3] ?? 0;
  }

  end(index: number): number {
    return this.#places[index * 3 + 1] ?? 0;
  }

  /** The segment id as `segment-id.ts` codes it. */
  id(index: number): number {
    return this.#places[index * 3 + 2] ?? NO_ID;
  }

  /** A blank line, or what a frame leaves at the end, is no segment. */
  add(text: string, start: number, end: number, fieldSeparator: number): void {
    if (isBlank(text, start, end)) return;
    const at = this.#count * 3;
    if (at === this.#places.length) this.#grow();
    this.#places[at] = start;
    this.#places[at + 1] = end;
    this.#places[at + 2] = codeOfId(text, start, end, fieldSeparator);
    this.#count++;
  }

  #grow(): void {
    if (!(this.#places instanceof Int32Array)) return;
    const grown = new Int32Array(this.#places.length * 2);
    grown.set(this.#places);
    this.#places = grown;
  }
}

const CR = 0x0d;
const LF = 0x0a;

/**
 * The lines of a message. The standard ends segments with CR. Unless the feed says how its sender does, a message
 * without any CR ends them with LF; a message with CR may hold LF inside its fields, and keeps it there.
 */
export function linesOf(text: string, fieldSeparator: string, segmentEnd: SegmentEnd | undefined): Lines {
  const lines = new Lines(text.length);
  const separator = fieldSeparator.charCodeAt(0);
  const end = segmentEnd ?? (text.includes("\r") ? "cr" : "lf");
  const isMixed = segmentEnd === undefined && end === "cr" && text.includes("\n");
  if (isMixed) addMixed(lines, text, separator);
  else if (end === "crlf") addEndedByBoth(lines, text, separator);
  else addEndedBy(lines, text, separator, end === "cr" ? "\r" : "\n");
  return lines;
}

/** LF at the start of a line belongs to the CR before it, and CR at the end of one to the LF after it. */
function addEndedBy(lines: Lines, text: string, separator: number, terminator: "\r" | "\n"): void {
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf(terminator, start);
    const next = found < 0 ? text.length : found;
    let end = next;
    if (terminator === "\r") while (start < end && text.charCodeAt(start) === LF) start++;
    else while (end > start && text.charCodeAt(end - 1) === CR) end--;
    lines.add(text, start, end, separator);
    start = next + 1;
  }
}

/** A lone CR or LF is text. Only the last line may end in half a terminator. */
function addEndedByBoth(lines: Lines, text: string, separator: number): void {
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf("\r\n", start);
    let end = found < 0 ? text.length : found;
    if (found < 0) while (end > start && isLineEnd(text.charCodeAt(end - 1))) end--;
    lines.add(text, start, end, separator);
    start = found < 0 ? text.length : found + 2;
  }
}

/**
 * CR ends the lines and there is LF. LF around a line belongs to CRLF. LF inside it is text, unless a standard or
 * local segment begins right after it: some senders mix the two, and a PID hidden in EVN would be lost. In a line that
 * began as free text LF is always text: a note may quote a message, and what it quotes is about somebody else.
 */
function addMixed(lines: Lines, text: string, separator: number): void {
  let start = 0;
  let feed = text.indexOf("\n");
  while (start < text.length) {
    const found = text.indexOf("\r", start);
    const next = found < 0 ? text.length : found;
    let end = next;
    while (start < end && text.charCodeAt(start) === LF) start++;
    if (found < 0) while (end > start && text.charCodeAt(end - 1) === LF) end--;
    // Each LF is looked for once: a search from every line would go to the end of the message each time.
    if (feed >= 0 && feed < start) feed = text.indexOf("\n", start);
    const isText = isFreeText(text.slice(start, start + 3));
    while (feed >= 0 && feed < end) {
      if (!isText && beginsSegment(text, feed + 1, separator)) {
        lines.add(text, start, feed, separator);
        start = feed + 1;
      }
      feed = text.indexOf("\n", feed + 1);
    }
    lines.add(text, start, end, separator);
    start = next + 1;
  }
}

function isLineEnd(code: number): boolean {
  return code === CR || code === LF;
}

/** Segments of the standard that patient messages hold, and local ones. */
const SEGMENT_IDS = new Set(
  (
    "MSH EVN PID PD1 PV1 PV2 MRG NK1 AL1 IAM DG1 DRG PR1 GT1 IN1 IN2 IN3 ACC UB1 UB2 ROL PDA DB1 ARV SFT UAC OBR OBX " +
    "NTE ORC TXA SCH AIS AIG AIL AIP RGS PRD CTD RF1 AUT RXA RXE RXO RXR RXC RXD TQ1 TQ2 SPM SAC CTI FT1 PRB GOL VAR " +
    "PTH MSA ERR QRD QRF QPD RCP QAK DSC ADD NPU STF PRA ORG BLG CON FAC IIM"
  ).split(" "),
);

/** In capitals only: a line of prose may well begin with `Con|`. */
function beginsSegment(text: string, at: number, separator: number): boolean {
  if (text.charCodeAt(at + 3) !== separator) return false;
  const id = text.slice(at, at + 3);
  return SEGMENT_IDS.has(id) || /^Z[A-Z0-9]{2}$/.test(id);
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (text.charCodeAt(index) > 0x20) return false;
  return true;
}
