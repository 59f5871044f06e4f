import {
  type LabelledPair,
  type MatchingModel,
  type Trained,
  type TrainedFromLabels,
  trainFromLabels,
  trainModel,
} from "@chesil/matching";
import { type LabelsResult, readLabels } from "../csv/read-labels.ts";
import type { InputPlan } from "../csv/survey.ts";
import { type Batch, inOrderOfIds, readBatch } from "./batch.ts";

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

/** The same from pairs that people judged, in a file of id_l, id_r and match. */
export async function trainOnLabels(
  plan: InputPlan,
  options: TrainOptions & { readonly labels: string; readonly precisionMin: number },
): Promise<
  Extract<LabelsResult, { ok: false }> | ({ readonly ok: true; readonly labels: number } & TrainedFromLabels)
> {
  const batch = inOrderOfIds(await readBatch(plan));
  const read = await readLabels(options.labels, placesById(batch));
  if (!read.ok) return read;
  const { seed, precisionMin } = options;
  const labels: readonly LabelledPair[] = read.labels;
  const version = versionOf(options, plan.rows);
  return { ok: true, labels: labels.length, ...trainFromLabels(batch, labels, { version, seed, precisionMin }) };
}

function placesById({ ids }: Batch): (id: string) => number | undefined {
  const places = new Map(ids.map((id, place) => [id, place]));
  return (id) => places.get(id);
}
