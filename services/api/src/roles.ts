import type { Role } from "@chesil/access";

/**
 * Who may do what: the one table. Every route names its action in `config.action`; the server does not start with a
 * route that names none.
 *
 * `anybody`: no session needed. `systems`: none either, and nothing that a browser sends. `loopback`: a socket from this machine. `signed-in`: any role, even none.
 */
export type Admission = "anybody" | "systems" | "loopback" | "signed-in" | readonly Role[];

const PATIENTS = ["data-manager", "clinician", "privacy-officer", "administrator"] as const;
const MESSAGES = ["administrator", "data-manager", "operations", "privacy-officer"] as const;
const SETTLING = ["administrator", "data-manager", "operations"] as const;

export const ADMISSIONS = {
  "health.read": "anybody",
  "console.load": "anybody",
  /** Signing in and out: without a session by nature, but never without the CSRF header. */
  "session.use": "anybody",
  /** Who sends is told by what is sent, and where the proxy asks for certificates by theirs. */
  "itk.send": "systems",
  "metrics.scrape": "loopback",
  "docs.read": "signed-in",
  "live.read": "signed-in",
  "feed.read": "signed-in",
  /** What its rows say becomes patients' records, and the answer says which of them are there. */
  "load.upload": ["administrator", "data-manager"],
  "message.read": MESSAGES,
  "message.settle": SETTLING,
  /** What a correction says becomes a patient's record, so it takes who may see the patient, not who runs the feeds. */
  "message.repair": ["administrator", "data-manager"],
  "quarantine.read": SETTLING,
  "person.read": PATIENTS,
  /** A copy of everything about a person, for the person. */
  "person.export": ["privacy-officer"],
  "fhir.read": PATIENTS,
  "review-task.read": ["data-manager", "privacy-officer", "administrator"],
  /** To answer a question, and to take that back. `mayDecide` says whose question it is. */
  "review-task.decide": ["data-manager", "privacy-officer", "administrator"],
  /** To say who is whom without being asked. */
  "identity.decide": ["data-manager", "administrator"],
  "review-task.assign": ["data-manager", "administrator"],
  "review.measure": ["data-manager", "privacy-officer", "administrator"],
  "model.read": ["data-manager", "privacy-officer", "administrator"],
  /** Whom a candidate would join or part: persons by name. */
  "model.look": ["data-manager", "privacy-officer", "administrator"],
  "model.try": ["data-manager", "administrator"],
  /** It changes how everybody is matched from then on. */
  "model.activate": ["administrator"],
  /** For programs that follow who is whom: the bootstrap token, which has every role. */
  "identity-event.follow": ["administrator"],
  "user.manage": ["administrator"],
  /** Who may be shown: opt-outs, and how closely records are kept. */
  "consent.read": ["privacy-officer"],
  "consent.record": ["privacy-officer"],
  "audit.read": ["privacy-officer", "administrator"],
} as const satisfies Record<string, Admission>;

export type Action = keyof typeof ADMISSIONS;

export function isAction(word: unknown): word is Action {
  return typeof word === "string" && Object.hasOwn(ADMISSIONS, word);
}

/** Whether roles admit to an action that needs a session. */
export function admits(action: Action, roles: readonly Role[]): boolean {
  const admission: Admission = ADMISSIONS[action];
  if (typeof admission === "string") return admission !== "loopback";
  return roles.some((role) => admission.includes(role));
}
