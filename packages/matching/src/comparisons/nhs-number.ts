import { isValidNhsNumber, nhsNumberDigits } from "@chesil/model";
import { isPlaceholderNumber } from "../placeholders.ts";
import { missing, type Outcome, outcome } from "./outcome.ts";

/** `verified` is believed only of a number that passes its check; a number that fails it is `invalid`. */
export type PreparedNhsNumber = {
  readonly digits: string;
  readonly trust: "verified" | "unverified" | "invalid";
};

export const NHS_NUMBER_LEVELS = [
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
type NhsNumberLevel = (typeof NHS_NUMBER_LEVELS)[number];

/** Undefined for what is not ten digits and for placeholders, which many records share. */
export function prepareNhsNumber(said: {
  value: string;
  trust: "verified" | "unverified" | "invalid";
}): PreparedNhsNumber | undefined {
  const digits = nhsNumberDigits(said.value);
  if (digits === undefined || isPlaceholderNumber(digits)) return undefined;
  return { digits, trust: isValidNhsNumber(digits) ? said.trust : "invalid" };
}

export function compareNhsNumber(
  a: PreparedNhsNumber | undefined,
  b: PreparedNhsNumber | undefined,
): Outcome<NhsNumberLevel> {
  const level = a && b && levelOf(a, b);
  return level ? outcome(level, a.digits, b.digits) : missing(a?.digits, b?.digits);
}

/** Undefined where a side is invalid and not near: a mistyped number is no evidence of another person. */
function levelOf(a: PreparedNhsNumber, b: PreparedNhsNumber): NhsNumberLevel | undefined {
  if (a.trust === "invalid" || b.trust === "invalid") {
    return a.trust !== b.trust && isOneSlip(a.digits, b.digits) ? "near-miss" : undefined;
  }
  const verified = a.trust === "verified" && b.trust === "verified";
  if (a.digits === b.digits) return verified ? "equal-verified" : "equal";
  return verified ? "different-verified" : "different";
}

/** One digit mistyped, or two neighbours swapped. */
function isOneSlip(a: string, b: string): boolean {
  let first = 0;
  while (first < 10 && a[first] === b[first]) first++;
  if (first === 10) return false;
  if (a.slice(first + 1) === b.slice(first + 1)) return true;
  return a[first] === b[first + 1] && a[first + 1] === b[first] && a.slice(first + 2) === b.slice(first + 2);
}
