import { isPlaceholderNumber } from "../placeholders.ts";
import { anyValue, bestRank } from "./comparison.ts";

const SIGNIFICANT_DIGITS = 9;

/** The last nine digits: 07700 900123, +44 7700 900123 and 0044 (0)7700 900123 are one. Undefined for fewer. */
export function preparePhone(text: string): string | undefined {
  const digits = text.replace(/\D/g, "").slice(-SIGNIFICANT_DIGITS);
  return digits.length < SIGNIFICANT_DIGITS || isPlaceholderNumber(digits) ? undefined : digits;
}

export const phoneComparison = anyValue<string>({
  name: "phone",
  levels: ["equal", "else"],
  of: (record) => record.phones,
  rank: (a, b) =>
    a.onlyPhone && b.onlyPhone ? rankOf(a.onlyPhone, b.onlyPhone) : bestRank(a.phones, b.phones, rankOf),
  rankOf,
  textOf: (phone) => phone,
});

function rankOf(a: string, b: string): number {
  return a === b ? 0 : 1;
}
