import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Cells, Encoding, LoadReading } from "@chesil/load";
import { LoadRefusedError, ROW_BYTES_MAX, readRows } from "./file-rows.ts";

const EXTRACT = "chesil_extract";

/** Of which extract the rejected rows of a file are, as they say it; undefined: it is no file of rejected rows. */
export type RejectsOf = string | undefined;

/**
 * Mended, rejected rows are as old as the extract that they are of, whatever was loaded since: its time, as the first of them
 * says it. That all others say the same is `checkRejectsOf` of each; of Bundles it is looked at here.
 * @throws LoadRefusedError where it is no time.
 */
export async function readRejectsOf(path: string, reading: LoadReading, encoding: Encoding): Promise<RejectsOf> {
  const said = reading.load === "fhir" ? await ofBundles(path) : await firstCell(path, reading, encoding);
  if (said !== undefined && !(INSTANT.test(said) && !Number.isNaN(Date.parse(said))))
    throw new LoadRefusedError(
      `Its ${EXTRACT} is no time such as 2026-03-14T00:00:00.000Z: leave it as it was written.`,
    );
  return said;
}
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** @throws LoadRefusedError where a row is of another extract than the first, or does not say. */
export function checkRejectsOf(cells: Cells, rejectsOf: RejectsOf): void {
  if (cells.get(EXTRACT) !== rejectsOf) throw new LoadRefusedError(OF_SEVERAL);
}
const OF_SEVERAL =
  `Not all of its rows say the same in ${EXTRACT}. Leave it as it was written, and load each file of rejected rows by itself: ` +
  "a row is as old as the extract that it is of.";

async function firstCell(
  path: string,
  reading: Exclude<LoadReading, { load: "fhir" }>,
  encoding: Encoding,
): Promise<string | undefined> {
  let columns: readonly string[] | undefined;
  const onHeader = (names: readonly string[]) => {
    columns = names;
  };
  for await (const rows of readRows(path, { reading, encoding, rowBytesMax: ROW_BYTES_MAX, onHeader })) {
    if (columns && !columns.includes(EXTRACT)) return undefined;
    const first = rows.find(({ cells }) => cells);
    if (first) return first.cells?.get(EXTRACT);
  }
  return undefined;
}

/** What stands before the members of each Bundle, a line each, where the first is one that we wrote. */
async function ofBundles(path: string): Promise<string | undefined> {
  let first: string | undefined;
  let isFirst = true;
  const input = createReadStream(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === "") continue;
      const said = OURS.exec(line)?.[1];
      if (isFirst && said === undefined) return undefined;
      if (!isFirst && said !== first) throw new LoadRefusedError(OF_SEVERAL);
      [first, isFirst] = [said, false];
    }
    return first;
  } finally {
    input.destroy();
  }
}
const OURS = /^\ufeff?\s*\{\s*"chesil_row"\s*:\s*\d+\s*,\s*"chesil_extract"\s*:\s*"([^"]*)"/;
