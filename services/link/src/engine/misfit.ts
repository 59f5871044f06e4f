import { comparisonsInUse } from "@chesil/matching";
import type { Linked } from "./link.ts";

/** Where a model that was given and the records do not fit, by the names of comparisons. */
export type Misfit = {
  /** The model compares it, and no record states it. */
  readonly unstated: readonly string[];
  /** Records state it, and the model does not compare it. */
  readonly uncompared: readonly string[];
};

export function misfitOf({ batch, model }: Pick<Linked, "batch" | "model">): Misfit {
  const stated = new Set(comparisonsInUse(batch).map(({ name }) => name));
  const compared = new Set(model.comparisons.map(({ name }) => name));
  return { unstated: [...compared.difference(stated)], uncompared: [...stated.difference(compared)] };
}
