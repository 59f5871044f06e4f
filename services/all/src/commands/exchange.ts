import { declaredColumnsOf, readBatch, writeCsv, writeText } from "@chesil/link";
import {
  defaultModel,
  fromSplinkSettings,
  type SplinkRow,
  splinkRow,
  splinkTermFrequencies,
  toSplinkSettings,
} from "@chesil/matching";
import { type Terminal, UsageError } from "../terminal.ts";
import { checkOutputs, isWritten } from "./check-outputs.ts";
import { givenJson } from "./given-json.ts";
import { givenModel, givenName } from "./given-model.ts";
import { type InputArguments, surveyed } from "./read-input.ts";

type Format = { readonly format: string };
export type ExportModelArguments = Format & { readonly model?: string; readonly out?: string };
export type ExportRowsArguments = Format & InputArguments & { readonly model?: string; readonly out: string };
export type ImportModelArguments = Format & { readonly out: string; readonly name?: string };

function checkFormat({ format }: Format): void {
  if (format !== "splink") throw new UsageError(`"${format}" is no format that Chesil knows. It knows splink.`);
}

/** `chesil export model --format splink`: settings that Splink 4 loads, for DuckDB. */
export async function exportModel(given: ExportModelArguments, terminal: Terminal): Promise<number> {
  checkFormat(given);
  checkOutputs({ "--out": given.out }, [given.model]);
  const model = given.model === undefined ? defaultModel : givenModel(given.model);
  const { settings, approximations } = toSplinkSettings(model);
  for (const text of approximations) terminal.say(`nearly: ${text}`);
  const text = JSON.stringify(settings, null, 2);
  if (given.out === undefined) {
    terminal.data(text);
    return 0;
  }
  return (await isWritten(given.out, writeText(given.out, `${text}\n`), terminal)) ? 0 : 1;
}

/** `chesil import model FILE --format splink`: a model from settings of Splink 4. */
export async function importModel(path: string, given: ImportModelArguments, terminal: Terminal): Promise<number> {
  checkFormat(given);
  checkOutputs({ "--out": given.out }, [path]);
  const version = givenName(given.name);
  const read = fromSplinkSettings(givenJson(path), version === undefined ? {} : { version });
  if (!read.ok)
    throw new UsageError(`${path} can not be read as a model:\n${read.problems.map((text) => `  ${text}`).join("\n")}`);
  for (const text of read.approximations) terminal.say(`nearly: ${text}`);
  const text = `${JSON.stringify(read.model, null, 2)}\n`;
  if (!(await isWritten(given.out, writeText(given.out, text), terminal))) return 1;
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
  const columnsCounted = Object.keys(splinkTermFrequencies([], model));
  const tables = new Map(
    columnsCounted.map((column) => [column, given.out.replace(/(\.csv)?$/, `.${column}-frequencies.csv`)]),
  );
  const besides = [...tables].map(([column, path]) => [`the frequencies of ${column},`, path] as const);
  checkOutputs({ "--out": given.out, ...Object.fromEntries(besides) }, [...files, given.model]);
  const input = await surveyed(files, given, terminal, { model });
  if (input === undefined) return 1;
  const { records, ids } = await readBatch(input.plan, undefined, declaredColumnsOf(model));
  const rows = records.map((record) => splinkRow(record, model));
  const columns = Object.keys(rows[0] ?? {});
  const writing = writeCsv(given.out, ["unique_id", ...columns], linesOf(ids, rows, columns));
  if (!(await isWritten(given.out, writing, terminal))) return 1;
  for (const [column, table] of Object.entries(splinkTermFrequencies(rows, model))) {
    const path = tables.get(column) as string;
    const lines = [...table].map(([value, frequency]) => [value, String(frequency)]);
    if (!(await isWritten(path, writeCsv(path, [column, `tf_${column}`], lines), terminal))) return 1;
    terminal.say(`${path}: register it with register_term_frequency_lookup(table, "${column}").`);
  }
  terminal.data(`${given.out}: ${rows.length} rows.`);
  return 0;
}

function* linesOf(ids: readonly string[], rows: readonly SplinkRow[], columns: readonly string[]): Generator<string[]> {
  for (const [place, row] of rows.entries())
    yield [ids[place] as string, ...columns.map((column) => row[column] ?? "")];
}
