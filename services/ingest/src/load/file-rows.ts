import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import {
  type BundlePart,
  type Cells,
  cellsOfJson,
  cellsOfRow,
  columnsOf,
  type Encoding,
  EncodingSurvey,
  headerOf,
  type RawRow,
  type RefusedEntries,
  splitterOf,
  type TableReading,
  unreadLists,
} from "@chesil/load";

/** A file that can not be loaded as it is: nothing of it was, or what went before its fault. */
export class LoadRefusedError extends Error {
  override name = "LoadRefusedError";
}

/** A row longer than this is refused. */
export const ROW_BYTES_MAX = 1024 * 1024;

const CHUNK_BYTES = 256 * 1024;

/** What a file is, before a row of it is read. */
export type FileFound = {
  readonly sha256: Buffer;
  readonly bytes: number;
  readonly encoding: Encoding;
  /** By which it is told from another of its name. */
  readonly mark: string;
};

export async function inspectFile(path: string, encoding: Encoding | undefined): Promise<FileFound> {
  const [hash, survey] = [createHash("sha256"), new EncodingSurvey()];
  const mark = await fileMark(path);
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    survey.push(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest(), bytes, encoding: survey.end(encoding), mark };
}

/** Whether the file is the one that was found, and nobody has written to it since. */
export const isAsFound = async (path: string, { mark }: FileFound): Promise<boolean> =>
  (await fileMark(path).catch(() => "")) === mark;

async function fileMark(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
  return [dev, ino, size, mtimeNs].join(" ");
}

/** A row of a file: its cells, or why it has none. */
export type FileRow = {
  readonly number: number;
  /** The line of the file that it is on, of Bundles a line. */
  readonly line?: number;
  /** What it takes in memory once it is made, in bytes. */
  readonly size: number;
  /** As it stands in the file. Of a Bundle made anew each time, as `raw` is: many rows may have large documents in common. */
  readonly written: () => Uint8Array;
  /** What the journal keeps of it: of CSV with the header line. */
  readonly raw: () => Uint8Array;
  /** The last of a CSV file, and without a line end: it may be cut in its last cell. */
  readonly isUnended?: boolean;
  readonly cells?: Cells;
  /** Of a Bundle: what it says of one patient. */
  readonly part?: BundlePart;
  /** Of a Bundle: entries of which nothing is stated. Without a part they are all of the row. */
  readonly refused?: RefusedEntries;
  /** Why it has none of these; beside cells or a part, why nothing of it is stated although its key is known. */
  readonly text?: string;
};

export type RowsOptions = {
  readonly reading: TableReading;
  readonly encoding: Encoding;
  readonly rowBytesMax: number;
  /** Told the header's names, once; of NDJSON never. */
  readonly onHeader?: (columns: readonly string[]) => void;
};

/**
 * The rows of a file, as many at a time as one read brought, blank ones left out.
 * @throws LoadRefusedError where the header will not do, or where the file's quotes mean nothing.
 */
export async function* readRows(path: string, options: RowsOptions): AsyncGenerator<FileRow[]> {
  const splitter = splitterOf(options.reading, options.encoding, options.rowBytesMax);
  const rows = new RowReader(options);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>)
      yield splitter.push(chunk).flatMap((raw) => rows.read(raw));
    yield splitter.end().flatMap((raw) => rows.read(raw));
  } catch (error) {
    throw error instanceof RangeError ? new LoadRefusedError(error.message) : error;
  }
  rows.end();
}

const FAULTS = {
  "too-long": "The row is longer than a row may be.",
  "open-quote": "A quote is opened in it and never closed.",
};

class RowReader {
  readonly #options: RowsOptions;
  #header: { readonly bytes: Uint8Array; readonly columns: readonly string[] } | undefined;

  /** What the mapping names. */
  readonly #columns: ReadonlySet<string>;

  constructor(options: RowsOptions) {
    this.#options = options;
    this.#columns = columnsOf(options.reading.mapping);
  }

  read(raw: RawRow): FileRow[] {
    const { reading, encoding } = this.#options;
    const { number, bytes, fault } = raw;
    if (!fault && isBlank(bytes)) return [];
    const own = { number, size: bytes.length, written: () => bytes };
    if (reading.load === "ndjson") {
      const row = { ...own, raw: () => bytes };
      return [fault ? { ...row, text: FAULTS[fault] } : { ...row, ...this.#line(bytes) }];
    }
    if (!this.#header) {
      this.#header = this.#readHeader(raw);
      return [];
    }
    const { columns, bytes: head } = this.#header;
    const row = { ...own, raw: () => Buffer.concat([head, bytes]), isUnended: !isEnded(bytes) };
    if (fault) return [{ ...row, text: FAULTS[fault] }];
    const read = cellsOfRow(bytes, columns, reading, encoding);
    if (!read.ok) {
      return [
        { ...row, text: row.isUnended && read.isShort ? `${read.text} The file ends in the middle of it.` : read.text },
      ];
    }
    return [...read.cells.values()].every((cell) => cell === "") ? [] : [{ ...row, cells: read.cells }];
  }

  /** What a line of JSON says. Of one that has a list where a text is mapped, all is refused: but it is not gone. */
  #line(bytes: Uint8Array): Pick<FileRow, "cells" | "text"> {
    const { reading, encoding } = this.#options;
    const read = cellsOfJson(bytes, encoding);
    if (!read.ok) return { text: read.text };
    const lists = unreadLists(read.cells, this.#columns);
    if (lists.size === 0) return { cells: read.cells };
    const text = [...lists.values()].join(" ");
    return reading.mapping.rowKey.some((column) => lists.has(column)) ? { text } : { cells: read.cells, text };
  }

  /** @throws LoadRefusedError: the file had no header. */
  end(): void {
    if (this.#options.reading.load === "csv" && !this.#header) throw new LoadRefusedError("The file is empty.");
  }

  #readHeader({ bytes, fault }: RawRow) {
    const { reading, encoding, onHeader } = this.#options;
    if (fault) throw new LoadRefusedError(`The header will not do: ${FAULTS[fault]}`);
    const head = headerOf(bytes, reading, encoding);
    if (!head.ok) throw new LoadRefusedError(head.text);
    const missing = [...this.#columns].filter((name) => !head.columns.includes(name));
    if (missing.length > 0) {
      const only = head.columns.length === 1 ? " The header is one column: is the feed's delimiter right?" : "";
      throw new LoadRefusedError(`The mapping names columns that the file has not: ${missing.join(", ")}.${only}`);
    }
    onHeader?.(head.columns);
    return { bytes: endedLine(bytes, encoding), columns: head.columns };
  }
}

/** A header that ends with its file is nobody's header, but its line must end all the same. */
function endedLine(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  return bytes.includes(0x0a)
    ? Buffer.from(bytes)
    : Buffer.concat([bytes, Buffer.from("\n", encoding === "utf-16le" ? "utf16le" : "latin1")]);
}

/** Whether a row has its line end, be it in one byte or in two. */
const isEnded = (bytes: Uint8Array): boolean => bytes.at(-1) === LF || (bytes.at(-1) === 0 && bytes.at(-2) === LF);
const LF = 0x0a;

/** Nothing but line ends, blanks and a byte order mark. */
function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (!BLANKS.has(byte)) return false;
  return true;
}
const BLANKS = new Set([0x0a, 0x0d, 0x20, 0x00, 0xef, 0xbb, 0xbf, 0xff, 0xfe]);
