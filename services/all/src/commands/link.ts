import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import {
  type Accuracy,
  accuracyOf,
  estimatedBlockingRecall,
  type InputPlan,
  type Linked,
  link,
  misfitOf,
  type Progress,
  personIds,
  problemLine,
  reportHtml,
  reportOf,
  scoredPairs,
  surveyInput,
  writeLinks,
  writePairs,
} from "@chesil/link";
import { type MatchingModel, probabilityOf } from "@chesil/matching";
import { type Terminal, UsageError } from "../terminal.ts";
import { checkOutputs } from "./check-outputs.ts";
import { givenModel } from "./given-model.ts";

export type LinkArguments = {
  readonly out?: string;
  readonly pairs?: string;
  readonly report?: string;
  /** False with `--no-samples`. */
  readonly samples?: boolean;
  readonly model?: string;
  readonly columns?: string;
  readonly compare?: string;
  readonly truth?: string;
  readonly threshold?: string;
  readonly rules?: string;
  readonly encoding?: string;
  readonly seed: string;
  readonly threads?: string;
  readonly json?: boolean;
};

/** `chesil link`: who is who in CSV files. Exit code 1 when the files have faults. */
export async function linkFiles(files: readonly string[], given: LinkArguments, terminal: Terminal): Promise<number> {
  if (given.out === undefined && given.truth === undefined)
    throw new UsageError("Say with --out where the links go, or with --truth what to compare them to.");
  checkOutputs([given.out, given.pairs, given.report], [...files, given.model]);
  const model = given.model === undefined ? undefined : givenModel(given.model);
  const plan = await surveyed(files, given, terminal, model);
  if (plan === undefined) return 1;
  const began = performance.now();
  const linked = await linkPlan(plan, given, terminal, model);
  const { linkWeightMin, reviewWeightMin } = linked.model.thresholds;
  if (given.out !== undefined) await writeLinks(given.out, linksOf(linked));
  if (given.pairs !== undefined)
    await writePairs(given.pairs, scoredPairs(linked, Math.min(reviewWeightMin, linkWeightMin)));
  if (given.report !== undefined) {
    const options = {
      inputs: files,
      madeAt: terminal.now(),
      hasTruth: plan.hasTruth,
      hasSamples: given.samples !== false,
    };
    writeFileSync(given.report, reportHtml(reportOf(linked, options)));
  }
  const seconds = (performance.now() - began) / 1000;
  printLinked(
    linked,
    { seconds, accuracy: plan.hasTruth ? accuracyOf(linked) : undefined },
    given.json === true,
    terminal,
  );
  return 0;
}

/** The input, read once and found without fault; undefined after telling what is wrong with it. */
export async function surveyed(
  files: readonly string[],
  given: Pick<LinkArguments, "columns" | "compare" | "truth" | "encoding">,
  terminal: Terminal,
  model: MatchingModel | undefined,
): Promise<InputPlan | undefined> {
  const { columns, compare = extrasOf(model), truth, encoding } = given;
  const survey = await surveyInput({
    files,
    columns,
    compare,
    truth,
    encoding,
    thisYear: terminal.now().getFullYear(),
  });
  for (const problem of survey.ok ? survey.warnings : survey.errors) terminal.say(problemLine(problem));
  return survey.ok ? survey.plan : undefined;
}

/** The columns that a model compares besides the standard ones are taken from it, so that nobody types them again. */
function extrasOf(model: MatchingModel | undefined): string | undefined {
  const extras = model?.comparisons.filter(({ kind, name }) => kind !== undefined && name !== "city") ?? [];
  return extras.length === 0
    ? undefined
    : extras.map(({ name, kind }) => `"${name.replaceAll('"', '""')}:${kind}"`).join(",");
}

/** Links the input, telling how far it is. */
export function linkPlan(
  plan: InputPlan,
  given: Pick<LinkArguments, "threshold" | "rules" | "seed" | "threads">,
  terminal: Terminal,
  model: MatchingModel | undefined,
): Promise<Linked> {
  return link(plan, {
    model,
    linkProbabilityMin: given.threshold === undefined ? undefined : probability(given.threshold),
    seed: wholeNumber(given.seed, "--seed"),
    threads: given.threads === undefined ? availableParallelism() : wholeNumber(given.threads, "--threads"),
    rules: given.rules?.split(",").map((rule) => rule.split("+").map((part) => part.trim())),
    onProgress: progressOn(terminal),
    onBlocked: ({ rules, pairsMax }) => terminal.say(`${rules} rules propose at most ${pairsMax} pairs to compare.`),
  });
}

function probability(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new UsageError("--threshold takes a probability above 0 and below 1.");
  return value;
}

function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`${option} takes a whole number from 1 on.`);
  return value;
}

const STEPS: Readonly<Record<Progress["step"], string>> = {
  read: "reading",
  block: "finding what is worth comparing",
  train: "learning the weights",
  compare: "comparing",
  cluster: "putting persons together",
};

function progressOn(terminal: Terminal): (progress: Progress) => void {
  let last: Progress["step"] | undefined;
  return ({ step, done, total }) => {
    const share = done > 0 && total > 1 ? ` ${Math.floor((100 * done) / total)} %` : "";
    if (terminal.isInteractive) terminal.progress(`${STEPS[step]}${share}`);
    else if (step !== last) terminal.say(`${STEPS[step]} …`);
    last = step;
  };
}

function* linksOf(linked: Linked): Generator<readonly [string, string]> {
  const persons = personIds(linked);
  for (const [place, id] of linked.batch.ids.entries()) yield [id, persons[place] as string];
}

/** The figures of a run: with `--json` one object, else a line each. */
export function printLinked(
  linked: Linked,
  { seconds, accuracy }: { seconds: number; accuracy: Accuracy | undefined },
  json: boolean,
  terminal: Terminal,
): void {
  const { batch, clustering, scored, trained, model } = linked;
  for (const { message } of trained?.warnings ?? []) terminal.say(`warning: ${message}`);
  const { unstated, uncompared } = misfitOf(linked);
  if (unstated.length > 0) terminal.say(`warning: the model compares what no record states: ${unstated.join(", ")}.`);
  if (uncompared.length > 0)
    terminal.say(`warning: records state what the model does not compare: ${uncompared.join(", ")}.`);
  for (const text of notCompared(linked)) terminal.say(`warning: ${text}`);
  const records = batch.records.length;
  const figures = {
    records,
    persons: clustering.clusters,
    ...accuracy,
    pairsCompared: scored.compared,
    estimatedBlockingRecall: estimatedBlockingRecall(linked),
    blocking: linked.blocking.map(({ rule, ...figures }) => ({ rule: rule.join("+"), ...figures })),
    proposals: clustering.proposals.length,
    model: model.version,
    guards: model.guards,
    linkProbabilityMin: probabilityOf(model.thresholds.linkWeightMin, model),
    seconds: Number(seconds.toFixed(3)),
    recordsPerSecond: Math.round(records / seconds),
    stepSeconds: linked.seconds,
  };
  if (json) {
    terminal.data(JSON.stringify(figures));
    return;
  }
  terminal.data(
    `${records} records are ${clustering.clusters} persons; ${clustering.proposals.length} pairs to look at.`,
  );
  if (accuracy) {
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    const { pairPrecision, pairRecall, pairF1, bCubedPrecision, bCubedRecall, bCubedF1 } = accuracy;
    terminal.data(
      `pairs    precision ${percent(pairPrecision)}, recall ${percent(pairRecall)}, F1 ${pairF1.toFixed(4)}`,
    );
    terminal.data(
      `B-cubed  precision ${percent(bCubedPrecision)}, recall ${percent(bCubedRecall)}, F1 ${bCubedF1.toFixed(4)}`,
    );
    terminal.data(`largest cluster ${accuracy.largestCluster}, blocking recall ${percent(accuracy.blockingRecall)}`);
  }
  terminal.data(
    model.guards.includes("twins")
      ? "Guards stand: what looks like twins, parent and child or a household is left to a person."
      : "Only two different NHS numbers forbid a link: names or birth dates are often mistyped, or there are none, and the weights decide.",
  );
  terminal.data(`${scored.compared} pairs compared in ${seconds.toFixed(1)} s, ${figures.recordsPerSecond} records/s.`);
}

/** What a reader would take for compared and was not. */
function notCompared({ blocking, batch, model, clustering: { stats } }: Linked): string[] {
  const dropped = Math.max(0, ...blocking.map(({ droppedPairs }) => droppedPairs));
  const told: string[] = [];
  const isDated = model.comparisons.some(({ name }) => name === "birthDate");
  if (!isDated && model.guards.includes("birth-date-missing"))
    told.push(
      "No column holds dates of birth: people do not link without one, and every likely pair is left to a person.",
    );
  if (blocking.length === 0 && batch.records.length > 1)
    told.push("No blocking rule suits these records, as all state the same: nothing was compared.");
  if (dropped > 0)
    told.push(
      `Up to ${dropped} pairs share only what too many share (a placeholder, a home of hundreds): not compared.`,
    );
  if (stats.edgesUnsolved > 0)
    told.push(`${stats.edgesUnsolved} likely pairs stand in too large a knot to be put together.`);
  if (stats.proposalsLeftOut > 0) told.push(`${stats.proposalsLeftOut} weaker pairs to look at are left out.`);
  return told;
}
