import type { FileHandle } from "node:fs/promises";
import { writeWhole } from "../output/write-whole.ts";

const WRITE_LENGTH = 262_144;

/**
 * Writes a CSV file (UTF-8, comma, LF) that is there whole or not at all. Values are data and written as they are: a `=`
 * at the beginning stays.
 *
 * @throws the error of the file system; then what stood at `path` stands there still
 */
export const writeCsv = (path: string, header: readonly string[], rows: Iterable<readonly string[]>): Promise<void> =>
  writeWhole(path, (handle) => writeRows(handle, header, rows));

async function writeRows(
  handle: FileHandle,
  header: readonly string[],
  rows: Iterable<readonly string[]>,
): Promise<void> {
  let text = csvLine(header);
  for (const row of rows) {
    text += csvLine(row);
    if (text.length < WRITE_LENGTH) continue;
    await handle.writeFile(text);
    text = "";
  }
  await handle.writeFile(text);
}

/** Spaces at the ends too: some readers would drop them. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$|^\ufeff/;

/** One row with its line end. */
export function csvLine(fields: readonly string[]): string {
  // A single empty field would be a blank line, which readers pass over.
  if (fields.length === 1 && fields[0] === "") return '""\n';
  return `${fields.map(csvField).join(",")}\n`;
}

const csvField = (value: string): string => (NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
