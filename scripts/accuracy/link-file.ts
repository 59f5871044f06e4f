import { availableParallelism } from "node:os";
import { type Linked, type LinkInput, link, problemLine, surveyInput } from "@chesil/link";

/** What is said of a file's columns, as on the command line of `chesil link`. */
export type ColumnOptions = Pick<LinkInput, "columns" | "compare" | "truth">;

/** Files of two-digit years mean another century in another year: the figures must not. */
const THIS_YEAR = 2026;
const SEED = 1;

/** Links one file as `chesil link FILE --truth …` does with no model: trained on the file, without labels. */
export async function linkFile(file: string, options: ColumnOptions): Promise<Linked> {
  const survey = await surveyInput({ files: [file], ...options, thisYear: THIS_YEAR });
  if (!survey.ok) throw new Error(survey.errors.map(problemLine).join("\n"));
  return link(survey.plan, { seed: SEED, threads: availableParallelism(), onProgress: () => {} });
}
