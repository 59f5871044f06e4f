import type { Drift, DriftFigures, DriftRates, LabelJudgement, Simulated } from "@chesil/matching";

/**
 * What a candidate would change, as far as it was tried. Its numbers are of all records, those of who opted out among them,
 * for they are matched too: how good a model is must not depend on consent. They are of the region as a whole and can not be
 * narrowed; the list of changes, which names persons, leaves who opted out away.
 */
export type ShadowView = {
  readonly version: string;
  /** The model it is held against; null until it begins. */
  readonly against: string | null;
  readonly state: "asked" | "running" | "done" | "off";
  readonly share: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly expectedPrecision: number | null;
  readonly byScores: Simulated | null;
  readonly labels: { readonly candidate: LabelJudgement; readonly inForce: LabelJudgement; readonly gone: number };
  readonly questionsPerDay: number | null;
  readonly newRecordsPerDay: number;
};

export type ThresholdsView = {
  readonly thresholds: { readonly linkWeightMin: number; readonly reviewWeightMin: number };
  readonly measuredAt: Date;
  readonly records: number;
  readonly sampled: number;
  readonly labels: number;
  readonly simulated: readonly Simulated[];
};

export type DriftView = {
  readonly version: string;
  readonly day: string | null;
  readonly against: "baseline" | "training";
  readonly baseline: readonly [string, string] | null;
  readonly figures: DriftFigures;
  readonly rates: DriftRates;
  readonly drifts: readonly Drift[];
};

/** What the API asks of those who try and measure models. Counts and weights only: nothing of any patient. */
export type ModelDesk = {
  /** Undefined: the model was never tried, or is not there. */
  readonly summarise: (version: string) => Promise<ShadowView | undefined>;
  /**
   * Weights that are not given are taken around the model's own.
   * @returns undefined: no pairs were scored by this model yet, or it is not there.
   */
  readonly simulate: (
    version: string,
    grid: { readonly links: readonly number[] | undefined; readonly reviews: readonly number[] | undefined },
  ) => Promise<ThresholdsView | undefined>;
  /** @param day the latest that was counted where none is given. */
  readonly drift: (day: string | undefined) => Promise<DriftView>;
};
