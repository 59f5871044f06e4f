import { instantOf } from "./wall-clock.ts";

/** A date as precise as it was written, and the instant where it has a time of day. */
export type ReadDate = { readonly date: string; readonly instant?: string };

const PARTS: Readonly<Record<string, { name: string; digits: string; plain: string }>> = {
  YYYY: { name: "year", digits: "\\d{4}", plain: "\\d{4}" },
  MMM: { name: "monthName", digits: "[A-Za-z]{3,9}\\.?", plain: "[A-Za-z]{3}" },
  MM: { name: "month", digits: "\\d{1,2}", plain: "\\d{2}" },
  DD: { name: "day", digits: "\\d{1,2}", plain: "\\d{2}" },
  HH: { name: "hour", digits: "\\d{1,2}", plain: "\\d{2}" },
  mm: { name: "minute", digits: "\\d{2}", plain: "\\d{2}" },
  ss: { name: "second", digits: "\\d{2}(?:\\.\\d{1,9})?", plain: "\\d{2}" },
};
const TOKEN = /YYYY|MMM|MM|DD|HH|mm|ss/g;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ISO =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2}(?:\.\d{1,9})?))?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/;

export type DateFormat = (text: string, timeZone: string) => ReadDate | undefined;

/** Whether a format can be read: `iso`, or of YYYY, MM or MMM, DD, HH, mm, ss, with a year, each once. */
export function isDateFormat(format: string): boolean {
  if (format === "iso") return true;
  const names = [...format.matchAll(TOKEN)].map(([token]) => PARTS[token]?.name);
  const isWhole = !names.includes("day") || names.includes("month") || names.includes("monthName");
  return names.includes("year") && new Set(names).size === names.length && isWhole;
}

/**
 * A reader of dates by a format: `DD/MM/YYYY`, `YYYYMMDD`, `DD-MMM-YYYY HH:mm`, or `iso` (ISO 8601). A day or month of one
 * digit will do where something stands between the parts. What can not be a date of the calendar is none.
 */
export function dateFormat(format: string): DateFormat {
  const pattern = format === "iso" ? ISO : new RegExp(`^${patternOf(format)}$`);
  return (text, timeZone) => {
    const groups = pattern.exec(text)?.groups;
    return groups && dateOf(groups, timeZone);
  };
}

/** The first place of a text that has the shape of the format and is a date: of a file's name. */
export function dateWithin(text: string, format: string, timeZone: string): ReadDate | undefined {
  const pattern = new RegExp(`(?<!\\d)${patternOf(format)}(?!\\d)`, "g");
  for (const found of text.matchAll(pattern)) {
    const date = found.groups && dateOf(found.groups, timeZone);
    if (date) return date;
  }
  return undefined;
}

function patternOf(format: string): string {
  const isSpaced = /[^A-Za-z]/.test(format);
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  let [pattern, at] = ["", 0];
  for (const found of format.matchAll(TOKEN)) {
    const part = PARTS[found[0]];
    pattern += literal(format.slice(at, found.index));
    if (part) pattern += `(?<${part.name}>${isSpaced ? part.digits : part.plain})`;
    at = found.index + found[0].length;
  }
  return pattern + literal(format.slice(at));
}

function dateOf(groups: Readonly<Record<string, string | undefined>>, timeZone: string): ReadDate | undefined {
  const { year = "", hour, minute = "00", second = "00", zone } = groups;
  const month = groups.monthName ? monthOf(groups.monthName) : groups.month?.padStart(2, "0");
  if (month === undefined) return groups.monthName || !(Number(year) >= 1000) ? undefined : { date: year };
  const day = groups.day?.padStart(2, "0");
  const date = day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
  if (!isDate(Number(year), Number(month), day === undefined ? 1 : Number(day))) return undefined;
  if (hour === undefined || day === undefined) return { date };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) >= 60) return undefined;
  const wall = `${date}T${hour.padStart(2, "0")}:${minute}:${second}`;
  const instant = zone ? new Date(`${wall}${zone}`).toISOString() : instantOf(wall, timeZone);
  return { date, instant };
}

function monthOf(name: string): string | undefined {
  const at = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return at < 0 ? undefined : String(at + 1).padStart(2, "0");
}

function isDate(year: number, month: number, day: number): boolean {
  const at = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}
