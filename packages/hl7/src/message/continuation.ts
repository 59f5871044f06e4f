import { Buffer } from "node:buffer";
import { latin1Text } from "./charset.ts";
import { type Lines, linesOf } from "./lines.ts";
import { type Message, type ReadingOptions, type ReadResult, readMessage } from "./message.ts";
import { contentStart } from "./opening.ts";
import { codeOf } from "./segment-id.ts";

/**
 * Messages that were too large for their sender (HL7 chapter 2, continuation): a message that ends with DSC goes on in
 * one whose MSH-14 is DSC-1, and ADD goes on with the segment before it, character by character.
 */
export interface Continuation {
  /** DSC-1: the rest comes in another message. */
  readonly continues?: string;
  /** MSH-14: this is the rest of another message. */
  readonly continued?: string;
}

const ADD = codeOf("ADD");

/** Whether the message is one part of several. A DSC of a query's interactive continuation (`I`) is none. */
export function continuationOf(message: Message): Continuation {
  const last = message.segmentCount - 1;
  const dsc = message.idAt(last) === "DSC" ? message.segmentAt(last) : undefined;
  const continues = dsc?.get(2).trim().toUpperCase() === "I" ? "" : (dsc?.get(1).trim() ?? "");
  const continued = message.segmentAt(0)?.get(14).trim() ?? "";
  return { ...(continues === "" ? {} : { continues }), ...(continued === "" ? {} : { continued }) };
}

/**
 * The parts, in order, as one message: the first one's header, then all segments, with ADD joined to the segment it
 * goes on with. Its bytes are put together from theirs, and read with the same options. One part alone has its own
 * ADD segments joined.
 */
export function joinContinued(parts: readonly Message[], options: ReadingOptions = {}): ReadResult {
  const fault = faultOf(parts);
  if (fault !== undefined) return { ok: false, reason: "not-readable", text: fault };
  const [first] = parts;
  const start = contentStart(first?.bytes ?? new Uint8Array());
  const joined = new JoinedSegments(options);
  for (const [index, part] of parts.entries()) joined.add(part, index === 0, index === parts.length - 1);
  const bytes = Buffer.concat([first?.bytes.subarray(0, start) ?? new Uint8Array(), joined.bytes()]);
  return readMessage(bytes, options);
}

function faultOf(parts: readonly Message[]): string | undefined {
  const [first] = parts;
  if (first === undefined) return "There is no message to put together.";
  for (const [index, part] of parts.entries()) {
    if (part.encoding === "xml") return "A message in XML can not be one part of several.";
    if (part.delimiters.encodingCharacters !== first.delimiters.encodingCharacters) return DELIMITERS_TEXT;
    if (part.delimiters.field !== first.delimiters.field) return DELIMITERS_TEXT;
    const before = parts[index - 1];
    if (before === undefined) continue;
    const { continues } = continuationOf(before);
    if (continues === undefined || continues !== continuationOf(part).continued) {
      return "DSC-1 of one part is not MSH-14 of the next.";
    }
  }
  return undefined;
}

const DELIMITERS_TEXT = "The parts do not have the same delimiters.";

/** Segments by one character for each byte: nothing is decoded, so nothing can be changed. */
class JoinedSegments {
  readonly #segments: string[] = [];
  readonly #options: ReadingOptions;
  #terminator = "\r";

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  /** Of every part but the first the header is left out, of every part but the last its DSC. */
  add(message: Message, isFirst: boolean, isLast: boolean): void {
    const text = latin1Text(message.bytes.subarray(contentStart(message.bytes)));
    const lines = linesOf(text, message.delimiters.field, this.#options.segmentEnd);
    if (isFirst) this.#terminator = terminatorOf(text, this.#options);
    const count = isLast ? lines.count : lines.count - 1;
    for (let index = isFirst ? 0 : 1; index < count; index++) this.#addLine(text, lines, index);
  }

  bytes(): Buffer {
    return Buffer.from(this.#segments.map((each) => each + this.#terminator).join(""), "latin1");
  }

  /** `ADD` alone says that the segment goes on in the next message. */
  #addLine(text: string, lines: Lines, index: number): void {
    const line = text.slice(lines.start(index), lines.end(index));
    const last = this.#segments.length - 1;
    if (lines.id(index) === ADD && last > 0) this.#segments[last] += line.slice(4);
    else this.#segments.push(line);
  }
}

function terminatorOf(text: string, { segmentEnd }: ReadingOptions): string {
  if (segmentEnd === "crlf") return "\r\n";
  if (segmentEnd === "lf") return "\n";
  return segmentEnd === "cr" || text.includes("\r") ? "\r" : "\n";
}
