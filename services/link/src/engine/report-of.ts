import {
  clusterSizes,
  type Explanation,
  explain,
  HISTOGRAM_BITS_MIN,
  type Prepared,
  pairCurve,
} from "@chesil/matching";
import type { InputPlan } from "../csv/survey.ts";
import type { ReportData, SampledPair } from "../report/report-data.ts";
import { samplePairs } from "../report/sample-pairs.ts";
import { accuracyOf } from "./accuracy.ts";
import { Fates } from "./fates.ts";
import type { Linked } from "./link.ts";
import { warningsOf } from "./warnings.ts";
import type { Why } from "./why.ts";

export type ReportOptions = {
  readonly plan: InputPlan;
  /** What was found out about the input before it was linked. */
  readonly inputWarnings: readonly string[];
  readonly madeAt: Date;
  /** Whether pairs of records are shown as examples, with their values. */
  readonly hasSamples: boolean;
};

const SAMPLES_PER_BAND = 5;
/** Points of a curve that an eye can tell apart. */
const CURVE_POINTS_MAX = 300;

/** What the report on a run shows. */
export function reportOf(linked: Linked, options: ReportOptions): ReportData {
  const { plan, inputWarnings, madeAt, hasSamples } = options;
  const { hasTruth } = plan;
  const { batch, clustering, scored, blocking, refusedRules, model, trained, seconds } = linked;
  const sizes = clusterSizes(clustering.clusterOf);
  return {
    inputs: plan.files.map(({ file }) => file),
    madeAt: madeAt.toISOString(),
    records: batch.records.length,
    persons: clustering.clusters,
    pairsCompared: scored.compared,
    pairsLinked: sizes.histogram.reduce((sum, { size, clusters }) => sum + clusters * ((size * (size - 1)) / 2), 0),
    steps: Object.entries(seconds).map(([name, of]) => ({ name, seconds: of })),
    model,
    isTrainedHere: trained !== undefined,
    warnings: [...warningsOf(linked, plan), ...inputWarnings],
    samples: hasSamples && samplesOf(linked),
    histogram: { bitsMin: HISTOGRAM_BITS_MIN, pairs: scored.histogram },
    clusterSizes: sizes.histogram,
    blocking: {
      rules: blocking,
      refused: refusedRules.map(({ rule, pairs }) => ({ rule, pairs })),
      recall: hasTruth ? accuracyOf(linked).blockingRecall : undefined,
    },
    review: reviewOf(linked),
    accuracy: hasTruth ? accuracyFor(linked) : undefined,
  };
}

function samplesOf(linked: Linked): SampledPair[] {
  const { batch, scored, model, guards } = linked;
  const fates = new Fates(linked);
  const forbidden = Uint8Array.from(scored.left, (left, at) =>
    guards.judge(left, scored.right[at] as number).veto === undefined ? 0 : 1,
  );
  const sampled = samplePairs({ weight: scored.weight, forbidden }, model.thresholds, SAMPLES_PER_BAND);
  return sampled.map(({ band, place }) => {
    const [left, right] = [scored.left[place] as number, scored.right[place] as number];
    return {
      band,
      idLeft: batch.ids[left] as string,
      idRight: batch.ids[right] as string,
      explanation: explanationOf(linked, left, right),
      became: fates.of(left, right, scored.weight[place] as number),
    };
  });
}

/** A guard that somebody else on file would have to answer, and nobody does, is none. */
function explanationOf({ batch, model, guards }: Linked, left: number, right: number): Explanation {
  const [a, b] = [batch.records[left] as Prepared, batch.records[right] as Prepared];
  const alone = explain(a, b, model);
  const isGuarded = alone.obstacles.some(({ kind }) => kind === "guard");
  return isGuarded && guards.judge(left, right).veto === undefined ? explain(a, b, { ...model, guards: [] }) : alone;
}

/** The questions to people by why they are asked: a guard, or that the weight or the lead is not enough. */
function reviewOf(linked: Linked): ReportData["review"] {
  const fates = new Fates(linked);
  const pairs = new Map<Why, number>();
  for (const proposal of linked.clustering.proposals) {
    const { why } = fates.questionOf(proposal);
    pairs.set(why, (pairs.get(why) ?? 0) + 1);
  }
  return [...pairs].sort(([, a], [, b]) => b - a).map(([why, count]) => ({ why, pairs: count }));
}

function accuracyFor(linked: Linked): ReportData["accuracy"] {
  const { scored, batch } = linked;
  const figures = accuracyOf(linked);
  const { thresholds, linkedPairs, sharedPairs, truePairs } = pairCurve(
    { left: scored.left, right: scored.right, score: scored.weight },
    batch.truth,
  );
  const every = Math.max(1, Math.ceil(thresholds.length / CURVE_POINTS_MAX));
  const points: { weightMin: number; precision: number; recall: number }[] = [];
  for (let at = 0; at < thresholds.length; at += every) {
    const shared = sharedPairs[at] as number;
    const precision = shared / Math.max(1, linkedPairs[at] as number);
    points.push({ weightMin: thresholds[at] as number, precision, recall: shared / Math.max(1, truePairs) });
  }
  return {
    pairwise: { precision: figures.pairPrecision, recall: figures.pairRecall, f1: figures.pairF1 },
    bCubed: { precision: figures.bCubedPrecision, recall: figures.bCubedRecall, f1: figures.bCubedF1 },
    curve: points,
  };
}
