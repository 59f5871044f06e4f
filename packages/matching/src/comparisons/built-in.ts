import { addressComparison } from "./address.ts";
import { birthDateComparison } from "./birth-date.ts";
import type { Comparison } from "./comparison.ts";
import { emailComparison } from "./email.ts";
import { familyNameComparison, givenNameComparison } from "./name.ts";
import { nhsNumberComparison } from "./nhs-number.ts";
import { phoneComparison } from "./phone.ts";
import { postcodeComparison } from "./postcode.ts";
import { practiceComparison } from "./practice.ts";
import { sexComparison } from "./sex.ts";

/** Every comparison of demographics, in the order evidence lists them. What a level means stands beside each. */
export const BUILT_IN_COMPARISONS: readonly Comparison[] = [
  nhsNumberComparison,
  familyNameComparison,
  givenNameComparison,
  birthDateComparison,
  sexComparison,
  postcodeComparison,
  addressComparison,
  phoneComparison,
  emailComparison,
  practiceComparison,
];

/** Their names, which no declared column may have. */
export const COMPARISON_NAMES: readonly string[] = BUILT_IN_COMPARISONS.map(({ name }) => name);
