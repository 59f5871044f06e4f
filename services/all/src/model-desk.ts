import type { ModelDesk } from "@chesil/api";
import { type PairBin, probabilityByLabels, simulateThresholds, thresholdGrid } from "@chesil/matching";
import {
  judgedWeights,
  readLabelledPairs,
  readModelInForce,
  readStoredModel,
  reportDrift,
  summariseShadow,
} from "@chesil/resolve";
import { type Database, readPairScores, readShadowRun, type StoredPairScores } from "@chesil/store";

/** What the API says of models, from those who try and measure them. */
export const openModelDesk = (database: Database, now: () => Date): ModelDesk => ({
  async summarise(version) {
    const run = await readShadowRun(database.pool, version);
    return run && (await summariseShadow(database, run, now()));
  },
  async simulate(version, grid) {
    const scores = await readPairScores(database.pool, version);
    return scores && simulateStored(database, scores, grid);
  },
  drift: async (day) => reportDrift(database, await readModelInForce(database), day),
});

/** Around the model's own thresholds, in bits. */
const STEPS = [-4, -2, 0, 2, 4];

/** @returns undefined: the model is not in the store. */
export async function simulateStored(
  database: Database,
  scores: StoredPairScores,
  {
    links,
    reviews,
  }: { readonly links?: readonly number[] | undefined; readonly reviews?: readonly number[] | undefined },
): ReturnType<ModelDesk["simulate"]> {
  const model = await readStoredModel(database, scores.version);
  if (model === undefined) return undefined;
  const { linkWeightMin, reviewWeightMin } = model.thresholds;
  const judged = judgedWeights(await readLabelledPairs(database), model);
  const probabilityAt = probabilityByLabels(model, judged);
  const grid = thresholdGrid(
    links ?? STEPS.map((step) => linkWeightMin + step),
    reviews ?? STEPS.map((step) => reviewWeightMin + step),
  );
  const { measuredAt, records, sampled, bins } = scores;
  return {
    ...{ measuredAt, records, sampled },
    thresholds: { linkWeightMin, reviewWeightMin },
    labels: judged.length,
    simulated: grid.map((thresholds) => simulateThresholds(bins as readonly PairBin[], thresholds, probabilityAt)),
  };
}
