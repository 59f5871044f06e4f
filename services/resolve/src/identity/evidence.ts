import type { Evidence, MatchingModel } from "@chesil/matching";

/** The decision as it is kept (law 7): what was decided, on what evidence, by which model, and who came second. */
export type DecisionEvidence = {
  /** `assertion`: a sender or a person said so, and this is what the two looked like. */
  readonly kind: "link" | "review" | "new" | "assertion";
  readonly modelVersion: string;
  readonly weight: number | null;
  readonly probability: number | null;
  readonly prior: number | null;
  readonly levels: Evidence["levels"];
  readonly veto: string | null;
  readonly why: string | null;
  readonly runnerUp: { readonly personId: string; readonly weight: number } | null;
};

export const evidenceOf = (
  kind: DecisionEvidence["kind"],
  about: Evidence | undefined,
  model: MatchingModel,
): DecisionEvidence => ({
  kind,
  modelVersion: model.version,
  weight: about?.weight ?? null,
  probability: about?.probability ?? null,
  prior: about?.prior ?? null,
  levels: about?.levels ?? [],
  veto: about?.veto ?? null,
  why: null,
  runnerUp: null,
});
