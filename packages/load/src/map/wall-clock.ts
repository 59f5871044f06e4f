/** Made when first needed: to make one takes longer than to read a row. */
const clocks = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(name: string): boolean {
  try {
    return clockOf(name) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The instant at which the clocks of a zone showed `wall` (`2026-03-14T09:30:00`), in UTC with `Z`. In the hour that is
 * skipped in spring the clock is taken as it was before, in the hour that is repeated in autumn the first one is meant.
 */
export function instantOf(wall: string, timeZone: string): string {
  const asUtc = Date.parse(`${wall}Z`);
  if (timeZone === "UTC") return new Date(asUtc).toISOString();
  const before = offsetMs(asUtc - DAY_MS, timeZone);
  const after = offsetMs(asUtc + DAY_MS, timeZone);
  // Between two changes one of both holds; the earlier instant is the one with the greater offset.
  const [first, second] = before >= after ? [before, after] : [after, before];
  const fits = [first, second].find((offset) => offsetMs(asUtc - offset, timeZone) === offset);
  return new Date(asUtc - (fits ?? before)).toISOString();
}

const DAY_MS = 24 * 3_600_000;

/** How far ahead of UTC the zone's clocks were at an instant. */
function offsetMs(utcMs: number, timeZone: string): number {
  const name =
    clockOf(timeZone)
      .formatToParts(utcMs)
      .find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -ms : ms;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" });
  clocks.set(timeZone, made);
  return made;
}
