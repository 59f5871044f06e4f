/** What the decider reports while it runs: nothing of any patient. */
export type ResolverEvent =
  | {
      readonly kind: "batch";
      readonly messages: number;
      readonly seconds: number;
      readonly outcomes: readonly { feed: string; outcome: string; applySeconds: number }[];
    }
  | { readonly kind: "matched"; readonly ms: number; readonly candidates: number; readonly decision: string }
  | {
      /** Settled outside a batch: a message that failed alone, or one that a person skipped. */
      readonly kind: "settled";
      readonly journalId: number;
      readonly feed: string;
      readonly outcome: "quarantined" | "skipped";
      readonly detail: string;
    }
  | {
      /** A record that another model could not decide anew: its links are as they were. */
      readonly kind: "unsettled";
      readonly sourceRecordId: number;
      readonly detail: string;
    }
  /** Everybody on file was read into memory. */
  | { readonly kind: "loaded"; readonly records: number; readonly seconds: number }
  | { readonly kind: "retrying"; readonly errorCode: string; readonly attempt: number };
