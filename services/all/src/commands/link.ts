import {
  accuracyOf,
  type InputPlan,
  type JudgedPair,
  type Linked,
  link,
  type Progress,
  reportHtml,
  reportOf,
  writeLinks,
  writePairs,
  writeReview,
  writeText,
} from "@chesil/link";
import type { MatchingModel } from "@chesil/matching";
import { type Terminal, UsageError } from "../terminal.ts";
import { checkOutputs, isWritten } from "./check-outputs.ts";
import { givenModel } from "./given-model.ts";
import { type LinkingArguments, type LinkingOptions, linkingOptions } from "./link-options.ts";
import { printLinked } from "./print-linked.ts";
import { type InputArguments, type Surveyed, surveyed } from "./read-input.ts";
import { readJudged } from "./read-judged.ts";

export type LinkArguments = InputArguments &
  LinkingArguments & {
    readonly out?: string;
    readonly pairs?: string;
    readonly review?: string;
    readonly report?: string;
    /** False with `--no-samples`. */
    readonly samples?: boolean;
    readonly model?: string;
    readonly decisions?: string;
    readonly json?: boolean;
  };

/** `chesil link`: who is who in CSV files. Exit code 1 when the files have faults. */
export async function linkFiles(files: readonly string[], given: LinkArguments, terminal: Terminal): Promise<number> {
  if (given.out === undefined && given.truth === undefined)
    throw new UsageError("Say with --out where the links go, or with --truth what to compare them to.");
  const outputs = { "--out": given.out, "--pairs": given.pairs, "--review": given.review, "--report": given.report };
  checkOutputs(outputs, [...files, given.model, given.decisions]);
  const model = given.model === undefined ? undefined : givenModel(given.model);
  const options = linkingOptions(given, model);
  const decided =
    given.decisions === undefined
      ? undefined
      : await readJudged(given.decisions, "decisions", given.encoding, terminal);
  if (given.decisions !== undefined && decided === undefined) return 1;
  const input = await surveyed(files, given, terminal, { model, judged: decided });
  if (input === undefined) return 1;
  const began = performance.now();
  const linked = await linkPlan(input.plan, { ...options, model, decisions: decided?.pairs }, terminal);
  const isWhole = await writeOutputs(linked, input, given, terminal);
  const seconds = (performance.now() - began) / 1000;
  const accuracy = input.plan.hasTruth ? accuracyOf(linked) : undefined;
  printLinked(linked, { plan: input.plan, seconds, accuracy }, given.json === true, terminal);
  return isWhole ? 0 : 1;
}

/** Writes what was asked for; what can not be written does not keep the rest from it. */
async function writeOutputs(
  linked: Linked,
  { plan, warnings }: Surveyed,
  { out, pairs, review, report, samples }: LinkArguments,
  terminal: Terminal,
): Promise<boolean> {
  const { linkWeightMin, reviewWeightMin } = linked.model.thresholds;
  const written: boolean[] = [];
  const write = async (path: string | undefined, writing: (path: string) => Promise<void>) => {
    if (path !== undefined) written.push(await isWritten(path, writing(path), terminal));
  };
  await write(out, (path) => writeLinks(path, linked));
  await write(pairs, (path) => writePairs(path, linked, Math.min(reviewWeightMin, linkWeightMin)));
  await write(review, (path) => writeReview(path, linked));
  const shown = { plan, inputWarnings: warnings, madeAt: terminal.now(), hasSamples: samples !== false };
  await write(report, (path) => writeText(path, reportHtml(reportOf(linked, shown))));
  return !written.includes(false);
}

/** Links the input, telling how far it is. */
export function linkPlan(
  plan: InputPlan,
  options: LinkingOptions & {
    readonly model: MatchingModel | undefined;
    readonly decisions?: readonly JudgedPair[] | undefined;
  },
  terminal: Terminal,
): Promise<Linked> {
  return link(plan, {
    ...options,
    onProgress: progressOn(terminal),
    onBlocked: ({ rules, pairsMax }) => terminal.say(`${rules} rules propose at most ${pairsMax} pairs to compare.`),
  });
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
