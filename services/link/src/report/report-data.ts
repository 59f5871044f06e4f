import type { Explanation, MatchingModel } from "@chesil/matching";
import type { Fate } from "../engine/fates.ts";
import type { Why } from "../engine/why.ts";

/** All that the report shows. The engine fills it; `reportHtml` draws it. */
export type ReportData = {
  /** The files read, by name. */
  readonly inputs: readonly string[];
  /** ISO date and time of the run. */
  readonly madeAt: string;
  readonly records: number;
  readonly persons: number;
  readonly pairsCompared: number;
  /** Pairs that ended in one person. */
  readonly pairsLinked: number;
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  readonly model: MatchingModel;
  /** Whether the model was trained on this very input. */
  readonly isTrainedHere: boolean;
  readonly warnings: readonly string[];
  /** Pairs drawn from each band; `false` leaves them out, and with them every value of a record. */
  readonly samples: false | readonly SampledPair[];
  /** Pairs compared by whole bits of match weight: `pairs[n]` weigh from `bitsMin + n` to one bit more. */
  readonly histogram: { readonly bitsMin: number; readonly pairs: ArrayLike<number> };
  /** How many persons have so many records. */
  readonly clusterSizes: readonly { readonly size: number; readonly clusters: number }[];
  readonly blocking: {
    readonly rules: readonly BlockingRow[];
    /** Rules that would have cost too many comparisons. */
    readonly refused: readonly { readonly rule: readonly string[]; readonly pairs: number }[];
    /** The share of true pairs that some rule found, where truth was given. */
    readonly recall?: number | undefined;
  };
  readonly review: readonly { readonly why: Why; readonly pairs: number }[];
  /** Where truth was given. */
  readonly accuracy?: ReportAccuracy | undefined;
};

/** Where a sampled pair stands: plainly one person, near the line, or stopped by a guard. */
export type Band = "sure" | "near" | "refused";

export type SampledPair = {
  readonly band: Band;
  readonly idLeft: string;
  readonly idRight: string;
  /** Of the pair by itself. */
  readonly explanation: Explanation;
  /** What became of it beside all other records. */
  readonly became: Fate;
};

export type BlockingRow = {
  readonly rule: readonly string[];
  readonly pairs: number;
  /** Keys too many records share, narrowed by a further part; and the pairs left out even so. */
  readonly narrowedKeys: number;
  readonly droppedPairs: number;
};

export type ReportAccuracy = {
  readonly pairwise: Agreement;
  readonly bCubed: Agreement;
  /** Pairs alone, before clustering, by match weight in bits, descending. */
  readonly curve: readonly { readonly weightMin: number; readonly precision: number; readonly recall: number }[];
};

export type Agreement = { readonly precision: number; readonly recall: number; readonly f1: number };
