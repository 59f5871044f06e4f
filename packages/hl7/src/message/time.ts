import { londonOffset } from "./london-clock.ts";

/**
 * HL7 time stamps, kept as precise as they were sent: `1950` is a year. What cannot be is undefined, never guessed.
 * A stamp without a zone is the wall clock in London.
 */
export type TimePrecision = "year" | "month" | "day" | "hour" | "minute" | "second" | "fraction";

export interface Hl7Time {
  /** As sent. */
  readonly text: string;
  readonly precision: TimePrecision;
  /** The calendar date as written, whatever the zone: `1950`, `1950-07` or `1950-07-31`. */
  readonly date: string;
  /** UTC. Missing where there is no hour, or where the wall clock skipped that hour (the last Sunday of March). */
  readonly iso?: string;
}

const DASHED = /^(\d{4})-(\d\d)(?:-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?)?$/;
const FRACTION = /^\.\d{1,6}$/;
/** `+0100`, `-05:00`, `Z`, or a bare `+`, which one sender puts after dates. */
const ZONE = /(?:([+-])(\d\d):?(\d\d)|[+Z])$/;

const MINUTE_MS = 60_000;
const ZONE_HOURS_MAX = 14;

/**
 * Reads `YYYY[MM[DD[HH[MM[SS[.ffff]]]]]][+/-ZZZZ]`, and `2025-05-05 23:23:32` or `2026-01-15T14:30:00Z`, which senders
 * write too. Day and month orders other than these are ambiguous and are not read.
 */
export function readTime(text: string): Hl7Time | undefined {
  const stamp = stampOf(text);
  if (stamp === undefined) return undefined;
  const precision = precisionOf(stamp);
  const date = dateOf(stamp);
  if (stamp.hour === undefined) return { text, precision, date };
  const offset = stamp.zone ?? londonOffset(Number(stamp.year), Number(stamp.month), () => wallMsOf(stamp));
  return offset === undefined ? { text, precision, date } : { text, precision, date, iso: isoOf(stamp, offset) };
}

/** Mostly the hour moves within its day, and then no Date is needed, which takes longer than all the rest here. */
function isoOf(stamp: Stamp, offset: number): string {
  const { minute = "00", second = "00", fraction } = stamp;
  const hour = Number(stamp.hour) - offset / 60;
  if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
    return new Date(wallMsOf(stamp) - offset * MINUTE_MS).toISOString();
  }
  const millisecond = fraction === undefined ? "000" : fraction.slice(0, 3).padEnd(3, "0");
  return `${dateOf(stamp)}T${hour < 10 ? "0" : ""}${hour}:${minute}:${second}.${millisecond}Z`;
}

/** The wall clock as if it were UTC. */
function wallMsOf({ year, month, day, hour, minute, second, fraction }: Stamp): number {
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute ?? 0));
  return wall + Number(second ?? 0) * 1000 + Number((fraction ?? "").slice(0, 3).padEnd(3, "0"));
}

/** The calendar date of a time stamp, as precise as it was sent. A time of day has to be possible and is not used. */
export function readDate(text: string): string | undefined {
  const stamp = stampOf(text);
  return stamp === undefined ? undefined : dateOf(stamp);
}

/** The parts of a time stamp as digits, all of them possible; the zone in minutes where one is given. */
interface Stamp {
  readonly year: string;
  readonly month: string | undefined;
  readonly day: string | undefined;
  readonly hour: string | undefined;
  readonly minute: string | undefined;
  readonly second: string | undefined;
  readonly fraction: string | undefined;
  readonly zone: number | undefined;
}

function stampOf(text: string): Stamp | undefined {
  const trimmed = text.trim();
  const zoned = mayHaveZone(trimmed) ? ZONE.exec(trimmed) : null;
  const zone = zoned === null ? undefined : zoneMinutes(zoned);
  if (zone !== undefined && Number.isNaN(zone)) return undefined;
  const local = zoned === null ? trimmed : trimmed.slice(0, zoned.index);
  const stamp = plainStamp(local, zone) ?? dashedStamp(local, zone);
  return stamp !== undefined && isPossible(stamp) ? stamp : undefined;
}

/** `YYYY[MM[DD[HH[MM[SS[.f]]]]]]`. By hand: this stands on the way to every acknowledgement. */
function plainStamp(text: string, zone: number | undefined): Stamp | undefined {
  let digits = 0;
  while (digits < text.length && isDigit(text.charCodeAt(digits))) digits++;
  if (digits < 4 || digits > 14 || digits % 2 !== 0) return undefined;
  const isWhole = digits === text.length;
  if (!isWhole && (digits !== 14 || !FRACTION.test(text.slice(14)))) return undefined;
  return {
    year: text.slice(0, 4),
    month: digits >= 6 ? text.slice(4, 6) : undefined,
    day: digits >= 8 ? text.slice(6, 8) : undefined,
    hour: digits >= 10 ? text.slice(8, 10) : undefined,
    minute: digits >= 12 ? text.slice(10, 12) : undefined,
    second: digits >= 14 ? text.slice(12, 14) : undefined,
    fraction: isWhole ? undefined : text.slice(15),
    zone,
  };
}

function dashedStamp(text: string, zone: number | undefined): Stamp | undefined {
  const parts = DASHED.exec(text);
  if (parts === null) return undefined;
  const [, year = "", month, day, hour, minute, second, fraction] = parts;
  return { year, month, day, hour, minute, second, fraction, zone };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isPossible({ year, month, day, hour, minute, second }: Stamp): boolean {
  if (!isDate(Number(year), month, day)) return false;
  return Number(hour ?? 0) <= 23 && Number(minute ?? 0) <= 59 && Number(second ?? 0) <= 59;
}

/** Most stamps have no zone, and looking is cheaper than matching. */
function mayHaveZone(text: string): boolean {
  return text.includes("+") || text.includes("-") || text.endsWith("Z");
}

/** NaN for a zone no place on Earth keeps. A bare `+` says nothing. */
function zoneMinutes([text, sign, hours, minutes]: RegExpExecArray): number | undefined {
  if (sign === undefined) return text === "Z" ? 0 : undefined;
  if (Number(hours) > ZONE_HOURS_MAX || Number(minutes) > 59) return Number.NaN;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === "-" ? -offset : offset;
}

function dateOf({ year, month, day }: Stamp): string {
  if (month === undefined) return year;
  return day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(year: number, month: string | undefined, day: string | undefined): boolean {
  if (year < 1000) return false;
  if (month === undefined) return true;
  const daysInMonth = DAYS_IN_MONTH[Number(month) - 1];
  if (daysInMonth === undefined) return false;
  if (day === undefined) return true;
  const isLeapDay = month === "02" && day === "29";
  return isLeapDay ? isLeapYear(year) : Number(day) >= 1 && Number(day) <= daysInMonth;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function precisionOf({ month, day, hour, minute, second, fraction }: Stamp): TimePrecision {
  if (month === undefined) return "year";
  if (day === undefined) return "month";
  if (hour === undefined) return "day";
  if (minute === undefined) return "hour";
  if (second === undefined) return "minute";
  return fraction === undefined ? "second" : "fraction";
}

/** Whether a partial date lies wholly before the day of an instant: no part of 1950 is before 1950-07-31. */
export function isBefore(date: string, at: Date): boolean {
  return date < at.toISOString().slice(0, date.length);
}

/** Whether a partial date lies wholly after the day of an instant. */
export function isAfter(date: string, at: Date): boolean {
  return date > at.toISOString().slice(0, date.length);
}
