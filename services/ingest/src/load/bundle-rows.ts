import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { BUNDLE_BYTES_MAX, type BundlePart, bundleParts, type FhirReading, LineSplitter } from "@chesil/load";
import { type FileRow, LoadRefusedError } from "./file-rows.ts";

/**
 * The patients of a file's Bundles, one row each: the file is one Bundle, or has one a line. They are numbered in their order.
 * What is refused of a Bundle and belongs to no patient who was read is a row as well, after theirs: nobody can tell whose.
 */
export async function* readBundles(
  path: string,
  reading: FhirReading,
  options: { readonly now: () => Date; readonly isLines: boolean },
): AsyncGenerator<FileRow[]> {
  let number = 0;
  const rowsOf = (bytes: Uint8Array, line?: number): FileRow[] => {
    const read = bundleParts(bytes, reading, options.now());
    if (!read.ok) return [{ ...rowOf(++number, { size: bytes.length, raw: () => bytes }), text: read.text }];
    const rows = read.parts.map((part): FileRow => {
      const { refused, held } = part;
      const row = { ...rowOf(++number, part), ...(line && { line }), part, ...(refused ? { refused } : {}) };
      return held === undefined ? row : { ...row, size: 0, text: held };
    });
    const { unread } = read;
    if (unread) rows.push({ ...rowOf(++number, unread), refused: unread });
    return rows;
  };
  if (!options.isLines) {
    const { size } = await stat(path);
    if (size > BUNDLE_BYTES_MAX) throw new LoadRefusedError(`A Bundle has at most ${BUNDLE_BYTES_MAX} bytes.`);
    yield rowsOf(await readFile(path));
    return;
  }
  const splitter = new LineSplitter(BUNDLE_BYTES_MAX);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const { bytes, fault, number } of splitter.push(chunk))
      if (!isBlank(bytes)) yield rowsOf(fault ? TOO_LONG : bytes, number);
  }
  for (const { bytes, fault, number } of splitter.end())
    if (!isBlank(bytes)) yield rowsOf(fault ? TOO_LONG : bytes, number);
}

const rowOf = (number: number, { size, raw }: Pick<BundlePart, "size" | "raw">) => ({
  number,
  size,
  written: raw,
  raw,
});

/** Stands for a line over the limit: no JSON. */
const TOO_LONG = Buffer.from("(a line that is too long)");

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20);
