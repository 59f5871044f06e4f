import { type Encoding, readText } from "./bytes/encoding.ts";
import { LineSplitter } from "./bytes/line-splitter.ts";
import type { RowSplitter } from "./bytes/raw-row.ts";
import { CsvSplitter } from "./csv/csv-splitter.ts";
import { fieldsOf, unescapedCell } from "./csv/fields.ts";
import { cellsOfJson } from "./json/cells.ts";
import type { TableReading } from "./reading.ts";

/** The cells of a row by their columns' names; one that is not there was not sent. Trimmed, without NUL. */
export type Cells = ReadonlyMap<string, string>;

export const COLUMNS_MAX = 1_000;

export type CellsResult =
  | { readonly ok: true; readonly cells: Cells }
  /** `isShort`: cells are missing at its end. */
  | { readonly ok: false; readonly text: string; readonly isShort?: boolean };

export const splitterOf = (reading: TableReading, encoding: Encoding, rowBytesMax: number): RowSplitter =>
  reading.load === "ndjson"
    ? new LineSplitter(rowBytesMax)
    : new CsvSplitter({ delimiter: reading.delimiter, encoding, rowBytesMax });

/** The names in a header line, or why it is none. */
export function headerOf(
  bytes: Uint8Array,
  { delimiter }: TableReading,
  encoding: Encoding,
): { readonly ok: true; readonly columns: readonly string[] } | { readonly ok: false; readonly text: string } {
  const read = readText(bytes, encoding);
  if (!read.ok) return { ok: false, text: `The header has ${read.text[0]?.toLowerCase()}${read.text.slice(1)}` };
  const { text } = read;
  if (text.includes("\0"))
    return { ok: false, text: "The header has NUL characters. Is the file UTF-16? Set `encoding`." };
  const names = fieldsOf(text, delimiter).map((name) => name.trim());
  const columns = isRejects(names) ? names.map(unescapedCell) : names;
  if (columns.length > COLUMNS_MAX) return { ok: false, text: `The header has more than ${COLUMNS_MAX} columns.` };
  // By their numbers: the first line of a file without a header is somebody.
  const again = columns.findIndex((name, index) => name !== "" && columns.indexOf(name) !== index);
  if (again >= 0) {
    const text = `Columns ${columns.indexOf(columns[again] ?? "") + 1} and ${again + 1} of the header have one name.`;
    return { ok: false, text };
  }
  if (columns.includes("")) return { ok: false, text: `Column ${columns.indexOf("") + 1} has no name in the header.` };
  return { ok: true, columns };
}

/** The cells of one CSV row under a header. */
export function cellsOfRow(
  bytes: Uint8Array,
  columns: readonly string[],
  { delimiter }: TableReading,
  encoding: Encoding,
): CellsResult {
  const read = readText(bytes, encoding);
  if (!read.ok) return read;
  const fields = fieldsOf(read.text, delimiter);
  if (fields.length !== columns.length) {
    const text = `It has ${fields.length} columns and the header ${columns.length}.`;
    return { ok: false, text, isShort: fields.length < columns.length };
  }
  const isMended = isRejects(columns);
  const cellAt = (index: number) => (isMended ? unescapedCell(fields[index] ?? "") : (fields[index] ?? ""));
  return { ok: true, cells: new Map(columns.map((name, index) => [name, cleaned(cellAt(index))])) };
}

/** Columns that stand before those of the source in a file of rejected rows. */
export const REJECT_COLUMNS = ["chesil_row", "chesil_extract", "chesil_reason"] as const;

/** Whether a header is that of a file of rejected rows, mended and sent again: formulas in it were made harmless. */
export const isRejects = (columns: readonly string[]): boolean =>
  columns.includes("chesil_row") && columns.includes("chesil_reason");

const cleaned = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "") : text).trim();

/** The cells of a journal entry: of CSV the header line and the row, of NDJSON the line. */
export function cellsOfEntry(raw: Uint8Array, reading: TableReading, encoding: Encoding): CellsResult {
  if (reading.load === "ndjson") return cellsOfJson(raw, encoding);
  const splitter = splitterOf(reading, encoding, raw.length);
  const [header, row, ...more] = [...splitter.push(raw), ...splitter.end()];
  if (!header || !row || more.length > 0) return { ok: false, text: "It is not a header line and one row." };
  const head = headerOf(header.bytes, reading, encoding);
  return head.ok ? cellsOfRow(row.bytes, head.columns, reading, encoding) : head;
}
