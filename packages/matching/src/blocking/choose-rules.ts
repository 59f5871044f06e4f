import type { Prepared } from "../prepare.ts";
import { shuffleOf } from "../training/random.ts";
import { countPairs } from "./blocks.ts";
import { COARSER, COLUMN, PART_NAMES } from "./key-parts.ts";
import { type BlockingRule, RuleKeys } from "./rule-keys.ts";

/** A rule and how many pairs it is expected to compare, in the whole data. */
export type PredictedRule = { readonly rule: BlockingRule; readonly pairs: number };

export type RuleChoice = {
  readonly chosen: readonly PredictedRule[];
  readonly refused: readonly PredictedRule[];
};

/** Predicting from so many records is close enough, as pairs grow with the square of them. */
const SAMPLE_RECORDS_MAX = 30_000;
const SAMPLE_SEED = 1;
/** A part that nearly every record gives, and nearly the same to all, parts nothing. */
const VALUES_MIN = 3;

/**
 * Blocking rules for data that nobody has described: every part alone and with every other, the most selective first,
 * until the comparisons they may cost together are spent. A part is left out where few records state it, and a rule where
 * one with fewer parts is chosen already, as it would find nothing more.
 */
export function chooseRules(
  records: readonly Prepared[],
  extras: readonly string[],
  { pairsMax }: { pairsMax: number },
): RuleChoice {
  const sample = sampled(records);
  const scale = (records.length / Math.max(1, sample.length)) ** 2;
  const ruleKeys = new RuleKeys(sample, extras);
  const predicted = (rule: BlockingRule): PredictedRule => ({
    rule,
    pairs: Math.round(countPairs(ruleKeys.of(rule)) * scale),
  });
  const parts = [...PART_NAMES, ...extras.map((name) => COLUMN + name)].filter((name) => {
    const { count } = ruleKeys.of([name]);
    return count >= VALUES_MIN;
  });
  const candidates = [...parts.map((part) => [part]), ...pairsOfParts(parts)].map(predicted);
  candidates.sort((a, b) => a.pairs - b.pairs || (a.rule.join() < b.rule.join() ? -1 : 1));
  const chosen: PredictedRule[] = [];
  const refused: PredictedRule[] = [];
  let spent = 0;
  for (const candidate of candidates) {
    if (candidate.pairs === 0 || chosen.some(({ rule }) => rule.every((part) => implies(candidate.rule, part))))
      continue;
    if (spent + candidate.pairs > pairsMax) refused.push(candidate);
    else {
      spent += candidate.pairs;
      chosen.push(candidate);
    }
  }
  return {
    chosen: chosen.filter((each) => !chosen.some((other) => other !== each && covers(other.rule, each.rule))),
    refused,
  };
}

/** Drawn at random: one person's records often stand side by side, and every so-manieth of them would part them all. */
function sampled(records: readonly Prepared[]): readonly Prepared[] {
  if (records.length <= SAMPLE_RECORDS_MAX) return records;
  const shuffled = shuffleOf(records.length, SAMPLE_SEED);
  return Array.from({ length: SAMPLE_RECORDS_MAX }, (_, place) => records[shuffled(place)] as Prepared);
}

/** Whether whatever the second rule finds the first does too. Of two that find the same the first by name stays. */
function covers(wide: BlockingRule, narrow: BlockingRule): boolean {
  if (!wide.every((part) => implies(narrow, part))) return false;
  return !narrow.every((part) => implies(wide, part)) || wide.join() < narrow.join();
}

/** Parts that are one person's own, and parts that a household shares. */
const PERSONAL = ["nhsNumber", "givenName", "birthDate", "email"];
const SHARED = ["familyName", "postcode", "street", "phone"];

/**
 * Rules to learn by, without labels: two parts each, one of them a person's own, so that most pairs they find are
 * matches. Looser rules find strangers, and rules of what a home shares find families: what these have in common is
 * then taken for a likeness of matches, as weights that take fields for independent can not tell the two apart.
 */
export function trainingRules(extras: readonly string[]): BlockingRule[] {
  const others = [...SHARED, ...extras.map((name) => COLUMN + name)];
  return PERSONAL.flatMap((part, place) => [...PERSONAL.slice(place + 1), ...others].map((other) => [part, other]));
}

const implies = (rule: BlockingRule, part: string): boolean =>
  rule.some((each) => each === part || COARSER[each]?.includes(part));

function pairsOfParts(parts: readonly string[]): string[][] {
  const pairs: string[][] = [];
  for (const [index, part] of parts.entries())
    for (const other of parts.slice(index + 1))
      if (!COARSER[part]?.includes(other) && !COARSER[other]?.includes(part)) pairs.push([part, other]);
  return pairs;
}
