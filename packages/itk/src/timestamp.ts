const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** An xs:dateTime with its time zone; undefined for anything else, and for a day that is none. */
export function readTimestamp(text: string): Date | undefined {
  const [, year, month, day] = DATE_TIME.exec(text.trim())?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const time = new Date(text.trim());
  return midnight.getUTCDate() === day && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** As xs:dateTime in UTC, to the second. */
export const writeTimestamp = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, "Z");

/** As HL7 v3 writes a time, in UTC, to the second: `20260301123000+0000`. */
export const writeHl7Time = (time: Date): string => `${time.toISOString().slice(0, 19).replace(/[-:T]/g, "")}+0000`;
