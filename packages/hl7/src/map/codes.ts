import type { EncounterStatement, Sex } from "@chesil/model";

/** Codes of the wire to the words of the model. What is not listed is not guessed. */

/** HL7 table 0001, NHS person stated gender (1, 2, 9, X, 0), and the words some senders write out. */
const SEX = new Map<string, Sex>([
  ["M", "male"],
  ["1", "male"],
  ["MALE", "male"],
  ["F", "female"],
  ["2", "female"],
  ["FEMALE", "female"],
  ["O", "indeterminate"],
  ["A", "indeterminate"],
  ["9", "indeterminate"],
  ["OTHER", "indeterminate"],
  ["U", "unknown"],
  ["N", "unknown"],
  ["0", "unknown"],
  ["X", "unknown"],
  ["UNKNOWN", "unknown"],
]);

export function sexOf(code: string): Sex | undefined {
  return SEX.get(code.toUpperCase());
}

/** HL7 table 0136, and NHS death notification status (1 informal, 2 formal). */
const YES_NO = new Map([
  ["Y", true],
  ["YES", true],
  ["1", true],
  ["2", true],
  ["N", false],
  ["NO", false],
]);

export function yesOrNo(code: string): boolean | undefined {
  return YES_NO.get(code.toUpperCase());
}

/** HL7 table 0004. N, not applicable, is IHE's way to say that there is no visit. */
const CLASSES = new Map<string, EncounterStatement["class"]>([
  ["I", "inpatient"],
  ["O", "outpatient"],
  ["E", "emergency"],
  ["P", "preadmission"],
  ["R", "recurring"],
  ["B", "obstetrics"],
  ["C", "other"],
  ["U", "other"],
]);

export const NO_VISIT_CLASS = "N";

export function encounterClassOf(code: string): EncounterStatement["class"] | undefined {
  return CLASSES.get(code.toUpperCase());
}

/** What each event does to an encounter. Those at person level (A28, A31, A40) refresh one at most. */
export const ENCOUNTER_ACTIONS = new Map<string, EncounterStatement["action"]>([
  ["A01", "admit"],
  ["A02", "transfer"],
  ["A03", "discharge"],
  ["A04", "admit"],
  ["A05", "plan"],
  ["A06", "update"],
  ["A07", "update"],
  ["A08", "update"],
  ["A09", "update"],
  ["A10", "update"],
  ["A11", "cancel-admit"],
  ["A12", "cancel-transfer"],
  ["A13", "cancel-discharge"],
]);

/** Events at person level: PV1 is there because the structure asks for it, and mostly holds nothing. */
export const PERSON_EVENTS = new Set(["A28", "A31", "A40"]);
