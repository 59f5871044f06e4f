import type { FactKind, FactRow } from "../api/types.ts";
import type { TagColour } from "../nhs/tag.tsx";

/** Facts in words. */

export const FACT_KIND_WORDS: Record<FactKind, string> = {
  alert: "Alerts",
  allergy: "Allergies",
  condition: "Diagnoses",
  procedure: "Procedures",
  medication: "Medications",
  immunisation: "Immunisations",
  result: "Results",
  document: "Documents",
  measurement: "Measurements",
  referral: "Referrals",
  appointment: "Appointments",
  "care-package": "Care packages",
  relationship: "Contacts",
  registration: "GP registrations",
  accident: "Accidents",
  insurance: "Insurance",
  local: "Local entries",
};

/** What is not current says so before anything else. */
export const FACT_STATE_TAGS: Record<Exclude<FactRow["state"], "current">, { text: string; colour: TagColour }> = {
  superseded: { text: "Replaced", colour: "grey" },
  retracted: { text: "Retracted", colour: "red" },
  withdrawn: { text: "No longer listed", colour: "grey" },
};

/** Statuses that a reader must not miss; the rest are white. */
export const FACT_STATUS_COLOURS: Record<string, TagColour> = {
  corrected: "orange",
  cancelled: "pink",
  "entered-in-error": "red",
  rejected: "pink",
  deleted: "pink",
  discontinued: "pink",
  stopped: "grey",
  preliminary: "yellow",
  partial: "yellow",
  registered: "yellow",
};
