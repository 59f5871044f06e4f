import { type InputPlan, problemLine, surveyInput, unknownRecords } from "@chesil/link";
import type { MatchingModel } from "@chesil/matching";
import type { Terminal } from "../terminal.ts";
import type { Judged } from "./read-judged.ts";

/** What is said of the files on the command line. */
export type InputArguments = {
  readonly columns?: string;
  readonly compare?: string;
  readonly truth?: string;
  readonly encoding?: string;
};

export type Surveyed = { readonly plan: InputPlan; readonly warnings: readonly string[] };

/** The input, read once and found without fault; undefined after telling what is wrong with it. */
export async function surveyed(
  files: readonly string[],
  given: InputArguments,
  terminal: Terminal,
  { model, judged }: { readonly model?: MatchingModel | undefined; readonly judged?: Judged | undefined } = {},
): Promise<Surveyed | undefined> {
  const { columns, compare = extrasOf(model), truth, encoding } = given;
  const survey = await surveyInput({
    files,
    columns,
    compare,
    isCompareOfModel: given.compare === undefined,
    truth,
    encoding,
    thisYear: terminal.now().getFullYear(),
  });
  const unknown = survey.ok && judged !== undefined ? unknownRecords(judged.file, judged.pairs, survey.hasId) : [];
  const errors = survey.ok ? unknown : survey.errors;
  for (const problem of errors) terminal.say(problemLine(problem));
  if (!survey.ok || errors.length > 0) return undefined;
  const warnings = survey.warnings.map(problemLine);
  for (const text of warnings) terminal.say(`warning: ${text}`);
  return { plan: survey.plan, warnings };
}

/** The columns that a model compares besides the standard ones are taken from it, so that nobody types them again. */
function extrasOf(model: MatchingModel | undefined): string | undefined {
  const extras = model?.comparisons.filter(({ kind, name }) => kind !== undefined && name !== "city") ?? [];
  return extras.length === 0
    ? undefined
    : extras.map(({ name, kind }) => `"${name.replaceAll('"', '""')}:${kind}"`).join(",");
}
