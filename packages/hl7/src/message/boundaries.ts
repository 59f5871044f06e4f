import { Buffer } from "node:buffer";

/**
 * Where a message or a batch envelope begins in bytes that hold several. Only the starts of lines are looked at, so
 * that a document of twenty megabytes in one line costs next to nothing.
 */

const CR = 0x0d;
const LF = 0x0a;

const BOUNDARY_IDS = ["MSH", "FHS", "BHS", "BTS", "FTS"] as const;
export type BoundaryId = (typeof BOUNDARY_IDS)[number];

export interface Boundary {
  /** Of the line, with the byte order mark or the start block before its id. */
  readonly start: number;
  readonly id: BoundaryId;
  /** The byte after the id; undefined where the line ends there. */
  readonly separator: number | undefined;
}

const IDS = new Map<number, BoundaryId>(
  BOUNDARY_IDS.map((id) => [(id.charCodeAt(0) << 16) | (id.charCodeAt(1) << 8) | id.charCodeAt(2), id]),
);

/** What may stand before a boundary: the end of a line, a frame's start block, a byte order mark. */
export type LineStart = "cr" | "lf" | "crlf" | "start block" | "mark";

const LINE_STARTS: Record<LineStart, number | Buffer> = {
  cr: CR,
  lf: LF,
  crlf: LF,
  "start block": 0x0b,
  mark: Buffer.from([0xef, 0xbb, 0xbf]),
};

const ANY_START: readonly LineStart[] = ["cr", "lf", "start block", "mark"];

/**
 * All boundaries in order, or those before the place where there are more than `max`. Linear in the bytes: each search
 * goes over them once.
 */
export function boundariesIn(
  bytes: Buffer,
  starts: readonly LineStart[] = ANY_START,
  max: number = Number.POSITIVE_INFINITY,
): Boundary[] {
  const first = boundaryAt(bytes, 0, 0);
  const byKind = starts.map((kind) => startsOf(kind, bytes, max));
  let limitAt = bytes.length;
  for (const each of byKind) if (each.length > max) limitAt = Math.min(limitAt, each.pop()?.start ?? limitAt);
  const found = [...(first === undefined ? [] : [first]), ...byKind.flat()].filter(({ start }) => start < limitAt);
  const ordered = found.sort((left, right) => left.start - right.start);
  return withoutProse(ordered, bytes);
}

/** The boundaries after one kind of line start; one more than `max` at most. */
function startsOf(kind: LineStart, bytes: Buffer, max: number): Boundary[] {
  const found: Boundary[] = [];
  const mark = LINE_STARTS[kind];
  for (let at = bytes.indexOf(mark); at >= 0 && found.length <= max; at = bytes.indexOf(mark, at + 1)) {
    if (kind === "crlf" && bytes[at - 1] !== CR) continue;
    const next = at + (typeof mark === "number" ? 1 : mark.length);
    const boundary = boundaryAt(bytes, kind === "mark" || kind === "start block" ? at : next, next);
    if (boundary !== undefined) found.push(boundary);
  }
  return found;
}

/**
 * Where lines end with CR, LF may stand in a field, and a line of prose may begin with `MSH-1`. Only what separates as
 * the line before it does is taken there.
 */
function withoutProse(found: readonly Boundary[], bytes: Buffer): Boundary[] {
  if (!bytes.includes(CR)) return [...found];
  const taken: Boundary[] = [];
  for (const boundary of found) {
    const { start, separator } = boundary;
    const before = taken.at(-1);
    const isOther = before !== undefined && separator !== undefined && separator !== before.separator;
    if (isOther && isAfterBareLineFeed(start, bytes)) continue;
    taken.push(boundary);
  }
  return taken;
}

const isAfterBareLineFeed = (start: number, bytes: Buffer) => bytes[start - 1] === LF && bytes[start - 2] !== CR;

/**
 * Without those in the middle of a line, where CR ends lines: a note may quote a whole message after LF, which is not
 * sent by being quoted. Each CR is passed once.
 */
export function withoutQuotes(found: readonly Boundary[], bytes: Buffer): Boundary[] {
  let line = 0;
  let next = bytes.indexOf(CR);
  if (next < 0) return [...found];
  return found.filter(({ start }) => {
    for (; next >= 0 && next < start; next = bytes.indexOf(CR, line)) line = next + 1;
    // Blank lines between messages belong to nobody.
    while (line < start && bytes[line] === LF) line++;
    return line === start || !isAfterBareLineFeed(start, bytes);
  });
}

function boundaryAt(bytes: Buffer, start: number, at: number): Boundary | undefined {
  const first = bytes[at];
  // Most lines begin with none of M, F and B.
  if (first !== 0x4d && first !== 0x46 && first !== 0x42) return undefined;
  const id = IDS.get((first << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0));
  const after = bytes[at + 3];
  const separator = after === CR || after === LF ? undefined : after;
  if (id === undefined || (separator !== undefined && !isPunctuation(separator))) return undefined;
  return { start, id, separator };
}

function isPunctuation(byte: number): boolean {
  const isWord = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return byte > 0x20 && byte < 0x7f && !isWord;
}
