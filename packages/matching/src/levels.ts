import { ADDRESS_LEVELS } from "./comparisons/address.ts";
import { BIRTH_DATE_LEVELS } from "./comparisons/birth-date.ts";
import { EMAIL_LEVELS } from "./comparisons/email.ts";
import { FAMILY_NAME_LEVELS } from "./comparisons/family-name.ts";
import { GIVEN_NAME_LEVELS } from "./comparisons/given-name.ts";
import { NHS_NUMBER_LEVELS } from "./comparisons/nhs-number.ts";
import { PHONE_LEVELS } from "./comparisons/phone.ts";
import { POSTCODE_LEVELS } from "./comparisons/postcode.ts";
import { PRACTICE_LEVELS } from "./comparisons/practice.ts";
import { SEX_LEVELS } from "./comparisons/sex.ts";

/**
 * Every comparison with its levels, strongest first, in the order evidence lists them. A model gives each level its
 * m and u; what a level means stands beside its comparison. `missing` is never among them: it weighs nothing.
 */
export const COMPARISON_LEVELS = {
  nhsNumber: NHS_NUMBER_LEVELS,
  familyName: FAMILY_NAME_LEVELS,
  givenName: GIVEN_NAME_LEVELS,
  birthDate: BIRTH_DATE_LEVELS,
  sex: SEX_LEVELS,
  postcode: POSTCODE_LEVELS,
  address: ADDRESS_LEVELS,
  phone: PHONE_LEVELS,
  email: EMAIL_LEVELS,
  practice: PRACTICE_LEVELS,
} as const;

export type ComparisonName = keyof typeof COMPARISON_LEVELS;
