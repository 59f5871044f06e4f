/** Who asks. Roles are a closed list: an unknown word in the database grants nothing. */
export const ROLES = ["administrator", "data-manager", "operations", "clinician", "privacy-officer"] as const;
export type Role = (typeof ROLES)[number];

export type Viewer = {
  readonly username: string;
  readonly roles: readonly Role[];
  /** A program rather than a person at a screen; noted in the audit, allowed no more for it. */
  readonly system?: boolean;
  /** What the look is for where that opens more than the role alone; `review`: to settle who somebody is. */
  readonly purpose?: "review";
};

/** The viewer, at work on a question of who somebody is. */
export const forReview = (viewer: Viewer): Viewer => ({ ...viewer, purpose: "review" });

/** The roles that may see patients. Operations runs the feeds without them. */
const PATIENT_ROLES: readonly Role[] = ["data-manager", "clinician", "privacy-officer", "administrator"];

export function maySeePatients(viewer: Viewer): boolean {
  return viewer.roles.some((role) => PATIENT_ROLES.includes(role));
}

/**
 * Whether the viewer may be shown those who opted out (law 10): a privacy officer, while settling who they are. Somebody has
 * to, because they are matched like everybody else, and a wrong link of theirs would stay.
 */
export function maySeeOptedOut({ purpose, roles }: Viewer): boolean {
  return purpose === "review" && roles.includes("privacy-officer");
}

/** The known roles among the words, in the order of ROLES. */
export function rolesOf(words: readonly string[]): Role[] {
  return ROLES.filter((role) => words.includes(role));
}
