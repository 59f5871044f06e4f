import { defaultModel, type MatchingModel, readModel } from "@chesil/matching";
import { type Database, insertModel, readModelContent, readModelsInForce } from "@chesil/store";

/** What the store holds under a version can not be read as a model: of a later Chesil, or tampered with. */
class UnreadableModelError extends Error {
  override name = "UnreadableModelError";
}

/**
 * The model of a version; undefined: there is none.
 * @throws UnreadableModelError where it is no model, or not the one that its version says.
 */
export async function readStoredModel(database: Database, version: string): Promise<MatchingModel | undefined> {
  // What comes with this version of Chesil needs no store.
  if (version === defaultModel.version) return defaultModel;
  const content = await readModelContent(database.pool, version);
  if (content === undefined) return undefined;
  const read = readModel(content);
  if (!read.ok || read.model.version !== version)
    throw new UnreadableModelError(`The model ${version} can not be read.`);
  return read.model;
}

/** The model that decides what comes next: the one last activated, else the one that Chesil comes with. */
export async function readModelInForce(database: Database): Promise<MatchingModel> {
  const { latest } = await readModelsInForce(database);
  if (latest === undefined) return defaultModel;
  const model = await readStoredModel(database, latest);
  if (model === undefined) throw new UnreadableModelError(`The model ${latest} is in force and not in the store.`);
  return model;
}

/** The model that Chesil comes with is one of the store's: the way back leads to it as well. */
export async function storeBuiltInModel(database: Database, at: Date): Promise<void> {
  const { version, source } = defaultModel;
  await insertModel(database.pool, { version, content: defaultModel, note: source, addedAt: at, addedBy: "chesil" });
}
