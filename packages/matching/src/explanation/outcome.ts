import { type Decision, decide, type ReviewReason } from "../decide.ts";
import type { MatchingModel } from "../model.ts";
import type { Evidence } from "../score.ts";

export type Outcome = Decision["kind"];

/** What is done with the pair alone, or with another person close behind. */
export function outcomeOf(
  evidence: Evidence,
  model: MatchingModel,
  runnerUp: Evidence | undefined,
): { readonly outcome: Outcome; readonly why?: ReviewReason | undefined } {
  const others = runnerUp ? [{ personId: "runner-up", evidence: runnerUp }] : [];
  const decision = decide([{ personId: "pair", evidence }, ...others], model);
  if (decision.kind === "review") return { outcome: "review", why: decision.why };
  // The other person is better: the pair itself is not linked.
  if (decision.kind === "link" && decision.personId !== "pair") return { outcome: "new" };
  return { outcome: decision.kind };
}
