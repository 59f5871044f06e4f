import type { Comparison } from "../comparisons/comparison.ts";
import type { LevelCounts } from "./level-shares.ts";
import type { Parameters } from "./parameters.ts";
import { levelTotals, type PatternCounts, pairsIn } from "./patterns.ts";

/** Why a part of a trained model should not be trusted. It names fields, levels and rules, never a value. */
export type TrainingWarning = {
  readonly kind:
    | "no-pairs"
    | "never-estimated"
    | "constant"
    | "never-agrees"
    | "mostly-missing"
    | "level-never-seen"
    | "level-rarely-seen"
    | "agreement-against-a-match"
    | "weights-not-in-order"
    | "not-converged"
    | "no-matches-found"
    | "more-matches-than-expected"
    | "one-pass"
    | "lambda-far-from-rules"
    | "lambda-at-a-bound";
  readonly comparison?: string;
  readonly message: string;
};

type Checked = {
  readonly comparisons: readonly Pick<Comparison, "name" | "levels">[];
  readonly random: PatternCounts;
  readonly passes: readonly { readonly rule: string; readonly estimated: readonly boolean[] }[];
  readonly pairs: number;
  /** As the rules had it. */
  readonly lambda: number;
  readonly parameters: Parameters;
  readonly levels: LevelCounts;
  readonly reports: readonly { rule: string; pairs: number; matches: number; converged: boolean }[];
};

/** All that makes the parameters doubtful, in the order of comparisons and passes. */
export function warningsOf(checked: Checked): TrainingWarning[] {
  const { comparisons, random, pairs } = checked;
  const sampled = pairsIn(random);
  if (pairs < 1 || sampled < 1) {
    return [{ kind: "no-pairs", message: "There is no pair of records to learn from; the weights mean nothing." }];
  }
  const totals = levelTotals(random);
  return [
    ...comparisons.flatMap((_, index) => comparisonWarnings(checked, index, totals[index] ?? [], sampled)),
    ...passWarnings(checked),
    ...lambdaWarnings(checked),
  ];
}

const CONSTANT_SHARE_MIN = 0.98;
const STATED_SHARE_MIN = 0.05;
const SEEN_MIN = 20;
/** Neighbouring levels whose order is wrong by less than this are taken for equal. */
const DISORDER_BITS = 1;

type Warn = (kind: TrainingWarning["kind"], message: string) => void;

function comparisonWarnings(checked: Checked, index: number, totals: readonly number[], sampled: number) {
  const { name, levels: names } = checked.comparisons[index] as Checked["comparisons"][number];
  const warnings: TrainingWarning[] = [];
  const warn: Warn = (kind, message) => warnings.push({ kind, comparison: name, message: `${name}: ${message}` });
  const matches = checked.levels.matches[index] ?? [];
  const { parameters } = checked;
  const weights = names.map((_, level) =>
    Math.log2((parameters.m[index]?.[level] ?? 1) / (parameters.u[index]?.[level] ?? 1)),
  );
  if (checked.passes.length > 0 && checked.passes.every(({ estimated }) => estimated[index] === false))
    warn(
      "never-estimated",
      "every pass blocks on it, so that its m rests on random pairs alone; add a pass that does not.",
    );
  warnOfField(totals, matches, sampled, warn);
  warnOfLevels(names, { totals, matches, weights }, warn);
  return warnings;
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

function warnOfField(totals: readonly number[], matches: readonly number[], sampled: number, warn: Warn): void {
  const stated = sumOf(totals);
  const matched = sumOf(matches);
  if (stated / sampled < STATED_SHARE_MIN)
    warn("mostly-missing", `both sides state it in ${percent(stated / sampled)} of pairs.`);
  if (stated > 0 && (totals[0] ?? 0) / stated >= CONSTANT_SHARE_MIN)
    warn("constant", "nearly all records agree upon it; it tells nobody apart.");
  else if (matched >= SEEN_MIN && (matches.at(-1) ?? 0) / matched >= CONSTANT_SHARE_MIN)
    warn("never-agrees", "matches hardly ever agree upon it; is it the column that was meant?");
}

type OfLevels = Record<"totals" | "matches" | "weights", readonly number[]>;

function warnOfLevels(names: readonly string[], { totals, matches, weights }: OfLevels, warn: Warn): void {
  const seen = names.map((_, level) => (matches[level] ?? 0) + (totals[level] ?? 0));
  const named = (isMeant: (count: number) => boolean) =>
    names.filter((_, level) => isMeant(seen[level] ?? 0)).join(", ");
  const never = named((count) => count < 0.5);
  if (never) warn("level-never-seen", `no pair came out at ${never}; its weight is that of its neighbours.`);
  const rarely = named((count) => count >= 0.5 && count < SEEN_MIN);
  if (rarely) warn("level-rarely-seen", `fewer than ${SEEN_MIN} pairs came out at ${rarely}; its weight is uncertain.`);
  if ((weights[0] ?? 0) < 0 && (seen[0] ?? 0) >= SEEN_MIN)
    warn("agreement-against-a-match", `${names[0]} is rarer among matches than among strangers.`);
  const disorder = names.findIndex((_, level) => {
    const isKnown = Math.min(matches[level] ?? 0, matches[level + 1] ?? 0) >= SEEN_MIN;
    return isKnown && (weights[level] ?? 0) + DISORDER_BITS < (weights[level + 1] ?? Number.NEGATIVE_INFINITY);
  });
  if (disorder >= 0)
    warn("weights-not-in-order", `${names[disorder]} weighs less than ${names[disorder + 1]}, a weaker agreement.`);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** A pass that finds this many times the matches that all pairs should hold has taken lookalikes for matches. */
const EXCESS_FACTOR = 2;

function passWarnings({ reports, lambda, pairs }: Checked): TrainingWarning[] {
  const warnings: TrainingWarning[] = [];
  for (const { rule, matches, converged } of reports) {
    if (!converged)
      warnings.push({
        kind: "not-converged",
        message: `pass ${rule}: the estimate still moved when the run was ended.`,
      });
    if (matches < SEEN_MIN)
      warnings.push({
        kind: "no-matches-found",
        message: `pass ${rule}: ${matches.toFixed(1)} matches are too few to learn from.`,
      });
    if (matches > EXCESS_FACTOR * lambda * pairs + SEEN_MIN)
      warnings.push({
        kind: "more-matches-than-expected",
        message: `pass ${rule}: finds ${matches.toFixed(0)} matches where the rules expect ${(lambda * pairs).toFixed(0)} in all; lookalikes may pass for matches.`,
      });
  }
  if (reports.length < 2)
    warnings.push({
      kind: "one-pass",
      message: "With fewer than two passes, what blocking missed can not be judged; lambda is as the rules had it.",
    });
  return warnings;
}

const LAMBDA_BITS_MAX = 2;

function lambdaWarnings({ parameters, lambda, pairs }: Checked): TrainingWarning[] {
  const matches = parameters.lambda * pairs;
  if (matches < 1) return [{ kind: "lambda-at-a-bound", message: "Hardly a match is expected in the whole set." }];
  if (parameters.lambda > 0.5)
    return [{ kind: "lambda-at-a-bound", message: "More than half of all pairs are taken for matches." }];
  const apart = Math.log2(parameters.lambda / lambda);
  if (Math.abs(apart) <= LAMBDA_BITS_MAX) return [];
  return [
    {
      kind: "lambda-far-from-rules",
      message: `The rules expect ${(lambda * pairs).toFixed(0)} matches, the trained model ${matches.toFixed(0)}.`,
    },
  ];
}
