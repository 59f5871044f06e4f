import { accuracyOf, judgedPlaces, labelAccuracyOf } from "@chesil/link";
import { type Terminal, UsageError } from "../terminal.ts";
import { evaluateDecisions } from "./evaluate-decisions.ts";
import { givenModel } from "./given-model.ts";
import { type LinkArguments, linkPlan } from "./link.ts";
import { linkingOptions } from "./link-options.ts";
import { printLinked } from "./print-linked.ts";
import { surveyed } from "./read-input.ts";
import { readJudged } from "./read-judged.ts";

export type EvaluateArguments = Omit<LinkArguments, "out" | "pairs" | "review" | "report" | "samples" | "decisions"> & {
  readonly labels?: string;
  readonly fromDecisions?: boolean;
};

/**
 * `chesil evaluate`: how well a model (or one trained on the spot) finds the persons that the truth column names, or does
 * what people decided of pairs.
 */
export async function evaluate(
  files: readonly string[],
  given: EvaluateArguments,
  terminal: Terminal,
): Promise<number> {
  if (given.fromDecisions) {
    if (files.length > 0 || given.truth !== undefined || given.labels !== undefined)
      throw new UsageError(
        "--from-decisions judges by what the store has: give no files, --truth or --labels with it.",
      );
    return evaluateDecisions(given, terminal);
  }
  if (files.length === 0) throw new UsageError("Name the CSV files, or judge by --from-decisions.");
  if (given.truth === undefined && given.labels === undefined)
    throw new UsageError("Say what to judge by: with --truth the column of the true person, or with --labels a file.");
  const model = given.model === undefined ? undefined : givenModel(given.model);
  const options = linkingOptions(given, model);
  const judged =
    given.labels === undefined ? undefined : await readJudged(given.labels, "labels", given.encoding, terminal);
  if (given.labels !== undefined && judged === undefined) return 1;
  const input = await surveyed(files, given, terminal, { model, judged });
  if (input === undefined) return 1;
  const began = performance.now();
  const linked = await linkPlan(input.plan, { ...options, model }, terminal);
  const seconds = (performance.now() - began) / 1000;
  const accuracy = given.truth === undefined ? undefined : accuracyOf(linked);
  const labels = judged && labelAccuracyOf(linked, judgedPlaces(judged.pairs, linked.batch.ids));
  printLinked(linked, { plan: input.plan, seconds, accuracy, labels }, given.json === true, terminal);
  return 0;
}
