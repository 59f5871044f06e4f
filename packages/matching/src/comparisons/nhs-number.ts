import { isValidNhsNumber, nhsNumberDigits } from "@chesil/model";
import { isPlaceholderNumber } from "../placeholders.ts";
import { MISSING, oneValue } from "./comparison.ts";

/** `verified` is believed only of a number that passes its check; a number that fails it is `invalid`. */
export type PreparedNhsNumber = {
  readonly digits: string;
  /** The first nine digits as a number, which is quicker to compare: a valid number's tenth follows from them. */
  readonly nine: number;
  readonly trust: "verified" | "unverified" | "invalid";
};

const NHS_NUMBER_LEVELS = [
  /** Equal, and traced on both sides. */
  "equal-verified",
  /** Equal, but at least one side was never traced. */
  "equal",
  /** One side fails its check digit and is one slip away from the other. Two valid numbers never are: modulus 11. */
  "near-miss",
  /** Two different valid numbers, at least one never traced. */
  "different",
  /** Two different valid numbers, both traced. */
  "different-verified",
] as const;
const [EQUAL_VERIFIED, EQUAL, NEAR_MISS, DIFFERENT, DIFFERENT_VERIFIED] = [0, 1, 2, 3, 4];

/** Undefined for what is not ten digits and for placeholders, which many records share. */
export function prepareNhsNumber(said: {
  value: string;
  trust: "verified" | "unverified" | "invalid";
}): PreparedNhsNumber | undefined {
  const digits = nhsNumberDigits(said.value);
  if (digits === undefined || isPlaceholderNumber(digits)) return undefined;
  return { digits, nine: Number(digits.slice(0, 9)), trust: isValidNhsNumber(digits) ? said.trust : "invalid" };
}

export const nhsNumberComparison = oneValue<PreparedNhsNumber>({
  name: "nhsNumber",
  levels: NHS_NUMBER_LEVELS,
  of: (record) => record.nhsNumber,
  rankOf,
  textOf: ({ digits }) => digits,
});

/** A side that is invalid and not near says nothing: a mistyped number is no evidence of another person. */
function rankOf(a: PreparedNhsNumber, b: PreparedNhsNumber): number {
  if (a.trust === "invalid" || b.trust === "invalid") {
    return a.trust !== b.trust && isOneSlip(a.digits, b.digits) ? NEAR_MISS : MISSING;
  }
  const verified = a.trust === "verified" && b.trust === "verified";
  if (a.nine === b.nine) return verified ? EQUAL_VERIFIED : EQUAL;
  return verified ? DIFFERENT_VERIFIED : DIFFERENT;
}

/** One digit mistyped, or two neighbours swapped. */
function isOneSlip(a: string, b: string): boolean {
  let first = 0;
  while (first < 10 && a[first] === b[first]) first++;
  if (first === 10) return false;
  if (a.slice(first + 1) === b.slice(first + 1)) return true;
  return a[first] === b[first + 1] && a[first + 1] === b[first] && a.slice(first + 2) === b.slice(first + 2);
}
