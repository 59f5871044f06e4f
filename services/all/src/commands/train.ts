import { writeFileSync } from "node:fs";
import { type InputPlan, problemLine, trainOn, trainOnLabels } from "@chesil/link";
import { type MatchingModel, type Prepared, prepare, trainModel } from "@chesil/matching";
import { matchRecordOfFacts } from "@chesil/resolve";
import { readActiveRecords } from "@chesil/store";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { checkOutputs } from "./check-outputs.ts";
import { type LinkArguments, surveyed } from "./link.ts";

export type TrainArguments = Pick<LinkArguments, "columns" | "compare" | "encoding" | "truth" | "seed" | "json"> & {
  readonly out: string;
  readonly name?: string;
  readonly labels?: string;
  readonly precision: string;
};

type Fitted = { readonly model: MatchingModel; readonly warnings: readonly string[] };

/** `chesil train`: a matching model fitted to the records of files, or of the store, written where `link --model` reads it. */
export async function train(files: readonly string[], given: TrainArguments, terminal: Terminal): Promise<number> {
  const seed = Number(given.seed);
  if (!Number.isSafeInteger(seed) || seed < 1) throw new UsageError("--seed takes a whole number from 1 on.");
  checkOutputs([given.out], [...files, given.labels]);
  const fitted = files.length > 0 ? await fitToFiles(files, given, seed, terminal) : await fitToStore(given, seed);
  if (fitted === undefined) return 1;
  const { model, warnings } = fitted;
  if (model.comparisons.length === 0) throw new UsageError("There is nothing to compare: no record states anything.");
  for (const text of warnings) terminal.say(`warning: ${text}`);
  writeFileSync(given.out, `${JSON.stringify(model, null, 2)}\n`);
  if (given.json) {
    const { version, lambda, thresholds, guards } = model;
    terminal.data(JSON.stringify({ model: version, out: given.out, lambda, thresholds, guards, warnings }));
    return 0;
  }
  terminal.data(`${given.out}: ${model.version}. ${model.source}`);
  for (const { name, levels } of model.comparisons) {
    const weights = levels.map((level) => `${level.name} ${Math.log2(level.m / level.u).toFixed(1)}`);
    terminal.data([name, ...weights].join("\t"));
  }
  return 0;
}

async function fitToFiles(
  files: readonly string[],
  given: TrainArguments,
  seed: number,
  terminal: Terminal,
): Promise<Fitted | undefined> {
  const plan = await surveyed(files, given, terminal, undefined);
  return plan && fit(plan, given, seed, terminal);
}

/** The source records of the store, each as its source states it now. */
async function fitToStore(given: TrainArguments, seed: number): Promise<Fitted> {
  if (given.labels !== undefined) throw new UsageError("--labels names records of files: name the files as well.");
  const records: Prepared[] = [];
  await withStore(async ({ pool }) => {
    for await (const some of readActiveRecords(pool))
      for (const record of some) records.push(prepare(matchRecordOfFacts(record)));
  });
  const version = given.name ?? `trained-${records.length}-${seed}`;
  const { model, trained } = trainModel({ records, extras: [] }, { version, seed });
  return { model, warnings: trained.warnings.map(({ message }) => message) };
}

async function fit(
  plan: InputPlan,
  given: TrainArguments,
  seed: number,
  terminal: Terminal,
): Promise<Fitted | undefined> {
  const options = { seed, version: given.name };
  if (given.labels === undefined) {
    const { model, trained } = await trainOn(plan, options);
    return { model, warnings: trained.warnings.map(({ message }) => message) };
  }
  const precisionMin = Number(given.precision);
  if (!(precisionMin > 0 && precisionMin < 1)) throw new UsageError("--precision takes a share above 0 and below 1.");
  const fitted = await trainOnLabels(plan, { ...options, labels: given.labels, precisionMin });
  if (fitted.ok) return fitted;
  for (const problem of fitted.errors) terminal.say(problemLine(problem));
  return undefined;
}
