import { defaultModel } from "@chesil/matching";
import { type RebuildOptions, type Rebuilt, rebuild } from "@chesil/resolve";
import type { Database } from "@chesil/store";

/** Decides the journal anew beside the store, as `chesil rebuild --compare` does unless told otherwise. */
export async function rebuildAside(database: Database, options: Partial<RebuildOptions> = {}): Promise<Rebuilt> {
  const rebuilt = await rebuild({
    database,
    model: defaultModel,
    batchMessagesMax: 100,
    owner: "test",
    switchWhen: "never",
    now: () => new Date(),
    onProgress: () => {},
    ...options,
  });
  if (!rebuilt) throw new Error("It was interrupted.");
  return rebuilt;
}
