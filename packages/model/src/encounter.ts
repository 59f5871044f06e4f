import { z } from "zod";
import { party } from "./demographics.ts";

/** What a message says of one visit. The encounter itself is what all its statements come to: see `services/resolve`. */

export const encounterStatus = z.enum(["planned", "in-progress", "on-leave", "finished", "cancelled", "deleted"]);
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

/** What happened to the visit. Each can be cancelled; a cancel takes away exactly the event that it names. */
export const encounterHappening = z.enum([
  /** A05, A14: expected. */
  "plan",
  /** A01, A04: the patient is here. */
  "admit",
  /** A02, A17: another bed. */
  "transfer",
  /** A03. */
  "discharge",
  /** A06, A07: outpatient to inpatient and back. */
  "change-class",
  /** A15, A16: expected to be transferred, to be discharged. */
  "plan-transfer",
  "plan-discharge",
  /** A09, A10: left one place for another, arrived; the bed is kept. */
  "depart",
  "arrive",
  /** A21, A22: on leave, and back. */
  "leave",
  "return",
  /** A54, A61. */
  "change-attending",
  "change-consulting",
]);
export type EncounterHappening = z.infer<typeof encounterHappening>;

export const encounterAction = z.enum([
  ...encounterHappening.options,
  /** Facts of the visit, nothing that happened to it (A08 and every other message with a PV1). */
  "update",
  /** A11, A12, A13, A25, A26, A27, A32, A33, A38, A52, A53, A55, A62: what `cancels` names did not happen. */
  "cancel",
  /** A23: the visit was recorded in error. */
  "delete",
]);
export type EncounterAction = z.infer<typeof encounterAction>;

/** What a sender may delete of a visit by saying `""`. */
export const encounterField = z.enum([
  "account",
  "class",
  "location",
  "pendingLocation",
  "specialty",
  "consultant",
  "admissionMethod",
  "admittedAt",
  "dischargedAt",
  "expectedAt",
  "dischargeDestination",
]);
export type EncounterField = z.infer<typeof encounterField>;

/** What stands before PV1-44 in the number of a visit that the sender gives none. */
export const ADMITTED_VISIT = "admitted:";

export const encounterStatement = z.object({
  /** PV1-19 as sent, or derived (`admitted:` + PV1-44) where the sender gives no visit number. */
  visitNumber: z.string(),
  /** PID-18, the account that pays for it. */
  account: z.string().optional(),
  action: encounterAction,
  /** With `cancel`: what did not happen. */
  cancels: encounterHappening.optional(),
  class: encounterClass.optional(),
  location: z.string().optional(),
  /** PV1-42, with `plan-transfer`. */
  pendingLocation: z.string().optional(),
  specialty: z.string().optional(),
  /** PV1-7, the attending doctor. */
  consultant: party.optional(),
  admissionMethod: z.string().optional(),
  admittedAt: z.string().optional(),
  dischargedAt: z.string().optional(),
  /** PV2-8 or PV2-9: when the planned admission or discharge is expected. */
  expectedAt: z.string().optional(),
  dischargeDestination: z.string().optional(),
  /** The fields that the sender deleted (`""`). A field that is merely missing was not spoken of. */
  cleared: z.array(encounterField).optional(),
});
export type EncounterStatement = z.infer<typeof encounterStatement>;
