/** Who asks. Roles are a closed list: an unknown word in the database grants nothing. */
export const ROLES = ["administrator", "data-manager", "operations", "clinician", "privacy-officer"] as const;
export type Role = (typeof ROLES)[number];

/**
 * What a look is for; noted in the audit. There is no other: nobody says that they review deaths or do research, and a
 * question that names no purpose here is refused where it is read.
 */
export const PURPOSES = ["direct-care", "identity-review", "subject-access", "operations"] as const;
export type Purpose = (typeof PURPOSES)[number];

export type Viewer = {
  readonly username: string;
  readonly roles: readonly Role[];
  /** A program rather than a person at a screen; noted in the audit, allowed no more for it. */
  readonly system?: boolean;
  /** Direct care unless it is said. */
  readonly purpose?: Purpose;
};

/** The viewer, at work on a question of who somebody is. */
export const forReview = (viewer: Viewer): Viewer => ({ ...viewer, purpose: "identity-review" });

/** The viewer, answering a person's request to see their own record. */
export const forSubjectAccess = (viewer: Viewer): Viewer => ({ ...viewer, purpose: "subject-access" });

/** The viewer, at work on messages. */
export const forOperations = (viewer: Viewer): Viewer => ({ ...viewer, purpose: "operations" });

export const purposeOf = ({ purpose = "direct-care" }: Viewer): Purpose => purpose;

/** What a role may see: the one table. A viewer may see what any of their roles may. */
type Rights = {
  /** Patients at all. */
  readonly patients: boolean;
  /** Where a restricted person is to be found, and what a very restricted one is called. */
  readonly restricted: boolean;
  /** Entries that their author marked as confidential, and those of a sensitive specialty (`policy.ts`). */
  readonly confidential: boolean;
  /** Who opted out, and questions about them; at work on identities only, never for care. */
  readonly optedOutForReview: boolean;
  /** The purposes for which the role may look. */
  readonly purposes: readonly Purpose[];
};

const RIGHTS: Readonly<Record<Role, Rights>> = {
  clinician: {
    patients: true,
    restricted: false,
    confidential: false,
    optedOutForReview: false,
    purposes: ["direct-care", "identity-review"],
  },
  "data-manager": {
    patients: true,
    restricted: false,
    confidential: false,
    optedOutForReview: false,
    purposes: ["direct-care", "identity-review", "operations"],
  },
  administrator: {
    patients: true,
    restricted: false,
    confidential: false,
    optedOutForReview: false,
    purposes: ["direct-care", "identity-review", "operations"],
  },
  "privacy-officer": {
    patients: true,
    restricted: true,
    confidential: true,
    optedOutForReview: true,
    purposes: ["direct-care", "identity-review", "subject-access", "operations"],
  },
  // They run the feeds without the patients.
  operations: {
    patients: false,
    restricted: false,
    confidential: false,
    optedOutForReview: false,
    purposes: ["operations"],
  },
};

const may = ({ roles }: Viewer, right: Exclude<keyof Rights, "purposes">) => roles.some((role) => RIGHTS[role][right]);

/** Whether any patient may be shown, for what the look is for. */
export const maySeePatients = (viewer: Viewer): boolean =>
  viewer.roles.some((role) => RIGHTS[role].patients && RIGHTS[role].purposes.includes(purposeOf(viewer)));

/**
 * Whether the viewer may be shown those who opted out (law 10): a privacy officer, while settling who they are. Somebody has
 * to, because they are matched like everybody else, and a wrong link of theirs would stay. For their own request to see
 * what is held of them they opt in again, or ask the organisations that hold it.
 */
export const maySeeOptedOut = (viewer: Viewer): boolean =>
  viewer.purpose === "identity-review" && may(viewer, "optedOutForReview");

/** Whether the viewer may be told where a restricted person is to be found. */
export const maySeeRestricted = (viewer: Viewer): boolean => may(viewer, "restricted");

/** Whether the viewer may read confidential entries. */
export const maySeeConfidential = (viewer: Viewer): boolean => may(viewer, "confidential");

/** The known roles among the words, in the order of ROLES. */
export function rolesOf(words: readonly string[]): Role[] {
  return ROLES.filter((role) => words.includes(role));
}
