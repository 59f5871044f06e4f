import { oneValue } from "./comparison.ts";

/** V81997, V81998 and V81999 stand for "no practice", "not applicable" and "not known" (NHS Data Dictionary). */
const PSEUDO_PRACTICE = /^V8199[789]$/;

/** An ODS code in capitals, or undefined for the pseudo codes. */
export function preparePractice(code: string): string | undefined {
  const practice = code.trim().toUpperCase();
  return practice === "" || PSEUDO_PRACTICE.test(practice) ? undefined : practice;
}

export const practiceComparison = oneValue<string>({
  name: "practice",
  levels: ["equal", "else"],
  of: (record) => record.practice,
  rankOf: (a, b) => (a === b ? 0 : 1),
  textOf: (practice) => practice,
});
