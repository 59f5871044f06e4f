import { type JudgedPair, problemLine, trainingWarnings, trainOn, trainOnLabels, writeText } from "@chesil/link";
import { type MatchingModel, type Prepared, prepare, trainModel } from "@chesil/matching";
import { matchRecordOfFacts } from "@chesil/resolve";
import { readActiveRecords } from "@chesil/store";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { checkOutputs, isWritten } from "./check-outputs.ts";
import { givenName } from "./given-model.ts";
import { shareOf, wholeNumber } from "./link-options.ts";
import { type InputArguments, surveyed } from "./read-input.ts";
import { readJudged } from "./read-judged.ts";
import { type DecisionLabels, fitToDecisions, sayLabels, type TrainingOptions } from "./train-from-decisions.ts";

export type TrainArguments = InputArguments & {
  readonly out: string;
  readonly name?: string;
  readonly labels?: string;
  readonly fromDecisions?: boolean;
  readonly precision: string;
  readonly seed: string;
  readonly json?: boolean;
};

type Fitted = {
  readonly model: MatchingModel;
  readonly warnings: readonly string[];
  readonly labels?: DecisionLabels;
};

/** `chesil train`: a matching model fitted to the records of files, or of the store, written where `link --model` reads it. */
export async function train(files: readonly string[], given: TrainArguments, terminal: Terminal): Promise<number> {
  const options = {
    seed: wholeNumber(given.seed, "--seed"),
    version: givenName(given.name),
    precisionMin: shareOf(given.precision, "--precision"),
  };
  checkOutputs({ "--out": given.out }, [...files, given.labels]);
  if (given.fromDecisions && (files.length > 0 || given.labels !== undefined))
    throw new UsageError("--from-decisions learns from what the store has: give no files and no --labels with it.");
  const fitted = await fit(files, given, options, terminal);
  if (fitted === undefined) return 1;
  const { model, warnings, labels } = fitted;
  if (model.comparisons.length === 0) throw new UsageError("There is nothing to compare: no record states anything.");
  if (labels !== undefined) sayLabels(labels, terminal);
  for (const text of warnings) terminal.say(`warning: ${text}`);
  if (!(await isWritten(given.out, writeText(given.out, `${JSON.stringify(model, null, 2)}\n`), terminal))) return 1;
  if (given.json) {
    const { version, lambda, thresholds, guards } = model;
    terminal.data(JSON.stringify({ model: version, out: given.out, lambda, thresholds, guards, warnings, labels }));
    return 0;
  }
  terminal.data(`${given.out}: ${model.version}. ${model.source}`);
  for (const { name, levels } of model.comparisons) {
    const weights = levels.map((level) => `${level.name} ${Math.log2(level.m / level.u).toFixed(1)}`);
    terminal.data([name, ...weights].join("\t"));
  }
  return 0;
}

function fit(
  files: readonly string[],
  given: TrainArguments,
  options: TrainingOptions,
  terminal: Terminal,
): Promise<Fitted | undefined> {
  if (given.fromDecisions) return fitToDecisions(options, terminal);
  return files.length > 0 ? fitToFiles(files, given, options, terminal) : fitToStore(given, options);
}

/** The source records of the store, each as its source states it now. */
async function fitToStore(given: TrainArguments, { seed, version }: TrainingOptions): Promise<Fitted> {
  if (given.labels !== undefined) throw new UsageError("--labels names records of files: name the files as well.");
  const records: Prepared[] = [];
  await withStore(async ({ pool }) => {
    for await (const some of readActiveRecords(pool))
      for (const record of some) records.push(prepare(matchRecordOfFacts(record)));
  });
  const named = version ?? `trained-${records.length}-${seed}`;
  const { model, trained } = trainModel({ records, extras: [] }, { version: named, seed });
  return { model, warnings: trainingWarnings(trained.warnings) };
}

async function fitToFiles(
  files: readonly string[],
  given: TrainArguments,
  options: TrainingOptions,
  terminal: Terminal,
): Promise<Fitted | undefined> {
  const { labels: file } = given;
  const judged = file === undefined ? undefined : await readJudged(file, "labels", given.encoding, terminal);
  if (file !== undefined && (judged === undefined || !isOfBothKinds(file, judged.pairs, terminal))) return undefined;
  const input = await surveyed(files, given, terminal, { judged });
  if (input === undefined) return undefined;
  if (judged !== undefined) return trainOnLabels(input.plan, { ...options, labels: judged.pairs });
  const { model, trained } = await trainOn(input.plan, options);
  return { model, warnings: trainingWarnings(trained.warnings) };
}

/** Nothing can be learnt of what only one side is shown of. */
function isOfBothKinds(file: string, pairs: readonly JudgedPair[], terminal: Terminal): boolean {
  const matches = pairs.filter(({ isSame }) => isSame).length;
  if (matches > 0 && matches < pairs.length) return true;
  const text = `There must be matches and others: of ${pairs.length} labels ${matches} are matches.`;
  terminal.say(problemLine({ kind: "too-few-labels", file, text }));
  return false;
}
