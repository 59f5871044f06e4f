import { parentPort, workerData } from "node:worker_threads";
import { type Blocks, type ExtraColumn, type MatchingModel, type Share, scorePairs } from "@chesil/matching";
import type { InputPlan } from "../csv/survey.ts";
import { readBatch } from "./batch.ts";

/** What a worker reads, and the declared columns in the order of the model. */
export type ScoreWork = { readonly plan: InputPlan; readonly columns: readonly ExtraColumn[] | undefined };

/** What a worker is given when there is something to compare; the arrays of the blocks are shared, not copied. */
export type ScoreRequest = {
  readonly blocks: readonly Blocks[];
  readonly model: MatchingModel;
  readonly share: Share;
  readonly keepWeightMin: number;
};

// Reads while the main thread reads too; asked to score once the model is trained.
const { plan, columns } = workerData as ScoreWork;
const batch = readBatch(plan, undefined, columns);
parentPort?.on("message", ({ blocks, model, share, keepWeightMin }: ScoreRequest) => {
  void batch.then(({ records }) => {
    parentPort?.postMessage(scorePairs(records, blocks, model, { share, keepWeightMin }));
  });
});
