/**
 * What is wrong with an input file, and where. A text says what to do and never quotes a value: values are patients'.
 * Column names and what the user typed are quoted.
 */
type Place = {
  /** As it was given on the command line. Missing where the problem is an option's. */
  readonly file?: string;
  /** As a spreadsheet numbers it: the header is row 1, a value with line ends inside is still one row. */
  readonly row?: number;
  /** The column's name, or its number (from 1) where it has none. */
  readonly column?: string;
  readonly text: string;
};

/** Reading stops: there is no result. */
export type LinkInputError = Place & {
  readonly kind:
    | "file-unreadable"
    | "file-not-csv"
    | "encoding-unknown"
    | "encoding-wrong"
    | "nul-byte"
    | "empty-file"
    | "header-only"
    | "header-empty"
    | "column-name-twice"
    | "too-many-columns"
    | "unclosed-quote"
    | "text-after-quote"
    | "field-too-long"
    | "row-too-long"
    | "ragged-row"
    | "id-missing"
    | "id-twice"
    | "option-malformed"
    | "column-unknown"
    | "column-used-twice"
    | "no-usable-column"
    | "pair-malformed"
    | "pair-contradictory"
    | "record-unknown"
    | "too-few-labels"
    | "more-errors";
};

/** The result stands, and this should be known of it. */
export type LinkInputWarning = Place & {
  readonly kind:
    | "blank-rows"
    | "trailing-fields"
    | "id-made"
    | "columns-not-compared"
    | "one-column"
    | "column-constant"
    | "column-mostly-missing"
    | "column-empty"
    | "records-identical"
    | "dates-not-understood"
    | "dates-ambiguous"
    | "dates-mixed"
    | "years-of-two-digits"
    | "sexes-not-understood"
    | "sexes-zero-one"
    | "nhs-numbers-invalid"
    | "truth-missing";
};

/** One line for a person: `people.csv, row 5, column surname: …`. */
export function problemLine({ file, row, column, text }: LinkInputError | LinkInputWarning): string {
  const place = [
    file,
    row === undefined ? undefined : `row ${row}`,
    column === undefined ? undefined : `column ${column}`,
  ].filter((part) => part !== undefined);
  return place.length === 0 ? text : `${place.join(", ")}: ${text}`;
}

/** `1 row`, `2,000 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
