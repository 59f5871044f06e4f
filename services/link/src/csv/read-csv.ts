import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { type Decoded, type Decoder, decoderFor } from "./decode.ts";
import { sniffDelimiter } from "./delimiter.ts";
import { CHUNK_BYTES, COLUMNS_MAX, FIELD_LENGTH_MAX, READ_BYTES } from "./limits.ts";
import type { LinkInputError } from "./problem.ts";
import { type CsvRow, CsvTokenizer, type TokenizerProblem } from "./tokenizer.ts";

/** Rows in the order of the file, the header as row 1. Where there is an error, it is the last thing given. */
export type CsvPart = {
  readonly rows: readonly CsvRow[];
  readonly bytesRead: number;
  /** Lines without anything in them so far; they are passed over. */
  readonly blankRows: { readonly count: number; readonly first: number };
  readonly error?: LinkInputError;
};

export type ReadCsvOptions = {
  /** Of the WHATWG list; UTF-8 unless told. A byte-order mark in the file comes before it. */
  readonly encoding?: string;
};

/** The letters that the delimiter is deduced from. */
const SAMPLE_LENGTH = 65_536;

/**
 * The rows of a CSV file, a chunk at a time: it holds one chunk and one row, whatever the size of the file. Comma,
 * semicolon, tab or pipe, deduced. Never throws for what a file may hold.
 */
export async function* readCsv(file: string, options: ReadCsvOptions = {}): AsyncGenerator<CsvPart> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    yield failed(file, "file-unreadable", unreadableText(error));
    return;
  }
  try {
    // It is read twice: what is found out in the first reading decides how the second one understands it.
    if (!(await handle.stat()).isFile()) {
      yield failed(
        file,
        "file-unreadable",
        "This is not a file but a folder or a pipe. Write the rows to a file first.",
      );
    } else yield* readHandle(handle, file, options);
  } finally {
    await handle.close();
  }
}

function unreadableText(error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === "ENOENT") return "There is no such file.";
  if (code === "EACCES" || code === "EPERM") return "This file may not be read: its permissions forbid it.";
  return `This file can not be opened (${code ?? "unknown reason"}).`;
}

async function* readHandle(handle: FileHandle, file: string, options: ReadCsvOptions): AsyncGenerator<CsvPart> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let size = await readFull(handle, buffer);
  const head = buffer.subarray(0, size);
  const foreign = foreignFormat(head);
  if (foreign) {
    yield failed(file, "file-not-csv", `This is ${foreign}, not CSV. Save it as CSV (UTF-8) and link that.`);
    return;
  }
  const decoder = decoderFor(head, options.encoding);
  if (!decoder) {
    const text = `No encoding is called "${options.encoding}". Usual ones are utf-8, windows-1252 and utf-16le.`;
    yield failed(file, "encoding-unknown", text);
    return;
  }
  const reading = new Reading(file, decoder);
  let bytesRead = 0;
  while (size > 0) {
    for (let at = 0; at < size; at += CHUNK_BYTES) {
      const chunk = buffer.subarray(at, Math.min(size, at + CHUNK_BYTES));
      bytesRead += chunk.length;
      const part = reading.take(decoder.push(chunk), bytesRead);
      yield part;
      if (part.error) return;
    }
    size = await readFull(handle, buffer);
  }
  const last = reading.take(decoder.end(), bytesRead);
  yield last;
  if (!last.error) yield reading.end(bytesRead);
}

/** Fills the buffer as far as the file goes. */
async function readFull(handle: FileHandle, buffer: Buffer): Promise<number> {
  let size = 0;
  while (size < buffer.length) {
    const { bytesRead } = await handle.read(buffer, size, buffer.length - size);
    if (bytesRead === 0) break;
    size += bytesRead;
  }
  return size;
}

const FOREIGN_FORMATS: readonly (readonly [start: string, name: string])[] = [
  ["PK\u0003\u0004", "an Excel workbook or a zip archive"],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook"],
  ["\u001f\u008b", "compressed (gzip)"],
  ["PAR1", "a Parquet file"],
  ["SQLite format 3", "a SQLite database"],
  ["%PDF-", "a PDF"],
];

function foreignFormat(head: Buffer): string | undefined {
  const start = head.toString("latin1", 0, 16);
  return FOREIGN_FORMATS.find(([mark]) => start.startsWith(mark))?.[1];
}

/** One file being read: text to rows, and every fault with its place. */
class Reading {
  readonly #file: string;
  readonly #decoder: Decoder;
  #tokenizer: CsvTokenizer | undefined;
  #header: readonly string[] = [];

  constructor(file: string, decoder: Decoder) {
    this.#file = file;
    this.#decoder = decoder;
  }

  take({ text, invalidAt }: Decoded, bytesRead: number): CsvPart {
    const nul = text.indexOf("\0");
    const sound = nul === -1 ? text : text.slice(0, nul);
    const rows = this.#push(sound);
    if (this.#tokenizer?.problem) return this.#part(rows, bytesRead, this.#csvError(this.#tokenizer.problem));
    if (nul !== -1) return this.#part(rows, bytesRead, this.#nulError(text));
    if (invalidAt !== undefined) return this.#part(rows, bytesRead, this.#encodingError(invalidAt));
    return this.#part(rows, bytesRead);
  }

  end(bytesRead: number): CsvPart {
    const rows = this.#noteHeader(this.#tokenizer?.end() ?? []);
    const problem = this.#tokenizer?.problem;
    return this.#part(rows, bytesRead, problem && this.#csvError(problem));
  }

  #push(text: string): readonly CsvRow[] {
    if (this.#tokenizer) return this.#noteHeader(this.#tokenizer.push(text));
    if (text === "") return [];
    const { delimiter, skip } = sniffDelimiter(text.slice(0, SAMPLE_LENGTH));
    this.#tokenizer = new CsvTokenizer(delimiter);
    return this.#noteHeader(this.#tokenizer.push(text.slice(skip)));
  }

  #noteHeader(rows: readonly CsvRow[]): readonly CsvRow[] {
    if (this.#header.length === 0) this.#header = rows[0]?.fields ?? [];
    return rows;
  }

  #part(rows: readonly CsvRow[], bytesRead: number, error?: LinkInputError): CsvPart {
    const blankRows = this.#tokenizer?.blankRows ?? { count: 0, first: 0 };
    return { rows, bytesRead, blankRows, ...(error ? { error } : {}) };
  }

  #columnOf(field: number): string {
    return this.#header[field]?.trim() || String(field + 1);
  }

  #csvError({ kind, row, field }: TokenizerProblem): LinkInputError {
    return { kind, file: this.#file, row, column: this.#columnOf(field), text: CSV_ERROR_TEXTS[kind] };
  }

  #nulError(text: string): LinkInputError {
    const { row, field } = this.#tokenizer?.place ?? { row: 1, field: 0 };
    // In UTF-16 every second byte of plain English is one.
    const advice =
      text.split("\0").length > text.length / 4
        ? "The file looks like UTF-16 without a byte-order mark: try --encoding utf-16le."
        : "No text has one: the file is damaged, or its encoding is another (--encoding).";
    const text1 = `Here stands a NUL byte. ${advice}`;
    return { kind: "nul-byte", file: this.#file, row, column: this.#columnOf(field), text: text1 };
  }

  #encodingError(invalidAt: number): LinkInputError {
    const { row, field } = this.#tokenizer?.place ?? { row: 1, field: 0 };
    const { encoding } = this.#decoder;
    const advice =
      encoding === "utf-8"
        ? "A file saved by Excel on Windows is often windows-1252: try --encoding windows-1252."
        : "Name the encoding it was saved in with --encoding.";
    const text = `Byte ${invalidAt + 1} of the file is not valid ${encoding.toUpperCase()}. ${advice}`;
    return { kind: "encoding-wrong", file: this.#file, row, column: this.#columnOf(field), text };
  }
}

const CSV_ERROR_TEXTS: { readonly [K in TokenizerProblem["kind"]]: string } = {
  "unclosed-quote": `A quote (") is opened here and never closed. Close it, or double it where it belongs to the value.`,
  "text-after-quote": `A quoted value is followed by more text. A quote inside a quoted value must be doubled ("").`,
  "field-too-long": `This value is longer than ${FIELD_LENGTH_MAX.toLocaleString("en-GB")} characters. Often a quote (") is opened here and not closed.`,
  "row-too-long": "This row is longer than 16 MB. Is this a CSV file with one row a person?",
  "too-many-columns": `This row has more than ${COLUMNS_MAX.toLocaleString("en-GB")} fields. Is this a CSV file with one row a person?`,
};

function failed(file: string, kind: LinkInputError["kind"], text: string): CsvPart {
  return { rows: [], bytesRead: 0, blankRows: { count: 0, first: 0 }, error: { kind, file, text } };
}
