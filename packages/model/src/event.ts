import { z } from "zod";
import { address, identifier, partialDate, party, personName, sex, telecom } from "./demographics.ts";
import { said } from "./said.ts";

/**
 * The canonical event: what one message says, in Chesil's words, whatever wire it came on. It is a statement by a
 * source, not yet a truth: resolve decides what becomes of it. Its JSON Schema is `schemas/event.json`.
 */

/** An instant, UTC, ISO 8601 with `Z`. */
const instant = z.iso.datetime();

/** (assigning authority, local id): one patient as one source system knows them. */
export const sourceKey = z.object({ authority: z.string(), localId: z.string() });
export type SourceKey = z.infer<typeof sourceKey>;

/** Demographics, field by field as the sender said them. A key that is missing was absent from the message. */
export const demographics = z.object({
  names: said(z.array(personName)).optional(),
  birthDate: said(partialDate).optional(),
  sex: said(sex).optional(),
  addresses: said(z.array(address)).optional(),
  telecoms: said(z.array(telecom)).optional(),
  ethnicity: said(z.string()).optional(),
  maritalStatus: said(z.string()).optional(),
  religion: said(z.string()).optional(),
  language: said(z.string()).optional(),
  deceased: said(z.boolean()).optional(),
  deathDate: said(z.string()).optional(),
  generalPractitioner: said(party).optional(),
  generalPractice: said(party).optional(),
});
export type Demographics = z.infer<typeof demographics>;

export const patientStatement = z.object({
  key: sourceKey,
  /** Every identifier sent (PID-2, 3, 4, 18, 19), NHS numbers with their trust. */
  identifiers: z.array(identifier),
  demographics,
});
export type PatientStatement = z.infer<typeof patientStatement>;

export const encounterStatus = z.enum(["planned", "in-progress", "on-leave", "finished", "cancelled"]);
export type EncounterStatus = z.infer<typeof encounterStatus>;

/** HL7 table 0004, in FHIR's words. */
export const encounterClass = z.enum([
  "inpatient",
  "outpatient",
  "emergency",
  "preadmission",
  "recurring",
  "obstetrics",
  "other",
]);

export const encounterStatement = z.object({
  /** PV1-19 as sent, or derived (`admitted:` + PV1-44) where the sender gives no visit number. */
  visitNumber: z.string(),
  /** What the event does to the encounter; `update` leaves the status as it was. */
  action: z.enum([
    "plan",
    "admit",
    "transfer",
    "discharge",
    "update",
    "cancel-admit",
    "cancel-transfer",
    "cancel-discharge",
  ]),
  class: encounterClass.optional(),
  location: z.string().optional(),
  specialty: z.string().optional(),
  consultant: party.optional(),
  admissionMethod: z.string().optional(),
  admittedAt: z.string().optional(),
  dischargedAt: z.string().optional(),
  dischargeDestination: z.string().optional(),
});
export type EncounterStatement = z.infer<typeof encounterStatement>;

/** A sender's assertion that the record `retired` is the same patient as the event's own (`survivor`). A40. */
export const mergeStatement = z.object({ survivor: sourceKey, retired: sourceKey });
export type MergeStatement = z.infer<typeof mergeStatement>;

export const warning = z.object({
  /** Where, in the sender's terms: `PID-7`, `PID-3[2].1`. */
  location: z.string(),
  code: z.enum([
    "bad-date",
    "bad-nhs-number",
    "bad-escape",
    "bad-charset",
    "bad-code",
    "future-time",
    "placeholder",
    "retired-id",
    "ignored",
  ]),
  /** What is wrong, without any patient data. */
  text: z.string(),
});
export type Warning = z.infer<typeof warning>;

export const canonicalEvent = z.object({
  schemaVersion: z.literal(1),
  source: z.object({
    application: z.string(),
    facility: z.string(),
    controlId: z.string(),
    messageType: z.string(),
    triggerEvent: z.string(),
    version: z.string(),
  }),
  /** EVN-2, else MSH-7; undefined when neither can be read. When the sender says it was recorded. */
  recordedAt: instant.optional(),
  /** EVN-6: when it happened. */
  occurredAt: instant.optional(),
  patient: patientStatement,
  encounter: encounterStatement.optional(),
  merges: z.array(mergeStatement),
  warnings: z.array(warning),
  /** Segments of the message that this version maps to nothing: kept in the journal, named here. */
  notMapped: z.array(z.string()),
});
export type CanonicalEvent = z.infer<typeof canonicalEvent>;
