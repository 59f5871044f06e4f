import { z } from "zod";
import { address, identifier, partialDate, party, personName, sensitivity, sex, telecom } from "./demographics.ts";
import { encounterStatement } from "./encounter.ts";
import { factSnapshot, factStatement } from "./fact.ts";
import { identityOperation, sourceKey } from "./identity-operation.ts";
import { said } from "./said.ts";

/**
 * The canonical event: what one message says, in Chesil's words, whatever wire it came on. It is a statement by a
 * source, not yet a truth: resolve decides what becomes of it. Its JSON Schema is `schemas/event.json`.
 */

/** An instant, UTC, ISO 8601 with `Z`. */
const instant = z.iso.datetime();

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
  confidentiality: said(sensitivity).optional(),
});
export type Demographics = z.infer<typeof demographics>;

export const patientStatement = z.object({
  key: sourceKey,
  /** Every identifier sent (PID-2, 3, 4, 18, 19), NHS numbers with their trust. */
  identifiers: z.array(identifier),
  demographics,
});
export type PatientStatement = z.infer<typeof patientStatement>;

/** A patient, and what the message says of them. */
export const subjectStatement = z.object({
  patient: patientStatement,
  encounter: encounterStatement.optional(),
  facts: z.array(factStatement),
  snapshots: z.array(factSnapshot),
});
export type SubjectStatement = z.infer<typeof subjectStatement>;

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
    "identity",
    "structure",
    "ignored",
  ]),
  /** What is wrong, without any patient data. */
  text: z.string(),
});
export type Warning = z.infer<typeof warning>;

export const canonicalEvent = z.object({
  schemaVersion: z.literal(2),
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
  /** Whom the message is about: one patient nearly always; two in A17, A24, A37, more in a repeated merge or result. */
  subjects: z.array(subjectStatement).min(1),
  /** Applied after the subjects were heard, in order, all of them or none. */
  operations: z.array(identityOperation),
  warnings: z.array(warning),
  /** Segments of the message that this version maps to nothing: kept in the journal, named here. */
  notMapped: z.array(z.string()),
});
export type CanonicalEvent = z.infer<typeof canonicalEvent>;
