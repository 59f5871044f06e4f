import type { Sex } from "@chesil/model";
import { oneValue } from "./comparison.ts";

export type PreparedSex = "male" | "female";

/** Indeterminate and unknown say nothing that could agree or disagree. */
export function prepareSex(sex: Sex): PreparedSex | undefined {
  return sex === "male" || sex === "female" ? sex : undefined;
}

export const sexComparison = oneValue<PreparedSex>({
  name: "sex",
  levels: ["equal", "else"],
  of: (record) => record.sex,
  rankOf: (a, b) => (a === b ? 0 : 1),
  textOf: (sex) => sex,
});
