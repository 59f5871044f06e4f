import type { PairGuards, Veto } from "../guards.ts";
import type { MatchingModel } from "../model.ts";
import type { Prepared } from "../prepare.ts";
import { type Evidence, guardedLevels } from "../score.ts";
import { scorerOf } from "../scorer.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** One thing that, were it otherwise and all else as it is, would alter what is done. */
export type Change =
  | {
      readonly kind: "level";
      readonly comparison: string;
      readonly from: string;
      readonly to: string;
      /** By how many bits the match weight moves. */
      readonly bits: number;
      readonly outcome: Outcome;
      /** Whether the very same value on both sides would do it too. */
      readonly sameWouldDo: boolean;
      /** Whether two plainly different values would. */
      readonly differentWouldDo: boolean;
    }
  | { readonly kind: "guard"; readonly guard: Veto; readonly outcome: Outcome };

type Pair = {
  readonly a: Prepared;
  readonly evidence: Evidence;
  readonly runnerUp: Evidence | undefined;
  readonly model: MatchingModel;
  readonly guards: PairGuards;
  readonly outcome: Outcome;
};

const NEARNESS: Readonly<Record<Outcome, number>> = { new: 0, review: 1, link: 2 };

/** What a change is worth telling: towards a link before away from it, and a whole way before half of it. */
const gain = (to: Outcome, from: Outcome): number => {
  const steps = NEARNESS[to] - NEARNESS[from];
  return steps > 0 ? steps + 2 : -steps;
};

/**
 * For each comparison the smallest change of its level, in bits, that alters the outcome, and the guard in force if its
 * fall would. First what leads to a link, where there is none yet, or away from it; of these the smallest.
 */
export function changesOf(pair: Pair): Change[] {
  const { evidence, model, runnerUp, outcome } = pair;
  const levels = evidence.levels.flatMap((_, index) => smallestChange(pair, index) ?? []);
  levels.sort((a, b) => gain(b.outcome, outcome) - gain(a.outcome, outcome) || Math.abs(a.bits) - Math.abs(b.bits));
  if (!evidence.veto) return levels;
  const without = outcomeOf({ ...evidence, veto: undefined }, model, runnerUp).outcome;
  return without === outcome ? levels : [...levels, { kind: "guard", guard: evidence.veto, outcome: without }];
}

type LevelChange = Change & { readonly kind: "level" };

function smallestChange(pair: Pair, index: number): LevelChange | undefined {
  const { evidence, model } = pair;
  const found = evidence.levels[index] as Evidence["levels"][number];
  // Names in each other's place are one finding in two comparisons: neither can change alone.
  if (found.level === "swapped") return undefined;
  const same = weightIfSame(pair, index);
  const first = model.comparisons[index]?.levels[0]?.name;
  const options = (model.comparisons[index]?.levels ?? []).map(({ name, m, u }) => ({
    to: name,
    weight: name === first && same !== undefined ? same : Math.log2(m / u),
  }));
  if (found.level !== "missing") options.push({ to: "missing", weight: 0 });
  const changes = options
    .filter(({ to }) => to !== found.level && to !== "swapped")
    .map(({ to, weight }) => {
      const outcome = outcomeIf(pair, index, to, weight);
      return { to, outcome, bits: weight - found.weight };
    })
    .filter(({ outcome }) => outcome !== pair.outcome);
  const best = changes.reduce<(typeof changes)[number] | undefined>((leader, change) => {
    if (!leader) return change;
    const farther = gain(change.outcome, pair.outcome) - gain(leader.outcome, pair.outcome);
    return farther > 0 || (farther === 0 && Math.abs(change.bits) < Math.abs(leader.bits)) ? change : leader;
  }, undefined);
  if (!best) return undefined;
  const last = model.comparisons[index]?.levels.at(-1)?.name;
  const wouldDo = (level: string | undefined) =>
    changes.some(({ to, outcome }) => to === level && outcome === best.outcome);
  const ends = { sameWouldDo: wouldDo(first), differentWouldDo: wouldDo(last) };
  return { kind: "level", comparison: found.comparison, from: found.level, ...best, ...ends };
}

/** What the comparison would weigh were the other's value that of the first record: by the rarity of its own. */
function weightIfSame({ a, model }: Pair, index: number): number | undefined {
  const scorer = scorerOf(model);
  return scorer.rank(a, a)[index] === 0 ? scorer.weightAt(index, a, a) : undefined;
}

function outcomeIf({ evidence, runnerUp, model, guards }: Pair, index: number, level: string, weight: number): Outcome {
  const levels = evidence.levels.map((each, at) => (at === index ? { ...each, level, weight } : each));
  const total = evidence.weight - (evidence.levels[index]?.weight ?? 0) + weight;
  const veto = guards(guardedLevels(levels));
  return outcomeOf({ ...evidence, levels, weight: total, veto }, model, runnerUp).outcome;
}
