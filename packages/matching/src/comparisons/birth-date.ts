import { isPlaceholderDate } from "../placeholders.ts";
import { oneValue } from "./comparison.ts";

/** A birth date in parts; 0 for a part that was not stated. */
export type PreparedBirthDate = {
  readonly text: string;
  readonly year: number;
  readonly month: number;
  readonly day: number;
};

const BIRTH_DATE_LEVELS = [
  "exact",
  /** Equal, but the first of January: given to those who do not know their birthday. */
  "exact-default",
  /** Every part both sides state is equal, but not all three are stated (or one side has its year's first day). */
  "partial",
  "day-month-swap",
  /** One part off by one or two, or with two of its digits swapped. */
  "slip",
  /** Day and month equal; the year differs in its decade or century digit alone. */
  "decade-slip",
  /** One part differs by more than a slip. */
  "two-parts",
  "else",
] as const;
type BirthDateLevel = (typeof BIRTH_DATE_LEVELS)[number];
const RANK = Object.fromEntries(BIRTH_DATE_LEVELS.map((level, rank) => [level, rank])) as Record<
  BirthDateLevel,
  number
>;

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Undefined for what is no date in the calendar and for the default dates of systems. */
export function prepareBirthDate(text: string): PreparedBirthDate | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (!match || isPlaceholderDate(text)) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (match[2] !== undefined && (month < 1 || month > 12)) return undefined;
  if (match[3] !== undefined && (day < 1 || day > (DAYS_IN_MONTH[month - 1] ?? 0))) return undefined;
  return { text, year, month, day };
}

/** Whether this is the first of January, which stands for "some day of that year" far more often than its due. */
export function isFirstOfYear(date: PreparedBirthDate): boolean {
  return date.month === 1 && date.day === 1;
}

export const birthDateComparison = oneValue<PreparedBirthDate>({
  name: "birthDate",
  levels: BIRTH_DATE_LEVELS,
  of: (record) => record.birthDate,
  rankOf,
  textOf: ({ text }) => text,
  termOf: ({ text }) => text,
});

function rankOf(a: PreparedBirthDate, b: PreparedBirthDate): number {
  if (a.day === 0 || b.day === 0) return rankPartial(a, b);
  const sameYear = a.year === b.year;
  const sameMonth = a.month === b.month;
  const sameDay = a.day === b.day;
  if (!sameYear && !(sameMonth && sameDay)) return RANK.else;
  if (sameYear && sameMonth && sameDay) return isFirstOfYear(a) ? RANK["exact-default"] : RANK.exact;
  if (sameYear && a.month === b.day && a.day === b.month) return RANK["day-month-swap"];
  const twoAgree = !sameYear || sameMonth || sameDay;
  if (twoAgree) {
    if (!sameDay && isSlip(a.day, b.day)) return RANK.slip;
    if (!sameMonth && isSlip(a.month, b.month)) return RANK.slip;
    if (!sameYear && isSlip(a.year, b.year)) return RANK.slip;
  }
  if (sameYear && (isFirstOfYear(a) || isFirstOfYear(b))) return RANK.partial;
  if (!twoAgree) return RANK.else;
  return !sameYear && isDecadeSlip(a.year, b.year) ? RANK["decade-slip"] : RANK["two-parts"];
}

function rankPartial(a: PreparedBirthDate, b: PreparedBirthDate): number {
  const monthAgrees = a.month === 0 || b.month === 0 || a.month === b.month;
  return a.year === b.year && monthAgrees ? RANK.partial : RANK.else;
}

const SLIP_MAX = 2;

/** Off by one or two, or two neighbouring digits swapped (12 and 21, 1957 and 1975). */
function isSlip(a: number, b: number): boolean {
  if (Math.abs(a - b) <= SLIP_MAX) return true;
  for (let power = 1; power <= 100; power *= 10) {
    const low = Math.floor(a / power) % 10;
    const high = Math.floor(a / (power * 10)) % 10;
    if (a + (low - high) * 9 * power === b) return true;
  }
  return false;
}

/** One wrong digit for the decade or the century: a multiple of ten below a hundred, or of a hundred. */
function isDecadeSlip(a: number, b: number): boolean {
  const apart = Math.abs(a - b);
  return apart % 100 === 0 || (apart % 10 === 0 && Math.floor(a / 100) === Math.floor(b / 100));
}
