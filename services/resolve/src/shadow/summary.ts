import {
  judgeByLabels,
  type LabelJudgement,
  type PairBin,
  probabilityByLabels,
  type Simulated,
  simulateThresholds,
} from "@chesil/matching";
import { countNewcomers, type Database, readJournalSpan, readPairScores, type ShadowRun } from "@chesil/store";
import { judgedWeights, readLabelledPairs } from "./labelled-pairs.ts";
import type { ShadowCounts } from "./run-shadow.ts";
import { readModelInForce, readStoredModel } from "./stored-model.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

/** What a candidate would change, before anybody switches. */
export type ShadowSummary = {
  readonly version: string;
  readonly against: string | null;
  readonly state: ShadowRun["state"];
  readonly share: number;
  /** Of the records decided; a sample stands for 1 / share times as many. */
  readonly counts: Partial<ShadowCounts>;
  /** Of the links by the candidate, those that are right by its own probabilities; null: no link. */
  readonly expectedPrecision: number | null;
  /** By the weights of pairs and what people decided of them; null where pairs were not scored yet. */
  readonly byScores: Simulated | null;
  /** What people decided, as the candidate and as the model in force would have. */
  readonly labels: { readonly candidate: LabelJudgement; readonly inForce: LabelJudgement; readonly gone: number };
  /** Questions to expect a day, as records are new now; null where nothing was decided. */
  readonly questionsPerDay: number | null;
  readonly newRecordsPerDay: number;
};

/** The summary of a run, whole or as far as it is; undefined where the model is not in the store. */
export async function summariseShadow(
  database: Database,
  run: ShadowRun,
  now: Date,
): Promise<ShadowSummary | undefined> {
  const candidate = await readStoredModel(database, run.version);
  if (candidate === undefined) return undefined;
  const inForce = (run.against && (await readStoredModel(database, run.against))) || (await readModelInForce(database));
  const counts = run.counted as Partial<ShadowCounts>;
  const labelled = await readLabelledPairs(database);
  const judged = judgedWeights(labelled, candidate);
  const scores = await readPairScores(database.pool, run.version);
  const span = await readJournalSpan(database.pool, new Date(now.getTime() - WEEK_MS), now);
  const newcomers = span ? await countNewcomers(database.pool, span) : { linked: 0, alone: 0 };
  const newRecordsPerDay = (newcomers.linked + newcomers.alone) / 7;
  const { records = 0, questions = 0, links = 0, expectedMatches = 0 } = counts;
  return {
    version: run.version,
    against: run.against,
    state: run.state,
    share: run.share,
    counts,
    expectedPrecision: links === 0 ? null : expectedMatches / links,
    byScores: scores
      ? simulateThresholds(scores.bins as PairBin[], candidate.thresholds, probabilityByLabels(candidate, judged))
      : null,
    labels: {
      candidate: judgeByLabels(candidate, judged),
      inForce: judgeByLabels(inForce, judgedWeights(labelled, inForce)),
      gone: labelled.gone,
    },
    questionsPerDay: records === 0 ? null : (questions / records) * newRecordsPerDay,
    newRecordsPerDay,
  };
}
