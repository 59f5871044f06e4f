/** London's wall clock: what a time stamp without a zone means, and what our own stamps say. */

/** From this year on the European Union's rule has held; before it the time-zone database is asked. */
const RULE_FROM_YEAR = 1996;
const MARCH = 3;
const OCTOBER = 10;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Minutes ahead of UTC that London's clock stood at when it showed this time. Undefined in the hour skipped in March;
 * in the hour repeated in October the first, summer time, is meant. `wall` gives the wall clock as if it were UTC, in
 * milliseconds, and is asked only where year and month do not settle it.
 */
export function londonOffset(year: number, month: number, wall: () => number): number | undefined {
  if (year < RULE_FROM_YEAR) return historicalOffset(wall());
  if (month !== MARCH && month !== OCTOBER) return month > MARCH && month < OCTOBER ? 60 : 0;
  const wallMs = wall();
  const start = summerStart(year);
  if (wallMs < start) return 0;
  if (wallMs < start + HOUR_MS) return undefined;
  return wallMs < summerEnd(year) + HOUR_MS ? 60 : 0;
}

/** Before 1996 Britain tried summer time all year and double summer time too: ask which offset fits the wall clock. */
function historicalOffset(wallMs: number): number | undefined {
  for (const offset of [120, 60, 0]) {
    if (zoneDatabaseOffset(wallMs - offset * MINUTE_MS) === offset) return offset;
  }
  return undefined;
}

/** Made once and only when needed: to make one takes longer than to read a whole message. */
let london: Intl.DateTimeFormat | undefined;

function zoneDatabaseOffset(utcMs: number): number {
  london ??= new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", timeZoneName: "longOffset" });
  const name = london.formatToParts(utcMs).find((part) => part.type === "timeZoneName")?.value ?? "";
  const match = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name);
  if (match === null) return Number.NaN; // Local mean time, with seconds, before 1847.
  const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return match[1] === "-" ? -minutes : minutes;
}

const summerStart = (year: number) => lastSundayAtOne(year, MARCH);
const summerEnd = (year: number) => lastSundayAtOne(year, OCTOBER);

/** 01:00 UTC on the last Sunday of a month of 31 days. 1 January 1970 was a Thursday. */
function lastSundayAtOne(year: number, month: number): number {
  const last = Date.UTC(year, month - 1, 31, 1);
  const weekday = (Math.floor(last / DAY_MS) + 4) % 7;
  return last - weekday * DAY_MS;
}

/** An instant for MSH-7: London's wall clock with its offset, `20260721101500+0100`. Right from 1996 on. */
export function formatTime(at: Date): string {
  const utcMs = at.getTime();
  const year = at.getUTCFullYear();
  const isSummer = utcMs >= summerStart(year) && utcMs < summerEnd(year);
  const wall = new Date(isSummer ? utcMs + HOUR_MS : utcMs).toISOString();
  return wall.slice(0, 19).replace(/[-T:]/g, "") + (isSummer ? "+0100" : "+0000");
}
