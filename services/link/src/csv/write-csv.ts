import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

const WRITE_LENGTH = 262_144;

/**
 * Writes a CSV file (UTF-8, comma, LF) that is there whole or not at all: the rows go to a file beside it, which takes
 * its name once everything is on disk. Values are data and written as they are: a `=` at the beginning stays. A device
 * or pipe (`/dev/stdout`) is written to directly.
 *
 * @throws the error of the file system; then what stood at `path` stands there still
 */
export async function writeCsv(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly string[]>,
): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const isDevice = await stat(target).then(
    (found) => !found.isFile(),
    () => false,
  );
  if (isDevice) return withHandle(target, "w", (handle) => writeRows(handle, header, rows));
  // Another process that writes the same file has its own.
  const partial = join(dirname(target), `.${process.pid}-${Date.now().toString(36)}.partial`);
  try {
    await withHandle(partial, "wx", async (handle) => {
      await writeRows(handle, header, rows);
      await handle.sync();
    });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function withHandle(path: string, flags: string, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}

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

/** `links.csv`: for each record the person it belongs to. */
export function writeLinks(path: string, links: Iterable<readonly [id: string, personId: string]>): Promise<void> {
  return writeCsv(path, ["id", "person_id"], links);
}

export type ScoredPair = {
  readonly idL: string;
  readonly idR: string;
  /** Bits: log2 of the odds. */
  readonly weight: number;
  readonly probability: number;
};

/** Pairs in Splink's columns. Numbers are written so that they read back as the same. */
export function writePairs(path: string, pairs: Iterable<ScoredPair>): Promise<void> {
  return writeCsv(path, ["id_l", "id_r", "match_weight", "match_probability"], pairRows(pairs));
}

function* pairRows(pairs: Iterable<ScoredPair>): Generator<readonly string[]> {
  for (const { idL, idR, weight, probability } of pairs) yield [idL, idR, String(weight), String(probability)];
}
