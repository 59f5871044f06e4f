import type { Outcome, Role, Sex } from "../api/types.ts";

/** Codes in words. What has no entry here is spelled out from the code itself, so a new code is readable at once. */

export const OUTCOME_WORDS: Record<Outcome, string> = {
  applied: "Applied",
  duplicate: "Duplicate",
  conflict: "Conflict",
  quarantined: "Quarantined",
  parked: "Parked",
  rejected: "Rejected",
  skipped: "Skipped",
};
export const OUTCOME_LIST = Object.keys(OUTCOME_WORDS) as Outcome[];

export const OUTCOME_MEANINGS: Record<Outcome, string> = {
  applied: "took effect",
  duplicate: "resent, no second effect",
  conflict: "same id, other content",
  quarantined: "set aside, replayable",
  parked: "waiting behind another",
  rejected: "refused to the sender",
  skipped: "left out by a person",
};

export const ROLE_WORDS: Record<Role, string> = {
  administrator: "Administrator",
  "data-manager": "Data manager",
  operations: "Operations",
  clinician: "Clinician",
  "privacy-officer": "Privacy officer",
};
export const ROLE_LIST = Object.keys(ROLE_WORDS) as Role[];

export const SEX_WORDS: Record<Sex, string> = {
  male: "Male",
  female: "Female",
  indeterminate: "Indeterminate",
  unknown: "Not Known",
};

const SPECIAL: Record<string, string> = {
  nhsNumber: "NHS number",
  birthDate: "Date of birth",
  family: "Family name",
  given: "Given name",
  sex: "Gender",
  practice: "GP practice",
  generalPractice: "GP practice",
  generalPractitioner: "GP",
  deathDate: "Date of death",
  telecoms: "Phone and email",
  "not-mllp": "Not MLLP",
};

/** `possible-match` → `Possible match`, `maritalStatus` → `Marital status`. */
export function words(code: string): string {
  const special = SPECIAL[code];
  if (special !== undefined) return special;
  const spaced = code.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[-_.]+/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}
