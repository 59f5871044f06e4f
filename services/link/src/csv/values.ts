import type { MatchRecord } from "@chesil/matching";
import { isValidNhsNumber, nhsNumberDigits, type Sex } from "@chesil/model";

/** What programs write for nothing. Not asked of names: Null and Nan are names. */
const NOTHING = new Set(["null", "nan", "none", "nil", "na", "n/a", "#n/a", "\\n", "-", "--", "?", "."]);

const LONGEST_NOTHING = 4;

/** The value without the spaces around it; "" for what only says that there is none. */
export function cellValue(text: string): string {
  const value = text.trim();
  return value.length <= LONGEST_NOTHING && NOTHING.has(value.toLowerCase()) ? "" : value;
}

/** NHS person stated gender codes (1 male, 2 female, 9 indeterminate, 0 not known), HL7's letters, and words. */
const SEXES: ReadonlyMap<string, Sex> = new Map([
  ...["m", "male", "man", "boy", "1"].map((text) => [text, "male"] as const),
  ...["f", "female", "woman", "girl", "2"].map((text) => [text, "female"] as const),
  ...["9", "i", "o", "x", "indeterminate", "intersex", "other", "non-binary", "not specified", "unspecified"].map(
    (text) => [text, "indeterminate"] as const,
  ),
  ...["0", "u", "n", "unknown", "not known", "not stated", "unk"].map((text) => [text, "unknown"] as const),
]);

/** Undefined for what is no code of a sex. `1.0` is what a spreadsheet program makes of a column with gaps. */
export function readSex(text: string): Sex | undefined {
  return SEXES.get(text.toLowerCase()) ?? SEXES.get(text.replace(/\.0$/, ""));
}

/** Digits without spaces and hyphens. A number that fails its check digit is kept: it may be a slip of a right one. */
export function readNhsNumber(text: string): NonNullable<MatchRecord["nhsNumber"]> {
  const value = text.replace(/\.0$/, "");
  return { value: nhsNumberDigits(value) ?? value, trust: isValidNhsNumber(value) ? "unverified" : "invalid" };
}
