import { writeFileSync } from "node:fs";
import { declaredColumnsOf, type InputPlan, readBatch, writeCsv } from "@chesil/link";
import {
  defaultModel,
  fromSplinkSettings,
  type SplinkRow,
  splinkRow,
  splinkTermFrequencies,
  toSplinkSettings,
} from "@chesil/matching";
import { type Terminal, UsageError } from "../terminal.ts";
import { givenFile } from "./given-file.ts";
import { givenModel } from "./given-model.ts";
import { type LinkArguments, surveyed } from "./link.ts";

type Format = { readonly format: string };
export type ExportModelArguments = Format & { readonly model?: string; readonly out?: string };
export type ExportRowsArguments = Format &
  Pick<LinkArguments, "columns" | "compare" | "encoding" | "truth"> & { readonly model?: string; readonly out: string };
export type ImportModelArguments = Format & { readonly out: string; readonly name?: string };

function checkFormat({ format }: Format): void {
  if (format !== "splink") throw new UsageError(`"${format}" is no format that Chesil knows. It knows splink.`);
}

/** `chesil export model --format splink`: settings that Splink 4 loads, for DuckDB. */
export function exportModel(given: ExportModelArguments, terminal: Terminal): number {
  checkFormat(given);
  const model = given.model === undefined ? defaultModel : givenModel(given.model);
  const { settings, approximations } = toSplinkSettings(model);
  for (const text of approximations) terminal.say(`nearly: ${text}`);
  const text = JSON.stringify(settings, null, 2);
  if (given.out === undefined) terminal.data(text);
  else writeFileSync(given.out, `${text}\n`);
  return 0;
}

/** `chesil import model FILE --format splink`: a model from settings of Splink 4. */
export function importModel(path: string, given: ImportModelArguments, terminal: Terminal): number {
  checkFormat(given);
  let settings: unknown;
  try {
    settings = JSON.parse(givenFile(path).toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${path} is no JSON: ${error.message}`);
    throw error;
  }
  const read = fromSplinkSettings(settings, given.name === undefined ? {} : { version: given.name });
  if (!read.ok)
    throw new UsageError(`${path} can not be read as a model:\n${read.problems.map((text) => `  ${text}`).join("\n")}`);
  for (const text of read.approximations) terminal.say(`nearly: ${text}`);
  writeFileSync(given.out, `${JSON.stringify(read.model, null, 2)}\n`);
  terminal.data(`${given.out}: ${read.model.version}, ${read.model.comparisons.length} comparisons.`);
  return 0;
}

/**
 * `chesil export rows`: records as the exported settings compare them, folded, with `unique_id`; beside the file, a table
 * of term frequencies for each column that has one, to be registered with Splink.
 */
export async function exportRows(
  files: readonly string[],
  given: ExportRowsArguments,
  terminal: Terminal,
): Promise<number> {
  checkFormat(given);
  const model = given.model === undefined ? defaultModel : givenModel(given.model);
  const plan: InputPlan | undefined = await surveyed(files, given, terminal, model);
  if (plan === undefined) return 1;
  const { records, ids } = await readBatch(plan, undefined, declaredColumnsOf(model));
  const rows = records.map((record) => splinkRow(record, model));
  const columns = Object.keys(rows[0] ?? {});
  await writeCsv(given.out, ["unique_id", ...columns], linesOf(ids, rows, columns));
  for (const [column, table] of Object.entries(splinkTermFrequencies(rows, model))) {
    const path = given.out.replace(/(\.csv)?$/, `.${column}-frequencies.csv`);
    await writeCsv(
      path,
      [column, `tf_${column}`],
      [...table].map(([value, frequency]) => [value, String(frequency)]),
    );
    terminal.say(`${path}: register it with register_term_frequency_lookup(table, "${column}").`);
  }
  terminal.data(`${given.out}: ${rows.length} rows.`);
  return 0;
}

function* linesOf(ids: readonly string[], rows: readonly SplinkRow[], columns: readonly string[]): Generator<string[]> {
  for (const [place, row] of rows.entries())
    yield [ids[place] as string, ...columns.map((column) => row[column] ?? "")];
}
