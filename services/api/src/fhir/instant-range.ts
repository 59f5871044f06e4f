/**
 * FHIR's date search over what resources hold (R4, search 2.21.1.5.6): both sides are ranges of time, because a date is a
 * whole day and a month a whole month. A time without a zone is one in UTC.
 */

/** From the first to the last millisecond that is meant. */
export type InstantRange = { readonly low: number; readonly high: number };

export type DateCondition = { readonly prefix: string; readonly asked: InstantRange };

const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb)?(\d.*)$/;
const DATE_TIME = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+ -]\d\d:\d\d)?)?)?)?$/;
const MINUTE_MS = 60_000;

/** The condition of a search value; undefined for what is no date, and for a prefix that is not offered (`ap`). */
export function dateCondition(value: string): DateCondition | undefined {
  const [, prefix = "eq", text = ""] = PREFIXED.exec(value) ?? [];
  const asked = instantRange(text);
  return asked && { prefix, asked };
}

/** What a FHIR date, dateTime or instant may mean; undefined when it is none, or a day that does not exist. */
export function instantRange(text: string): InstantRange | undefined {
  const parts = DATE_TIME.exec(text);
  if (!parts) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(numberOf);
  const low = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(low);
  // A day or a time that does not exist comes out as another one. Date.UTC reads years below 100 as of 19xx.
  const isReal =
    [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()].join() === [year, month, day].join() &&
    [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].join() === [hour, minute, second].join();
  if (!isReal) return undefined;
  const shift = zoneMs(parts[8]);
  if (parts[7] !== undefined) {
    const at = low - shift + Number(parts[7].padEnd(3, "0").slice(0, 3));
    return { low: at, high: at };
  }
  return { low: low - shift, high: endOf(parts, { year, month, low }) - shift };
}

const numberOf = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));

function endOf(parts: RegExpExecArray, { year, month, low }: { year: number; month: number; low: number }): number {
  if (parts[2] === undefined) return Date.UTC(year + 1, 0, 1) - 1;
  if (parts[3] === undefined) return Date.UTC(year, month, 1) - 1;
  if (parts[4] === undefined) return low + 24 * 60 * MINUTE_MS - 1;
  return low + (parts[6] === undefined ? MINUTE_MS : 1_000) - 1;
}

/** How far a zone is ahead of UTC. A `+` that was not escaped in a URL arrives as a space. */
function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

/** Whether what is stored is what is asked for. */
export function isWithin(stored: InstantRange, { prefix, asked }: DateCondition): boolean {
  const isInside = asked.low <= stored.low && stored.high <= asked.high;
  switch (prefix) {
    case "ne":
      return !isInside;
    case "gt":
      return stored.high > asked.high;
    case "lt":
      return stored.low < asked.low;
    case "ge":
      return stored.high >= asked.low;
    case "le":
      return stored.low <= asked.high;
    case "sa":
      return stored.low > asked.high;
    case "eb":
      return stored.high < asked.low;
    default:
      return isInside;
  }
}
