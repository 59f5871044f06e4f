import type { AuditEvent } from "./clinical-resources.ts";
import type { Coding } from "./datatypes.ts";
import { metaOf, patientReference } from "./patient.ts";
import { CODE_SYSTEM, PROFILE } from "./uk-core.ts";
import { readable, withoutEmpty } from "./without-empty.ts";

/** AuditEvent, after IHE's Basic Audit Log Patterns: who looked at whom, when and how, and whether they were let. */

/** An entry of the audit trail. */
export type AuditSource = {
  readonly auditId: number;
  readonly at: Date;
  readonly username: string;
  /** Chesil's own word: `fhir-read`, `person.read`, `consent.record`, … */
  readonly action: string;
  readonly personId: string | null;
  readonly journalId: number | null;
  /** How, never what was seen. `refused` says why nothing was; `purpose` what for. */
  readonly detail: Readonly<Record<string, unknown>>;
};

type Act = { readonly action: AuditEvent["action"]; readonly interaction?: Coding };

const interaction = (code: string): Coding => ({ system: CODE_SYSTEM.restfulInteraction, code, display: code });

/** FHIR's own interactions; of any other act the last word of its name tells what is done. */
const INTERACTIONS: ReadonlyMap<string, Act> = new Map([
  ["fhir-read", { action: "R", interaction: interaction("read") }],
  ["fhir-search", { action: "E", interaction: interaction("search") }],
  ["fhir-everything", { action: "E", interaction: interaction("operation") }],
  ["fhir-match", { action: "E", interaction: interaction("operation") }],
  ["fhir-pix", { action: "E", interaction: interaction("operation") }],
]);
const ACTS: readonly (readonly [RegExp, AuditEvent["action"]])[] = [
  [/(^|[-.])(read|view|open|show|export|history|measure)$/, "R"],
  [/(^|[-.])(create|add|record|register|upload)$/, "C"],
  [/(^|[-.])(change|update|decide|assign|repair|set|activate)$/, "U"],
  [/(^|[-.])(delete|remove|forget)$/, "D"],
];

const REST: Coding = { system: CODE_SYSTEM.auditEventType, code: "rest", display: "RESTful Operation" };
const APPLICATION: Coding = { system: CODE_SYSTEM.dicom, code: "110100", display: "Application Activity" };
const PERSON: Coding = { system: CODE_SYSTEM.auditEntityType, code: "1", display: "Person" };
const PATIENT: Coding = { system: CODE_SYSTEM.objectRole, code: "1", display: "Patient" };
const RECIPIENT: Coding = {
  system: CODE_SYSTEM.participationType,
  code: "IRCP",
  display: "information recipient",
};
const USERS = "urn:chesil:users";
const CHESIL = { type: "Device", display: "Chesil" };

export function auditEventOf(entry: AuditSource): AuditEvent {
  const { auditId, at, username, action, personId, detail } = entry;
  const act = INTERACTIONS.get(action) ?? { action: ACTS.find(([form]) => form.test(action))?.[1] ?? "E" };
  const refused = detail.refused === undefined ? undefined : String(detail.refused);
  const purpose = typeof detail.purpose === "string" ? readable(detail.purpose) : undefined;
  return withoutEmpty<AuditEvent>({
    resourceType: "AuditEvent",
    id: String(auditId),
    meta: { ...metaOf({ journalId: auditId, at }, PROFILE.auditEvent) },
    type: act.interaction ? REST : APPLICATION,
    subtype: [...(act.interaction ? [act.interaction] : []), { system: CODE_SYSTEM.auditAction, code: action }],
    action: act.action,
    recorded: at.toISOString(),
    // DICOM: 0 success, 4 minor failure, as a refusal is.
    outcome: refused === undefined ? "0" : "4",
    outcomeDesc: refused === undefined ? undefined : `Refused: ${refused}`,
    purposeOfEvent: purpose === undefined ? undefined : [{ text: purpose }],
    agent: [
      {
        type: { coding: [RECIPIENT] },
        who: { identifier: { system: USERS, value: readable(username) ?? "unknown" }, display: username },
        requestor: true,
      },
    ],
    source: { observer: CHESIL },
    entity: personId === null ? undefined : [{ what: patientReference(personId), type: PERSON, role: PATIENT }],
  });
}
