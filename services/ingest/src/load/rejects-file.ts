import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  decode,
  type Encoding,
  escapedCell,
  fieldsOf,
  isRejects,
  type LoadReading,
  likelyEncoding,
  REJECT_COLUMNS,
  unescapedCell,
  writtenField,
} from "@chesil/load";
import { type FileRow, LoadRefusedError } from "./file-rows.ts";

/** It tells every reader, Chesil and spreadsheets, that the file is UTF-8. */
const BYTE_ORDER_MARK = "\ufeff";

/** It holds patients: nobody else's to read. */
const MODE = 0o600;

/** What the rows are of. */
type RejectsOf = { readonly reading: LoadReading; readonly encoding: Encoding; readonly extractAt: Date };

/**
 * The rows that were refused, each with its number and the reason, to be mended and loaded again as they are. Cells that a
 * spreadsheet would run are made harmless, and are read again as they were.
 *
 * It is there whole or not at all: the rows go to a file beside it, which takes its name at the end.
 */
export class RejectsFile {
  readonly #handle: FileHandle;
  /** What takes which name at the end; absent: it is written directly, as `/dev/stdout`. */
  readonly #kept: { readonly partial: string; readonly target: string } | undefined;
  readonly #reading: LoadReading;
  readonly #encoding: Encoding;
  readonly #extractAt: string;
  readonly #delimiter: string;
  /** The header, until it is written. */
  #head = "";
  /** Where the columns stand that the file has from us. */
  #ours: readonly number[] = [];
  #isMended = false;
  #isOpen = true;

  private constructor(
    handle: FileHandle,
    kept: { readonly partial: string; readonly target: string } | undefined,
    { reading, encoding, extractAt }: RejectsOf,
  ) {
    this.#handle = handle;
    this.#kept = kept;
    this.#reading = reading;
    this.#encoding = encoding;
    this.#extractAt = extractAt.toISOString();
    this.#delimiter = reading.load === "csv" ? reading.delimiter : ",";
  }

  /** @throws LoadRefusedError where another file stands there that we did not write. */
  static async open(path: string, how: RejectsOf): Promise<RejectsFile> {
    const target = await realpath(path).catch(() => path);
    const before = await stat(target).catch(() => undefined);
    if (before !== undefined && !before.isFile()) return new RejectsFile(await open(target, "w"), undefined, how);
    if (before !== undefined && before.size > 0 && !(await isOurs(target)))
      throw new LoadRefusedError(
        `${basename(path)} is there already, and is no file of rejected rows. Name another for them, or move it away.`,
      );
    // Another load that names the same file has its own.
    const partial = join(dirname(target), `.${process.pid}-${Date.now().toString(36)}.partial`);
    return new RejectsFile(await open(partial, "wx", MODE), { partial, target }, how);
  }

  /** Told the header's names, which are those of every row. */
  begin(columns: readonly string[]): void {
    this.#isMended = isRejects(columns);
    this.#ours = REJECT_COLUMNS.map((name) => columns.indexOf(name));
    const own = this.#own(columns).map(escapedCell);
    this.#head = `${BYTE_ORDER_MARK}${this.#line([...REJECT_COLUMNS, ...own])}`;
  }

  async add(row: FileRow, reason: string): Promise<void> {
    await this.#write(this.#lineOf(row, reason));
  }

  /** All that was to be written was. */
  async keep(): Promise<void> {
    await this.#write("");
    if (this.#kept) await this.#handle.sync();
    await this.#close();
    if (this.#kept) await rename(this.#kept.partial, this.#kept.target);
  }

  /** Nothing is left of it, unless it was kept. */
  async discard(): Promise<void> {
    if (!this.#isOpen) return;
    await this.#close();
    if (this.#kept) await rm(this.#kept.partial, { force: true });
  }

  async #close(): Promise<void> {
    this.#isOpen = false;
    await this.#handle.close();
  }

  async #write(lines: string): Promise<void> {
    const text = this.#head + lines;
    this.#head = "";
    if (text !== "") await this.#handle.writeFile(text);
  }

  #lineOf({ number, written, refused, part }: FileRow, reason: string): string {
    if (refused) return this.#json(Buffer.from(refused.raw()).toString(), number, refused.reason);
    // Of the parts of a Bundle that are held the first has the entries of all.
    if (part?.held !== undefined) return "";
    const bytes = written();
    // What is of no character set is shown as Latin letters, which have a character for every byte.
    const text = decode(bytes, likelyEncoding(bytes, this.#encoding)) ?? Buffer.from(bytes).toString("latin1");
    if (this.#reading.load !== "csv") return this.#json(text.trim(), number, reason);
    const cells = this.#own(fieldsOf(text, this.#delimiter));
    // A cell that was made harmless is so still, unless it was mended.
    const harmless = cells.map((cell) => escapedCell(this.#isMended ? unescapedCell(cell) : cell));
    return this.#line([String(number), this.#extractAt, reason, ...harmless]);
  }

  #json = (text: string, number: number, reason: string): string =>
    jsonLine(text, { chesil_row: number, chesil_extract: this.#extractAt, chesil_reason: reason });

  #own = (fields: readonly string[]): string[] => fields.filter((_, index) => !this.#ours.includes(index));

  #line = (fields: readonly string[]): string => `${fields.map(writtenField).join(this.#delimiter)}\r\n`;
}

/** Whether a file is one of rejected rows. It may be written anew: what was mended of it was loaded. */
async function isOurs(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(64), position: 0 });
    return OURS.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await handle.close();
  }
}
const OURS = /^\ufeff?(?:chesil_row[,;\t|]|\{"chesil_row":)/;

/** What an earlier file of rejected rows said of the line. */
const SAID = /^\{\s*"chesil_row"\s*:\s*\d+\s*,(?:\s*"chesil_(?:extract|reason)"\s*:\s*"(?:[^"\\]|\\.)*"\s*,?)+/;

/** The object with two members before its own, on one line; what is no object whole, as a text. */
function jsonLine(text: string, said: object): string {
  const head = JSON.stringify(said).slice(0, -1);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      // In JSON a line end is never part of a text. The rest stays as it is written: numbers of twenty digits, too.
      const members = text
        .replace(SAID, "{")
        .slice(1)
        .replaceAll(/[\r\n]+/g, " ")
        .trimStart();
      return `${head}${members.startsWith("}") ? "" : ","}${members}\n`;
    }
  } catch {
    // Said as a text below.
  }
  return `${head},"chesil_line":${JSON.stringify(text)}}\n`;
}
