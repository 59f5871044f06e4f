import { missing, type Outcome, outcome } from "./outcome.ts";

export const PRACTICE_LEVELS = ["equal", "else"] as const;

/** V81997, V81998 and V81999 stand for "no practice", "not applicable" and "not known" (NHS Data Dictionary). */
const PSEUDO_PRACTICE = /^V8199[789]$/;

/** An ODS code in capitals, or undefined for the pseudo codes. */
export function preparePractice(code: string): string | undefined {
  const practice = code.trim().toUpperCase();
  return practice === "" || PSEUDO_PRACTICE.test(practice) ? undefined : practice;
}

export function comparePractice(
  a: string | undefined,
  b: string | undefined,
): Outcome<(typeof PRACTICE_LEVELS)[number]> {
  if (a === undefined || b === undefined) return missing(a, b);
  return outcome(a === b ? "equal" : "else", a, b);
}
