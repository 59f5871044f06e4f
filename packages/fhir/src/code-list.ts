import type { CodeableConcept, Coding } from "./datatypes.ts";
import { CODE_SYSTEM } from "./uk-core.ts";
import { readable } from "./without-empty.ts";

/** Codes as senders write them, to codings. A code that is not in its list is kept as text: nothing is guessed. */

type CodeList = ReadonlyMap<string, Coding>;

const listOf = (system: string, codes: Record<string, string>): CodeList =>
  new Map(Object.entries(codes).map(([code, display]) => [code, { system, code, display }]));

/** Lists whose displays are long sentences go without: `display` is optional and the code says it. */
const bareListOf = (system: string, codes: string): CodeList =>
  new Map(codes.split(" ").map((code) => [code, { system, code }]));

/** NHS Data Dictionary, ethnic category 2001. */
export const ETHNIC_CATEGORY = listOf(CODE_SYSTEM.ethnicCategory, {
  A: "White - British",
  B: "White - Irish",
  C: "White - Any other White background",
  D: "Mixed - White and Black Caribbean",
  E: "Mixed - White and Black African",
  F: "Mixed - White and Asian",
  G: "Mixed - Any other mixed background",
  H: "Asian or Asian British - Indian",
  J: "Asian or Asian British - Pakistani",
  K: "Asian or Asian British - Bangladeshi",
  L: "Asian or Asian British - Any other Asian background",
  M: "Black or Black British - Caribbean",
  N: "Black or Black British - African",
  P: "Black or Black British - Any other Black background",
  R: "Other Ethnic Groups - Chinese",
  S: "Other Ethnic Groups - Any other ethnic group",
  Z: "Not stated",
  "99": "Not known",
});

/**
 * UK Core binds to HL7's list and adds England's where HL7 has no such code. S, M, D and W mean the same in both; P is
 * the NHS's "separated", which HL7 v3 would read as something else. L and U come from HL7 v2 senders.
 */
export const MARITAL_STATUS: CodeList = new Map([
  ...listOf(CODE_SYSTEM.maritalStatus, {
    S: "Never Married",
    M: "Married",
    D: "Divorced",
    W: "Widowed",
    L: "Legally Separated",
  }),
  ...listOf(CODE_SYSTEM.maritalStatusEngland, { P: "Separated", N: "Not disclosed" }),
  ["U", { system: CODE_SYSTEM.nullFlavor, code: "UNK", display: "unknown" }],
]);

/** HL7 table 0203, the codes a patient's identifiers carry. */
export const IDENTIFIER_TYPE = listOf(CODE_SYSTEM.identifierType, {
  MR: "Medical record number",
  PI: "Patient internal identifier",
  PT: "Patient external identifier",
  AN: "Account number",
  VN: "Visit number",
  NI: "National unique individual identifier",
  SS: "Social Security number",
  DL: "Driver's license number",
  PPN: "Passport number",
});

/** NHS Data Dictionary, admission method (hospital provider spell). */
export const ADMISSION_METHOD = bareListOf(
  CODE_SYSTEM.admissionMethod,
  "11 12 13 21 22 23 24 25 28 2A 2B 2C 2D 31 32 81 82 83 98 99",
);

/** NHS Data Dictionary, discharge destination (hospital provider spell). */
export const DISCHARGE_DESTINATION = bareListOf(
  CODE_SYSTEM.dischargeDestination,
  "19 29 30 37 38 48 49 50 51 52 53 54 65 66 79 84 85 87 88 98 99",
);

/** The concept of a code as sent, undefined for nothing. */
export function concept(list: CodeList, sent: string | null | undefined): CodeableConcept | undefined {
  const text = readable(sent);
  if (text === undefined) return undefined;
  const coding = list.get(text.toUpperCase());
  return coding ? { coding: [coding] } : { text };
}
