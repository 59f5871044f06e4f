import type { Sex } from "@chesil/model";
import { missing, type Outcome, outcome } from "./outcome.ts";

export type PreparedSex = "male" | "female";

export const SEX_LEVELS = ["equal", "else"] as const;

/** Indeterminate and unknown say nothing that could agree or disagree. */
export function prepareSex(sex: Sex): PreparedSex | undefined {
  return sex === "male" || sex === "female" ? sex : undefined;
}

export function compareSex(
  a: PreparedSex | undefined,
  b: PreparedSex | undefined,
): Outcome<(typeof SEX_LEVELS)[number]> {
  if (a === undefined || b === undefined) return missing(a, b);
  return outcome(a === b ? "equal" : "else", a, b);
}
