import { isPlaceholderNumber } from "../placeholders.ts";
import { missing, type Outcome, outcome } from "./outcome.ts";

export const PHONE_LEVELS = ["equal", "else"] as const;

const SIGNIFICANT_DIGITS = 9;

/** The last nine digits: 07700 900123, +44 7700 900123 and 0044 (0)7700 900123 are one. Undefined for fewer. */
export function preparePhone(text: string): string | undefined {
  const digits = text.replace(/\D/g, "").slice(-SIGNIFICANT_DIGITS);
  return digits.length < SIGNIFICANT_DIGITS || isPlaceholderNumber(digits) ? undefined : digits;
}

export function comparePhone(a: readonly string[], b: readonly string[]): Outcome<(typeof PHONE_LEVELS)[number]> {
  if (a.length === 0 || b.length === 0) return missing(a[0], b[0]);
  for (const number of a) if (b.includes(number)) return outcome("equal", number, number);
  return outcome("else", a[0], b[0]);
}
