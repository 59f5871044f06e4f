import { parentPort, workerData } from "node:worker_threads";
import { type Blocks, type MatchingModel, type Share, scorePairs } from "@chesil/matching";
import type { InputPlan } from "../csv/survey.ts";
import { readBatch } from "./batch.ts";

/** What a worker is given when there is something to compare; the arrays of the blocks are shared, not copied. */
export type ScoreRequest = {
  readonly blocks: readonly Blocks[];
  readonly model: MatchingModel;
  readonly share: Share;
  readonly keepWeightMin: number;
};

// Reads while the main thread reads too; asked to score once the model is trained.
const batch = readBatch(workerData as InputPlan);
parentPort?.on("message", ({ blocks, model, share, keepWeightMin }: ScoreRequest) => {
  void batch.then(({ records }) => {
    parentPort?.postMessage(scorePairs(records, blocks, model, { share, keepWeightMin }));
  });
});
