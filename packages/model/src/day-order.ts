/**
 * Whether one date is surely before another, by the day: compared as precisely as both were sent, so that 1950 is not before
 * 31 July 1950. Undefined is before nothing and after nothing.
 */
export function isBeforeDay(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const length = Math.min(one.length, other.length, "2000-01-01".length);
  return one.slice(0, length) < other.slice(0, length);
}

/**
 * Whether one time (ISO date, or instant in UTC) is surely before another: compared as precisely as both were sent, so that
 * 10 March is not before 10 March, 09:00.
 */
export function isBefore(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length) < other.slice(0, length);
}
