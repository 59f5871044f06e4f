import type { Encoding } from "../bytes/encoding.ts";
import { BYTES_SHOWN, type RawRow, type RowSplitter } from "../bytes/raw-row.ts";

const LF = 0x0a;
const QUOTE = 0x22;

/** Quotes that are opened and never closed, of one file. Past it the file's quotes mean nothing. */
export const OPEN_QUOTES_MAX = 1_000;

/** Where in a field the splitter stands. A quote opens one only at its beginning (RFC 4180); elsewhere it is a character. */
const AT_START = 0;
const PLAIN = 1;
const QUOTED = 2;
const AFTER_QUOTE = 3;
type State = typeof AT_START | typeof PLAIN | typeof QUOTED | typeof AFTER_QUOTE;

/**
 * Rows of a CSV file (RFC 4180) in their exact bytes: a line end in quotes is part of its row. A quote that is never closed
 * would take the rest of the file along: past the limit, or at the end, its first line alone is the fault, and what follows
 * is read as if that had not been there.
 */
export class CsvSplitter implements RowSplitter {
  readonly #delimiter: number;
  readonly #rowBytesMax: number;
  /** Bytes of a character, and where in them its code stands. */
  readonly #width: 1 | 2;
  readonly #low: 0 | 1;
  #rest: Buffer = Buffer.alloc(0);
  /** How far `#rest` was looked at, and in which state. */
  #at = 0;
  #state: State = AT_START;
  #number = 0;
  #tooLong: Uint8Array | undefined;
  #openQuotes = 0;

  constructor(options: { delimiter: string; encoding: Encoding; rowBytesMax: number }) {
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#rowBytesMax = options.rowBytesMax;
    this.#width = options.encoding.startsWith("utf-16") ? 2 : 1;
    this.#low = options.encoding === "utf-16be" ? 1 : 0;
  }

  push(chunk: Uint8Array): RawRow[] {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk);
    const rows = this.#rows();
    while (this.#at > this.#rowBytesMax) {
      if (this.#isInQuotes()) rows.push(...this.#withoutOpenQuote());
      else this.#skip();
    }
    return rows;
  }

  end(): RawRow[] {
    const rows: RawRow[] = [];
    while (this.#isInQuotes()) rows.push(...this.#withoutOpenQuote());
    if (this.#rest.length > 0 || this.#tooLong) rows.push(this.#row(this.#rest));
    this.#rest = Buffer.alloc(0);
    return rows;
  }

  #isInQuotes = (): boolean => this.#state === QUOTED && this.#rest.length > 0;

  /** The rows that are whole; what is left begins at the start of a row. */
  #rows(): RawRow[] {
    const rows: RawRow[] = [];
    const bytes = this.#rest;
    const [width, low, delimiter] = [this.#width, this.#low, this.#delimiter];
    const end = bytes.length - (bytes.length % width);
    let state = this.#state;
    let from = 0;
    let at = this.#at;
    for (; at < end; at += width) {
      const code = width === 1 || bytes[at + 1 - low] === 0 ? bytes[at + low] : -1;
      if (code === QUOTE) state = state === QUOTED ? AFTER_QUOTE : state === PLAIN ? PLAIN : QUOTED;
      else if (state === QUOTED) continue;
      else if (code === delimiter) state = AT_START;
      else if (code === LF) {
        rows.push(this.#row(bytes.subarray(from, at + width)));
        from = at + width;
        state = AT_START;
      } else if (!this.#isMark(bytes, at)) state = PLAIN;
    }
    this.#rest = bytes.subarray(from);
    this.#at = at - from;
    this.#state = state;
    return rows;
  }

  /** A byte order mark is no character of the first field: a quote may follow it. */
  #isMark(bytes: Buffer, at: number): boolean {
    if (this.#number > 0 || at > 2) return false;
    return this.#width === 2 ? bytes[at] === (this.#low ? 0xfe : 0xff) : [0xef, 0xbb, 0xbf][at] === bytes[at];
  }

  /** The first line of what is here, as a fault, and the rows behind it. */
  #withoutOpenQuote(): RawRow[] {
    if (++this.#openQuotes > OPEN_QUOTES_MAX)
      throw new RangeError(`More than ${OPEN_QUOTES_MAX} quotes of the file are opened and not closed.`);
    const end = this.#lineEnd();
    const line = this.#rest.subarray(0, end);
    const fault = { bytes: line.subarray(0, this.#rowBytesMax), number: ++this.#number, fault: "open-quote" } as const;
    this.#rest = this.#rest.subarray(end);
    this.#at = 0;
    this.#state = AT_START;
    return [fault, ...this.#rows()];
  }

  #lineEnd(): number {
    for (let at = 0; at + this.#width <= this.#rest.length; at += this.#width)
      if (this.#rest[at + this.#low] === LF && (this.#width === 1 || this.#rest[at + 1 - this.#low] === 0))
        return at + this.#width;
    return this.#rest.length;
  }

  #skip(): void {
    this.#tooLong ??= Buffer.from(this.#rest.subarray(0, BYTES_SHOWN));
    this.#rest = this.#rest.subarray(this.#at);
    this.#at = 0;
  }

  #row(bytes: Uint8Array): RawRow {
    const number = ++this.#number;
    const tooLong = this.#tooLong ?? (bytes.length > this.#rowBytesMax ? bytes.subarray(0, BYTES_SHOWN) : undefined);
    this.#tooLong = undefined;
    return tooLong ? { bytes: tooLong, number, fault: "too-long" } : { bytes, number };
  }
}
