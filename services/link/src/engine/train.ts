import {
  type MatchingModel,
  type Trained,
  type TrainedFromLabels,
  trainFromLabels,
  trainModel,
} from "@chesil/matching";
import type { JudgedPair } from "../csv/read-judged-pairs.ts";
import type { InputPlan } from "../csv/survey.ts";
import { inOrderOfIds, readBatch } from "./batch.ts";
import { judgedPlaces } from "./judged-places.ts";

export type TrainOptions = { readonly seed: number; readonly version?: string | undefined };

const versionOf = ({ seed, version }: TrainOptions, records: number): string => version ?? `trained-${records}-${seed}`;

/** Fits a model to the records of an input that was surveyed, without labels. */
export async function trainOn(
  plan: InputPlan,
  options: TrainOptions,
): Promise<{ readonly model: MatchingModel; readonly trained: Trained }> {
  return trainModel(inOrderOfIds(await readBatch(plan)), {
    version: versionOf(options, plan.rows),
    seed: options.seed,
  });
}

/** The same from pairs that people judged. Those that name records which the input has not are left out. */
export async function trainOnLabels(
  plan: InputPlan,
  options: TrainOptions & { readonly labels: readonly JudgedPair[]; readonly precisionMin: number },
): Promise<TrainedFromLabels> {
  const batch = inOrderOfIds(await readBatch(plan));
  const labels = judgedPlaces(options.labels, batch.ids);
  const { seed, precisionMin } = options;
  return trainFromLabels(batch, labels, { version: versionOf(options, plan.rows), seed, precisionMin });
}
