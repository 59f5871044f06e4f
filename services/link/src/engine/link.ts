import {
  type BatchData,
  type BlockingRule,
  type Blocks,
  blocksOf,
  type Clustering,
  chooseRules,
  clusterRecords,
  type ExtraColumn,
  GuardsInContext,
  type LabelledPair,
  type MatchingModel,
  type PredictedRule,
  RuleKeys,
  type Scored,
  scorerOf,
  type Trained,
  trainModel,
  weightAt,
} from "@chesil/matching";
import type { JudgedPair } from "../csv/read-judged-pairs.ts";
import type { InputPlan } from "../csv/survey.ts";
import { AnsweredGuards } from "./answered-guards.ts";
import { type Batch, inOrderOfIds, readBatch } from "./batch.ts";
import { judgedPlaces } from "./judged-places.ts";
import { Scorers } from "./scorers.ts";

/** A step of the work, and how far it is: `done` of `total`, in what the step counts. */
export type Progress = { readonly step: Step; readonly done: number; readonly total: number };
/** What comparing will cost, known before it begins. */
export type BlockingPlan = { readonly rules: number; readonly pairsMax: number };
export type Step = "read" | "train" | "block" | "compare" | "cluster";

export type LinkOptions = {
  /** Without one a model is trained on the input. */
  readonly model?: MatchingModel | undefined;
  /** Link from this probability on, where the model's own threshold is not wanted. */
  readonly linkProbabilityMin?: number | undefined;
  /** Which pairs are worth comparing; without any, rules are chosen that suit the data. */
  readonly rules?: readonly BlockingRule[] | undefined;
  readonly seed: number;
  readonly threads: number;
  /** Pairs that people decided: they hold whatever the weights and the guards say. */
  readonly decisions?: readonly JudgedPair[] | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly onBlocked?: (plan: BlockingPlan) => void;
};

export type Linked = {
  readonly batch: Batch;
  readonly model: MatchingModel;
  /** Undefined where the model was given. */
  readonly trained: Trained | undefined;
  readonly blocking: readonly BlockingFigures[];
  readonly refusedRules: readonly PredictedRule[];
  readonly scored: Scored;
  readonly clustering: Clustering;
  /** What people decided of pairs of the records. */
  readonly decisions: readonly LabelledPair[];
  readonly guards: AnsweredGuards;
  /** Of each step, how long it took. */
  readonly seconds: Readonly<Record<Step, number>>;
};

/** What a blocking rule proposed. */
export type BlockingFigures = Pick<Blocks, "rule" | "pairs" | "narrowedKeys" | "droppedPairs">;

/** Comparisons that may be spent: many on each record where they are few, and never more than some minutes of work. */
const PAIRS_PER_RECORD_MAX = 200;
const PAIRS_MAX = 40_000_000;
const PAIRS_MIN = 2_000_000;
/** More records under one key are a placeholder or a place where many live. */
const BLOCK_RECORDS_MAX = 300;
/** Pairs this far below the threshold still say where two persons are near each other. */
const KEPT_BELOW_LINK_BITS = 10;

/** Links the records of an input that was surveyed: who is who, by a model that was given or learnt from them. */
export async function link(plan: InputPlan, options: LinkOptions): Promise<Linked> {
  const { onProgress, seed, threads } = options;
  const clock = new StepClock(onProgress);
  const columns = options.model && declaredColumnsOf(options.model);
  const scorers = new Scorers(plan, threads, columns);
  try {
    clock.begin("read", plan.rows);
    const onRead = (records: number) => onProgress({ step: "read", done: records, total: plan.rows });
    const batch = await readBatch(plan, onRead, columns);
    clock.begin("train");
    const ordered = inOrderOfIds(batch);
    const version = `trained-${plan.rows}-${seed}`;
    const { model, trained } = options.model
      ? { model: options.model, trained: undefined }
      : trainModel(ordered, { version, seed });
    const used = withThreshold(model, options.linkProbabilityMin);
    const compared = await compareAll({ batch, ordered, model: used }, scorers, clock, options);
    // Their records are in the way of clustering, which wants the memory.
    await scorers.close();
    clock.begin("cluster");
    const decisions = judgedPlaces(options.decisions ?? [], batch.ids);
    const guards = new AnsweredGuards(new GuardsInContext(batch.records, scorerOf(used)), decisions);
    const clustering = clusterBatch({ batch, model: used, guards, decisions, ...compared });
    return { batch, model: used, trained, ...compared, clustering, decisions, guards, seconds: clock.end() };
  } finally {
    await scorers.close();
  }
}

/** Chooses what is worth comparing and compares it. The blocks are large and gone at the end: what is told of them stays. */
async function compareAll(
  { batch, ordered, model }: { batch: Batch; ordered: BatchData; model: MatchingModel },
  scorers: Scorers,
  clock: StepClock,
  { rules, onBlocked }: LinkOptions,
): Promise<Pick<Linked, "blocking" | "refusedRules" | "scored">> {
  clock.begin("block");
  const { blocks, refusedRules } = blocksFor(batch, ordered, rules);
  onBlocked?.({ rules: blocks.length, pairsMax: blocks.reduce((sum, { pairs }) => sum + pairs, 0) });
  clock.begin("compare");
  const { reviewWeightMin, linkWeightMin } = model.thresholds;
  const keepWeightMin = Math.min(reviewWeightMin, linkWeightMin - KEPT_BELOW_LINK_BITS);
  const scored = await scorers.score(batch, { blocks, model, keepWeightMin });
  const blocking = blocks.map(({ rule, pairs, narrowedKeys, droppedPairs }) => ({
    rule,
    pairs,
    narrowedKeys,
    droppedPairs,
  }));
  return { blocking, refusedRules, scored };
}

/** The columns that a model compares besides what it knows, in its order. */
export const declaredColumnsOf = ({ comparisons }: MatchingModel): ExtraColumn[] =>
  comparisons.flatMap(({ name, kind }) => (kind === undefined ? [] : [{ name, kind }]));

function blocksFor(
  { records, extras: columns }: Batch,
  ordered: BatchData,
  rules: readonly BlockingRule[] | undefined,
): { blocks: Blocks[]; refusedRules: readonly PredictedRule[] } {
  const extras = columns.map(({ name }) => name);
  const pairsMax = Math.min(PAIRS_MAX, Math.max(PAIRS_MIN, records.length * PAIRS_PER_RECORD_MAX));
  // Of few records every pair is compared: no rule can miss one.
  const given = rules ?? (records.length <= BLOCK_RECORDS_MAX ? [["everyone"]] : undefined);
  const { chosen, refused } = given
    ? { chosen: given.map((rule) => ({ rule })), refused: [] }
    : chooseRules(ordered.records, extras, { pairsMax });
  const ruleKeys = new RuleKeys(records, extras);
  return { blocks: chosen.map(({ rule }) => blocksOf(ruleKeys, rule, BLOCK_RECORDS_MAX)), refusedRules: refused };
}

function withThreshold(model: MatchingModel, probability: number | undefined): MatchingModel {
  if (probability === undefined) return model;
  const linkWeightMin = weightAt(probability, model);
  const reviewWeightMin = Math.min(model.thresholds.reviewWeightMin, linkWeightMin - 1);
  return { ...model, thresholds: { ...model.thresholds, linkWeightMin, reviewWeightMin } };
}

function clusterBatch(linking: Pick<Linked, "batch" | "model" | "guards" | "decisions" | "scored">): Clustering {
  const { model, guards, decisions, scored } = linking;
  const { records, ids } = linking.batch;
  const scorer = scorerOf(model);
  const recordAt = (place: number) => records[place] as Batch["records"][number];
  const decided = (isMatch: boolean) =>
    decisions.filter((pair) => pair.isMatch === isMatch).map(({ left, right }) => [left, right] as const);
  const clustering = clusterRecords(
    {
      records: records.length,
      left: scored.left,
      right: scored.right,
      weight: scored.weight,
      weightOf: (i, j) => scorer.weigh(recordAt(i), recordAt(j)),
      isForbidden: (i, j) => guards.judge(i, j).veto !== undefined,
      orderOf: (place) => ids[place] as string,
      mustLink: decided(true),
      cannotLink: decided(false),
    },
    model.thresholds,
  );
  // A household shares its home, its telephone and its name: nobody is asked whether husband and wife are one.
  return {
    ...clustering,
    proposals: clustering.proposals.filter((pair) => !guards.judge(pair.left, pair.right).areTwo),
  };
}

/** Tells how long steps take, one after another. */
class StepClock {
  readonly #onProgress: (progress: Progress) => void;
  readonly #seconds = { read: 0, train: 0, block: 0, compare: 0, cluster: 0 };
  #current: { step: Step; since: number } | undefined;

  constructor(onProgress: (progress: Progress) => void) {
    this.#onProgress = onProgress;
  }

  begin(step: Step, total = 1): void {
    this.end();
    this.#current = { step, since: performance.now() };
    this.#onProgress({ step, done: 0, total });
  }

  end(): Record<Step, number> {
    if (this.#current) this.#seconds[this.#current.step] = (performance.now() - this.#current.since) / 1000;
    this.#current = undefined;
    return this.#seconds;
  }
}

/**
 * The share of matches that blocking proposed to compare, judged without truth: the matches expected among the pairs
 * compared, of those expected in all.
 */
export function estimatedBlockingRecall({ batch: { records }, scored, model }: Linked): number {
  const pairs = (records.length * (records.length - 1)) / 2;
  return Math.min(1, scored.expectedMatches / Math.max(scored.expectedMatches, model.lambda * pairs, 1e-9));
}

/**
 * The person of each record, by the record's place. A person is called after the first of its records by id, so that
 * the same people have the same names whatever the order of the input.
 */
export function personIds({ batch: { ids }, clustering: { clusterOf, clusters } }: Linked): string[] {
  const first = new Array<string | undefined>(clusters);
  for (const [place, id] of ids.entries()) {
    const cluster = clusterOf[place] as number;
    const known = first[cluster];
    if (known === undefined || id < known) first[cluster] = id;
  }
  return ids.map((_, place) => first[clusterOf[place] as number] as string);
}
