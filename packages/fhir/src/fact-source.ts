import type { FactContent } from "@chesil/model";
import type { Version } from "./patient.ts";

/** A clinical fact as it is stored, and whose it is now: what a FHIR resource is made of. */
export type FactSource = {
  readonly factId: number;
  /** The person of the source record that it hangs on. */
  readonly personId: string;
  readonly sourceRecordId: number;
  readonly authority: string;
  readonly feed: string;
  /** What tells it from others of its kind in the same source record: the sender's number, or made. */
  readonly key: string;
  readonly state: "current" | "superseded" | "retracted" | "withdrawn";
  readonly content: FactContent;
  /** When the sender recorded the present content (ISO instant). */
  readonly recordedAt: string;
  /** The visit that it belongs to, where that is on file. */
  readonly encounterId: number | null;
  /** The fact that it replaces or adds to, where that is on file. */
  readonly relation: { readonly action: "replace" | "addend"; readonly factId: number } | null;
  readonly version: Version;
};
