/**
 * The clock of a British hospital: HL7 timestamps carry no zone here, as on the wire, and are Europe/London.
 * Written out because `Intl` costs more than the rest of a message, and the rule has not changed since 1996.
 */

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** A mean year; used for ages and for how long ago something was, never for a date. */
export const YEAR_MS = 365.25 * DAY_MS;

/** 01:00 UTC on the last Sunday of a month (0 January) whose last day is 31. */
function lastSundayMs(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month, 31, 1));
  return last.getTime() - last.getUTCDay() * DAY_MS;
}

type Summer = { readonly fromMs: number; readonly untilMs: number };
/** Reckoned once a year: a message asks five times. */
const summers = new Map<number, Summer>();

/** Summer time: from the last Sunday of March to the last Sunday of October, both at 01:00 UTC. */
function summerOf(year: number): Summer {
  const known = summers.get(year);
  if (known !== undefined) return known;
  const summer = { fromMs: lastSundayMs(year, 2), untilMs: lastSundayMs(year, 9) };
  summers.set(year, summer);
  return summer;
}

/** What London's clocks show, as if it were UTC. */
export function londonMs(atMs: number): number {
  const { fromMs, untilMs } = summerOf(new Date(atMs).getUTCFullYear());
  return atMs >= fromMs && atMs < untilMs ? atMs + HOUR_MS : atMs;
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** A date as HL7 writes it: `YYYYMMDD`. */
export function dateStamp(atMs: number): string {
  const local = new Date(londonMs(atMs));
  return `${local.getUTCFullYear()}${two(local.getUTCMonth() + 1)}${two(local.getUTCDate())}`;
}

/** A time as HL7 writes it: `YYYYMMDDHHMMSS`, London time without a zone. */
export function timeStamp(atMs: number): string {
  const local = new Date(londonMs(atMs));
  const time = `${two(local.getUTCHours())}${two(local.getUTCMinutes())}${two(local.getUTCSeconds())}`;
  return `${local.getUTCFullYear()}${two(local.getUTCMonth() + 1)}${two(local.getUTCDate())}${time}`;
}

/** The hour of the day in London, 0 to 23. */
export function londonHour(atMs: number): number {
  return new Date(londonMs(atMs)).getUTCHours();
}

/** Whole years between a birth date (`YYYYMMDD`) and a moment. */
export function ageInYears(birthDate: string, atMs: number): number {
  const today = dateStamp(atMs);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(4) < birthDate.slice(4) ? years - 1 : years;
}

/** Whether `YYYYMMDD` is a day that exists. */
export function isRealDate(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8))];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
