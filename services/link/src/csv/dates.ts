/** Dates as files write them, to ISO: `1957-03-12`, `1957-03` or `1957`. */

/** How a column writes its dates, deduced from all of them. */
export type DateOrder = {
  /** Of 03/04/1957: which comes first. */
  readonly first: "day" | "month";
  /** Of eight digits: 19570312 or 12031957. */
  readonly eightDigits: "year-first" | "year-last";
};

/** What the dates of a column say about their order. A survey counts; `dateOrderOf` decides. */
export type DateCounts = {
  /** 13/04/1957: can only be day first. */
  dayFirst: number;
  /** 04/13/1957. */
  monthFirst: number;
  /** 03/04/1957; 04/04/1957 is not counted, as it is the same either way. */
  eitherOrder: number;
  eightYearFirst: number;
  eightYearLast: number;
  twoDigitYears: number;
  /** No date in any reading, and the first row of them. */
  notUnderstood: number;
  firstNotUnderstood: number;
};

export const noDates = (): DateCounts => ({
  dayFirst: 0,
  monthFirst: 0,
  eitherOrder: 0,
  eightYearFirst: 0,
  eightYearLast: 0,
  twoDigitYears: 0,
  notUnderstood: 0,
  firstNotUnderstood: 0,
});

/** Day first unless most of the dates that tell say otherwise. */
export function dateOrderOf(counts: DateCounts): DateOrder {
  return {
    first: counts.monthFirst > counts.dayFirst ? "month" : "day",
    eightDigits: counts.eightYearLast > counts.eightYearFirst ? "year-last" : "year-first",
  };
}

/** `12th September 1957 00:00:00.000 +01:00` is shorter. */
const DATE_LENGTH_MAX = 64;

/** A time of day after a date is dropped: exports add midnight. */
const TIME = /[T ]\d{1,2}:\d{2}.*$/;
const ISO = /^\d{4}-\d{2}-\d{2}$/;
const YEAR_FIRST = /^(\d{4})([-/. ])(\d{1,2})(?:\2(\d{1,2}))?$/;
const YEAR = /^\d{4}$/;
const EIGHT_DIGITS = /^\d{8}$/;
const YEAR_LAST = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})$/;
const MONTH_AND_YEAR = /^(\d{1,2})[-/.](\d{4})$/;
const DAY_MONTH_NAME = /^(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,9})[-/., ]*(\d{4}|\d{2})$/i;
const MONTH_NAME_DAY = /^([a-z]{3,9})[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})$/i;

const MONTHS = "january february march april may june july august september october november december".split(" ");

/** Counts what one value says of its column's order. */
export function countDate(text: string, row: number, counts: DateCounts): void {
  if (ISO.test(text)) return;
  const value = withoutTime(text);
  const parts = YEAR_LAST.exec(value);
  if (parts) countOrder(Number(parts[1]), Number(parts[3]), counts);
  else if (EIGHT_DIGITS.test(value)) {
    if (couldBeYearFirst(value)) counts.eightYearFirst++;
    else if (isPlausible(Number(value.slice(4)))) {
      counts.eightYearLast++;
      countOrder(Number(value.slice(0, 2)), Number(value.slice(2, 4)), counts);
    }
  } else if (readDate(text, ANY_ORDER, 0) === undefined) {
    if (counts.notUnderstood === 0) counts.firstNotUnderstood = row;
    counts.notUnderstood++;
  }
  const year = parts ? parts[4] : (DAY_MONTH_NAME.exec(value)?.[3] ?? MONTH_NAME_DAY.exec(value)?.[3]);
  if (year?.length === 2) counts.twoDigitYears++;
}

/** Nothing up to `12-Mar-57` has a time. */
const withoutTime = (text: string): string =>
  text.length <= 10 ? text : text.slice(0, DATE_LENGTH_MAX).replace(TIME, "").trim();

function countOrder(first: number, second: number, counts: DateCounts): void {
  if (first > 12 && first <= 31 && second <= 12) counts.dayFirst++;
  else if (second > 12 && second <= 31 && first <= 12) counts.monthFirst++;
  else if (first !== second && first <= 12 && second <= 12) counts.eitherOrder++;
}

/** A year at the end puts 17 to 21 where the month would stand, so no date is both. */
function couldBeYearFirst(eight: string): boolean {
  const month = Number(eight.slice(4, 6));
  return isPlausible(Number(eight.slice(0, 4))) && month >= 1 && month <= 12;
}

const ANY_ORDER: DateOrder = { first: "day", eightDigits: "year-first" };

const isPlausible = (year: number): boolean => year >= 1700 && year <= 2100;

/**
 * The ISO date, as precise as written, or undefined for what is no date in any form. A date whose parts can only be
 * read in the other order is read so. A day that no calendar has (31 February) stays as it is written, in ISO's form:
 * it is a slip of the one date it resembles, and what that is worth is for the comparison to say.
 *
 * @param thisYear years of two digits are the last hundred that end here
 */
export function readDate(text: string, order: DateOrder, thisYear: number): string | undefined {
  if (ISO.test(text)) return text;
  if (text.length > DATE_LENGTH_MAX) return undefined;
  const value = withoutTime(text);
  if (YEAR.test(value)) return value;
  const yearFirst = YEAR_FIRST.exec(value);
  if (yearFirst) return iso(yearFirst[1] ?? "", yearFirst[3] ?? "", yearFirst[4]);
  if (EIGHT_DIGITS.test(value)) return readEightDigits(value, order);
  const yearLast = YEAR_LAST.exec(value);
  if (yearLast) {
    const [, first = "", , second = "", year = ""] = yearLast;
    return readYearLast(first, second, fullYear(year, thisYear), order);
  }
  const monthAndYear = MONTH_AND_YEAR.exec(value);
  if (monthAndYear) return iso(monthAndYear[2] ?? "", monthAndYear[1] ?? "");
  return readMonthName(value, thisYear);
}

function readEightDigits(value: string, order: DateOrder): string {
  const isYearLast = order.eightDigits === "year-last" && !couldBeYearFirst(value);
  if (!isYearLast) return iso(value.slice(0, 4), value.slice(4, 6), value.slice(6));
  return readYearLast(value.slice(0, 2), value.slice(2, 4), value.slice(4), order);
}

function readYearLast(first: string, second: string, year: string, order: DateOrder): string {
  const [a, b] = [Number(first), Number(second)];
  const monthFirst = order.first === "month" ? !(a > 12 && b <= 12) : b > 12 && a <= 12;
  return monthFirst ? iso(year, first, second) : iso(year, second, first);
}

function readMonthName(value: string, thisYear: number): string | undefined {
  const dayFirst = DAY_MONTH_NAME.exec(value);
  const [day, name, year] = dayFirst
    ? [dayFirst[1], dayFirst[2], dayFirst[3]]
    : (([, month, of, in_]) => [of, month, in_])(MONTH_NAME_DAY.exec(value) ?? []);
  if (day === undefined || name === undefined || year === undefined) return undefined;
  const month = MONTHS.findIndex(
    (full) => full.startsWith(name.toLowerCase()) || (name.toLowerCase() === "sept" && full === "september"),
  );
  return month === -1 ? undefined : iso(fullYear(year, thisYear), String(month + 1), day);
}

const iso = (year: string, month: string, day?: string): string =>
  `${year}-${month.padStart(2, "0")}${day === undefined ? "" : `-${day.padStart(2, "0")}`}`;

function fullYear(year: string, thisYear: number): string {
  if (year.length === 4) return year;
  const century = thisYear - (thisYear % 100);
  const candidate = century + Number(year);
  return String(candidate > thisYear ? candidate - 100 : candidate).padStart(4, "0");
}
