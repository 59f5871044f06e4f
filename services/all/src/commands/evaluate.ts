import { accuracyOf } from "@chesil/link";
import type { Terminal } from "../terminal.ts";
import { givenModel } from "./given-model.ts";
import { type LinkArguments, linkPlan, printLinked, surveyed } from "./link.ts";

export type EvaluateArguments = Omit<LinkArguments, "out" | "pairs"> & { readonly truth: string };

/** `chesil evaluate`: how well a model (or one trained on the spot) finds the persons that the truth column names. */
export async function evaluate(
  files: readonly string[],
  given: EvaluateArguments,
  terminal: Terminal,
): Promise<number> {
  const model = given.model === undefined ? undefined : givenModel(given.model);
  const plan = await surveyed(files, given, terminal, model);
  if (plan === undefined) return 1;
  const began = performance.now();
  const linked = await linkPlan(plan, given, terminal, model);
  const seconds = (performance.now() - began) / 1000;
  printLinked(linked, { seconds, accuracy: accuracyOf(linked) }, given.json === true, terminal);
  return 0;
}
