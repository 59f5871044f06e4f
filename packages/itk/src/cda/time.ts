import { type Hl7Time, readTime } from "@chesil/hl7";
import type { Place } from "./place.ts";

/** ITK writes zones without minutes: `20210406122927+01`. */
const SHORT_ZONE = /^\d{8,14}(?:\.\d{1,6})?[+-]\d\d$/;

/** `@value` of a time (TS). What can not be is left out with a warning. */
export function timeAt(place: Place | undefined): Hl7Time | undefined {
  const text = place?.attribute("value");
  if (text === undefined) return undefined;
  const time = readTime(SHORT_ZONE.test(text) ? `${text}00` : text);
  if (time === undefined) place?.warn("bad-date", "The date or time can not be read.");
  return time;
}

/** An instant in UTC, or as much of a date as was sent. */
export function whenAt(place: Place | undefined): string | undefined {
  const time = timeAt(place);
  return time && (time.iso ?? time.date);
}

/** Whether what a `validTime` or a `useablePeriod` bounds was over when the document was received. */
export function isOver(period: Place | undefined): boolean {
  const end = timeAt(period?.at("high"))?.date;
  return end !== undefined && end < (period?.reading.receivedAt.toISOString().slice(0, end.length) ?? "");
}
