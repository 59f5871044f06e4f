/** Who asks. Roles are a closed list: an unknown word in the database grants nothing. */
export const ROLES = ["administrator", "data-manager", "operations", "clinician", "privacy-officer"] as const;
export type Role = (typeof ROLES)[number];

export type Viewer = {
  readonly username: string;
  readonly roles: readonly Role[];
  /** A program rather than a person at a screen; noted in the audit, allowed no more for it. */
  readonly system?: boolean;
};

/** The roles that may see patients. Operations runs the feeds without them. */
const PATIENT_ROLES: readonly Role[] = ["data-manager", "clinician", "privacy-officer", "administrator"];

export function maySeePatients(viewer: Viewer): boolean {
  return viewer.roles.some((role) => PATIENT_ROLES.includes(role));
}

/** The known roles among the words, in the order of ROLES. */
export function rolesOf(words: readonly string[]): Role[] {
  return ROLES.filter((role) => words.includes(role));
}
