import type { CanonicalEvent, Reason, Warning } from "@chesil/model";

/** What the reader of a Bundle is told beside the Bundle. Nothing else decides what an event says. */
export type BundleContext = {
  /** Who gives out the patients' ids of this source: `https://…`, an ODS code, a name. */
  readonly authority: string;
  /** Every NHS number of this source was traced, unless its own verification status says otherwise. */
  readonly nhsNumberTraced: boolean;
  /** The only clock: times later than this are not believed. */
  readonly receivedAt: Date;
  /** What names the Bundle where it has neither an identifier nor an id. */
  readonly controlId: string;
};

/** What was found wrong with an entry, quoting nothing of it. */
export type Finding = {
  /** From 0, as in `Bundle.entry[0]`; undefined where it is the Bundle's own. */
  readonly entry: number | undefined;
  /** `refused`: nothing of the entry is stated. `flagged`: it is stated, and the event warns of it. */
  readonly outcome: "refused" | "flagged";
  /** Where, in FHIR's terms: `Bundle.entry[3].resource.subject`. */
  readonly location: string;
  readonly code: Warning["code"];
  readonly text: string;
};

export type BundleResult =
  | {
      readonly ok: true;
      /** One for each patient, in the order of the Patient entries. */
      readonly events: readonly CanonicalEvent[];
      /** Of each event the entries that it was made of, in order: `bundleOfEntries` makes a Bundle of them. */
      readonly entriesOfEvents: readonly (readonly number[])[];
      readonly findings: readonly Finding[];
    }
  | { readonly ok: false; readonly reason: Reason; readonly text: string };
