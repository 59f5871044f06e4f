import { defaultModel, type MatchingModel } from "@chesil/matching";
import { readStoredModel, storeBuiltInModel } from "@chesil/resolve";
import { appendModelActivation, type Database, readModelsInForce } from "@chesil/store";

/**
 * The model in force now, read again when another one is activated: it may be a megabyte.
 * @throws where the version in force is not in the store.
 */
export function modelInForce(database: Database): () => Promise<MatchingModel> {
  let known = defaultModel;
  return async () => {
    const version = (await readModelsInForce(database)).latest ?? defaultModel.version;
    if (version !== known.version) {
      const model = await readStoredModel(database, version);
      if (!model) throw new Error(`The model ${version} is in force, and not in the store.`);
      known = model;
    }
    return known;
  };
}

/** Journals the model that Chesil comes with, where none is in force: a later Chesil's own must not change the past. */
export async function activateBuiltInModel(database: Database, at: Date): Promise<void> {
  await storeBuiltInModel(database, at);
  if ((await readModelsInForce(database)).latest !== undefined) return;
  await appendModelActivation(database, { version: defaultModel.version, by: "chesil" }, at);
}
