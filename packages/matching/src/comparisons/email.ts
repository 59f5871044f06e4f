import { isPlaceholderEmail } from "../placeholders.ts";
import { editDistance } from "../similarity.ts";
import { anyValue, bestRank } from "./comparison.ts";

const EMAIL_LEVELS = [
  "exact",
  /** One character mistyped, or the same name at another provider. */
  "similar",
  "else",
] as const;

/** A short name before the @ (`jo`, `info`) is nobody's in particular. */
const LOCAL_LENGTH_MIN = 6;
const LENGTH_MAX = 254;

/** Lower case, or undefined for what is no address. */
export function prepareEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  if (email.length > LENGTH_MAX || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return undefined;
  return isPlaceholderEmail(localPart(email)) ? undefined : email;
}

export const emailComparison = anyValue<string>({
  name: "email",
  levels: EMAIL_LEVELS,
  of: (record) => record.emails,
  rank: (a, b) =>
    a.onlyEmail && b.onlyEmail ? rankOf(a.onlyEmail, b.onlyEmail) : bestRank(a.emails, b.emails, rankOf),
  rankOf,
  textOf: (email) => email,
});

function rankOf(a: string, b: string): number {
  if (a === b) return 0;
  return editDistance(a, b, 1) <= 1 || sameLocalPart(a, b) ? 1 : 2;
}

function sameLocalPart(a: string, b: string): boolean {
  const at = a.indexOf("@");
  return at >= LOCAL_LENGTH_MIN && at === b.indexOf("@") && a.slice(0, at) === b.slice(0, at);
}

const localPart = (email: string): string => email.slice(0, email.indexOf("@"));
