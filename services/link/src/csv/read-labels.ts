import type { LabelledPair } from "@chesil/matching";
import { columnKey } from "./column-names.ts";
import { counted, type LinkInputError } from "./problem.ts";
import { readCsv } from "./read-csv.ts";

/** Pairs that people judged, by the records' ids. Splink's names for the columns are known too. */
const LEFT = ["id_l", "unique_id_l"].map(columnKey);
const RIGHT = ["id_r", "unique_id_r"].map(columnKey);
const JUDGED = ["match", "is_match", "clerical_match_score"].map(columnKey);

export type LabelsResult =
  | { readonly ok: true; readonly labels: readonly LabelledPair[] }
  | { readonly ok: false; readonly errors: readonly LinkInputError[] };

/**
 * Labelled pairs from a CSV file with the columns id_l, id_r and match (1 or 0, or a score from 0 to 1: a match from one
 * half on).
 * @param placeOf the place of a record by its id; undefined for one that the input has not.
 */
export async function readLabels(file: string, placeOf: (id: string) => number | undefined): Promise<LabelsResult> {
  const labels: LabelledPair[] = [];
  let at: Places | undefined;
  const refused = (text: string, row?: number): LabelsResult => ({
    ok: false,
    errors: [{ kind: "file-not-csv", file, ...(row === undefined ? {} : { row }), text }],
  });
  for await (const { rows, error } of readCsv(file)) {
    if (error) return { ok: false, errors: [error] };
    for (const { number, fields } of rows) {
      if (at === undefined) {
        at = placesIn(fields);
        if (at === undefined) return refused("The labels need the columns id_l, id_r and match.", number);
        continue;
      }
      const [left, right] = [placeOf(valueAt(fields, at.left)), placeOf(valueAt(fields, at.right))];
      if (left === undefined || right === undefined)
        return refused("This pair names a record that the input has not.", number);
      const score = Number(valueAt(fields, at.judged));
      if (valueAt(fields, at.judged) === "" || !(score >= 0 && score <= 1))
        return refused("A label is 1 for a match and 0 for none, or a score between.", number);
      labels.push({ left, right, isMatch: score >= 0.5 });
    }
  }
  const matches = labels.filter(({ isMatch }) => isMatch).length;
  if (matches === 0 || matches === labels.length)
    return refused(`There must be matches and others: of ${counted(labels.length, "label")}, ${matches} are matches.`);
  return { ok: true, labels };
}

type Places = { readonly left: number; readonly right: number; readonly judged: number };

function placesIn(header: readonly string[]): Places | undefined {
  const keys = header.map(columnKey);
  const [left, right, judged] = [LEFT, RIGHT, JUDGED].map((names) => keys.findIndex((key) => names.includes(key)));
  return left === undefined || right === undefined || judged === undefined || Math.min(left, right, judged) < 0
    ? undefined
    : { left, right, judged };
}

const valueAt = (fields: readonly string[], place: number): string => (fields[place] ?? "").trim();
