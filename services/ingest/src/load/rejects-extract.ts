import { open } from "node:fs/promises";
import type { Encoding, LoadReading } from "@chesil/load";
import { LoadRefusedError, ROW_BYTES_MAX, readRows } from "./file-rows.ts";

/**
 * When the extract was made whose rejected rows a file holds: mended, they are as old as it, whatever was loaded since.
 * @returns undefined where it is no file of rejected rows, or says nothing of that.
 * @throws LoadRefusedError where what it says is no time.
 */
export async function rejectsExtract(
  path: string,
  reading: LoadReading,
  encoding: Encoding,
): Promise<Date | undefined> {
  const said = reading.load === "fhir" ? await firstMember(path) : await firstCell(path, reading, encoding);
  if (said === undefined || said === "") return undefined;
  const extractAt = new Date(INSTANT.test(said) ? said : Number.NaN);
  if (Number.isNaN(extractAt.getTime()))
    throw new LoadRefusedError(
      "Its chesil_extract is no time such as 2026-03-14T00:00:00.000Z: leave it as it was written.",
    );
  return extractAt;
}
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

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
    if (columns && !columns.includes("chesil_extract")) return undefined;
    const first = rows.find(({ cells }) => cells);
    if (first) return first.cells?.get("chesil_extract");
  }
  return undefined;
}

/** Of a Bundle what stands before its own members, where we wrote it. */
async function firstMember(path: string): Promise<string | undefined> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(512), position: 0 });
    return OURS.exec(buffer.toString("utf8", 0, bytesRead))?.[1];
  } finally {
    await handle.close();
  }
}
const OURS = /^\ufeff?\s*\{\s*"chesil_row"\s*:\s*\d+\s*,\s*"chesil_extract"\s*:\s*"([^"]*)"/;
