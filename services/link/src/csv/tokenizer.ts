import { COLUMNS_MAX, FIELD_LENGTH_MAX, ROW_LENGTH_MAX } from "./limits.ts";

/** One row of a file, as it stands there: values are not trimmed. */
export type CsvRow = {
  /** The header is row 1; blank lines count and are not given. */
  readonly number: number;
  readonly fields: readonly string[];
};

/** Where the text stops being CSV. `field` counts from 0. */
export type TokenizerProblem = {
  readonly kind: "unclosed-quote" | "text-after-quote" | "field-too-long" | "row-too-long" | "too-many-columns";
  readonly row: number;
  readonly field: number;
};

const QUOTE = 34;
const CR = 13;
const LF = 10;
const SPACE = 32;

/** What one field came to: where the next begins, or why there is none. */
const UNFINISHED = -1;
const AFTER_QUOTE = -2;

/**
 * CSV from text in chunks of any size: RFC 4180, with the ends of line CR LF, LF and CR in any mixture. More lenient in
 * what no value is lost by: spaces around a quoted value, and quotes inside a value that does not begin with one.
 *
 * Of our own because it must read a million rows in seconds and name the row of every fault; the libraries that are
 * kept well take several times as long. It scans strings, not bytes: V8 makes a slice of a string without a copy.
 */
export class CsvTokenizer {
  readonly #delimiter: number;
  /** From the beginning of the row that is not complete yet. */
  #rest = "";
  #row = 0;
  #blankRows = 0;
  #firstBlankRow = 0;
  #field = "";
  #problem: TokenizerProblem | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The rows that `text` completes. Once there is a problem, none. */
  push(text: string): CsvRow[] {
    return this.#scan(text, false);
  }

  /** The row that no line end follows, if any. */
  end(): CsvRow[] {
    return this.#scan("", true);
  }

  get problem(): TokenizerProblem | undefined {
    return this.#problem;
  }

  /** The row and field that the text has come to: where a fault outside of the text lies. */
  get place(): { readonly row: number; readonly field: number } {
    let at = 0;
    let field = 0;
    while (at < this.#rest.length) {
      const next = this.#readField(this.#rest, at, true);
      if (next < 0 || next >= this.#rest.length) break;
      at = next + 1;
      field++;
    }
    return { row: this.#row + 1, field };
  }

  /** Lines without anything in them, which are passed over. */
  get blankRows(): { readonly count: number; readonly first: number } {
    return { count: this.#blankRows, first: this.#firstBlankRow };
  }

  #scan(added: string, isLast: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    if (this.#problem) return rows;
    const text = this.#rest === "" ? added : this.#rest + added;
    let start = 0;
    while (start < text.length && !this.#problem) {
      const next = this.#readRow(text, start, isLast, rows);
      if (next === UNFINISHED) break;
      start = next;
    }
    this.#rest = text.slice(start);
    return rows;
  }

  /** Where the next row begins, or UNFINISHED where the text ends within this one. */
  #readRow(text: string, start: number, isLast: boolean, rows: CsvRow[]): number {
    const fields: string[] = [];
    let at = start;
    for (;;) {
      const end = this.#readField(text, at, isLast);
      if (end === AFTER_QUOTE) return this.#fail("text-after-quote", fields.length);
      if (end === UNFINISHED) return this.#unfinished(text, start, at, fields.length, isLast);
      if (this.#field.length > FIELD_LENGTH_MAX) return this.#fail("field-too-long", fields.length);
      if (fields.length === COLUMNS_MAX) return this.#fail("too-many-columns", fields.length);
      const code = end < text.length ? text.charCodeAt(end) : LF;
      // A CR at the end of what is here may be half of CR LF.
      if (code === CR && end + 1 === text.length && !isLast) return UNFINISHED;
      fields.push(this.#field);
      at = end + 1;
      if (code === this.#delimiter) continue;
      if (code === CR && text.charCodeAt(at) === LF) at++;
      this.#row++;
      if (end === start) this.#noteBlankRow();
      else rows.push({ number: this.#row, fields });
      return Math.min(at, text.length);
    }
  }

  #noteBlankRow(): void {
    if (this.#blankRows === 0) this.#firstBlankRow = this.#row;
    this.#blankRows++;
  }

  #unfinished(text: string, start: number, at: number, field: number, isLast: boolean): number {
    if (isLast) return this.#fail("unclosed-quote", field);
    if (text.length - at > 2 * FIELD_LENGTH_MAX) return this.#fail("field-too-long", field);
    if (text.length - start > ROW_LENGTH_MAX) return this.#fail("row-too-long", field);
    return UNFINISHED;
  }

  #fail(kind: TokenizerProblem["kind"], field: number): typeof UNFINISHED {
    this.#problem = { kind, row: this.#row + 1, field };
    return UNFINISHED;
  }

  /** Sets the field that begins at `start`; gives where its delimiter or line end stands, or the text's length. */
  #readField(text: string, start: number, isLast: boolean): number {
    const delimiter = this.#delimiter;
    const length = text.length;
    let at = start;
    let code = at < length ? text.charCodeAt(at) : 0;
    while (code === SPACE) code = ++at < length ? text.charCodeAt(at) : 0;
    if (code === QUOTE) return this.#readQuoted(text, at + 1, isLast);
    while (at < length && code !== delimiter && code !== LF && code !== CR) code = text.charCodeAt(++at);
    if (at >= length && !isLast) return UNFINISHED;
    this.#field = text.slice(start, at);
    return at;
  }

  #readQuoted(text: string, start: number, isLast: boolean): number {
    let from = start;
    let value = "";
    for (;;) {
      const quote = text.indexOf('"', from);
      if (quote === -1) return UNFINISHED;
      if (quote + 1 === text.length && !isLast) return UNFINISHED;
      if (text.charCodeAt(quote + 1) !== QUOTE) {
        this.#field = value === "" ? text.slice(from, quote) : value + text.slice(from, quote);
        return this.#afterQuote(text, quote + 1, isLast);
      }
      value += text.slice(from, quote + 1);
      from = quote + 2;
    }
  }

  #afterQuote(text: string, start: number, isLast: boolean): number {
    let at = start;
    while (text.charCodeAt(at) === SPACE) at++;
    if (at >= text.length) return isLast ? at : UNFINISHED;
    const code = text.charCodeAt(at);
    return code === this.#delimiter || code === LF || code === CR ? at : AFTER_QUOTE;
  }
}
