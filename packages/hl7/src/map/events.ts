import type { EncounterAction, EncounterHappening } from "@chesil/model";
import { changeAccount, mergeAccounts, moveAccount } from "./account-repairs.ts";
import {
  changeAlternateId,
  changeExternalId,
  changePatientId,
  deleteRecord,
  linkPatients,
  mergePatients,
  mergePersons,
  moveRecord,
  unlinkPatients,
} from "./patient-repairs.ts";
import type { OperationsReader } from "./repair.ts";
import { changeAlternateVisit, changeVisit, mergeVisits, moveVisit } from "./visit-repairs.ts";

/** What an ADT event means. */
export interface AdtEvent {
  /**
   * What happened to the visit. `mentioned`: nothing did, and PV1 mostly stands there because the structure asks for
   * it; only one that names a real visit brings that up to date. `none`: nothing is said of any visit.
   */
  readonly visit: Exclude<EncounterAction, "cancel"> | `cancel ${EncounterHappening}` | "mentioned" | "none";
  /** Whether the second PID and those after it are patients too. */
  readonly subjects: "first" | "every";
  /** What it asserts of identities, in this order. */
  readonly operations: readonly OperationsReader[];
}

/** Something that happened to a visit. */
const to = (visit: AdtEvent["visit"]): AdtEvent => ({ visit, subjects: "first", operations: [] });

/** A repair of what was recorded wrongly: {PID MRG [PV1]} may repeat, and each PID is a patient. */
const repair = (...operations: readonly OperationsReader[]): AdtEvent => ({
  visit: "mentioned",
  subjects: "every",
  operations,
});

/**
 * Every ADT event (HL7 table 0003) that is about a patient. What is missing is not: A19 is a query, A20 tells the state
 * of a bed, A56 to A59 do not exist.
 */
export const ADT_EVENTS: ReadonlyMap<string, AdtEvent> = new Map(
  Object.entries({
    // The visit, and what is expected of it.
    A01: to("admit"),
    A02: to("transfer"),
    A03: to("discharge"),
    A04: to("admit"),
    A05: to("plan"),
    A06: to("change-class"),
    A07: to("change-class"),
    A08: to("update"),
    A09: to("depart"),
    A10: to("arrive"),
    A11: to("cancel admit"),
    A12: to("cancel transfer"),
    A13: to("cancel discharge"),
    A14: to("plan"),
    A15: to("plan-transfer"),
    A16: to("plan-discharge"),
    // Two patients change beds. Their identities are what they were.
    A17: { ...to("transfer"), subjects: "every" },
    A21: to("leave"),
    A22: to("return"),
    A23: to("delete"),
    A25: to("cancel plan-discharge"),
    A26: to("cancel plan-transfer"),
    A27: to("cancel plan"),
    A32: to("cancel arrive"),
    A33: to("cancel depart"),
    A38: to("cancel plan"),
    A52: to("cancel leave"),
    A53: to("cancel return"),
    A54: to("change-attending"),
    A55: to("cancel change-attending"),
    A61: to("change-consulting"),
    A62: to("cancel change-consulting"),

    // The person: added, brought up to date, their allergies, deleted.
    A28: to("mentioned"),
    A31: to("mentioned"),
    A60: to("mentioned"),
    A29: { ...to("none"), operations: [deleteRecord] },

    // A duplicate was created: merge. The first four, and A35, A36 and A39, are what older versions call A40 and A41.
    A18: repair(mergePatients),
    A30: repair(mergePersons),
    A34: repair(mergePatients),
    A39: repair(mergePersons),
    A35: repair(mergeAccounts),
    A36: repair(mergePatients, mergeAccounts),
    A40: repair(mergePatients),
    A41: repair(mergeAccounts),
    A42: repair(mergeVisits),

    // The wrong owner was selected: move.
    A43: repair(moveRecord),
    A44: repair(moveAccount),
    A45: repair(moveVisit),

    // An identifier was mistyped: change. A46 and A48 are what older versions have beside A47.
    A46: repair(changeExternalId),
    A47: repair(changePatientId),
    A48: repair(changeAlternateId),
    A49: repair(changeAccount),
    A50: repair(changeVisit),
    A51: repair(changeAlternateVisit),

    // Two records, one patient, or two after all: neither record goes away.
    A24: repair(linkPatients),
    A37: repair(unlinkPatients),
  } satisfies Record<string, AdtEvent>),
);
