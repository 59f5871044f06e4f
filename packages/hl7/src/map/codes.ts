import type { EncounterStatement, Sensitivity, Sex } from "@chesil/model";

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

/** HL7 table 0136 (PD1-12), v3 Confidentiality (U, L, M, N, R, V) and PDS's (S, sensitive, as it was called once). */
const SENSITIVITIES = new Map<string, Sensitivity>([
  ["N", "unrestricted"],
  ["U", "unrestricted"],
  ["L", "unrestricted"],
  ["M", "unrestricted"],
  ["Y", "restricted"],
  ["R", "restricted"],
  ["S", "restricted"],
  ["V", "very-restricted"],
]);

export function sensitivityOf(code: string): Sensitivity | undefined {
  return SENSITIVITIES.get(code.toUpperCase());
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
