import { COMPARISON_NAMES } from "@chesil/matching";
import {
  columnKey,
  isRepeatable,
  isStandard,
  recognise,
  STANDARD_COLUMNS,
  type StandardColumn,
} from "./column-names.ts";
import { nearestName } from "./nearest-name.ts";
import type { LinkInputError } from "./problem.ts";
import { CsvTokenizer } from "./tokenizer.ts";

/** A column beyond the standard ones that is compared too. */
export type ExtraColumn = { readonly name: string; readonly kind: "exact" | "fuzzy" };

/** What the user said of the columns, read from the command line and not yet held against a file. */
export type ColumnChoice = {
  /** Standard column to the file's columns; none means that the file's own is not used. */
  readonly mapped: ReadonlyMap<StandardColumn, readonly string[]>;
  readonly extras: readonly ExtraColumn[];
  /** The column of the true person. It is never compared. */
  readonly truth?: string;
};

export type ColumnChoiceResult =
  | { readonly ok: true; readonly choice: ColumnChoice }
  | { readonly ok: false; readonly errors: readonly LinkInputError[] };

/**
 * Reads `--columns given_name=first_name,…`, `--compare occupation:exact,birth_place:fuzzy` and `--truth cluster`. A
 * name with a comma is written in double quotes. `full_name=` leaves a column out; `address`, `postcode`, `phone` and
 * `email` may be given several times.
 */
export function readColumnChoice(given: {
  readonly columns?: string | undefined;
  readonly compare?: string | undefined;
  readonly truth?: string | undefined;
}): ColumnChoiceResult {
  const errors: LinkInputError[] = [];
  const mapped = new Map<StandardColumn, readonly string[]>();
  for (const entry of entriesOf(given.columns)) {
    const [standard, column] = splitAt(entry, entry.indexOf("="));
    if (column === undefined) errors.push(malformed(`--columns is given "${entry}". Write given_name=first_name.`));
    else if (!isStandard(standard)) errors.push(unknownStandard(standard, column));
    else if (mapped.has(standard) && !(isRepeatable(standard) && column !== "")) {
      errors.push(malformed(`--columns names ${standard} twice. Name one column.`));
    } else mapped.set(standard, [...(mapped.get(standard) ?? []), ...(column === "" ? [] : [column])]);
  }
  const extras: ExtraColumn[] = [];
  for (const entry of entriesOf(given.compare)) {
    const [name, kind] = splitAt(entry, entry.lastIndexOf(":"));
    if (name === "" || (kind !== "exact" && kind !== "fuzzy")) {
      errors.push(malformed(`--compare is given "${entry}". Write occupation:exact or occupation:fuzzy.`));
    } else if (COMPARISON_NAMES.includes(name)) {
      errors.push(
        malformed(`--compare names ${name}, which Chesil compares by itself. Leave it out, or name it in --columns.`),
      );
    } else if (extras.some((extra) => extra.name === name)) errors.push(malformed(`--compare names ${name} twice.`));
    else extras.push({ name, kind });
  }
  if (errors.length > 0) return { ok: false, errors };
  const truth = given.truth?.trim();
  return { ok: true, choice: { mapped, extras, ...(truth === undefined ? {} : { truth }) } };
}

function entriesOf(list: string | undefined): string[] {
  if (list === undefined) return [];
  const tokenizer = new CsvTokenizer(",");
  const rows = [...tokenizer.push(list), ...tokenizer.end()];
  // What is no CSV list (an open quote) is taken as it stands and fails as a name.
  const fields = tokenizer.problem ? list.split(",") : rows.flatMap((row) => row.fields);
  return fields.map((field) => field.trim()).filter((field) => field !== "");
}

function splitAt(entry: string, at: number): [left: string, right: string | undefined] {
  return at === -1 ? [entry, undefined] : [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
}

const malformed = (text: string): LinkInputError => ({ kind: "option-malformed", text });

function unknownStandard(standard: string, column: string): LinkInputError {
  if (isStandard(column)) return malformed(`--columns is the wrong way round: write ${column}=${standard}.`);
  const near = nearestName(standard, STANDARD_COLUMNS);
  const meant = near ? `Did you mean ${near}?` : `The names are ${STANDARD_COLUMNS.join(", ")}.`;
  return malformed(`--columns names "${standard}", which is no standard column. ${meant}`);
}

/** Where each thing stands in the rows of one file: places from 0. */
export type ColumnPlaces = {
  readonly standard: { readonly [C in StandardColumn]?: readonly number[] };
  /** One for each extra column, -1 where this file has it not. */
  readonly extras: readonly number[];
  readonly truth: number;
  /** Named columns that nothing reads. */
  readonly unused: readonly string[];
};

type Taken = Map<number, string>;

/** Holds a choice against a file's header: what was named wins, then names are recognised. Names not found are given. */
export function placeColumns(
  header: readonly string[],
  choice: ColumnChoice,
): { readonly places: ColumnPlaces; readonly missing: readonly string[]; readonly errors: readonly LinkInputError[] } {
  const missing: string[] = [];
  const errors: LinkInputError[] = [];
  const taken: Taken = new Map();
  const take = (name: string, use: string): number => {
    const at = placeOf(name, header);
    if (at === -1) missing.push(name);
    const before = taken.get(at);
    if (before !== undefined) {
      const text = `The column "${name}" is named for ${before} and for ${use}. Name it once.`;
      errors.push({ kind: "column-used-twice", text });
    } else if (at !== -1) taken.set(at, use);
    return at;
  };
  const truth = choice.truth === undefined ? -1 : take(choice.truth, "the truth, which is never compared");
  const extras = choice.extras.map(({ name }) => take(name, "--compare"));
  const standard: { [C in StandardColumn]?: readonly number[] } = {};
  for (const [column, names] of choice.mapped) {
    standard[column] = names.map((name) => take(name, column)).filter((at) => at !== -1);
  }
  recogniseOthers(header, choice, taken, standard);
  const unused = header.filter((name, at) => name !== "" && !taken.has(at));
  return { places: { standard, extras, truth, unused }, missing, errors };
}

/** Exactly as written, else without case, spaces, underscores and hyphens. -1 for none. */
function placeOf(name: string, header: readonly string[]): number {
  const exact = header.indexOf(name);
  if (exact !== -1) return exact;
  const key = columnKey(name);
  return key === "" ? -1 : header.findIndex((other) => columnKey(other) === key);
}

/** Of two columns that mean one thing, the likelier name wins, then the first in the file; the other is not used. */
function recogniseOthers(
  header: readonly string[],
  choice: ColumnChoice,
  taken: Taken,
  standard: { [C in StandardColumn]?: readonly number[] },
): void {
  const found = header.map((name, at) => ({ at, is: taken.has(at) ? undefined : recognise(name) }));
  for (const column of STANDARD_COLUMNS) {
    if (choice.mapped.has(column)) continue;
    const candidates = found.filter(({ is }) => is?.column === column);
    if (candidates.length === 0) continue;
    const likelier = (a: (typeof found)[number], b: (typeof found)[number]) => (a.is?.rank ?? 0) - (b.is?.rank ?? 0);
    const used = isRepeatable(column) ? candidates : candidates.toSorted(likelier).slice(0, 1);
    for (const { at } of used) taken.set(at, column);
    standard[column] = used.map(({ at }) => at);
  }
}
