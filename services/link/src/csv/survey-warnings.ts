import { counted, type LinkInputWarning } from "./problem.ts";
import type { InputPlan } from "./survey.ts";
import type { ColumnCounts, FileSurvey } from "./survey-file.ts";

/** A column that is missing more often than this adds little, and training on it is unsure. */
const MISSING_SHARE_MAX = 0.9;

/** What should be known of a file's values before their result is trusted. Never quotes a value. */
export function valueWarnings(survey: FileSurvey, plan: InputPlan): LinkInputWarning[] {
  const { file } = survey.plan;
  return [
    ...columnUseWarnings(survey, plan),
    ...sameWarnings(survey),
    ...survey.columns.flatMap((column) => missingWarning(column, survey)),
    ...dateWarnings(survey),
    ...codeWarnings(survey),
  ].map((warning) => ({ file, ...warning }));
}

function columnUseWarnings({ plan: { places }, columns }: FileSurvey, plan: InputPlan): LinkInputWarning[] {
  const warnings: LinkInputWarning[] = [];
  if (places.standard.id?.[0] === undefined) {
    const text = "No column is the id, so each record's id is its row number. Name one with --columns id=….";
    warnings.push({ kind: "id-made", text });
  }
  if (plan.hasTruth && places.truth === -1) {
    warnings.push({ kind: "truth-missing", text: "This file has no truth column: its records are not judged." });
  }
  const [first] = places.unused;
  if (first !== undefined) {
    const text = `Not compared: ${places.unused.join(", ")}. --compare ${first}:exact would add one.`;
    warnings.push({ kind: "columns-not-compared", text });
  }
  const [only] = columns;
  if (columns.length === 1 && only) {
    const text = "Only this column is compared: people who share a value can not be told apart.";
    warnings.push({ kind: "one-column", column: only.name, text });
  }
  return warnings;
}

function sameWarnings({ plan, columns }: FileSurvey): LinkInputWarning[] {
  if (plan.rows < 2) return [];
  if (columns.every(({ isAsFirst }) => isAsFirst)) {
    const text = `All ${counted(plan.rows, "record")} are the same in every column that is compared.`;
    return [{ kind: "records-identical", text }];
  }
  return columns
    .filter(({ filled, isConstant }) => filled >= 2 && isConstant)
    .map(({ name }) => ({
      kind: "column-constant" as const,
      column: name,
      text: "Every value is the same, so it says nothing of who is who.",
    }));
}

function missingWarning({ name, filled }: ColumnCounts, { plan }: FileSurvey): LinkInputWarning[] {
  if (filled === 0) return [{ kind: "column-empty", column: name, text: "No row has a value here." }];
  const missing = plan.rows - filled;
  if (missing <= plan.rows * MISSING_SHARE_MAX) return [];
  const percent = Math.floor((100 * missing) / plan.rows);
  const text = `${percent} % of the values are missing: only ${counted(filled, "row")} of ${plan.rows.toLocaleString("en-GB")} ${filled === 1 ? "has" : "have"} one.`;
  return [{ kind: "column-mostly-missing", column: name, text }];
}

function dateWarnings({ dates, header, plan }: FileSurvey): LinkInputWarning[] {
  const column = header[plan.places.standard.date_of_birth?.[0] ?? -1];
  if (column === undefined) return [];
  const warnings: LinkInputWarning[] = [];
  const { first } = plan.dateOrder;
  if (dates.notUnderstood > 0) {
    const text = `${counted(dates.notUnderstood, "value")} not understood as a date, read as missing; this is the first. Write 1957-03-12.`;
    warnings.push({ kind: "dates-not-understood", column, row: dates.firstNotUnderstood, text });
  }
  if (dates.dayFirst > 0 && dates.monthFirst > 0) {
    const text = `${counted(dates.dayFirst, "date")} can only have the day first and ${counted(dates.monthFirst, "date")} only the month. Where it is not plain the ${first} is taken to be first.`;
    warnings.push({ kind: "dates-mixed", column, text });
  } else if (dates.eitherOrder > 0 && dates.dayFirst + dates.monthFirst === 0) {
    const text = `No date tells whether day or month comes first: day first, as in the UK, is assumed for ${counted(dates.eitherOrder, "date")}.`;
    warnings.push({ kind: "dates-ambiguous", column, text });
  }
  if (dates.twoDigitYears > 0) {
    const text = `${counted(dates.twoDigitYears, "year")} of two digits: read as the last hundred years, wrong for people older than that.`;
    warnings.push({ kind: "years-of-two-digits", column, text });
  }
  return warnings;
}

function codeWarnings({ sexes, nhsNumbers, header, plan, columns }: FileSurvey): LinkInputWarning[] {
  const warnings: LinkInputWarning[] = [];
  const sexColumn = header[plan.places.standard.sex?.[0] ?? -1];
  if (sexColumn !== undefined && sexes.wrong > 0) {
    const text = `${counted(sexes.wrong, "value")} not understood, read as missing; this is the first. Write M or F, male or female, or the NHS codes 1, 2, 9, 0.`;
    warnings.push({ kind: "sexes-not-understood", column: sexColumn, row: sexes.firstWrong, text });
  }
  const filled = columns.find(({ name }) => name === sexColumn)?.filled ?? 0;
  if (sexColumn !== undefined && sexes.zeros > 0 && sexes.ones > 0 && sexes.zeros + sexes.ones === filled) {
    const text =
      "Only 0 and 1 occur. They are read as the NHS codes: 1 is male, 0 not known. If 0 means female, write F.";
    warnings.push({ kind: "sexes-zero-one", column: sexColumn, text });
  }
  const numberColumn = header[plan.places.standard.nhs_number?.[0] ?? -1];
  if (numberColumn !== undefined && nhsNumbers.wrong > 0) {
    const text = `${counted(nhsNumbers.wrong, "value")} not a valid NHS number, and ${nhsNumbers.wrong === 1 ? "is" : "are"} trusted less; this is the first.`;
    warnings.push({ kind: "nhs-numbers-invalid", column: numberColumn, row: nhsNumbers.firstWrong, text });
  }
  return warnings;
}
