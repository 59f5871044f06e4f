import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CsvPart, type ReadCsvOptions, readCsv } from "./read-csv.ts";
import { type LinkRecord, readRecords } from "./read-records.ts";
import { type LinkInput, surveyInput } from "./survey.ts";

/** Files for one test file, in a folder of their own. */
export class ExampleFiles {
  readonly folder = mkdtempSync(join(tmpdir(), "chesil-link-"));

  /** Writes a file and gives its path. */
  write(content: string | Uint8Array, name = "people.csv"): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export async function readAll(file: string, options: ReadCsvOptions = {}) {
  const parts: CsvPart[] = [];
  for await (const part of readCsv(file, options)) parts.push(part);
  const rows = parts.flatMap((part) => part.rows);
  return { rows, fields: rows.map((row) => row.fields), error: parts.at(-1)?.error, blank: parts.at(-1)?.blankRows };
}

type Options = Partial<Omit<LinkInput, "files">>;

export const survey = (files: string | readonly string[], options: Options = {}) =>
  surveyInput({ files: typeof files === "string" ? [files] : files, thisYear: 2026, ...options });

/** All records of an input that has no fault. */
export async function recordsOf(files: string | readonly string[], options: Options = {}): Promise<LinkRecord[]> {
  const result = await survey(files, options);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const records: LinkRecord[] = [];
  for await (const batch of readRecords(result.plan)) records.push(...batch);
  return records;
}
