import { Buffer } from "node:buffer";
import { type CharsetFault, type CharsetName, type Declared, declaredCharset, latin1Text } from "./charset.ts";
import { type Delimiters, readDelimiters } from "./delimiters.ts";
import { type Lines, linesOf } from "./lines.ts";
import { contentStart, isHeaderAt, isWide, isXmlAt } from "./opening.ts";
import type { Dialect, PlaceWithin } from "./place.ts";
import { Segment } from "./segment.ts";
import { codeOf, idOfCode, NO_ID } from "./segment-id.ts";
import { CHARSET_FIELD, type MessageText, type ReadingOptions, textAsIs, textOfMessage } from "./text.ts";
import { er7OfXml } from "./v2-xml.ts";

export type { ReadingOptions };

export type ReadResult =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly reason: ReadFailure; readonly text: string };

/**
 * `no-header`: no MSH. `not-readable`: MSH-1 and MSH-2 separate nothing, or XML that is no HL7 message. `charset`:
 * bytes invalid in their set, or a set that is not read here.
 */
export type ReadFailure = "no-header" | "not-readable" | "charset";

/** One more thing to ask for a place: which segment of that name, counted from 1. */
export interface PlaceInMessage extends PlaceWithin {
  readonly occurrence?: number;
}

interface HowRead {
  readonly encoding: "er7" | "xml";
  readonly delimiters: Delimiters;
  readonly text: MessageText;
  readonly options: ReadingOptions;
}

/** A message as received: the very bytes, and a reading of them that happens as it is asked for. */
export class Message implements Dialect {
  readonly bytes: Uint8Array;
  /** `xml`: the bytes are HL7 v2.xml; all else here is as if the same message had come with delimiters. */
  readonly encoding: "er7" | "xml";
  readonly delimiters: Delimiters;
  readonly #read: MessageText;
  readonly #options: ReadingOptions;
  #charset: CharsetName | undefined;
  #text: string | undefined;
  #lines: Lines | undefined;
  /** By line, as far as they have been asked for. */
  readonly #segments: (Segment | undefined)[] = [];
  #isWhole = false;
  #byId: Map<string, readonly Segment[]> | undefined;

  constructor(bytes: Uint8Array, how: HowRead) {
    this.bytes = bytes;
    this.encoding = how.encoding;
    this.delimiters = how.delimiters;
    this.#read = how.text;
    this.#options = how.options;
    this.#charset = how.text.charset;
  }

  /** Exactly what was received. */
  toBytes(): Uint8Array {
    return this.bytes;
  }

  /** True when each character of the text is one byte of the message, as in nearly all. */
  get isByteText(): boolean {
    return this.#read.isByteText;
  }

  /** True when no character set was declared and the bytes, being no UTF-8, were read as Latin-1. */
  get isCharsetFallback(): boolean {
    return this.#read.isCharsetFallback;
  }

  /** True when MSH-18 names a set that is not read here, and only ASCII bytes let the message be read. */
  get isCharsetUnknown(): boolean {
    if (this.#read.charset !== undefined) return false;
    const { set } = this.#declared();
    return set === "unknown" || set === "wide";
  }

  /** The character set the text was read in. Bytes that are all ASCII are so in every set: MSH-18 then names it. */
  get charset(): CharsetName {
    if (this.#charset === undefined) {
      const { set } = this.#declared();
      this.#charset = set === "detect" || set === "unknown" || set === "wide" ? "ascii" : set;
    }
    return this.#charset;
  }

  /** The decoded message, for a person to read: without a byte order mark and without NUL. */
  get text(): string {
    const { lineText, textOf } = this.#read;
    this.#text ??= textOf === undefined ? lineText : textOf(0, lineText.length);
    return this.#text;
  }

  /** How many segments there are. With `idAt` and `segmentAt` a message is surveyed without making them all. */
  get segmentCount(): number {
    return this.#places().count;
  }

  /** The id of a segment, counted from 0; "" for a line that has none. */
  idAt(index: number): string {
    return idOfCode(this.#places().id(index));
  }

  /** A segment, counted from 0. */
  segmentAt(index: number): Segment | undefined {
    return this.#segments[index] ?? this.#make(index);
  }

  segments(): readonly Segment[] {
    if (!this.#isWhole) for (let index = 0; index < this.segmentCount; index++) this.segmentAt(index);
    this.#isWhole = true;
    return this.#segments as Segment[];
  }

  /** The first segment of that id. */
  segment(id: string): Segment | undefined {
    const index = this.#next(codeOf(id), 0);
    return index < 0 ? undefined : this.segmentAt(index);
  }

  all(id: string): readonly Segment[] {
    this.#byId ??= new Map();
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const found: Segment[] = [];
    const code = codeOf(id);
    for (let index = this.#next(code, 0); index >= 0; index = this.#next(code, index + 1)) {
      const segment = this.segmentAt(index);
      if (segment !== undefined) found.push(segment);
    }
    this.#byId.set(id, found);
    return found;
  }

  /** Unescaped text of a place, counted from 1 as HL7 does; "" when it is absent, empty or `""`. */
  get(segmentId: string, field: number, at?: PlaceInMessage): string {
    const occurrence = at?.occurrence ?? 1;
    const segment = occurrence === 1 ? this.segment(segmentId) : this.all(segmentId)[occurrence - 1];
    return segment === undefined ? "" : segment.get(field, at);
  }

  #declared(): Declared {
    const msh18 = this.segmentAt(0)?.fieldRaw(CHARSET_FIELD) ?? "";
    return declaredCharset(msh18, this.delimiters.repetition, this.#options.unicodeIs);
  }

  #places(): Lines {
    this.#lines ??= linesOf(this.#read.lineText, this.delimiters.field, this.#options.segmentEnd);
    return this.#lines;
  }

  #next(code: number, from: number): number {
    const lines = this.#places();
    if (code === NO_ID) return -1;
    for (let index = from; index < lines.count; index++) if (lines.id(index) === code) return index;
    return -1;
  }

  #make(index: number): Segment | undefined {
    const lines = this.#places();
    if (index < 0 || index >= lines.count) return undefined;
    const { lineText, textOf } = this.#read;
    const start = lines.start(index);
    const end = lines.end(index);
    const raw = textOf === undefined ? lineText.slice(start, end) : textOf(start, end);
    const segment = new Segment(idOfCode(lines.id(index)), raw, this);
    this.#segments[index] = segment;
    return segment;
  }
}

/**
 * Reads bytes as a message, with delimiters or as HL7 v2.xml; never throws. A byte order mark and blank lines before
 * the message are passed over; they stay in the bytes.
 */
export function readMessage(bytes: Uint8Array, options: ReadingOptions = {}): ReadResult {
  const opened = openMessage(bytes, options);
  if (opened.failure !== undefined) return { ok: false, reason: opened.failure, text: opened.text };
  return { ok: true, message: opened.message };
}

/**
 * As far as the bytes can be opened. With failure `charset` the header may still be readable byte by byte, and then
 * `message` is that reading: good for answering the sender, never for data. `text` quotes nothing of the message.
 */
export type Opened =
  | { readonly failure?: undefined; readonly message: Message }
  | { readonly failure: "charset"; readonly text: string; readonly message: Message }
  | { readonly failure: ReadFailure; readonly text: string; readonly message?: undefined };

const NO_HEADER_TEXT = "The message does not begin with an MSH segment.";
const NO_DELIMITERS_TEXT = "MSH-1 and MSH-2 do not give two to five distinct delimiters.";

const CHARSET_TEXT: Record<CharsetFault, string> = {
  invalid: "The bytes are not valid in the character set that MSH-18 or the feed names.",
  unknown: "MSH-18 names a character set that is not read here, and not all bytes are ASCII.",
  wide: "The message is in a character set of 16 or 32 bits, which MLLP can not carry.",
};

export function openMessage(bytes: Uint8Array, options: ReadingOptions = {}): Opened {
  const start = contentStart(bytes);
  if (isXmlAt(bytes, start)) return openXml(bytes, start);
  if (!isHeaderAt(bytes, start)) {
    if (isWide(bytes)) return { failure: "charset", text: CHARSET_TEXT.wide };
    return { failure: "no-header", text: NO_HEADER_TEXT };
  }
  const text = textOfMessage(bytes, start === 0 ? bytes : bytes.subarray(start), options);
  const delimiters = readDelimiters(text.lineText);
  if (delimiters === undefined) return { failure: "not-readable", text: NO_DELIMITERS_TEXT };
  const message = new Message(bytes, { encoding: "er7", delimiters, text, options });
  return text.fault === undefined ? { message } : { failure: "charset", text: CHARSET_TEXT[text.fault], message };
}

/** The text that XML is turned into ends its segments as the standard says, whatever the feed does otherwise. */
const XML_OPTIONS: ReadingOptions = { segmentEnd: "cr" };

/** v2.xml is read as the same message with delimiters, so that whoever reads it need not know. */
function openXml(bytes: Uint8Array, start: number): Opened {
  const read = er7OfXml(bytes.subarray(start));
  if (!read.ok) return { failure: read.reason, text: read.text };
  const { delimiters, text: lineText } = read;
  return {
    message: new Message(bytes, { encoding: "xml", delimiters, text: textAsIs(lineText), options: XML_OPTIONS }),
  };
}

/**
 * The MSH segment by one character for each byte, whatever the character set: what an answer echoes. Of XML, the bytes
 * it would have had in UTF-8.
 */
export function headerBytesText(message: Message): string {
  if (message.encoding === "xml") return latin1Text(Buffer.from(message.segmentAt(0)?.raw ?? "", "utf8"));
  const { bytes } = message;
  const start = contentStart(bytes);
  // A sender who ends segments with CR may have LF in its header: the reading says how many.
  let lineFeeds = (message.segmentAt(0)?.raw ?? "").split("\n").length - 1;
  let end = start;
  for (; end < bytes.length && bytes[end] !== 0x0d; end++) if (bytes[end] === 0x0a && lineFeeds-- === 0) break;
  return latin1Text(bytes.subarray(start, end));
}
