import {
  type Accuracy,
  estimatedBlockingRecall,
  type InputPlan,
  type LabelAccuracy,
  type Linked,
  warningsOf,
} from "@chesil/link";
import { probabilityOf } from "@chesil/matching";
import type { Terminal } from "../terminal.ts";

/** What a run was judged by, besides its figures. */
export type Judgement = {
  readonly plan: InputPlan;
  readonly seconds: number;
  readonly accuracy?: Accuracy | undefined;
  readonly labels?: LabelAccuracy | undefined;
};

/** The figures of a run: with `--json` one object, else a line each. */
export function printLinked(linked: Linked, judgement: Judgement, json: boolean, terminal: Terminal): void {
  const { plan, seconds, accuracy, labels } = judgement;
  const { batch, clustering, scored, model, decisions } = linked;
  for (const text of warningsOf(linked, plan)) terminal.say(`warning: ${text}`);
  const records = batch.records.length;
  const figures = {
    records,
    persons: clustering.clusters,
    ...accuracy,
    ...(labels ? { labels } : {}),
    ...(decisions.length > 0 ? { decisions: decisions.length } : {}),
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
  if (accuracy) printAccuracy(accuracy, terminal);
  if (labels) printLabels(labels, terminal);
  terminal.data(
    model.guards.includes("twins")
      ? "Guards stand: what looks like twins, parent and child or a household is left to a person."
      : "Only two different NHS numbers forbid a link: names or birth dates are often mistyped, or there are none, and the weights decide.",
  );
  terminal.data(`${scored.compared} pairs compared in ${seconds.toFixed(1)} s, ${figures.recordsPerSecond} records/s.`);
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function printAccuracy(accuracy: Accuracy, terminal: Terminal): void {
  const { pairPrecision, pairRecall, pairF1, bCubedPrecision, bCubedRecall, bCubedF1 } = accuracy;
  terminal.data(`pairs    precision ${percent(pairPrecision)}, recall ${percent(pairRecall)}, F1 ${pairF1.toFixed(4)}`);
  terminal.data(
    `B-cubed  precision ${percent(bCubedPrecision)}, recall ${percent(bCubedRecall)}, F1 ${bCubedF1.toFixed(4)}`,
  );
  terminal.data(`largest cluster ${accuracy.largestCluster}, blocking recall ${percent(accuracy.blockingRecall)}`);
}

function printLabels(labels: LabelAccuracy, terminal: Terminal): void {
  const others = labels.pairs - labels.matches;
  terminal.data(
    `labels   precision ${percent(labels.precision)}, recall ${percent(labels.recall)}, F1 ${labels.f1.toFixed(4)}`,
  );
  terminal.data(
    `of ${labels.matches} judged the same ${labels.matchesLinked} are linked and ${labels.matchesAsked} asked about; of ${others} judged different ${labels.othersLinked} and ${labels.othersAsked}`,
  );
}
