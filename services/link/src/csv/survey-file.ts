import { basename, extname } from "node:path";
import { NOT_COMPARED, STANDARD_COLUMNS } from "./column-names.ts";
import { type ColumnChoice, type ColumnPlaces, placeColumns } from "./columns.ts";
import { countDate, type DateCounts, type DateOrder, dateOrderOf, noDates } from "./dates.ts";
import { ERRORS_LISTED_MAX } from "./limits.ts";
import { counted, type LinkInputError, type LinkInputWarning } from "./problem.ts";
import { readCsv } from "./read-csv.ts";
import type { CsvRow } from "./tokenizer.ts";
import { cellValue, readNhsNumber, readSex } from "./values.ts";

/** What the second reading of a file goes by. Plain data: it can be sent to a worker. */
export type FilePlan = {
  readonly file: string;
  readonly encoding?: string;
  /** Where a row names none: the file's name without its ending. */
  readonly source: string;
  /** Where no column is the id, a record's id is this and its row number. */
  readonly idPrefix: string;
  /** Fields of the header. */
  readonly columns: number;
  readonly places: ColumnPlaces;
  readonly dateOrder: DateOrder;
  /** Records: rows that hold anything, without the header. */
  readonly rows: number;
  readonly bytes: number;
};

/** One compared column, counted over all rows. */
export type ColumnCounts = {
  readonly name: string;
  readonly at: number;
  filled: number;
  firstFilled: string;
  /** Whether every value that is there is the same. */
  isConstant: boolean;
  firstRow: string;
  /** Whether every row, with a value or without, is as the first. */
  isAsFirst: boolean;
};

export type FileSurvey = {
  readonly plan: FilePlan;
  readonly header: readonly string[];
  readonly missingNames: readonly string[];
  readonly errors: readonly LinkInputError[];
  readonly warnings: readonly LinkInputWarning[];
  readonly columns: readonly ColumnCounts[];
  readonly dates: DateCounts;
  readonly sexes: CodeCounts;
  readonly nhsNumbers: CodeCounts;
};

type CodeCounts = { wrong: number; firstWrong: number; zeros: number; ones: number; twos: number };

/** Where each id was seen first, over all files: one record, one id. */
export class SeenIds {
  readonly #files: string[] = [];
  /** The file's number and the row in one number: a million objects would be a second of collecting. */
  readonly #places = new Map<string, number>();

  has(id: string): boolean {
    return this.#places.has(id);
  }

  /** Where `id` was seen before; undefined where this is the first time. */
  note(id: string, file: string, row: number): { readonly file: string; readonly row: number } | undefined {
    if (this.#files.at(-1) !== file) this.#files.push(file);
    const before = this.#places.get(id);
    if (before !== undefined) {
      return { file: this.#files[Math.floor(before / ROWS_MAX)] ?? "", row: before % ROWS_MAX };
    }
    this.#places.set(id, (this.#files.length - 1) * ROWS_MAX + row);
    return undefined;
  }
}

const ROWS_MAX = 2 ** 32;

export type FileToSurvey = {
  readonly file: string;
  readonly idPrefix: string;
  readonly encoding?: string | undefined;
  readonly choice: ColumnChoice;
  readonly seenIds: SeenIds;
  readonly onBytes?: ((bytesRead: number) => void) | undefined;
};

/** Reads a file once for its faults and for what its values have in common. Row errors are gathered, not the first only. */
export async function surveyFile(given: FileToSurvey): Promise<FileSurvey> {
  const surveyor = new Surveyor(given);
  let bytes = 0;
  const options = given.encoding === undefined ? {} : { encoding: given.encoding };
  for await (const part of readCsv(given.file, options)) {
    surveyor.take(part.rows);
    bytes = part.bytesRead;
    given.onBytes?.(bytes);
    surveyor.noteBlankLines(part.blankRows);
    if (part.error) surveyor.addError(part.error);
    if (surveyor.isHopeless) break;
  }
  return surveyor.survey(bytes);
}

/** Whether a row holds nothing: spreadsheets write such rows below the last one. */
export const isBlankRow = ({ fields }: CsvRow): boolean => fields.every((field) => field === "" || field.trim() === "");

class Surveyor {
  readonly #given: FileToSurvey;
  readonly #errors: LinkInputError[] = [];
  #errorCount = 0;
  #header: readonly string[] | undefined;
  #places: ColumnPlaces = { standard: {}, extras: [], truth: -1, unused: [] };
  #missingNames: readonly string[] = [];
  #columns: ColumnCounts[] = [];
  #rows = 0;
  #blankLines = { count: 0, first: 0 };
  #blankRows = { count: 0, first: 0 };
  #longRows = { count: 0, first: 0 };
  readonly #dates = noDates();
  readonly #sexes: CodeCounts = { wrong: 0, firstWrong: 0, zeros: 0, ones: 0, twos: 0 };
  readonly #nhsNumbers: CodeCounts = { wrong: 0, firstWrong: 0, zeros: 0, ones: 0, twos: 0 };

  constructor(given: FileToSurvey) {
    this.#given = given;
  }

  addError(error: LinkInputError): void {
    this.#errorCount++;
    if (this.#errors.length < ERRORS_LISTED_MAX) this.#errors.push({ file: this.#given.file, ...error });
  }

  /** Without a header that names each column once, every row would be misread. */
  get isHopeless(): boolean {
    return this.#header !== undefined && this.#rows === 0 && this.#errorCount > 0;
  }

  noteBlankLines(blankLines: { count: number; first: number }): void {
    this.#blankLines = blankLines;
  }

  take(rows: readonly CsvRow[]): void {
    for (const row of rows) {
      if (isBlankRow(row)) note(this.#blankRows, row.number);
      else if (this.#header === undefined) this.#takeHeader(row);
      else this.#takeRow(row, this.#header);
      if (this.isHopeless) return;
    }
  }

  #takeHeader(row: CsvRow): void {
    const header = row.fields.map((name) => name.trim());
    this.#header = header;
    const firstPlaces = new Map<string, number>();
    for (const [at, name] of header.entries()) {
      const first = firstPlaces.get(name);
      if (name !== "" && first !== undefined) {
        const text = `Columns ${first + 1} and ${at + 1} have this same name. Rename or remove one.`;
        this.addError({ kind: "column-name-twice", row: row.number, column: name, text });
      }
      firstPlaces.set(name, first ?? at);
    }
    const { places, missing, errors } = placeColumns(header, this.#given.choice);
    this.#places = places;
    this.#missingNames = missing;
    for (const error of errors) this.addError(error);
    const standard = STANDARD_COLUMNS.filter((column) => !NOT_COMPARED.has(column));
    const compared = [...standard.flatMap((column) => places.standard[column] ?? []), ...places.extras];
    this.#columns = compared
      .filter((at) => at !== -1)
      .map((at) => ({
        name: header[at] ?? "",
        at,
        filled: 0,
        firstFilled: "",
        isConstant: true,
        firstRow: "",
        isAsFirst: true,
      }));
  }

  #takeRow(row: CsvRow, header: readonly string[]): void {
    this.#rows++;
    const { fields } = row;
    if (fields.length !== header.length) {
      if (!isLongerByNothing(fields, header.length)) {
        this.addError(raggedRow(row, header.length));
        return;
      }
      note(this.#longRows, row.number);
    }
    this.#takeId(row, header);
    for (const column of this.#columns) this.#count(column, cellValue(fields[column.at] ?? ""));
    const { date_of_birth: date, sex, nhs_number: nhsNumber } = this.#places.standard;
    if (date?.[0] !== undefined) this.#countDate(cellValue(fields[date[0]] ?? ""), row.number);
    if (sex?.[0] !== undefined) this.#countSex(cellValue(fields[sex[0]] ?? ""), row.number);
    if (nhsNumber?.[0] !== undefined) this.#countNhsNumber(cellValue(fields[nhsNumber[0]] ?? ""), row.number);
  }

  #takeId({ fields, number }: CsvRow, header: readonly string[]): void {
    const at = this.#places.standard.id?.[0];
    const id = at === undefined ? `${this.#given.idPrefix}${number}` : (fields[at] ?? "").trim();
    const column = header[at ?? -1] ?? "id";
    if (id === "") {
      const text = "The id is empty. Every record needs one of its own.";
      this.addError({ kind: "id-missing", row: number, column, text });
      return;
    }
    const { file, seenIds } = this.#given;
    const first = seenIds.note(id, file, number);
    if (first === undefined) return;
    const where = first.file === file ? `row ${first.row}` : `${first.file}, row ${first.row}`;
    const text = `The id is that of ${where} too. Each record needs an id of its own, over all files.`;
    this.addError({ kind: "id-twice", row: number, column, text });
  }

  #count(column: ColumnCounts, value: string): void {
    if (this.#rows === 1) column.firstRow = value;
    else if (value !== column.firstRow) column.isAsFirst = false;
    if (value === "") return;
    if (column.filled === 0) column.firstFilled = value;
    else if (value !== column.firstFilled) column.isConstant = false;
    column.filled++;
  }

  #countDate(value: string, row: number): void {
    if (value !== "") countDate(value, row, this.#dates);
  }

  #countSex(value: string, row: number): void {
    if (value === "") return;
    if (value === "0" || value === "0.0") this.#sexes.zeros++;
    if (value === "1" || value === "1.0") this.#sexes.ones++;
    if (value === "2" || value === "2.0") this.#sexes.twos++;
    if (readSex(value) === undefined) noteWrong(this.#sexes, row);
  }

  #countNhsNumber(value: string, row: number): void {
    if (value !== "" && readNhsNumber(value).trust === "invalid") noteWrong(this.#nhsNumbers, row);
  }

  survey(bytes: number): FileSurvey {
    const { file, encoding, idPrefix } = this.#given;
    const header = this.#header ?? [];
    if (this.#errorCount === 0) this.#judgeWhole();
    const unlisted = this.#errorCount - this.#errors.length;
    const more: LinkInputError = { kind: "more-errors", file, text: `And ${counted(unlisted, "error")} more.` };
    return {
      plan: {
        file,
        ...(encoding === undefined ? {} : { encoding }),
        source: basename(file, extname(file)),
        idPrefix,
        columns: header.length,
        places: this.#places,
        dateOrder: dateOrderOf(this.#dates),
        rows: this.#rows,
        bytes,
      },
      header,
      missingNames: this.#missingNames,
      errors: unlisted > 0 ? [...this.#errors, more] : this.#errors,
      warnings: this.#layoutWarnings(),
      columns: this.#columns,
      dates: this.#dates,
      sexes: this.#sexes,
      nhsNumbers: this.#nhsNumbers,
    };
  }

  #judgeWhole(): void {
    if (this.#header === undefined) {
      this.addError({
        kind: "empty-file",
        text: "The file is empty. It needs a row of column names and rows below it.",
      });
    } else if (this.#rows === 0) {
      this.addError({ kind: "header-only", row: 1, text: "There are column names and no rows below them." });
    }
  }

  #layoutWarnings(): LinkInputWarning[] {
    const { file } = this.#given;
    const warnings: LinkInputWarning[] = [];
    const blank = this.#blankLines.count + this.#blankRows.count;
    if (blank > 0) {
      const firsts = [this.#blankLines, this.#blankRows].filter(({ count }) => count > 0).map(({ first }) => first);
      const text = `${counted(blank, "row")} without any value ${blank === 1 ? "is" : "are"} passed over; this is the first.`;
      warnings.push({ kind: "blank-rows", file, row: Math.min(...firsts), text });
    }
    if (this.#longRows.count > 0) {
      const { count, first } = this.#longRows;
      const text = `${counted(count, "row")} with more fields than the header, all empty: they are left out. This is the first.`;
      warnings.push({ kind: "trailing-fields", file, row: first, text });
    }
    return warnings;
  }
}

function note(counts: { count: number; first: number }, row: number): void {
  if (counts.count === 0) counts.first = row;
  counts.count++;
}

function noteWrong(counts: CodeCounts, row: number): void {
  if (counts.wrong === 0) counts.firstWrong = row;
  counts.wrong++;
}

/** A delimiter at the end of each row loses nothing. A row that is too short may have lost its end: that is an error. */
function isLongerByNothing(fields: readonly string[], expected: number): boolean {
  return fields.length > expected && fields.slice(expected).every((field) => field.trim() === "");
}

function raggedRow({ fields, number }: CsvRow, expected: number): LinkInputError {
  const advice =
    fields.length > expected
      ? "Does a value hold the delimiter? Then write the value in double quotes."
      : "Is a delimiter missing, does a value hold a line end without double quotes, or is the file cut off?";
  const text = `The header has ${counted(expected, "field")}, this row has ${fields.length.toLocaleString("en-GB")}. ${advice}`;
  return { kind: "ragged-row", row: number, text };
}
