import { comparisonsInUse } from "@chesil/matching";
import type { InputPlan } from "../csv/survey.ts";
import { extrasOf } from "./batch.ts";
import type { Linked } from "./link.ts";

/** Where a model that was given and the records do not fit, by the names of comparisons. */
export type Misfit = {
  /** The model compares it, and no record states it. */
  readonly unstated: readonly string[];
  /** Records state it, and the model does not compare it. */
  readonly uncompared: readonly string[];
};

export function misfitOf(
  { batch, model }: Pick<Linked, "batch" | "model">,
  plan: Pick<InputPlan, "compared" | "extras">,
): Misfit {
  // Declared columns by the input, not by their values: one without any is a matter of the file, and told of it.
  const stated = new Set([...comparisonsInUse({ records: batch.records, extras: [] }), ...extrasOf(plan)].map(nameOf));
  const compared = new Set(model.comparisons.map(nameOf));
  return { unstated: [...compared.difference(stated)], uncompared: [...stated.difference(compared)] };
}

const nameOf = ({ name }: { readonly name: string }): string => name;
