import type { FactKind } from "@chesil/model";
import type { ConsentStatement } from "@chesil/store";
import { dateText } from "../persons/texts.ts";

/** What the page calls things: words for the person, not for those who keep the record. */

export const KIND_TITLES: Readonly<Record<FactKind, string>> = {
  alert: "Alerts and hazards",
  allergy: "Allergies",
  condition: "Conditions and diagnoses",
  procedure: "Operations and procedures",
  medication: "Medicines",
  immunisation: "Vaccinations",
  result: "Test results",
  document: "Letters and documents",
  measurement: "Measurements",
  referral: "Referrals",
  appointment: "Appointments",
  "care-package": "Care packages",
  relationship: "People close to you, and who cares for you",
  registration: "GP registration",
  accident: "Accidents",
  insurance: "Insurance",
  local: "Other",
};

/** Of visits and of the records that organisations hold. */
export const STATUS_WORDS: Readonly<Record<string, string>> = {
  planned: "planned",
  "in-progress": "under way",
  "on-leave": "on leave",
  finished: "finished",
  cancelled: "cancelled",
  retired: "merged into another record by the organisation",
  deleted: "entered in error: taken back, or made one with another",
};

export const AUTHORITY_WORDS: Readonly<Record<NonNullable<ConsentStatement["authority"]>, string>> = {
  "lasting-power-of-attorney": "lasting power of attorney",
  "enduring-power-of-attorney": "enduring power of attorney",
  "court-appointed-deputy": "deputy appointed by the court",
  "parental-responsibility": "parental responsibility",
  "best-interests-decision": "decision in your best interests",
  other: "another authority",
};

export const PURPOSE_WORDS: Readonly<Record<string, string>> = {
  "direct-care": "your care",
  "identity-review": "to keep you and others apart",
  "subject-access": "to answer your own request",
  operations: "to keep messages flowing",
};

export const ROLE_WORDS: Readonly<Record<string, string>> = {
  administrator: "administrator",
  "data-manager": "data manager",
  operations: "operations",
  clinician: "clinician",
  "privacy-officer": "privacy officer",
};

export const ACTION_WORDS: Readonly<Record<string, string>> = {
  "person.view": "opened the record",
  "person.search": "found in a search",
  "person.history": "looked at how the records were brought together",
  "person.as-of": "looked at an earlier time",
  "person.known-at": "looked at what was known at a time",
  "person.export": "made a copy of the record",
  "person.facts": "read a part of the record",
  "document.view": "read a document",
  "document.download": "saved a document",
  "fhir-read": "a program read a part of the record",
  "fhir-search": "a program searched the record",
  "fhir-everything": "a program read the whole record",
  "fhir-match": "a program asked who somebody is",
  "fhir-pix": "a program asked for your numbers",
  "message.view": "opened a message",
  "message.search": "found in a search of messages",
  "review-task.list": "saw a question about two records",
  "review-task.view": "looked into a question about two records",
  "review-task.decide": "decided a question about two records",
};

/** A day, or an instant in the time of the United Kingdom, as the NHS writes them: `02-May-2026`, `02-May-2026 09:30`. */
export function when(iso: string): string {
  if (!/T.*(Z|[+-]\d{2}:?\d{2})$/.test(iso)) return dateText(iso);
  const at = new Date(iso);
  // As if it were said there: `sv` is what writes an instant the ISO way.
  return Number.isNaN(at.getTime()) ? iso : dateText(UK_TIME.format(at).replace(" ", "T"));
}

const UK_TIME = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/London" });
