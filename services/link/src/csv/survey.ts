import { byImportance } from "./by-importance.ts";
import { NOT_COMPARED, STANDARD_COLUMNS, type StandardColumn } from "./column-names.ts";
import { type ColumnChoice, type ExtraColumn, readColumnChoice } from "./columns.ts";
import { nearestName } from "./nearest-name.ts";
import { counted, type LinkInputError, type LinkInputWarning } from "./problem.ts";
import { type FilePlan, type FileSurvey, SeenIds, surveyFile } from "./survey-file.ts";
import { valueWarnings } from "./survey-warnings.ts";

/** What `chesil link` is given to read, as on its command line. */
export type LinkInput = {
  readonly files: readonly string[];
  readonly encoding?: string | undefined;
  /** `given_name=first_name,…` */
  readonly columns?: string | undefined;
  /** `occupation:exact,birth_place:fuzzy` */
  readonly compare?: string | undefined;
  /** Whether `compare` was taken from a model: it is then the model that names a column which no file has. */
  readonly isCompareOfModel?: boolean;
  /** The column that names the true person. */
  readonly truth?: string | undefined;
  /** Years of two digits are the last hundred that end here. */
  readonly thisYear: number;
  readonly onBytes?: (bytesRead: number) => void;
};

/** How the files are to be read, now that all of their rows have been looked at. Plain data. */
export type InputPlan = {
  readonly files: readonly FilePlan[];
  /** Standard columns that at least one file has, without those that are not compared. */
  readonly compared: readonly StandardColumn[];
  /** In the order of `LinkRecord.extras`. */
  readonly extras: readonly ExtraColumn[];
  readonly hasTruth: boolean;
  readonly thisYear: number;
  /** Records over all files. */
  readonly rows: number;
  readonly bytes: number;
};

export type SurveyResult =
  | {
      readonly ok: true;
      readonly plan: InputPlan;
      /** The most important first, those of a kind as one. */
      readonly warnings: readonly LinkInputWarning[];
      /** Whether a record has the id. Holds all ids: let go of it before linking. */
      readonly hasId: (id: string) => boolean;
    }
  | { readonly ok: false; readonly errors: readonly LinkInputError[] };

/**
 * The first reading of the input: finds every fault before anything is linked, and what only the whole of a column
 * tells (whether 03/04/1957 is in April or in March). Never throws for what a file or an option holds.
 */
export async function surveyInput(input: LinkInput): Promise<SurveyResult> {
  const read = readColumnChoice(input);
  if (!read.ok) return read;
  const { files } = input;
  const twice = files.find((file, at) => files.indexOf(file) !== at);
  if (files.length === 0) return refused("Name a CSV file.");
  if (twice !== undefined) return refused(`${twice} is named twice. Each of its records would link to itself.`);
  const seenIds = new SeenIds();
  const surveys: FileSurvey[] = [];
  let bytesBefore = 0;
  for (const file of files) {
    const onBytes = (bytes: number) => input.onBytes?.(bytesBefore + bytes);
    const idPrefix = files.length > 1 ? `${file}:` : "";
    const survey = await surveyFile({
      file,
      idPrefix,
      encoding: input.encoding,
      choice: read.choice,
      seenIds,
      onBytes,
    });
    bytesBefore += survey.plan.bytes;
    surveys.push(survey);
  }
  const errors = [...surveys.flatMap((survey) => survey.errors), ...columnErrors(surveys, read.choice, input)];
  if (errors.length > 0) return { ok: false, errors };
  const plan = planOf(surveys, read.choice, input.thisYear);
  return {
    ok: true,
    plan,
    warnings: byImportance(surveys.flatMap((survey) => [...survey.warnings, ...valueWarnings(survey, plan)])),
    hasId: (id) => seenIds.has(id),
  };
}

const refused = (text: string): SurveyResult => ({ ok: false, errors: [{ kind: "option-malformed", text }] });

function planOf(surveys: readonly FileSurvey[], choice: ColumnChoice, thisYear: number): InputPlan {
  const files = surveys.map((survey) => survey.plan);
  return {
    files,
    compared: STANDARD_COLUMNS.filter(
      (column) => !NOT_COMPARED.has(column) && files.some(({ places }) => (places.standard[column] ?? []).length > 0),
    ),
    extras: choice.extras,
    hasTruth: choice.truth !== undefined,
    thisYear,
    rows: files.reduce((rows, file) => rows + file.rows, 0),
    bytes: files.reduce((bytes, file) => bytes + file.bytes, 0),
  };
}

/** Names that no file has, and files of which nothing would be compared. Of files that could be read. */
function columnErrors(
  surveys: readonly FileSurvey[],
  choice: ColumnChoice,
  { isCompareOfModel = false }: LinkInput,
): LinkInputError[] {
  const readable = surveys.filter(({ header }) => header.length > 0);
  const everywhere = readable[0]?.missingNames.filter((name) =>
    readable.every(({ missingNames }) => missingNames.includes(name)),
  );
  const errors = (everywhere ?? []).map((name) =>
    unknownColumn(name, readable, optionThatNames(name, choice, isCompareOfModel)),
  );
  for (const survey of readable) {
    if (survey.columns.length === 0 && errors.length === 0) errors.push(noUsableColumn(survey));
  }
  return errors;
}

function unknownColumn(name: string, readable: readonly FileSurvey[], option: string): LinkInputError {
  const names = [...new Set(readable.flatMap(({ header }) => header))].filter((other) => other !== "");
  const files = readable.map(({ plan }) => plan.file).join(", ");
  if (readable.some(looksLikeData)) return { kind: "column-unknown", text: `${files}: ${NO_HEADER_TEXT}` };
  const near = nearestName(name, names);
  const advice = near ? `Did you mean "${near}"?` : `There are: ${listed(names)}.`;
  return { kind: "column-unknown", text: `${option} "${name}", a column that ${files} has not. ${advice}` };
}

function optionThatNames(name: string, choice: ColumnChoice, isCompareOfModel: boolean): string {
  if (choice.truth === name) return "--truth names";
  if (!choice.extras.some((extra) => extra.name === name)) return "--columns names";
  return isCompareOfModel ? "The model compares" : "--compare names";
}

function noUsableColumn(survey: FileSurvey): LinkInputError {
  const { file } = survey.plan;
  if (looksLikeData(survey)) return { kind: "no-usable-column", file, row: 1, text: NO_HEADER_TEXT };
  const understood = STANDARD_COLUMNS.filter((column) => !NOT_COMPARED.has(column)).join(", ");
  const one = survey.header.length === 1 ? "Delimiters are comma, semicolon, tab or pipe. " : "";
  const text = `No column can be compared. There ${survey.header.length === 1 ? "is" : "are"}: ${listed(survey.header)}. ${one}Say what they are with --columns given_name=…; understood are ${understood}. Others are compared with --compare name:exact.`;
  return { kind: "no-usable-column", file, row: 1, text };
}

const NO_HEADER_TEXT =
  "The first row looks like a record, not like column names. Put a row of names above it (given_name, family_name, date_of_birth, …).";

/** A header that is a patient must not be printed. */
const DATA = /\d{4,}|^\d+$|@|\d[/.-]\d/;
const looksLikeData = ({ header }: FileSurvey): boolean => header.some((name) => DATA.test(name));

const NAMES_LISTED_MAX = 20;

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_LISTED_MAX;
  return names.slice(0, NAMES_LISTED_MAX).join(", ") + (more > 0 ? ` and ${counted(more, "other")}` : "");
}
